import type { Field } from "../../state/view.svelte";

/** The setting that mends a failure, by the failure's code. */
const ways: Readonly<Record<string, Field>> = {
  issuer_mismatch: "issuer",
  pkce_unstated: "pkce",
  client_id_needed: "client",
  client_of_another_issuer: "client",
  port_busy: "client",
  no_registration: "client",
  registration_refused: "client",
  client_not_allowed: "client",
};

export function wayOut(code: string): Field | null {
  return ways[code] ?? null;
}
