import type { Plugin } from "vite";

/** What virtua leaves open of the elements that it draws, by its file, and what it is here. */
const PARTS = new Map<string, [string, string][]>([
  ["Virtualizer.svelte", [["<svelte:element this={as}", "<ul"], ["</svelte:element>", "</ul>"]]],
  [
    "ListItem.svelte",
    [
      ["<svelte:element this={as}", "<li"],
      ["</svelte:element>", "</li>"],
      ["{...itemRest}", ["class", "data-slot", "aria-setsize", "aria-posinset"].map((name) => `${name}={itemRest?.["${name}"]}`).join(" ")],
    ],
  ],
]);

/** Makes long lists of `ul` and `li` alone: an element of any name, with any attributes, brings all of Svelte that sets some. */
export function plainList(): Plugin {
  return {
    name: "plain-list",
    enforce: "pre",
    transform(code, id) {
      const parts = PARTS.get(/\/virtua\/lib\/svelte\/([^?]*)$/.exec(id)?.[1] ?? "");
      if (!parts) return null;
      if (!parts.every(([open]) => code.includes(open))) this.error("virtua is built in another way than before: mend vite/plain-list.ts.");
      return { code: parts.reduce((all, [open, here]) => all.replace(open, here), code), map: null };
    },
  };
}
