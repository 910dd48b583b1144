import { exampleOf } from "../example";
import { isSchema, type Schema } from "../schema";
import { fieldFor, type Entry } from "./field";
import { entryOf } from "./words";

/** Whether a way has a field of its own for a value, and not only JSON; an object has its constants as well. */
export function shows(way: Schema, root: Schema, value: unknown, depth: number): boolean {
  const field = fieldFor(way, root, value, depth);
  if (field.kind !== "object") return field.kind !== "json";
  return !field.entries.some((entry) => fieldFor(entry.schema, root, undefined).kind === "choice" && isAmiss(entry, root, value));
}

/** What a way begins with, coming from another: a value that it has a field for, and of an object what it names. */
export function carried(way: Schema, root: Schema, value: unknown, depth: number): unknown {
  const field = fieldFor(way, root, value, depth);
  if (value !== undefined && field.kind !== "object" && field.kind !== "json") return value;
  const start = exampleOf(way, root);
  if (field.kind !== "object") return start;
  const kept = field.entries.filter((entry) => !entry.extra && entryOf(value, entry.name) !== undefined && !isAmiss(entry, root, value));
  return { ...(isSchema(start) && start), ...Object.fromEntries(kept.map(({ name }) => [name, entryOf(value, name)])) };
}

/** Whether an entry of an object is not what its field is for. */
function isAmiss({ name, schema }: Entry, root: Schema, object: unknown): boolean {
  return fieldFor(schema, root, entryOf(object, name)).kind !== fieldFor(schema, root, undefined).kind;
}
