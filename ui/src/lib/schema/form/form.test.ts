import { Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSchema, type Schema } from "../schema";
import { nearest, problemsIn } from "./check";
import { fieldFor, type Field } from "./field";
import { isOfFormat } from "./formats";
import { titlesTo } from "./titles";
import { entryOf, inside, lineOf, readLine, withEntry } from "./words";

const kindOf = (schema: unknown, value?: unknown, root: Schema = {}) => fieldFor(schema, root, value).kind;
const said = (schema: Schema, value: unknown) => problemsIn(schema, schema, value).map(({ path, sentence }) => `${path} ${sentence}`);

describe("the field of a schema", () => {
  it.each([
    [{ enum: ["a", "b"], enumNames: ["First"] }, ["First", "b"]],
    [{ oneOf: [{ const: "a", title: "First" }, { const: "b", title: "" }] }, ["First", "b"]],
  ])("calls the choices of %j by their titles", (schema, labels) => {
    const field = fieldFor(schema, {}, undefined);
    expect(field.kind === "choice" && field.options.map(({ label }) => label)).toEqual(labels);
  });

  it.each<[unknown, Field["kind"]]>([
    [{ type: "string" }, "line"],
    [{ type: "integer" }, "line"],
    [{ type: "boolean" }, "choice"],
    [{ type: "null" }, "nothing"],
    [{ enum: ["a", 2, null, { b: [] }] }, "choice"],
    [{ const: 7 }, "choice"],
    [{ oneOf: [{ const: "a", title: "A" }, { const: "b" }] }, "choice"],
    [{ type: "object", properties: {} }, "object"],
    [{ allOf: [{ properties: { a: {} } }, { required: ["a"] }] }, "object"],
    [{ type: "array", items: { type: "string" } }, "list"],
    [{ type: "array", prefixItems: [{ type: "string" }] }, "list"],
    [{ type: "array", items: [{ type: "string" }, true] }, "list"],
    [{ type: ["string", "null"] }, "either"],
    [{ type: ["string"] }, "line"],
    [{ anyOf: [{ type: "string" }, { type: "array", items: {} }] }, "either"],
    [{ anyOf: [{ type: "string" }] }, "line"],
    [{ type: "object" }, "json"],
    [{ type: "array" }, "json"],
    [{}, "json"],
    [true, "json"],
    [false, "json"],
    [null, "json"],
    [{ type: "money" }, "json"],
    [{ $ref: "https://elsewhere.example/schema" }, "json"],
    [{ enum: "a" }, "json"],
  ])("%j is %s", (schema, kind) => expect(kindOf(schema)).toBe(kind));

  it.each([
    [{ type: "string" }, 5],
    [{ type: "integer" }, "5"],
    [{ enum: ["a"] }, "b"],
    [{ type: "object", properties: {} }, []],
    [{ type: "array", items: {} }, {}],
  ])("%j gives way to JSON for %j, which it cannot show", (schema, value) => expect(kindOf(schema, value)).toBe("json"));

  it("offers each type and each alternative by name, with what they share", () => {
    const root: Schema = { $defs: { row: { title: "A row", type: "object", properties: {} } } } as Schema;
    const schema = { minLength: 2, anyOf: [{ type: ["string", "null"] }, { $ref: "#/$defs/row" }] };
    const field = fieldFor(schema, root, undefined);
    const options = field.kind === "either" ? field.options : [];
    expect(options.map(({ label }) => label)).toEqual(["string", "null", "A row"]);
    expect(options[0]!.schema).toMatchObject({ type: "string", minLength: 2 });
  });

  it("offers objects without a title by their constants", () => {
    const way = (kind: unknown) => ({ type: "object", properties: { text: { type: "string" }, kind: { const: kind } } });
    const field = fieldFor({ oneOf: [way("mail"), { allOf: [way("sms")] }, way(3), { ...way("fax"), title: "By fax" }, { type: "object" }] }, {}, undefined);
    expect(field.kind === "either" && field.options.map(({ label }) => label)).toEqual(["mail", "sms", "3", "By fax", "object"]);
  });

  it("ends where a schema holds itself", () => {
    const root = { anyOf: [{ $ref: "#" }, { $ref: "#" }], allOf: [{ $ref: "#" }] };
    expect(problemsIn(root, root, { a: 1 })).toEqual([]);
    expect(kindOf(root, 1, root)).toBe("either");
    expect(fieldFor(root, root, 1, 17).kind).toBe("json");
  });

  it("names what the schema does not know, so that it can be seen and taken away", () => {
    const field = fieldFor({ properties: { a: {} }, required: ["a"] }, {}, { b: 1, a: 2 });
    expect(field.kind === "object" && field.entries.map(({ name, required, extra }) => [name, required, extra])).toEqual([
      ["a", true, false],
      ["b", false, true],
    ]);
  });
});

