import type { Plugin } from "vite";

/** What a component is told of its slots, which have been snippets since Svelte 5. */
const SLOTS = /,\s*\$\$slots: \{[^{}]*\}/g;

/** Leaves out what only a component of an older Svelte would read: here is none. */
export function noSlots(): Plugin {
  return {
    name: "no-slots",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith(".svelte")) return null;
      if (code.includes("$.slot(")) this.error(`${id} has a slot: make it a snippet, or take vite/no-slots.ts away.`);
      return { code: code.replace(SLOTS, ""), map: null };
    },
  };
}
