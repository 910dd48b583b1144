import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    runes: true,
    // The class that keeps styles apart stands in the JavaScript hundreds of times; so much tells a million apart.
    cssHash: ({ hash, css }) => `s${hash(css).slice(-4)}`,
  },
};
