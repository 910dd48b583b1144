//! Bars, as an SVG that can be read on a light and on a dark page.

use svg::{
    Document,
    node::element::{Rectangle, Style, Text, Title},
};

const WIDTH: f64 = 720.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 90.0;
const TOP: f64 = 34.0;
const BAR: f64 = 18.0;
const BETWEEN: f64 = 6.0;
const GROUP: f64 = 26.0;

/// The colours of GitHub's own two themes.
const STYLE: &str = "\
text{font:12px system-ui,sans-serif;fill:#1f2328}\
.title{font-weight:600;font-size:14px}.group{font-weight:600}\
.ours{fill:#0969da}.other{fill:#8c959f}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.ours{fill:#4493f8}.other{fill:#6e7681}}";

/// Groups of bars that share a scale within the group.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) groups: Vec<Group>,
}

/// What is compared with each other.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) unit: &'static str,
    pub(crate) bars: Vec<Bar>,
}

/// One contender.
#[derive(Debug)]
pub(crate) struct Bar {
    pub(crate) name: String,
    /// NaN where it is missing.
    pub(crate) value: f64,
    pub(crate) ours: bool,
}

impl Chart {
    pub(crate) fn draw(&self) -> String {
        let mut height = TOP;
        for group in &self.groups {
            height += GROUP + bars(group.bars.len()) * (BAR + BETWEEN);
        }
        height += BETWEEN;
        let mut drawing = Document::new()
            .set("viewBox", (0.0, 0.0, WIDTH, height))
            .set("role", "img")
            .add(Title::new(self.title.as_str()))
            .add(Style::new(STYLE))
            .add(text(&self.title, BETWEEN, 20.0, "title"));
        let mut y = TOP;
        for group in &self.groups {
            drawing = drawing.add(text(&group.name, BETWEEN, y + 16.0, "group"));
            y += GROUP;
            let values = group.bars.iter().map(|bar| bar.value);
            let longest = values.fold(f64::MIN_POSITIVE, f64::max);
            for bar in &group.bars {
                drawing = draw_bar(drawing, bar, group.unit, longest, y);
                y += BAR + BETWEEN;
            }
        }
        drawing.to_string()
    }
}

fn draw_bar(drawing: Document, bar: &Bar, unit: &str, longest: f64, y: f64) -> Document {
    let middle = y + BAR - 5.0;
    let name = text(&bar.name, LEFT - 8.0, middle, "").set("text-anchor", "end");
    let drawing = drawing.add(name);
    if bar.value.is_nan() {
        return drawing.add(text("missing", LEFT, middle, ""));
    }
    // A sliver for what is too small to be seen.
    let width = (bar.value / longest * (WIDTH - LEFT - RIGHT)).max(1.0);
    let shape = Rectangle::new()
        .set("x", LEFT)
        .set("y", y)
        .set("width", format!("{width:.1}"))
        .set("height", BAR)
        .set("rx", 2)
        .set("class", if bar.ours { "ours" } else { "other" });
    let value = format!("{} {unit}", number(bar.value));
    drawing
        .add(shape)
        .add(text(&value, LEFT + width + 6.0, middle, ""))
}

/// With three digits that say something.
pub(crate) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

#[expect(clippy::cast_precision_loss, reason = "there are a few of them")]
fn bars(count: usize) -> f64 {
    count as f64
}

fn text(text: &str, x: f64, y: f64, class: &str) -> Text {
    Text::new(text)
        .set("x", format!("{x:.1}"))
        .set("y", format!("{y:.1}"))
        .set("class", class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_bar_fills_the_space_and_a_missing_one_says_so() {
        let bar = |name: &str, value| Bar {
            name: name.to_owned(),
            value,
            ours: false,
        };
        let chart = Chart {
            title: "Times & <sizes>".to_owned(),
            groups: vec![Group {
                name: "warm".to_owned(),
                unit: "ms",
                bars: vec![bar("a", 2.0), bar("b", 1.0), bar("c", f64::NAN)],
            }],
        };
        let drawing = chart.draw();
        for part in [
            "width=\"440.0\"",
            "width=\"220.0\"",
            "missing",
            "&lt;sizes&gt;",
        ] {
            assert!(drawing.contains(part), "{part} in {drawing}");
        }
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(
            [123.4, 12.34, 1.234, 0.1234].map(number),
            ["123", "12.3", "1.23", "0.123"]
        );
    }
}
