import { ENOUGH, followed, namesIn, resolve, type Budget, type Refs } from "./resolve";
import { deref, isSchema, type Schema } from "./schema";
import { isNumber } from "./values";

const DEPTH = 5;

/** Arguments to begin with: what is known of them. What the person has to say is not there yet. */
export function exampleArguments(schema: unknown): Record<string, unknown> {
  if (!isSchema(schema)) return {};
  const value = example(schema, schema, 0, ["#"], { left: ENOUGH });
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A value to begin with, where there has to be one. */
export function exampleOf(schema: unknown, root: Schema): unknown {
  return isSchema(schema) ? example(schema, root, 0, followed(schema, []) ?? [], { left: ENOUGH }) : null;
}

function example(raw: Schema, root: Schema, depth: number, refs: Refs, budget: Budget): unknown {
  const schema = deref(raw, root);
  if ("default" in schema) return schema.default;
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  if (Array.isArray(schema.examples) && schema.examples.length) return schema.examples[0];
  const choice = firstSchema(schema.anyOf) ?? firstSchema(schema.oneOf);
  if (choice && !schema.properties) return depth > DEPTH ? null : example(choice, root, depth + 1, refs, budget);
  return byType(schema, root, depth, refs, budget);
}

function byType(schema: Schema, root: Schema, depth: number, refs: Refs, budget: Budget): unknown {
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  switch (type ?? (schema.properties || schema.allOf ? "object" : undefined)) {
    case "object":
      return depth > DEPTH ? {} : objectExample(resolve(schema, root, budget), root, depth, refs, budget);
    case "array":
      return [];
    case "string":
      return "";
    case "integer":
    case "number":
      return isNumber(schema.minimum) ? schema.minimum : 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}

function objectExample(whole: Schema, root: Schema, depth: number, refs: Refs, budget: Budget): Record<string, unknown> {
  const required = new Set(namesIn(whole));
  const known: [string, unknown][] = [];
  for (const [name, value] of Object.entries(whole.properties ?? {})) {
    if (budget.left-- <= 0) break;
    const property = isSchema(value) ? deref(value, root) : {};
    const onward = isSchema(value) && followed(value, refs);
    // What holds itself has no end that could be made up.
    const begun = onward && required.has(name) && isContainer(property);
    if (isKnown(property) || begun) known.push([name, example(property, root, depth + 1, onward || refs, budget)]);
  }
  return Object.fromEntries(known);
}

function isKnown(schema: Schema): boolean {
  return "default" in schema || "const" in schema;
}

function isContainer(schema: Schema): boolean {
  return schema.type === "array" || schema.type === "object" || isSchema(schema.properties);
}

function schemas(list: unknown): Schema[] {
  return Array.isArray(list) ? list.filter(isSchema) : [];
}

function firstSchema(list: unknown): Schema | undefined {
  return schemas(list).find(({ type }) => type !== "null");
}
