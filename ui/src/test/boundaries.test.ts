import { expect, it } from "vitest";

const sources = import.meta.glob<string>(["../**/*.{ts,svelte}", "!../**/*.test.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const files = Object.entries(sources).filter(([path]) => !path.includes("/bindings/"));
const which = (test: (text: string) => boolean) => files.filter(([, text]) => test(text)).map(([path]) => path);

it("only one file knows of Tauri", () => {
  expect(which((text) => /["'`]@tauri-apps\//.test(text))).toEqual(["../lib/backend/tauri.ts"]);
});

it("nothing reaches for the network", () => {
  const ways = /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|https?:\/\/fonts/;
  expect(which((text) => ways.test(text))).toEqual([]);
});

it("nothing puts foreign markup into the page", () => {
  const ways = /\{@html|(inner|outer)HTML|insertAdjacentHTML|document\.write|setHTML|<iframe/;
  expect(which((text) => ways.test(text))).toEqual([]);
});

it("all sizes count in letters, and grow with them; what is thin, or a pill, need not", () => {
  const sizes = /<svg[^>]*\s(width|height)=|[\s(](?!99px)([4-9]|\d\d+)(\.\d+)?px/;
  expect(which((text) => sizes.test(text))).toEqual([]);
});

it("no markup carries a style of its own, which the content security policy would drop", () => {
  expect(which((text) => /<[a-z][^>]*\sstyle=/.test(text))).toEqual([]);
});
