import { t } from "../text";
import { namesIn, resolve } from "./resolve";
import { deref, isSchema, type Schema } from "./schema";

/** One line in the table of a tool's parameters. */
export interface Parameter {
  /** With dots for what lies inside: `address.street`. */
  path: string;
  type: string;
  required: boolean;
  description: string;
  /** As JSON. */
  default: string | null;
}

const DEPTH = 3;
const SHOWN_CHOICES = 8;

/** The parameters of a tool, outermost first, in the server's order. */
export function parametersOf(schema: unknown): Parameter[] {
  return isSchema(schema) ? walk(schema, schema, "", 0) : [];
}

function walk(raw: unknown, root: Schema, prefix: string, depth: number): Parameter[] {
  const schema = resolve(raw, root);
  const required = new Set(namesIn(schema));
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const property = resolve(value, root);
    const path = prefix + name;
    const inner = depth + 1 < DEPTH ? walk(property, root, `${path}.`, depth + 1) : [];
    return [describe(path, property, root, required.has(name)), ...inner];
  });
}

function describe(path: string, schema: Schema, root: Schema, required: boolean): Parameter {
  return {
    path,
    type: typeName(schema, root),
    required,
    description: typeof schema.description === "string" ? schema.description : "",
    default: "default" in schema ? JSON.stringify(schema.default) : null,
  };
}

/** Close to the schema: `string`, `list of integer`, `"a" or "b"`, `number or null`. */
export function typeName(raw: Schema, root: Schema, depth = 0): string {
  const schema = deref(raw, root);
  if (depth > DEPTH) return t.schema.any;
  if (Array.isArray(schema.enum)) return choices(schema.enum);
  if ("const" in schema) return JSON.stringify(schema.const);
  const options = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list.filter(isSchema) : []));
  if (options.length) return unique(options.map((option) => typeName(option, root, depth + 1)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? (schema.properties ? "object" : t.schema.any)];
  return unique(types.map((type) => (type === "array" ? listName(schema, root, depth) : withFormat(type, schema))));
}

function listName(schema: Schema, root: Schema, depth: number): string {
  return isSchema(schema.items) ? t.schema.listOf(typeName(schema.items, root, depth + 1)) : t.schema.list;
}

function withFormat(type: string, { format }: Schema): string {
  return type === "string" && typeof format === "string" ? t.schema.formatted(type, format) : type;
}

function choices(values: unknown[]): string {
  const shown = values.slice(0, SHOWN_CHOICES).map((value) => JSON.stringify(value));
  return unique(values.length > SHOWN_CHOICES ? [...shown, "…"] : shown);
}

function unique(names: string[]): string {
  return [...new Set(names)].join(t.schema.or);
}
