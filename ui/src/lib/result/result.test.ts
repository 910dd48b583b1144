import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unescaped } from "../components/tools/result/markdown/unescaped";
import { canKeep } from "./kinds";
import { beginningOf } from "./part";
import { resourceOf } from "./resource";
import { shapeOf, tableOf, wordOf } from "./shape";

describe("a text", () => {
  it.each([
    ['{"a": 1}', "data"],
    [" [1, 2]", "data"],
    ['{"a": ', "plain"],
    ['{"id": 9007199254740993}', "data"],
    ['{"id": 18446744073709551617}', "plain"],
    ['{"id": "9007199254740993", "\\"": 9007199254740992}', "data"],
    ["7", "plain"],
    ["Hello, Ada", "plain"],
    ["a * b * c, and snake_case_names", "plain"],
    ["- 3\n", "plain"],
    ["# Title", "markdown"],
    ["It is **so**.", "markdown"],
    ["see [this](https://x.example)", "markdown"],
    ["- one\n- two", "markdown"],
    ["```\ncode\n```", "markdown"],
    ["| a | b |\n|---|---|\n| 1 | 2 |", "markdown"],
    [`# ${"long ".repeat(50_000)}`, "plain"],
    [`${"\n".repeat(20_000)}x`, "plain"],
    [`# a\n${"> ".repeat(30)}b`, "plain"],
    [`# a\n${"- ".repeat(30)}b`, "plain"],
    ["> # a\n> > b\n\n- [x] c", "markdown"],
  ])("%# is read for what it is", (text, kind) => expect(shapeOf(text).kind).toBe(kind));

  it("says what it is by its type, where it has one", () => {
    expect([shapeOf("just words", "text/markdown").kind, shapeOf("# no", "text/plain").kind]).toEqual(["markdown", "plain"]);
  });

  it("is begun at the end of a line", () => {
    expect(beginningOf("ab\ncd\nef", 7)).toBe("ab\ncd");
    expect(beginningOf("a\nbcdefghij", 8)).toBe("a\nbcdefg");
    expect(beginningOf("short", 8)).toBe("short");
  });

  it.each([
    ["a &amp; b &lt;", "a & b <"],
    ["&#39;&#x1F980;", "'🦀"],
    ["&bogus; &#0; &#99999999;", "&bogus; &#0; &#99999999;"],
  ])("with references %s reads %s", (text, read) => expect(unescaped(text)).toBe(read));
});

describe("data", () => {
  it.each([
    ["words", "words"],
    ["2026-11-25", "2026-11-25"],
    ["-5e3", '"-5e3"'],
    ["null", '"null"'],
    ["", '""'],
    [5, "5"],
    [null, "null"],
    [undefined, ""],
  ])("%j reads %s", (value, word) => expect(wordOf(value)).toBe(word));

  it("of flat rows is a table, with every name once", () => {
    expect(tableOf([{ a: 1 }, { b: null, a: "x" }])?.columns).toEqual(["a", "b"]);
    expect(tableOf({ issues: [{ id: 1 }] })).toMatchObject({ name: "issues", columns: ["id"] });
  });

  it.each([[[]], [[1]], [[{}]], [[{ a: { b: 1 } }]], [{ a: [{ b: 1 }], c: 1 }], [{}], [null], [[{ a: 1 }, 2]]])("%j is none", (value) =>
    expect(tableOf(value)).toBeNull(),
  );
});

it.each([
  [{ type: "resource", resource: { uri: "a:b", text: "x" } }, { uri: "a:b", mimeType: "", text: "x", blob: null }],
  [{ type: "resource", resource: { uri: 7, blob: "AA==", mimeType: "a/b" } }, { uri: "", mimeType: "a/b", text: null, blob: "AA==" }],
  [{ type: "resource" }, null],
  [{ type: "hologram" }, null],
  ["resource", null],
])("%j is the resource %j", (json, resource) => expect(resourceOf(json)).toEqual(resource));

describe("what can be kept as a file", () => {
  const shell = readFileSync("../src-tauri/answer_file.rs", "utf8").split("#[cfg(test)]")[0]!;
  const kinds = [...shell.matchAll(/"((?:image|audio)\/[^"]+)"/g)].map(([, kind]) => kind!);

  it("is what the shell has an ending for", () => {
    expect(kinds.length).toBeGreaterThan(10);
    expect(kinds.filter((kind) => !canKeep(kind))).toEqual([]);
    expect(canKeep(" IMAGE/PNG; charset=x")).toBe(true);
  });

  it.each(["", "image/", "image/tiff", "image/pngx", "image/png/x", "text/html", "text/html;image/png", "audio/x-ms-wma"])("is not %j", (kind) => {
    expect(canKeep(kind)).toBe(false);
  });
});
