import { deref, isSchema } from "./schema";

/** Required arguments that are not there. The server judges; this only helps the eye. */
export function missingArguments(schema: unknown, given: Record<string, unknown>): string[] {
  if (!isSchema(schema)) return [];
  const { required } = deref(schema, schema);
  return Array.isArray(required) ? required.filter((name) => !(name in given)) : [];
}
