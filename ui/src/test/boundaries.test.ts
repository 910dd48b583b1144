import { expect, it } from "vitest";

const sources = import.meta.glob<string>(["../**/*.{ts,svelte}", "!../**/*.test.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const files = Object.entries(sources).filter(([path]) => !path.includes("/bindings/"));
const which = (test: (text: string) => boolean) => files.filter(([, text]) => test(text)).map(([path]) => path);

it("only one file knows of Tauri", () => {
  expect(which((text) => /from "@tauri-apps\//.test(text))).toEqual(["../lib/backend/tauri.ts"]);
});

it("nothing reaches for the network", () => {
  expect(which((text) => /\bfetch\(|XMLHttpRequest|WebSocket|https?:\/\/fonts/.test(text))).toEqual([]);
});

it("nothing puts foreign markup into the page", () => {
  expect(which((text) => /\{@html|innerHTML|<iframe/.test(text))).toEqual([]);
});

it("no markup carries a style of its own, which the content security policy would drop", () => {
  expect(which((text) => /<[a-z][^>]*\sstyle=/.test(text))).toEqual([]);
});
