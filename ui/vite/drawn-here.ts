import type { Plugin } from "vite";

const DOM = "/svelte/src/internal/client/dom/";
const SWITCH = "export let hydrating = false;";
const TURNED = "hydrating = value;";
/** How what takes over a page begins, by its file. */
const PARTS = new Map([
  ["hydration.js", [SWITCH, TURNED, "reset(node) {\n\tif (!hydrating) return;", "next(count = 1) {\n\tif (hydrating) {"]],
  ["elements/attributes.js", ["remove_input_defaults(input) {\n\tif (!hydrating) return;"]],
  ["elements/misc.js", ["remove_textarea_child(dom) {\n\tif (hydrating &&"]],
]);
/** What of it stands in components, for each element, and does nothing here. */
const CALLS = /^\s*\$\.(?:reset|next|remove_input_defaults|remove_textarea_child)\([\w$]*\);\n/gm;

/** Leaves out of Svelte what takes over a page that a server has drawn: this one is drawn here. */
export function drawnHere(): Plugin {
  return {
    name: "drawn-here",
    apply: "build",
    transform(code, id) {
      if (id.endsWith(".svelte")) return { code: code.replace(CALLS, ""), map: null };
      const parts = PARTS.get(id.split(DOM)[1] ?? "");
      if (!parts) return null;
      if (!parts.every((part) => code.includes(part))) this.error("Svelte is built in another way than before: mend vite/drawn-here.ts.");
      return { code: code.replace(SWITCH, SWITCH.replace("let", "const")).replace(TURNED, ""), map: null };
    },
  };
}
