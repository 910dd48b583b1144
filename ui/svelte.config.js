import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // The code names it at each element with a style of its own, so it is short.
    cssHash: ({ hash, filename }) => `s${hash(filename)}`,
  },
};
