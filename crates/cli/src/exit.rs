//! What the program ends with: one number for each kind of answer.

/// The exit codes, as `docs/cli.md` promises them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It is done.
    Done = 0,
    /// Anything that has no number of its own.
    Other = 1,
    /// What was typed cannot be used.
    Usage = 2,
    /// A person has to sign in (again) first.
    ReauthRequired = 3,
    /// Nobody answers there.
    Unreachable = 4,
    /// The server, or the authorization server, said no.
    Refused = 5,
    /// There is no key to seal and open secrets with.
    NoVault = 6,
    /// Cancelled, or it took too long.
    Cancelled = 7,
}

/// Each error code and what the program ends with. Every code that the engine knows is here.
const TABLE: &[(Exit, &[&str])] = &[
    (
        Exit::Other,
        &[
            "ca_file",
            "data_folder",
            "data_in_use",
            "database",
            "database_busy",
            "database_damaged",
            "database_in_use",
            "database_newer",
            "database_read_only",
            "disk_failed",
            "disk_full",
            "corrupt",
            "http_setup",
            "key_left",
            "no_browser",
            "no_listener",
            "other",
            "port_busy",
            "unusable_certificates",
        ],
    ),
    (
        Exit::Usage,
        &[
            "usage",
            "ambiguous_server",
            "unknown_server",
            "disabled",
            "duplicate_url",
            "import_empty",
            "import_file_too_long",
            "import_gone",
            "import_no_servers",
            "credentials_missing",
            "import_not_json",
            "key_there",
            "import_too_long",
            "import_too_many",
            "import_unreadable",
            "invalid_arguments",
            "invalid_description",
            "invalid_header",
            "invalid_name",
            "invalid_option",
            "invalid_proxy",
            "invalid_timeout",
            "invalid_url",
            "malformed_callback",
            "no_sign_in",
            "question_gone",
            "registry_query_too_long",
            "unknown_callback",
            "unusable_key",
        ],
    ),
    (
        Exit::ReauthRequired,
        &[
            "reauth_required",
            "sign_in_needed",
            "more_access_needed",
            "insufficient_scope",
            "invalid_grant",
            "client_rejected",
            "not_connected",
        ],
    ),
    (
        Exit::Unreachable,
        &[
            "registry_timed_out",
            "registry_unreachable",
            "unreachable",
            "server_unavailable",
            "session_lost",
            "interrupted",
            "sign_in_unavailable",
        ],
    ),
    (
        Exit::Refused,
        &[
            "access_denied",
            "access_not_given",
            "access_refused",
            "answer_too_large",
            "authorization_refused",
            "callback_issuer_mismatch",
            "callback_issuer_missing",
            "client_id_needed",
            "client_not_allowed",
            "client_of_another_issuer",
            "credentials_refused",
            "http_status",
            "insecure_endpoint",
            "invalid_client",
            "invalid_issuer",
            "issuer_mismatch",
            "key_refused",
            "missing_endpoint",
            "no_auth_method",
            "no_registration",
            "no_resource_metadata",
            "no_revocation",
            "no_server_metadata",
            "no_sign_in_offered",
            "not_mcp",
            "page_needed",
            "pkce_refused",
            "pkce_unstated",
            "private_address",
            "protocol",
            "redirect_of_the_app",
            "redirect_refused",
            "refused_endpoint",
            "refused_without_reason",
            "registration_refused",
            "registry_not_understood",
            "registry_refused",
            "registry_too_large",
            "registration_unusable",
            "resource_mismatch",
            "server_error",
            "token_request_refused",
            "too_large",
        ],
    ),
    (
        Exit::NoVault,
        &[
            "vault_absent",
            "vault_failed",
            "vault_key_file",
            "vault_locked",
            "vault_lost_key",
            "vault_not_a_key",
            "vault_not_kept",
            "vault_timed_out",
            "vault_unreadable",
        ],
    ),
    (
        Exit::Cancelled,
        &[
            "cancelled",
            "finding_out_timed_out",
            "probe_timed_out",
            "sign_in_cancelled",
            "sign_in_timed_out",
            "timed_out",
            "wait_timed_out",
        ],
    ),
];

/// What the program ends with after an error of this code.
pub(crate) fn exit_of(code: &str) -> Exit {
    let row = TABLE.iter().find(|(_, codes)| codes.contains(&code));
    row.map_or(Exit::Other, |(exit, _)| *exit)
}

#[cfg(test)]
mod tests;
