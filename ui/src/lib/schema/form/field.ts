import { writeJson } from "../exact";
import { typeName } from "../parameters";
import { ENOUGH, namesIn, resolve, type Budget } from "../resolve";
import { isSchema, type Schema } from "../schema";
import { isNumber, same, typesOf } from "../values";
import { isUnreadableNumber } from "./words";

/** One of several ways to give a value. */
export interface Option {
  label: string;
  schema: Schema;
}

/** Something inside an object. */
export interface Entry {
  name: string;
  schema: unknown;
  required: boolean;
  /** Not in the schema; it came from the JSON. */
  extra: boolean;
}

/** What stands for a value in the form. */
export type Field =
  | { kind: "line"; numeric: boolean }
  | { kind: "choice"; options: { label: string; value: unknown }[] }
  | { kind: "object"; entries: Entry[] }
  | { kind: "list"; items: (at: number) => unknown; most: number }
  | { kind: "either"; options: Option[] }
  | { kind: "nothing" }
  | { kind: "json" };

/** Deeper than anybody goes: a choice between choices may have no end. */
const DEPTH = 16;
const json: Field = { kind: "json" };

/**
 * The field for a value of this schema. Where the value does not fit the field that the schema asks
 * for, or the schema asks for nothing that a form can show, it is JSON for that part alone.
 */
export function fieldFor(raw: unknown, root: Schema, value: unknown, depth = 0, budget: Budget = { left: ENOUGH }): Field {
  if (depth > DEPTH) return json;
  const field = asked(resolve(raw, root, budget), root, value, budget);
  return value === undefined || fits(field, value) ? field : json;
}

function asked(schema: Schema, root: Schema, value: unknown, budget: Budget): Field {
  const ways = waysOf(schema, root, budget);
  const choice = choiceOf(schema, root, budget) ?? (ways.length === 1 ? choiceOf(ways[0]!, root, budget) : null);
  if (choice) return choice;
  if (ways.length > 1) return { kind: "either", options: ways.map((way) => ({ label: labelOf(way, root, budget), schema: way })) };
  return byType(ways[0]!, value);
}

function byType(schema: Schema, value: unknown): Field {
  switch (typesOf(schema)[0]) {
    case "string":
      return { kind: "line", numeric: false };
    case "integer":
    case "number":
      return { kind: "line", numeric: true };
    case "boolean":
      return { kind: "choice", options: [true, false].map(named) };
    case "null":
      return { kind: "nothing" };
    case "object":
      return isSchema(schema.properties) ? { kind: "object", entries: entriesOf(schema, value) } : json;
    case "array":
      return list(schema);
    default:
      return json;
  }
}

function fits(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case "line":
      return field.numeric ? isNumber(value) || isUnreadableNumber(value) : typeof value === "string";
    case "choice":
      return field.options.some((option) => same(option.value, value));
    case "object":
      return isSchema(value);
    case "list":
      return Array.isArray(value) && value.every((_, at) => field.items(at) !== false);
    case "nothing":
      return value === null;
    case "either":
    case "json":
      return true;
  }
}

/** `enum`, `const`, and alternatives that are nothing but constants. */
function choiceOf(schema: Schema, root: Schema, budget: Budget): Field | null {
  if (Array.isArray(schema.enum)) return { kind: "choice", options: schema.enum.map((value, at) => titled(schema.enumNames?.[at], value)) };
  if ("const" in schema) return { kind: "choice", options: [named(schema.const)] };
  const parts = alternatives(schema).map((part) => resolve(part, root, budget));
  if (!parts.length || !parts.every((part) => "const" in part)) return null;
  const options = parts.map(({ const: value, title }) => titled(title, value));
  return { kind: "choice", options };
}

function titled(title: unknown, value: unknown): { label: string; value: unknown } {
  return typeof title === "string" && title ? { label: title, value } : named(value);
}

function named(value: unknown): { label: string; value: unknown } {
  return { label: typeof value === "string" && value ? value : writeJson(value, 0), value };
}

/** The ways to give a value: each of `anyOf` or `oneOf`, and each of several types. At least one. */
function waysOf(schema: Schema, root: Schema, budget: Budget): Schema[] {
  const { anyOf: _, oneOf: __, ...whole } = schema;
  const { title: ___, description: ____, default: _____, ...shared } = whole;
  const parts = isSchema(schema.properties) ? [] : alternatives(schema);
  const ways = parts.length ? parts.map((part) => ({ ...shared, ...resolve(part, root, budget) })) : [whole];
  return ways.flatMap((way) => {
    const types = "const" in way || way.enum ? [] : typesOf(way);
    return types.length > 1 ? types.map((type) => ({ ...way, type })) : [way];
  });
}

/** Its title; else what tells it apart from other objects; else its type. */
function labelOf(schema: Schema, root: Schema, budget: Budget): string {
  if (typeof schema.title === "string") return schema.title;
  const parts = Object.values(schema.properties ?? {}).map((property) => resolve(property, root, budget));
  const constants = parts.flatMap((part) => ("const" in part ? [named(part.const).label] : []));
  return constants.join(", ") || typeName(schema, root, budget);
}

function alternatives(schema: Schema): unknown[] {
  return [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
}

function entriesOf(schema: Schema, value: unknown): Entry[] {
  const required = new Set(namesIn(schema));
  const known = Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    schema: property,
    required: required.has(name),
    extra: false,
  }));
  const names = new Set(known.map(({ name }) => name));
  const more = isSchema(value) ? Object.keys(value).filter((name) => !names.has(name)) : [];
  const rest = isSchema(schema.additionalProperties) ? schema.additionalProperties : {};
  return [...known, ...more.map((name) => ({ name, schema: rest, required: false, extra: true }))];
}

function list(schema: Schema): Field {
  const heads = Array.isArray(schema.prefixItems) ? schema.prefixItems : Array.isArray(schema.items) ? schema.items : [];
  const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
  if (!heads.length && !isSchema(rest)) return json;
  const room = isSchema(rest) ? Infinity : heads.length;
  const most = typeof schema.maxItems === "number" ? Math.min(schema.maxItems, room) : room;
  return { kind: "list", items: (at) => (at < heads.length ? heads[at] : rest), most };
}
