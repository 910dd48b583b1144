/** As much of JSON Schema as the pane reads. Servers send all sorts of it; nothing here may throw. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, unknown>;
  required?: string[];
  items?: unknown;
  prefixItems?: unknown;
  additionalItems?: unknown;
  additionalProperties?: unknown;
  enum?: unknown[];
  /** The titles of its choices, as questions of servers have them. */
  enumNames?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
  anyOf?: unknown;
  oneOf?: unknown;
  allOf?: unknown;
  minimum?: number | bigint;
  maximum?: number | bigint;
  exclusiveMinimum?: number | bigint;
  exclusiveMaximum?: number | bigint;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  format?: string;
  $ref?: string;
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows `#` and `#/…` references inside the same schema; what cannot be followed stays as it is. */
export function deref(schema: Schema, root: Schema): Schema {
  let at = schema;
  for (let hops = 0; hops < 8 && typeof at.$ref === "string" && /^#(\/|$)/.test(at.$ref); hops += 1) {
    const target = lookUp(root, at.$ref);
    if (!isSchema(target)) return at;
    const { $ref: _, ...own } = at;
    at = { ...target, ...own };
  }
  return at;
}

function lookUp(root: Schema, pointer: string): unknown {
  return decoded(pointer)
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined | null)?.[part], root);
}

/** In a reference, a pointer is part of an address (RFC 6901 §6). */
function decoded(pointer: string): string {
  try {
    return decodeURIComponent(pointer);
  } catch {
    return pointer;
  }
}
