import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";
import { drawnHere } from "./vite/drawn-here.ts";
import { lexerAlone } from "./vite/lexer-alone.ts";
import { limit } from "./vite/limit.ts";
import { plainImports } from "./vite/plain-imports.ts";
import { plainList } from "./vite/plain-list.ts";

// File names carry no hash: the binary embeds them, and a diff of two builds should be readable.
export default defineConfig({
  plugins: [svelte(), svelteTesting(), plainImports(), plainList(), drawnHere(), lexerAlone(), limit()],
  server: { port: 5199, strictPort: true },
  build: {
    // Debian 12 and WebView2 are newer; macOS has it from 11 on, with its updates.
    target: "safari16",
    cssCodeSplit: false,
    // The page names all that its first picture needs, so that nothing is found out file by file.
    modulePreload: { polyfill: false, resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []) },
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        entryFileNames: "assets/app.js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/app.[ext]",
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    // Generous: a busy machine is slow, and a right answer comes at once all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 10 } },
    setupFiles: ["src/test/setup.ts"],
  },
});
