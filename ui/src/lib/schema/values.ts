import { isSchema, type Schema } from "./schema";

/** The types that a schema names, or shows by its other words; none when it takes anything. */
export function typesOf(schema: Schema): string[] {
  if (Array.isArray(schema.type)) return schema.type.filter((type) => typeof type === "string");
  if (typeof schema.type === "string") return [schema.type];
  if (isSchema(schema.properties)) return ["object"];
  return schema.items !== undefined || schema.prefixItems !== undefined ? ["array"] : [];
}

/** Whether a JSON value is of a type of JSON Schema; a type that nobody knows takes everything. */
export function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "object":
      return isSchema(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return isNumber(value) && (typeof value === "bigint" || Number.isInteger(value));
    case "number":
      return isNumber(value);
    case "string":
    case "boolean":
      return typeof value === type;
    default:
      return true;
  }
}

/** Whether a JSON value is a number; what would be rounded is a `bigint`. */
export function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Whether two JSON values are the same, whatever the order of their names. */
export function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, at) => same(item, other[at]));
  }
  if (!isSchema(one) || !isSchema(other)) return one === other;
  const names = Object.keys(one);
  const entries = other as Record<string, unknown>;
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(entries, name) && same((one as Record<string, unknown>)[name], entries[name]))
  );
}
