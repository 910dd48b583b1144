//! Just enough HTML to fill in a form.

/// The first form of a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Where it goes, as written.
    pub(crate) action: String,
    /// Its named inputs and buttons, in order.
    pub(crate) fields: Vec<Field>,
}

/// One `<input>` or `<button>` with a name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
    /// Is it a button, which is sent only when pressed?
    pub(crate) button: bool,
}

pub(crate) fn form(page: &str) -> Option<Form> {
    let (_, form) = page.split_once("<form")?;
    let form = form.split_once("</form>").map_or(form, |(form, _)| form);
    let action = attribute(form.split_once('>')?.0, "action")?;
    let mut fields = Vec::new();
    let tags = form
        .split('<')
        .skip(1)
        .filter_map(|tag| Some(tag.split_once('>')?.0));
    for tag in tags {
        let button = tag.starts_with("button");
        if !button && !tag.starts_with("input") {
            continue;
        }
        if let Some(name) = attribute(tag, "name") {
            fields.push(Field {
                name,
                value: attribute(tag, "value").unwrap_or_default(),
                button,
            });
        }
    }
    Some(Form { action, fields })
}

/// The target of the first link that contains `part`.
pub(crate) fn link(page: &str, part: &str) -> Option<String> {
    let tags = page
        .split("<a")
        .skip(1)
        .filter_map(|tag| Some(tag.split_once('>')?.0));
    tags.filter_map(|tag| attribute(tag, "href"))
        .find(|target| target.contains(part))
}

/// What the page says went wrong, or its beginning.
pub(crate) fn complaint(page: &str) -> String {
    let alert = page
        .split_once("role=\"alert\">")
        .map_or(page, |(_, alert)| alert);
    let text = if alert == page {
        page
    } else {
        alert.split('<').next().unwrap_or(alert)
    };
    text.chars().take(300).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(
        value
            .replace("&quot;", "\"")
            .replace("&#39;", "'")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::{complaint, form, link};

    #[test]
    fn a_form_is_read_with_its_inputs_and_buttons() {
        let page = r#"<p>x</p><form method="post" action="/go?a=1&amp;b=2">
            <input type="hidden" name="request" value="r1"><input required name="login" >
            <button name="decision" value="deny">No</button></form><input name="outside">"#;
        let form = form(page).unwrap();
        assert_eq!(form.action, "/go?a=1&b=2");
        let fields: Vec<_> = form
            .fields
            .iter()
            .map(|f| (f.name.as_str(), f.value.as_str(), f.button))
            .collect();
        assert_eq!(
            fields,
            [
                ("request", "r1", false),
                ("login", "", false),
                ("decision", "deny", true)
            ]
        );
    }

    #[test]
    fn links_and_complaints_are_found() {
        assert_eq!(
            link(r#"<a href="/x">x</a> <a href="/i/abort">no</a>"#, "abort").unwrap(),
            "/i/abort"
        );
        assert_eq!(
            complaint(r#"<h1>No</h1><p role="alert">Go away</p>"#),
            "Go away"
        );
        assert!(form("<p>none</p>").is_none());
    }
}
