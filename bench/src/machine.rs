//! Where and with what it was measured.

use drawbridge_testkit::machine;

/// Lines for the head of the results.
pub(crate) fn describe() -> Vec<(&'static str, String)> {
    let mut lines = machine::describe();
    let web_view = machine::output("pkg-config", &["--modversion", "webkit2gtk-4.1"]);
    lines.push(("WebKitGTK", web_view));
    lines
}
