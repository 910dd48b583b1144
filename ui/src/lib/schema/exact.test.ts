import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inexactIn, prettyJson, readJson, writeJson } from "./exact";

describe("a number in JSON", () => {
  it.each([
    ["7", 7],
    ["-0.5e3", -500],
    ["9007199254740993", 9007199254740993n],
    ["-9223372036854775808", -9223372036854775808n],
    ["18446744073709551615", 18446744073709551615n],
    ["9007199254740992", 9007199254740992],
    ["1.8446744073709552e19", 1.8446744073709552e19],
    ["1000000000000000000000", 1000000000000000000000n],
  ])("%s is read as it is written, and written so again", (json, value) => {
    expect(readJson(json)).toBe(value);
    expect(readJson(writeJson(value))).toBe(value);
    expect(inexactIn(json)).toBeUndefined();
  });

  it.each(["18446744073709551617", "-9223372036854775809", "12345678901234567.5", "1e400"])("%s would become another one", (json) =>
    expect(inexactIn(`{"a": ["1e400", ${json}, 1e401]}`)).toBe(json),
  );
});

it("text is never taken for a number, whatever is in it", () => {
  const digits = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
  const text = fc.oneof(fc.string(), digits.map(String), digits.map((n) => `"${n}`), digits.map((n) => `\\"${n},`));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, digits)), (entries) => {
      const json = JSON.stringify(entries.map(([words]) => [words, 0]));
      let at = 0;
      const long = json.replace(/,0\]/g, () => `,${entries[at++]![1]}]`);
      fc.pre(at === entries.length);
      const read = readJson(long) as [string, number | bigint][];
      expect(read.map(([words, number]) => [words, `${number}`])).toEqual(entries.map(([words, number]) => [words, `${number}`]));
      expect(writeJson(read)).toBe(prettyJson(long));
    }),
  );
});

it.each([
  ["escapes with text between them", "\\\\n.".repeat(2_000_000)],
  ["quotes", '\\"'.repeat(2_000_000)],
  ["backslashes", "\\\\\\\\".repeat(2_000_000)],
])("a number behind millions of %s keeps its digits", (_, text) => {
  const json = `["${text}",9007199254740993,1e400]`;
  expect((readJson(json.replace(",1e400", "")) as unknown[])[1]).toBe(9007199254740993n);
  expect(inexactIn(json)).toBe("1e400");
});

it("what is no JSON stays none, however long its numbers are", () => {
  expect(() => readJson("9007199254740993.e")).toThrow(SyntaxError);
  expect(() => readJson('{"a": 09007199254740993}')).toThrow(SyntaxError);
});
