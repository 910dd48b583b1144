//! Every link from one of our pages to another leads somewhere.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::page::Page;

/// Where pages are that are looked at, beside those at the root.
const FOLDERS: [&str; 1] = ["docs"];
/// What mdBook makes a site of; it knows nothing of the files around it.
const BOOK: &str = "docs/guide/src";

/// The links that lead nowhere, each with the page it is on.
pub(super) fn broken(root: &Path) -> Result<Vec<String>> {
    let mut pages = in_folder(root, false)?;
    for folder in FOLDERS {
        pages.extend(in_folder(&root.join(folder), true)?);
    }
    pages.sort();
    let mut broken = Vec::new();
    for page in pages {
        let text = whole(&page)?;
        let shown = page.strip_prefix(root).unwrap_or(&page);
        for link in Page::read(&text).links {
            if let Some(why) = fault(root, &page, &link) {
                broken.push(format!("{}: {link} ({why})", shown.display()));
            }
        }
    }
    let book = root.join(BOOK);
    let contents = fs::read_to_string(book.join("SUMMARY.md"))?;
    for page in in_folder(&book, true)? {
        let name = page.strip_prefix(&book).unwrap_or(&page).to_string_lossy();
        if name != "SUMMARY.md" && !contents.contains(&format!("({name})")) {
            broken.push(format!("{BOOK}/{name} is not in the table of contents"));
        }
    }
    Ok(broken)
}

/// What is wrong with a link on this page.
fn fault(root: &Path, page: &Path, link: &str) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => page.to_owned(),
        file => page.parent()?.join(file),
    };
    let Ok(target) = target.canonicalize() else {
        return Some("there is no such file");
    };
    let book = root.join(BOOK).canonicalize().ok()?;
    if page.canonicalize().ok()?.starts_with(&book) && !target.starts_with(&book) {
        return Some("it leads out of the book");
    }
    if anchor.is_empty() || target.extension().is_none_or(|kind| kind != "md") {
        return None;
    }
    let there = whole(&target).ok()?;
    let is_there = Page::read(&there).anchors.contains(anchor);
    (!is_there).then_some("the page has no such place")
}

/// A page with those that it includes, as mdBook has it.
fn whole(page: &Path) -> Result<String> {
    let text = fs::read_to_string(page).with_context(|| format!("{}", page.display()))?;
    let lines = text.lines().map(|line| {
        let included = line
            .strip_prefix("{{#include ")
            .and_then(|rest| rest.strip_suffix("}}"));
        match (included, page.parent()) {
            (Some(file), Some(folder)) => whole(&folder.join(file)),
            _ => Ok(line.to_owned()),
        }
    });
    Ok(lines.collect::<Result<Vec<_>>>()?.join("\n"))
}

fn in_folder(folder: &Path, deep: bool) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            if deep {
                pages.extend(in_folder(&path, deep)?);
            }
        } else if path.extension().is_some_and(|kind| kind == "md") {
            pages.push(path);
        }
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::{broken, fault};
    use crate::place;

    #[test]
    fn every_link_between_our_pages_leads_somewhere() {
        assert_eq!(broken(&place::root()).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_told() {
        let root = place::root();
        let book = root.join("docs/guide/src/faq.md");
        let readme = root.join("README.md");
        let fault = |page, link| fault(&root, page, link);
        assert_eq!(fault(&readme, "https://example.com/nothing"), None);
        assert_eq!(fault(&readme, "SECURITY.md#the-key"), None);
        assert_eq!(
            fault(&readme, "SECURITY.md#the-lock"),
            Some("the page has no such place")
        );
        assert_eq!(
            fault(&readme, "docs/nothing.md"),
            Some("there is no such file")
        );
        assert_eq!(
            fault(&book, "../../../SECURITY.md"),
            Some("it leads out of the book")
        );
        assert_eq!(fault(&book, "errors.md#reauth_required"), None);
        assert_eq!(fault(&book, "command-line.md#exit-codes"), None);
    }
}
