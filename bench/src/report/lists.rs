//! The window with a long list.

use super::{Results, Verdict, own::compared, table::add};
use crate::{
    long_list::{LONG, Lists, Memory, SHORT},
    stats::Comparison,
};

/// The most that the long list may take, as a multiple of the short one.
const TARGET: f64 = 1.2;

pub(super) fn verdicts(results: &Results) -> Vec<Verdict> {
    let Lists { servers, tools } = &results.lists;
    let ratios = [
        (format!("Window with {LONG} servers ready"), &servers.ready),
        (format!("{LONG} servers searched"), &servers.search),
        (
            format!("{LONG} servers searched for one of them"),
            &servers.one,
        ),
        (
            format!("Window with a server of {LONG} tools ready"),
            &tools.ready,
        ),
        (format!("{LONG} tools searched"), &tools.search),
        (format!("{LONG} tools searched for one of them"), &tools.one),
    ];
    let measured = ratios
        .into_iter()
        .filter(|(_, times)| times.ours.rounds() > 0);
    let verdict = |(what, times): (String, &Comparison)| {
        let ratio = times.ratio();
        let sentence = format!("{what}: {ratio:.2} times as long as {SHORT}, at most {TARGET}");
        (ratio <= TARGET, sentence)
    };
    measured.map(verdict).collect()
}

pub(super) fn sections(results: &Results) -> Vec<String> {
    let Lists { servers, tools } = &results.lists;
    if servers.ready.ours.rounds() == 0 {
        return Vec::new();
    }
    let mut section = HEAD.to_owned();
    for (what, list) in [("servers", servers), ("tools of one server", tools)] {
        let (long, short) = (format!("{LONG} {what}"), format!("{SHORT} {what}"));
        let rows = [
            ("ready", &list.ready),
            ("found", &list.search),
            ("found one", &list.one),
        ];
        let table = compared(&long, &short, &rows);
        let Memory {
            long: kib,
            short: less,
        } = list.memory;
        add(
            &mut section,
            format_args!(
                "\n{table}\nMemory of the app and the processes of its window: {kib} KiB, and with \
                 {short} {less} KiB.\n"
            ),
        );
    }
    vec![section]
}

const HEAD: &str = "
## A long list in the window

The same app on two data folders, on the desk of the part before. *Ready* is from the start of the
process, which for tools has the connection to a server on this computer in it; *found* from a digit in
the search field to the list of what was found, which fills the window with other rows where there are
1000, and is one row where there are 10; *found one* from a letter that leaves the same one row of either.
";
