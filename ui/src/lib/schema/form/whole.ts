import { ENOUGH, resolve } from "../resolve";
import type { Schema } from "../schema";
import { typesOf } from "../values";
import { fieldFor } from "./field";

/** The schema by which all arguments together are a form: they are an object. `null` if there is nothing to fill in. */
export function wholeForm(schema: Schema): Schema | null {
  const budget = { left: ENOUGH };
  const field = fieldFor(schema, schema, {}, 0, budget);
  if (field.kind === "object") return field.entries.length ? schema : null;
  if (field.kind !== "either") return null;
  const ways = field.options.map((option) => option.schema).filter((way) => typesOf(resolve(way, schema, budget)).includes("object"));
  const form = ways.find((way) => fieldFor(way, schema, {}, 0, budget).kind !== "json");
  return form && ways.length > 1 ? schema : (form ?? null);
}
