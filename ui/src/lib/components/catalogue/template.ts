import type { RegistryHeader } from "../../bindings/RegistryHeader";
import { draft, type HeaderDraft } from "../add/HeadersEditor.svelte";

/** Puts values into an address: as they are typed, but in its query, where `&` would begin another. */
export function filled(template: string, values: Record<string, string>): string {
  return template.replace(/\{([\w.-]+)\}/g, (braces, name: string, at: number) => {
    const value = values[name]?.trim();
    if (!value) return braces;
    return template.slice(0, at).includes("?") ? encodeURIComponent(value) : value;
  });
}

/** The rows in which the headers of an entry are typed. */
export function rowsOf(headers: RegistryHeader[]): HeaderDraft[] {
  return headers.map(({ input, value }) => ({
    ...draft(input.name),
    value: value ?? "",
    optional: !input.required,
    hint: input.description,
    example: input.placeholder ?? input.default,
  }));
}
