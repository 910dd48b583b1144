import { describe, expect, it } from "vitest";
import { exampleArguments, exampleOf } from "./example";
import { problemsIn } from "./form/check";
import { wholeForm } from "./form/whole";
import { parametersOf } from "./parameters";

const everything = {
  type: "object",
  required: ["text", "choice", "inner", "ref", "either", "list"],
  properties: {
    text: { type: "string", description: "Some words." },
    choice: { enum: ["a", 2, null] },
    inner: { type: "object", required: ["n"], properties: { n: { type: "integer", minimum: 3 }, extra: { type: "string" } } },
    ref: { $ref: "#/$defs/flag" },
    either: { anyOf: [{ type: "null" }, { type: "number" }] },
    list: { type: "array", items: { type: "string", format: "uri" } },
    left: { type: "string" },
    preset: { type: "integer", default: 20 },
    nullable: { type: ["string", "null"] },
  },
  $defs: { flag: { type: "boolean" } },
};

describe("arguments to begin with", () => {
  it("hold what is known, and nothing that the person has to say", () => {
    expect(exampleArguments(everything)).toEqual({ inner: {}, list: [], preset: 20 });
  });

  it.each([
    [{ type: "string" }, ""],
    [{ type: "integer", minimum: 3 }, 3],
    [{ enum: ["a", 2] }, "a"],
    [{ anyOf: [{ type: "null" }, { type: "boolean" }] }, false],
    [{ type: ["null", "array"] }, []],
    [true, null],
  ])("where something has to be, %j begins as %j", (schema, value) => {
    expect(exampleOf(schema, {})).toEqual(value);
  });

  it.each([[true], [null], ["string"], [[]], [{}], [{ type: "string" }], [{ required: 7, properties: { a: true } }]])(
    "are an object even for the schema %j",
    (schema) => expect(exampleArguments(schema)).toEqual({}),
  );

  it("end even where a choice leads back to itself", () => {
    expect(exampleArguments({ $ref: "#/$defs/a", $defs: { a: { anyOf: [{ $ref: "#/$defs/a" }] } } })).toEqual({});
  });

  it("end even where a schema holds itself", () => {
    const schema = {
      $ref: "#/$defs/node",
      $defs: { node: { type: "object", required: ["next"], properties: { next: { $ref: "#/$defs/node" } } } },
    };
    expect(JSON.stringify(exampleArguments(schema)).length).toBeLessThan(200);
  });
});

describe("the parameters of a tool", () => {
  it("tell types, marks, defaults and what lies inside", () => {
    const lines = parametersOf(everything).map(({ path, type, required }) => `${path}: ${type}${required ? " *" : ""}`);
    expect(lines).toEqual([
      "text: string *",
      'choice: "a" or 2 or null *',
      "inner: object *",
      "inner.n: integer *",
      "inner.extra: string",
      "ref: boolean *",
      "either: null or number *",
      "list: list of string (uri) *",
      "left: string",
      "preset: integer",
      "nullable: string or null",
    ]);
  });

  it.each([
    ["#/properties/a/anyOf/1", { anyOf: [{}, { type: "integer" }] }],
    ["#/properties/a/items/b%20~1%25", { items: { "b /%": { type: "integer" } } }],
    ["#/properties/a/items/b~1~0%7E1", { items: { "b/~/": { type: "integer" } } }],
  ])("are found where %s leads", ($ref, a) => {
    expect(parametersOf({ properties: { a, b: { $ref } } })[1]?.type).toBe("integer");
  });

  it("keep the digits of long numbers", () => {
    const long = 9007199254740993n;
    const [line, list] = parametersOf({ properties: { a: { enum: [1, long], default: long }, b: { const: [long, { c: "d" }] } } });
    expect(line).toMatchObject({ type: "1 or 9007199254740993", default: "9007199254740993" });
    expect(list?.type).toBe('[9007199254740993,{"c":"d"}]');
  });

  it("stay as they are where a reference is no address", () => {
    expect(parametersOf({ properties: { a: { $ref: "#/%" } } })[0]?.type).toBe("any");
  });

  it.each([
    [{ properties: { a: {} }, allOf: [{ properties: { a: { type: "string" } }, required: ["a"] }] }],
    [{ properties: { a: {} }, required: ["a"], allOf: [{ $ref: "#" }] }],
  ])("are each there once, whatever says so again in %j", (schema) => {
    expect(parametersOf(schema).map(({ path, required }) => [path, required])).toEqual([["a", true]]);
  });

  it.each([[true], [null], [{ properties: { a: true, b: null } }], [{ allOf: [{ properties: { c: {} } }] }]])(
    "never fail on %j",
    (schema) => expect(() => parametersOf(schema)).not.toThrow(),
  );
});

describe("a schema that refers to itself many times over", () => {
  const itself = { $ref: "#" };
  const times = <Part>(n: number, part: Part) => Array.from({ length: n }, () => part);
  const named = (names: string[], part: unknown) => Object.fromEntries(names.map((name) => [name, part]));
  const letters = [..."abcdefghijkl"];

  it.each(["allOf", "anyOf"])("by %s is looked at no more often than needed", (word) => {
    let looks = 0;
    const schema = { type: "object", properties: { a: itself } };
    Object.defineProperty(schema, word, { enumerable: true, get: () => ((looks += 1), times(12, itself)) });
    parametersOf(schema);
    exampleArguments(schema);
    problemsIn(schema, schema, {});
    wholeForm(schema);
    expect(looks).toBeLessThan(25_000);
  });

  it("has each parameter once", () => {
    expect(parametersOf({ properties: named(letters, itself) }).map(({ path }) => path)).toEqual(letters);
  });

  it("says where its parameters are too many", () => {
    const $defs = { one: { properties: named(letters, { $ref: "#/$defs/two" }) }, two: { properties: named(letters, { $ref: "#/$defs/one" }) } };
    const lines = parametersOf({ $defs, properties: named(letters, { $ref: "#/$defs/one" }) });
    expect([lines.length < 1002, lines.at(-1)?.path]).toEqual([true, "…"]);
  });

  it("begins with nothing that would have no end", () => {
    expect(exampleArguments({ type: "object", required: letters, properties: named(letters, { ...itself, type: "object" }) })).toEqual({});
  });
});
