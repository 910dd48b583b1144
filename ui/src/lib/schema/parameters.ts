import { t } from "../text";
import { writeJson } from "./exact";
import { ENOUGH, followed, namesIn, resolve, type Budget, type Refs } from "./resolve";
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
  if (!isSchema(schema)) return [];
  const budget = { left: ENOUGH };
  const lines = walk(resolve(schema, schema, budget), schema, "", ["#"], 1, budget);
  return budget.left > 0 ? lines : [...lines, { path: "…", type: "", required: false, description: "", default: null }];
}

function walk(schema: Schema, root: Schema, prefix: string, refs: Refs, depth: number, budget: Budget): Parameter[] {
  const lines: Parameter[] = [];
  const required = new Set(namesIn(schema));
  for (const [name, value] of Object.entries(schema.properties ?? {})) {
    if (budget.left-- <= 0) break;
    const property = resolve(value, root, budget);
    const path = prefix + name;
    const onward = isSchema(value) && depth < DEPTH && followed(value, refs);
    lines.push(describe(path, property, root, required.has(name), budget));
    if (onward) lines.push(...walk(property, root, `${path}.`, onward, depth + 1, budget));
  }
  return lines;
}

function describe(path: string, schema: Schema, root: Schema, required: boolean, budget: Budget): Parameter {
  return {
    path,
    type: typeName(schema, root, budget),
    required,
    description: typeof schema.description === "string" ? schema.description : "",
    default: "default" in schema ? writeJson(schema.default, 0) : null,
  };
}

/** Close to the schema: `string`, `list of integer`, `"a" or "b"`, `number or null`. */
export function typeName(raw: Schema, root: Schema, budget: Budget = { left: ENOUGH }, depth = 0): string {
  const schema = deref(raw, root);
  if (depth > DEPTH || budget.left-- <= 0) return t.schema.any;
  if (Array.isArray(schema.enum)) return firstOf(schema.enum, (value) => writeJson(value, 0));
  if ("const" in schema) return writeJson(schema.const, 0);
  const options = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list.slice(0, SHOWN_CHOICES + 1) : [])).filter(isSchema);
  if (options.length) return firstOf(options, (option) => typeName(option, root, budget, depth + 1));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? (schema.properties ? "object" : t.schema.any)];
  return unique(types.map((type) => (type === "array" ? listName(schema, root, budget, depth) : withFormat(type, schema))));
}

function listName(schema: Schema, root: Schema, budget: Budget, depth: number): string {
  return isSchema(schema.items) ? t.schema.listOf(typeName(schema.items, root, budget, depth + 1)) : t.schema.list;
}

function withFormat(type: string, { format }: Schema): string {
  return type === "string" && typeof format === "string" ? t.schema.formatted(type, format) : type;
}

function firstOf<Choice>(choices: Choice[], name: (choice: Choice) => string): string {
  const shown = choices.slice(0, SHOWN_CHOICES).map(name);
  return unique(choices.length > SHOWN_CHOICES ? [...shown, "…"] : shown);
}

function unique(names: string[]): string {
  return [...new Set(names)].join(t.schema.or);
}
