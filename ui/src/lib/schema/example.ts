import { deref, isSchema, type Schema } from "./schema";

const DEPTH = 5;

/** Arguments to begin with: what is known of them. What the person has to say is not there yet. */
export function exampleArguments(schema: unknown): Record<string, unknown> {
  if (!isSchema(schema)) return {};
  const value = example(schema, schema, 0);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A value to begin with, where there has to be one. */
export function exampleOf(schema: unknown, root: Schema): unknown {
  return isSchema(schema) ? example(schema, root, 0) : null;
}

function example(raw: Schema, root: Schema, depth: number): unknown {
  const schema = deref(raw, root);
  if ("default" in schema) return schema.default;
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  if (Array.isArray(schema.examples) && schema.examples.length) return schema.examples[0];
  const choice = firstSchema(schema.anyOf) ?? firstSchema(schema.oneOf);
  if (choice && !schema.properties) return depth > DEPTH ? null : example(choice, root, depth + 1);
  return byType(schema, root, depth);
}

function byType(schema: Schema, root: Schema, depth: number): unknown {
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  switch (type ?? (schema.properties || schema.allOf ? "object" : undefined)) {
    case "object":
      return depth > DEPTH ? {} : objectExample(schema, root, depth);
    case "array":
      return [];
    case "string":
      return "";
    case "integer":
    case "number":
      return typeof schema.minimum === "number" ? schema.minimum : 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}

function objectExample(schema: Schema, root: Schema, depth: number): Record<string, unknown> {
  const parts = [schema, ...schemas(schema.allOf).map((part) => deref(part, root))];
  const required = new Set(parts.flatMap(({ required }) => (Array.isArray(required) ? required : [])));
  const entries = parts.flatMap(({ properties }) => Object.entries(properties ?? {}));
  return Object.fromEntries(
    entries
      .map(([name, property]) => [name, isSchema(property) ? deref(property, root) : {}] as const)
      .filter(([name, property]) => isKnown(property) || (required.has(name) && isContainer(property)))
      .map(([name, property]) => [name, example(property, root, depth + 1)]),
  );
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
