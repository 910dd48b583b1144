import { deref, isSchema, type Schema } from "./schema";

/**
 * How much of a schema is still followed, for all that is asked of it at once: one that refers to itself many times
 * over has no end.
 */
export interface Budget {
  left: number;
}

/** More than any schema has that a person can make sense of. */
export const ENOUGH = 1000;

/** The references that led somewhere. */
export type Refs = readonly string[];

/** A schema with its references followed and its `allOf` folded in; `true` and nonsense are `{}`. */
export function resolve(raw: unknown, root: Schema, budget: Budget = { left: ENOUGH }, refs: Refs = []): Schema {
  if (!isSchema(raw)) return {};
  const { allOf, ...own } = deref(raw, root);
  const onward = Array.isArray(allOf) && followed(raw, refs);
  if (!onward) return own;
  let whole: Schema = own;
  for (const part of allOf) {
    if (budget.left-- <= 0) break;
    whole = merge(whole, resolve(part, root, budget, onward));
  }
  return whole;
}

/** The references that lead into a schema; nothing where one of them has led here before. */
export function followed({ $ref }: Schema, refs: Refs): Refs | null {
  if (typeof $ref !== "string") return refs;
  return refs.includes($ref) ? null : [...refs, $ref];
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
