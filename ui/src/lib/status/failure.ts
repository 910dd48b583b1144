import { t } from "../text";

type Kind = keyof typeof t.failure;

/** The codes that are told in the same words as another one. */
const ALIKE: Partial<Record<Kind, string>> = {
  access_refused: "insufficient_scope",
  authorization_refused: "token_request_refused",
  cancelled: "sign_in_cancelled",
  corrupt: "vault_unreadable",
  credentials_refused: "invalid_client",
  database_read_only: "database disk_failed",
  http_status: "server_error",
  issuer_mismatch: "callback_issuer_mismatch callback_issuer_missing client_of_another_issuer invalid_issuer",
  no_registration: "no_auth_method registration_unusable",
  no_server_metadata: "missing_endpoint no_resource_metadata",
  pkce_refused: "insecure_endpoint pkce_unstated refused_endpoint",
  reauth_required: "invalid_grant refused_without_reason",
  registration_refused: "client_not_allowed client_rejected",
  server_unavailable: "sign_in_unavailable",
  session_lost: "interrupted",
  timed_out: "finding_out_timed_out probe_timed_out sign_in_timed_out",
  too_large: "answer_too_large",
  unusable_certificates: "ca_file http_setup",
  vault_locked: "vault_absent vault_failed vault_key_file vault_lost_key vault_not_a_key vault_not_kept vault_timed_out",
};

const kinds = new Map(Object.entries(ALIKE).flatMap(([kind, codes]) => codes.split(" ").map((code) => [code, kind])));

/** Two or three words for the code of a failure; none for one that no server has. */
export function failureWords(code: string): string | undefined {
  const kind = kinds.get(code) ?? code;
  return Object.hasOwn(t.failure, kind) ? t.failure[kind as Kind] : undefined;
}
