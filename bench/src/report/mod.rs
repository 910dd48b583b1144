//! The results as a page, written by the run itself.

mod charts;
mod lists;
mod many;
mod own;
mod peers;
mod renewal;
mod table;

use std::{fs, path::Path};

use anyhow::Result;

use self::table::add;
use crate::{
    callback::Callbacks, calls, command::Listing, long_list::Lists, machine, memory, refresh,
    scale, starts, window::Windows, wire::Count,
};

/// Everything that was measured; parts that were left out have no rounds.
#[derive(Default)]
pub(crate) struct Results {
    pub(crate) counts: Vec<Count>,
    pub(crate) callback: Callbacks,
    pub(crate) listing: Listing,
    pub(crate) windows: Windows,
    pub(crate) lists: Lists,
    pub(crate) starts: starts::Rows,
    pub(crate) near_starts: starts::Near,
    pub(crate) calls: Vec<calls::Row>,
    pub(crate) memory: memory::Rows,
    pub(crate) refresh: Vec<refresh::Row>,
    pub(crate) scale: Vec<scale::Row>,
    /// Parts that could not be measured, and why.
    pub(crate) broken: Vec<(&'static str, String)>,
}

/// A sentence, and whether it is as it should be.
pub(crate) type Verdict = (bool, String);

impl Results {
    /// Each target in a sentence, and whether it was met.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let broken = self.broken.iter();
        let broken = broken.map(|(part, why)| (false, format!("`{part}` was not measured: {why}")));
        [
            broken.collect(),
            peers::verdicts(self),
            renewal::verdicts(self),
            many::verdicts(self),
            own::verdicts(self),
            lists::verdicts(self),
        ]
        .concat()
    }

    /// The whole page.
    pub(crate) fn page(&self) -> String {
        let mut page = String::from(HEAD);
        page.push_str("## Verdict\n\n");
        for (met, sentence) in self.verdicts() {
            let mark = if met { "met" } else { "**missed**" };
            add(&mut page, format_args!("- {sentence}: {mark}\n"));
        }
        page.push_str("\n## Where, and with what\n\n");
        let facts = machine::describe();
        let facts = facts
            .into_iter()
            .map(|(name, value)| vec![name.to_owned(), value]);
        page.push_str("| | |\n|---|---|\n");
        for row in facts.chain(peers::versions()) {
            add(&mut page, format_args!("| {} |\n", row.join(" | ")));
        }
        for section in self.sections() {
            page.push_str(&section);
        }
        page
    }

    /// Whether it is more than some parts by name.
    fn is_whole(&self) -> bool {
        !self.counts.is_empty() && !self.calls.is_empty()
    }

    /// What was measured, part by part.
    pub(crate) fn sections(&self) -> Vec<String> {
        [
            peers::sections(self),
            renewal::sections(self),
            many::sections(self),
            own::sections(self),
            lists::sections(self),
        ]
        .concat()
    }

    /// Writes the page, and its pictures.
    pub(crate) fn write(&self, docs: &Path) -> Result<()> {
        // First, so that the commit it names is the one before anything is written.
        let page = self.page();
        for (name, chart) in charts::all(self) {
            fs::write(docs.join(charts::file(name)), chart.draw())?;
        }
        Ok(fs::write(docs.join("benchmarks.md"), page)?)
    }
}

const HEAD: &str = "\
# Benchmarks

Written by `cargo xtask bench`, in one run. What is measured, how, and where that is unfair stands in
[bench/README.md](../bench/README.md). Times depend on the machine, ratios much less: all of them were
measured in turn, against the same servers.

";
