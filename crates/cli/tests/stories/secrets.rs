//! That nothing secret is said, whatever is asked for.

use std::fs;

use crate::desk::Desk;

/// The arguments of every process of this computer, but for the browser's.
fn arguments_of_all() -> String {
    let processes = fs::read_dir("/proc").into_iter().flatten();
    processes
        .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok())
        .map(|words| String::from_utf8_lossy(&words).into_owned() + "\n")
        .filter(|line| line.contains("drawbridge"))
        .collect()
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
    let secrets = desk.sample.auth.secrets();
    assert!(secrets.len() > 4, "{}", secrets.len());
    // The words that a person types into the page are too short to tell anything.
    for secret in secrets.iter().filter(|secret| secret.len() > 15) {
        assert!(!said.contains(secret.as_str()), "a secret was said");
    }
}
