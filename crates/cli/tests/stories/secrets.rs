//! That nothing secret is said, whatever is asked for.

use std::fs;

use crate::desk::{Desk, KEY, KEY_IN_BASE64};

/// The arguments of every process of this computer, but for the browser's.
fn arguments_of_all() -> String {
    let processes = fs::read_dir("/proc").into_iter().flatten();
    processes
        .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok())
        .map(|words| String::from_utf8_lossy(&words).into_owned() + "\n")
        .filter(|line| line.contains("drawbridge"))
        .collect()
}

/// The key as it is, in Base64, in hexadecimal digits and as a list of bytes.
fn key_in_all_ways() -> [String; 4] {
    let digits: Vec<String> = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let bytes: Vec<String> = KEY.bytes().map(|byte| byte.to_string()).collect();
    [
        KEY.to_owned(),
        KEY_IN_BASE64.trim_end_matches('=').to_owned(),
        digits.concat(),
        bytes.join(", "),
    ]
}

// rule: N5
#[tokio::test(flavor = "multi_thread")]
async fn no_token_code_verifier_state_or_key_is_printed_logged_or_an_argument() {
    let desk = Desk::start().await;
    let url = desk.url();
    let mut said = String::new();
    let connected = desk.connect(&["-vvv", "connect", &url]).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    assert!(
        connected.stderr.contains("drawbridge_engine"),
        "it logs something"
    );
    said.push_str(&(connected.stdout + &connected.stderr));
    let gate = drawbridge_testkit::Gate::closed();
    desk.sample
        .mcp
        .behave(|mcp| mcp.call_gate = Some(gate.clone()));
    let running = desk.command(&["-vvv", "call", &url, "greet", "--args", "{\"name\":\"x\"}"]);
    let running = { running }.spawn().unwrap();
    gate.reached(1).await;
    let arguments = arguments_of_all();
    assert!(arguments.contains("greet"), "the list of processes is read");
    said.push_str(&arguments);
    gate.open();
    let called = crate::desk::ended(running).await;
    assert_eq!(called.code, 0, "{called:?}");
    said.push_str(&(called.stdout + &called.stderr));
    for words in [
        &["-vvv", "doctor", &url][..],
        &["-vvv", "--json", "status"],
        &["-vvv", "report", &url],
        &["-vvv", "tools", &url],
        &["-vvv", "logout", &url],
        &["-vvv", "--json", "tools", &url],
        &["-vvv", "remove", &url],
    ] {
        let ran = desk.run(words).await;
        said.push_str(&(ran.stdout + &ran.stderr));
    }
    let mut secrets = desk.sample.auth.secrets();
    assert!(secrets.len() > 4, "{}", secrets.len());
    secrets.extend(key_in_all_ways());
    // The words that a person types into the page are too short to tell anything.
    for secret in secrets.iter().filter(|secret| secret.len() > 15) {
        assert!(!said.contains(secret.as_str()), "a secret was said");
    }
}