it.each([
  ["", ""],
  ["/party_size", "Party size"],
  ["/a~1b", "a/b"],
  ["/seat", "seat"],
  ["/guests/1/first_name", "Guests, Item 2, First name"],
  ["/nowhere/0", "nowhere, 0"],
])("what a person knows %j by is %j", (path, titles) => {
  const guest = { type: "object", properties: { first_name: { title: "First name" } } };
  const properties = { party_size: { title: "Party size" }, "a/b": {}, seat: { title: ["no text"] }, guests: { title: "Guests", items: { allOf: [guest] } } };
  expect(titlesTo(path, { properties })).toBe(titles);
});

/** Takes a value apart as the form does, and puts it together again from what the fields show. */
function throughForm(raw: unknown, root: Schema, value: unknown, depth = 0): unknown {
  const field = fieldFor(raw, root, value, depth);
  const go = (schema: unknown, part: unknown) => throughForm(schema, root, part, depth + 1);
  switch (field.kind) {
    case "line":
      return readLine(lineOf(value), field.numeric, true);
    case "choice":
      return field.options.find((option) => JSON.stringify(option.value) === JSON.stringify(value))?.value;
    case "nothing":
      return null;
    case "object":
      return field.entries
        .filter(({ name }) => Object.hasOwn(value as object, name))
        .reduce((all, { name, schema }) => withEntry(all, name, go(schema, entryOf(value, name))), {});
    case "list":
      return (value as unknown[]).map((item, at) => go(field.items(at), item));
    case "either":
      return go(field.options[nearest(field.options.map(({ schema }) => schema), root, value)]!.schema, value);
    case "json":
      return JSON.parse(JSON.stringify(value, null, 2));
  }
}

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const words = fc.constantFrom("string", "number", "integer", "boolean", "null", "object", "array", "money");
const { schema: anySchema } = fc.letrec<{ schema: unknown }>((tie) => {
  const inner = tie("schema");
  const keywords = {
    type: fc.oneof(words, fc.uniqueArray(words, { maxLength: 3 })),
    enum: fc.array(json, { maxLength: 3 }),
    const: json,
    properties: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), inner, { maxKeys: 3 }),
    required: fc.uniqueArray(fc.constantFrom("a", "b", "d"), { maxLength: 2 }),
    items: fc.oneof(inner, fc.array(inner, { maxLength: 2 })),
    prefixItems: fc.array(inner, { maxLength: 2 }),
    anyOf: fc.array(inner, { maxLength: 3 }),
    oneOf: fc.array(inner, { maxLength: 3 }),
    allOf: fc.array(inner, { maxLength: 2 }),
    additionalProperties: inner,
    minimum: fc.integer(),
    pattern: fc.constantFrom("^a", "(", "(a+)+$"),
    format: fc.constantFrom("date", "email", "bogus"),
    $ref: fc.constantFrom("#", "#/properties/a", "#/nowhere", "https://x.example/"),
  };
  return {
    schema: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.boolean(),
      json,
      fc.record(keywords, { requiredKeys: [] }),
    ),
  };
});

