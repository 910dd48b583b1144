import { deref, isSchema, type Schema } from "./schema";

const DEPTH = 6;

/** A schema with its references followed and its `allOf` folded in; `true` and nonsense are `{}`. */
export function resolve(raw: unknown, root: Schema, depth = 0): Schema {
  if (!isSchema(raw)) return {};
  const { allOf, ...own } = deref(raw, root);
  if (!Array.isArray(allOf) || depth > DEPTH) return own;
  return allOf.map((part) => resolve(part, root, depth + 1)).reduce(merge, own);
}

function merge(one: Schema, other: Schema): Schema {
  const merged: Schema = { ...other, ...one };
  if (one.properties && other.properties) merged.properties = { ...one.properties, ...other.properties };
  if (one.required && other.required) merged.required = [...new Set([...namesIn(one), ...namesIn(other)])];
  return merged;
}

/** The names of the required properties. */
export function namesIn({ required }: Schema): string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
}
