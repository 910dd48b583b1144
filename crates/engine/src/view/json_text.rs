//! JSON that crosses to and from a front end as text: JavaScript would round its large numbers.

use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, de::Error as _,
    ser::Error as _,
};
use serde_json::Value;

/// Writes JSON as text, and what is nothing as nothing.
#[expect(
    clippy::ref_option,
    reason = "`serialize_with` hands the field over as it is"
)]
pub(super) fn write<S: Serializer>(json: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    match json {
        None | Some(Value::Null) => serializer.serialize_none(),
        Some(json) => write_all(json, serializer),
    }
}

/// Writes JSON as text, whatever it is.
///
/// # Errors
/// Where it is no such JSON.
pub fn write_all<T: Serialize, S: Serializer>(json: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(json).map_err(S::Error::custom)?;
    serializer.serialize_str(&text)
}

/// Reads what is JSON inside a text.
///
/// # Errors
/// Where it is no text, or the text is no such JSON.
pub fn read<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use crate::view::{CallOutcome, QuestionAnswer, ToolContent};

    const LARGEST: u64 = u64::MAX;

    fn outcome(structured: Option<serde_json::Value>) -> CallOutcome {
        CallOutcome {
            content: Vec::new(),
            structured,
            is_error: false,
            duration_millis: 1,
        }
    }

    #[test]
    fn a_large_number_leaves_with_all_its_digits() {
        let view = to_value(outcome(Some(
            json!({ "id": LARGEST, "name": "\"\u{1F986}" }),
        )))
        .unwrap();
        assert_eq!(
            view["structured"],
            json!("{\"id\":18446744073709551615,\"name\":\"\\\"\u{1F986}\"}")
        );
    }

    #[test]
    fn what_is_of_no_known_kind_keeps_its_digits_too() {
        let json = json!({ "type": "hologram", "depth": LARGEST });
        let view = to_value(ToolContent::Other { json }).unwrap();
        let text = view["json"].as_str().unwrap();
        assert!(text.contains("\"depth\":18446744073709551615"), "{text}");
    }

    #[test]
    fn what_is_nothing_is_no_text() {
        for nothing in [None, Some(json!(null))] {
            assert!(to_value(outcome(nothing)).unwrap()["structured"].is_null());
        }
    }

    #[test]
    fn a_large_number_arrives_with_all_its_digits() {
        let answer = json!({ "action": "accept", "content": "{\"id\":18446744073709551615}" });
        let Ok(QuestionAnswer::Accept { content }) = from_value(answer) else {
            panic!("no answer");
        };
        assert_eq!(content["id"], json!(LARGEST));
    }

    #[test]
    fn text_that_is_no_json_is_refused() {
        let answer = json!({ "action": "accept", "content": "{" });
        assert!(from_value::<QuestionAnswer>(answer).is_err());
    }
}
