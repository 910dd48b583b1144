//! The pages that a person sees. No scripts, no foreign content, light and dark.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use super::authorize::Pending;

const STYLE: &str = include_str!("pages.css");

/// The policy for every page. `form-action` is left out on purpose: with it, browsers drop the
/// redirect to a custom scheme that follows the form, and nobody hears of it.
pub(super) fn content_security_policy(strict: bool) -> String {
    let digest = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let strict = if strict { "; form-action 'self'" } else { "" };
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; \
         frame-ancestors 'none'{strict}"
    )
}

pub(super) fn login(path: &str, request: &str, client: &str, hint: Option<&str>) -> String {
    let hint = hint
        .map(|hint| format!("<p role=\"alert\">{hint}</p>"))
        .unwrap_or_default();
    page(
        "Sign in",
        &format!(
            r#"<h1>Sign in</h1>
<p>to go on to <b>{client}</b></p>
<form method="post" action="{path}/login">
<input type="hidden" name="request" value="{request}">
<label for="user">User</label>
<input id="user" name="user" autocomplete="username" autofocus required value="">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
{hint}
<p class="aside">This is a sample. The user is <b>ada</b>; any password will do.</p>
<div class="row"><button id="sign-in" class="main">Sign in</button></div>
</form>"#,
            client = escape(client),
            request = escape(request),
        ),
    )
}

pub(super) fn consent(path: &str, request: &str, pending: &Pending) -> String {
    let scopes: Vec<String> = pending
        .agreement
        .scopes
        .iter()
        .map(|scope| line(scope))
        .collect();
    let scopes = scopes.concat();
    let resource = pending
        .agreement
        .resource
        .as_deref()
        .map_or_else(String::new, |resource| {
            format!("<p>at <b>{}</b></p>", escape(resource))
        });
    page(
        "Allow access",
        &format!(
            r#"<h1>Allow {client}?</h1>
<p>You are <b>ada</b>. This app wants to:</p>
<ul>{scopes}</ul>
{resource}
<form method="post" action="{path}/consent">
<input type="hidden" name="request" value="{request}">
<div class="row">
<button id="deny" name="decision" value="deny">Deny</button>
<button id="allow" class="main" name="decision" value="allow">Allow</button>
</div>
</form>"#,
            client = escape(&pending.client_name),
            request = escape(request),
        ),
    )
}

pub(super) fn dead_end(message: &str) -> String {
    page(
        "Cannot go on",
        &format!(
            "<h1>Cannot go on</h1>\n<p role=\"alert\">{}</p>",
            escape(message)
        ),
    )
}

fn line(scope: &str) -> String {
    format!(
        "<li><b>{}</b><small>{}</small></li>",
        escape(scope),
        meaning(scope)
    )
}

fn meaning(scope: &str) -> &'static str {
    match scope {
        "tools" => "See and run the everyday tools",
        "admin" => "Read reports about everybody",
        "offline_access" => "Stay signed in while you are away",
        _ => "Do what this scope stands for",
    }
}

fn page(title: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Sample account</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<header>
<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
<path d="M8 42V12M16 42V12M32 42V12M40 42V12M6 12V7h12v5zM30 12V7h12v5zM16 35l7-11M32 35l-7-11M3 42h42"/>
</svg>
<span>Sample account</span>
</header>
{body}
</main>
</body>
</html>
"#
    )
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
