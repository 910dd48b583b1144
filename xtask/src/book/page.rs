//! What a page in Markdown links to, and what can be linked to in it.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// One page.
pub(super) struct Page {
    /// Where its links and pictures lead, as they are written.
    pub(super) links: Vec<String>,
    /// Its headings and other anchors.
    pub(super) anchors: BTreeSet<String>,
}

impl Page {
    pub(super) fn read(text: &str) -> Self {
        let mut page = Self {
            links: Vec::new(),
            anchors: BTreeSet::new(),
        };
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    page.anchors
                        .extend(heading.take().map(|title| slug(&title)));
                }
                Event::Text(words) | Event::Code(words) => {
                    if let Some(title) = &mut heading {
                        title.push_str(&words);
                    }
                }
                Event::InlineHtml(tag) | Event::Html(tag) => page.anchors.extend(id(&tag)),
                _ => {}
            }
        }
        page
    }
}

/// The anchor of a heading, as GitHub and mdBook make it.
fn slug(title: &str) -> String {
    let kept = title.trim().chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => c.is_alphanumeric().then_some(c),
    });
    kept.collect::<String>().to_lowercase()
}

fn id(tag: &str) -> Option<String> {
    let (_, value) = tag.split_once("id=\"")?;
    Some(value.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn links_pictures_headings_and_anchors_are_found() {
        let page = Page::read(
            "# The `key`, again\n\n[a](b.md#c) ![d](e.png)\n\n```\n[not](this.md)\n```\n\n\
             | code |\n|---|\n| <a id=\"f\"></a>`f` |\n",
        );
        assert_eq!(page.links, ["b.md#c", "e.png"]);
        let anchors: Vec<_> = page.anchors.iter().map(String::as_str).collect();
        assert_eq!(anchors, ["f", "the-key-again"]);
    }
}
