import { afterEach, expect, it, vi } from "vitest";
import { tauri } from "./tauri";

afterEach(() => vi.unstubAllGlobals());

it.each(["tools", "refreshTools"] as const)("%s come with all the digits of their schemas", async (what) => {
  const invoke = async () => '[{"name": "count", "inputSchema": {"maximum": 9007199254740993}}]';
  vi.stubGlobal("__TAURI_INTERNALS__", { invoke });
  expect(await tauri[what]("linear")).toEqual([{ name: "count", inputSchema: { maximum: 9007199254740993n } }]);
});
