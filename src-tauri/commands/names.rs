//! The names of all commands: the build script declares them, a test calls them all.

/// Name of a plugin and of its commands; JavaScript says `plugin:NAME|COMMAND`.
pub const PLUGINS: &[(&str, &[&str])] = &[
    (
        "servers",
        &[
            "snapshot",
            "detect",
            "add",
            "change",
            "remove",
            "move",
            "forget_set_aside",
        ],
    ),
    (
        "sign-in",
        &[
            "connect",
            "sign_in_again",
            "cancel",
            "show_window",
            "hand_over",
            "register_again",
            "decline_access",
            "copy_link",
            "paste_callback",
            "sign_out",
        ],
    ),
    ("preferences", &["set_preferences"]),
    ("questions", &["answer", "open_page"]),
    (
        "desktop",
        &[
            "surroundings",
            "set_start_at_login",
            "export_all",
            "show_download",
            "delete_all",
            "quit",
        ],
    ),
    (
        "tools",
        &[
            "list",
            "refresh",
            "call",
            "cancel_call",
            "save",
            "copy_picture",
        ],
    ),
    ("activity", &["list", "copy_report"]),
    ("vault", &["retry", "use_key_file", "replace_lost_key"]),
    ("import", &["find", "preview", "add"]),
    ("registry", &["search"]),
    ("catalogue", &["open_link"]),
    (
        "updates",
        &["standing", "check", "put_off", "install", "cancel"],
    ),
];
