import { resolve } from "../resolve";
import type { Schema } from "../schema";
import { typesOf } from "../values";
import { fieldFor } from "./field";

/** The schema by which all arguments together are a form: they are an object. `null` if there is nothing to fill in. */
export function wholeForm(schema: Schema): Schema | null {
  const field = fieldFor(schema, schema, {});
  if (field.kind === "object") return field.entries.length ? schema : null;
  if (field.kind !== "either") return null;
  const ways = field.options.map((option) => option.schema).filter((way) => typesOf(resolve(way, schema)).includes("object"));
  const forms = ways.filter((way) => fieldFor(way, schema, {}).kind !== "json");
  return ways.length === 1 ? (forms[0] ?? null) : forms.length ? schema : null;
}
