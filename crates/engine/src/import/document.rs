//! JSON as people write it by hand: comments, trailing commas, a part without its braces; TOML; and YAML.

use jsonc_parser::ast::Value;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::ImportError;

/// A value. Unlike `serde_json`'s, an object keeps both of two properties with one name.
#[derive(Debug)]
pub(super) enum Node {
    Text(String),
    Flag(bool),
    Nothing,
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

/// Reads the text; a list of properties without the braces around it counts as an object.
pub(super) fn parse(text: &str) -> Result<Node, ImportError> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(ImportError::Empty);
    }
    if text.starts_with(['"', '\''])
        && let Ok(node) = value(&format!("{{{text}\n}}"))
    {
        return Ok(node);
    }
    value(text).or_else(|error| table(text).or_else(|| yaml(text)).ok_or(error))
}

/// Codex writes TOML. Where neither can be read, it is JSON that is complained of: a person who pastes
/// something pastes that.
fn table(text: &str) -> Option<Node> {
    let table: toml::Table = text.parse().ok()?;
    Some(Node::from_toml(toml::Value::Table(table)))
}

fn value(text: &str) -> Result<Node, ImportError> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
    let parsed = parsed.map_err(|error| ImportError::NotJson {
        line: error.line_display(),
        column: error.column_display(),
        // The kind alone: the whole message would repeat a piece of the text.
        what: error.kind().to_string(),
    })?;
    parsed.value.map_or(Err(ImportError::Empty), |value| {
        Ok(Node::from_parsed(value))
    })
}

/// How a list begins in YAML. Without it nothing is read as YAML, which nearly every text is.
const YAML_LIST: &str = "mcpServers:";

/// Whether YAML has a list in it.
pub(super) fn lists_in_yaml(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(YAML_LIST))
}

/// Continue writes YAML. The library ends whatever goes too deep or grows by its aliases.
fn yaml(text: &str) -> Option<Node> {
    if !lists_in_yaml(text) {
        return None;
    }
    let value: serde_json::Value = serde_saphyr::from_str(text).ok()?;
    Some(Node::from_json(value))
}

impl Node {
    /// The parser goes at most 512 levels deep, and so does this.
    fn from_parsed(value: Value<'_>) -> Self {
        match value {
            Value::StringLit(text) => Self::Text(text.value.into_owned()),
            Value::NumberLit(number) => Self::Text(number.value.to_owned()),
            Value::BooleanLit(flag) => Self::Flag(flag.value),
            Value::NullKeyword(_) => Self::Nothing,
            Value::Array(list) => {
                Self::List(list.elements.into_iter().map(Self::from_parsed).collect())
            }
            Value::Object(object) => {
                let properties = object.properties.into_iter();
                Self::Map(
                    properties
                        .map(|one| (one.name.into_string(), Self::from_parsed(one.value)))
                        .collect(),
                )
            }
        }
    }

    fn from_json(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::String(text) => Self::Text(text),
            Value::Number(number) => Self::Text(number.to_string()),
            Value::Bool(flag) => Self::Flag(flag),
            Value::Null => Self::Nothing,
            Value::Array(list) => Self::List(list.into_iter().map(Self::from_json).collect()),
            Value::Object(object) => Self::Map(
                object
                    .into_iter()
                    .map(|(name, value)| (name, Self::from_json(value)))
                    .collect(),
            ),
        }
    }

    /// The parser goes at most 80 levels deep.
    fn from_toml(value: toml::Value) -> Self {
        match value {
            toml::Value::String(text) => Self::Text(text),
            toml::Value::Boolean(flag) => Self::Flag(flag),
            toml::Value::Array(list) => Self::List(list.into_iter().map(Self::from_toml).collect()),
            toml::Value::Table(table) => Self::Map(
                table
                    .into_iter()
                    .map(|(name, value)| (name, Self::from_toml(value)))
                    .collect(),
            ),
            toml::Value::Integer(number) => Self::Text(number.to_string()),
            toml::Value::Float(number) => Self::Text(number.to_string()),
            toml::Value::Datetime(date) => Self::Text(date.to_string()),
        }
    }

    /// A property; of two with one name the last, as everywhere in JSON.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(properties) = self else {
            return None;
        };
        properties
            .iter()
            .rfind(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// The first of several properties that is there.
    pub(super) fn first(&self, names: &[&str]) -> Option<&Self> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The first of several properties that is text and not blank.
    pub(super) fn first_text(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .filter_map(|name| self.get(name)?.text())
            .map(str::trim)
            .find(|text| !text.is_empty())
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }
}
