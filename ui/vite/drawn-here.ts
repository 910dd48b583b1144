import type { Plugin } from "vite";

const SWITCH = "export let hydrating = false;";
const TURNED = "hydrating = value;";

/** Leaves out of Svelte what takes over a page that a server has drawn: this one is drawn here. */
export function drawnHere(): Plugin {
  return {
    name: "drawn-here",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith("/svelte/src/internal/client/dom/hydration.js")) return null;
      if (!code.includes(SWITCH) || !code.includes(TURNED)) this.error("Svelte is built in another way than before: mend vite/drawn-here.ts.");
      return { code: code.replace(SWITCH, SWITCH.replace("let", "const")).replace(TURNED, ""), map: null };
    },
  };
}
