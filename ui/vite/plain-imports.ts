import type { Plugin } from "vite";

/** Leaves out what would preload the files of an `import()`: the page names its own, and styles are one file. */
export function plainImports(): Plugin {
  return {
    name: "plain-imports",
    enforce: "pre",
    load: (id) => (id === "\0vite/preload-helper.js" ? "export const __vitePreload = (load) => load();" : null),
  };
}
