import { isSchema } from "../schema/schema";

/** A resource that came inside an answer. */
export interface Resource {
  uri: string;
  mimeType: string;
  text: string | null;
  /** Base64. */
  blob: string | null;
}

/** An embedded resource, where a piece of an answer is one. */
export function resourceOf(json: unknown): Resource | null {
  const { type, resource } = (isSchema(json) ? json : {}) as Record<string, unknown>;
  if (type !== "resource" || !isSchema(resource)) return null;
  const { uri, mimeType, text, blob } = resource as Record<string, unknown>;
  return { uri: word(uri) ?? "", mimeType: word(mimeType) ?? "", text: word(text), blob: word(blob) };
}

function word(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