describe("for any schema and any value", () => {
  it("nothing is lost on the way through the form", () => {
    fc.assert(
      fc.property(anySchema, json, (schema, value) => {
        const root = isSchema(schema) ? schema : {};
        expect(throughForm(schema, root, value)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it("an answer comes, whatever the schema says", () => {
    fc.assert(
      fc.property(anySchema, json, (schema, value) => {
        expect(Array.isArray(problemsIn(schema, isSchema(schema) ? schema : {}, value))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("what is typed in a line", () => {
  it.each([
    ["12", true, 12],
    [" -0.5e3 ", true, -500],
    ["1,5", true, "1,5"],
    ["18446744073709551617", true, "18446744073709551617"],
    ["-9007199254740992", true, -9007199254740992],
    ["1e21", true, 1e21],
    ["1e400", true, "1e400"],
    ["0x10", true, "0x10"],
    ["", true, undefined],
    ["", false, undefined],
    [" a ", false, " a "],
  ])("%j, a number %s, is %j", (text, numeric, value) => expect(readLine(text, numeric)).toEqual(value));

  it("keeps its digits", () => expect(readLine("9007199254740993", true)).toBe(9007199254740993n));

  it("keeps its place where it must", () => expect([readLine("", true, true), readLine("", false, true)]).toEqual(["", ""]));

  it("any number comes back", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => readLine(lineOf(n), true) === (n === 0 ? 0 : n)));
  });
});

it("one entry changes and the others keep their places", () => {
  expect(Object.entries(withEntry({ a: 1, b: 2 }, "a", 3))).toEqual([["a", 3], ["b", 2]]);
  expect(withEntry({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
  expect(Object.keys(withEntry({}, "__proto__", 1))).toEqual(["__proto__"]);
  expect(inside("/a", "b/~c")).toBe("/a/b~1~0c");
});

describe("what a schema has against a value", () => {
  it.each<[Schema, string[]]>([
    [{ type: "integer" }, []],
    [{ type: "number", maximum: 10, multipleOf: 5 }, [" At most 10."]],
    [{ type: "string" }, [" This must be text."]],
  ])("%j, given a long number", (schema, problems) => expect(said(schema, 9007199254740993n)).toEqual(problems));

  it.each<[Schema, unknown, string[]]>([
    [{ type: "integer" }, 1.5, [" This must be a whole number."]],
    [{ type: "integer" }, "18446744073709551617", [" 18446744073709551617 is too large: another number would be sent."]],
    [{ type: ["string", "null"] }, 1, [" This must be text or null."]],
    [{ minimum: 1, maximum: 4 }, 5, [" At most 4."]],
    [{ exclusiveMinimum: 1 }, 1, [" More than 1."]],
    [{ multipleOf: 0.1 }, 0.3, []],
    [{ multipleOf: 2 }, 3, [" A multiple of 2."]],
    [{ minLength: 2 }, "🦀", [" At least 2 characters."]],
    [{ pattern: "^[A-Z]+$" }, "a", [" This must match ^[A-Z]+$"]],
    [{ pattern: "(" }, "a", []],
    [{ pattern: "(a+)+$" }, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", []],
    [{ pattern: "^(a|a)*$" }, `${"a".repeat(40)}!`, []],
    [{ pattern: "^(\\w+\\s?)+$" }, `${"a".repeat(40)}!`, []],
    [{ pattern: "^(a|b)c$" }, "c", [" This must match ^(a|b)c$"]],
    [{ format: "email" }, "ada", [" This is no email; one looks like ada@example.com"]],
    [{ type: "array", maxItems: 1 }, [1, 2], [" At most 1 item."]],
    [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], [" The same item is here twice."]],
    [{ enum: ["a", { b: 1 }] }, { b: 1 }, []],
    [{ const: null }, 0, [" This must be null."]],
    [{ required: ["a"], properties: { b: { items: { type: "string" } } } }, { b: ["", 1] }, ["/a This is required.", "/b/1 This must be text."]],
    [{ anyOf: [{ type: "string" }, { type: "number", minimum: 3 }] }, 1, [" At least 3."]],
    [{ prefixItems: [{ type: "string" }], items: false }, ["a", 1], ["/1 This must not be given."]],
  ])("%j, given %j", (schema, value, problems) => expect(said(schema, value)).toEqual(problems));

  describe("in a choice of objects", () => {
    const way = (kind: string, ...needed: string[]) => ({
      type: "object",
      properties: { kind: { const: kind }, ...Object.fromEntries(needed.map((name) => [name, { type: "string" }])) },
      required: ["kind", ...needed],
    });
    const plain = (...names: string[]) => ({
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
      required: names,
    });

    it.each<[string, Schema[], Record<string, unknown>, string[]]>([
      ["its constant", [way("mail", "to"), way("sms", "phone")], { kind: "sms" }, ["/phone This is required."]],
      ["its constant, whatever else it has", [way("mail", "to", "on"), way("sms", "phone")], { kind: "sms", to: "a", on: "b" }, ["/phone This is required."]],
      ["its choices", [{ ...plain("a", "b"), properties: { a: { enum: ["x"] } } }, { ...plain("a", "c", "d"), properties: { a: { enum: ["y"] } } }], { a: "y" }, ["/c This is required.", "/d This is required."]],
      ["the names that it gives", [plain("a"), plain("b", "c", "d")], { b: "x" }, ["/c This is required.", "/d This is required."]],
      ["what it lacks least of", [plain("a", "b"), plain("a", "c", "d"), plain("a", "c")], { a: "x", e: 1 }, ["/b This is required."]],
      ["its type before all", [{ type: "string", properties: { kind: { const: "sms" } } } as Schema, way("mail", "to")], { kind: "sms" }, ["/kind This must be \"mail\".", "/to This is required."]],
    ])("goes by %s", (_, ways, value, problems) => {
      expect(said({ oneOf: ways }, value).toSorted()).toEqual(problems);
      expect(said(ways[nearest(ways, {}, value)]!, value).toSorted()).toEqual(problems);
    });

    it("follows references and folded parts to the constants", () => {
      const root: Schema & { $defs: unknown } = { $defs: { mail: way("mail", "to"), sms: { allOf: [way("sms", "phone")] } }, oneOf: [{ $ref: "#/$defs/mail" }, { $ref: "#/$defs/sms" }] };
      expect(said(root, { kind: "sms" })).toEqual(["/phone This is required."]);
    });
  });

  it.each<[string, string, boolean]>([
    ["date", "2024-02-29", true],
    ["date", "2023-02-29", false],
    ["time", "23:59:60Z", true],
    ["time", "24:00:00Z", false],
    ["time", "10:00:00", false],
    ["date-time", "2024-02-29T10:00:00.5+02:00", true],
    ["date-time", "2024-02-29", false],
    ["uri", "urn:isbn:1", true],
    ["uri", "example.com", false],
    ["of-tomorrow", "?", true],
  ])("the format %s of %s: %s", (format, text, good) => expect(isOfFormat(format, text)).toBe(good));

  it("nothing that a full validator allows", () => {
    const keywords = {
      type: fc.constantFrom("string", "number", "integer", "boolean", "null", "object", "array"),
      minimum: fc.integer({ min: -5, max: 5 }),
      exclusiveMaximum: fc.integer({ min: -5, max: 5 }),
      maxLength: fc.nat(4),
      pattern: fc.constantFrom("^a", "b$"),
      minItems: fc.nat(2),
      uniqueItems: fc.boolean(),
      required: fc.uniqueArray(fc.constantFrom("a", "b"), { maxLength: 2 }),
      enum: fc.array(json, { minLength: 1, maxLength: 3 }),
      const: json,
    };
    const flat = fc.record(keywords, { requiredKeys: [] });
    const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
      schema: fc.oneof(
        // As deep as is looked at, whatever lies within what.
        { depthSize: "small", maxDepth: 4 },
        flat,
        fc.record(
          {
            properties: fc.dictionary(fc.constantFrom("a", "b"), tie("schema"), { maxKeys: 2 }),
            prefixItems: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }),
            items: tie("schema"),
            anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }),
          },
          { requiredKeys: [] },
        ),
      ),
    }));
    fc.assert(
      fc.property(schema, json, (any, value) => {
        const valid = new Validator(any as object, "2020-12").validate(value).valid;
        if (valid) expect(problemsIn(any, any as Schema, value)).toEqual([]);
        else expect(problemsIn(any, any as Schema, value).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
