//! The static headers that a person configured: sealed, never shown back.

use http::{HeaderName, HeaderValue};

use crate::core::Core;
use crate::error::Error;
use crate::ids::ServerId;
use crate::store::{CallableRow, HeaderRow};
use crate::vault::Place;
use crate::view::HeaderInput;

/// Fields that belong to the transport.
const RESERVED: [&str; 12] = [
    "accept",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "last-event-id",
    "mcp-protocol-version",
    "mcp-session-id",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Seals the headers that were typed; one without a value keeps the value that is stored.
pub(super) fn sealed_headers(
    core: &Core,
    server: &ServerId,
    typed: &[HeaderInput],
    stored: &[HeaderRow],
) -> Result<Vec<HeaderRow>, Error> {
    let mut rows: Vec<HeaderRow> = Vec::new();
    for header in typed {
        let name = checked_name(&header.name)?;
        if rows.iter().any(|row| row.name == name) {
            return Err(invalid(&header.name, "it is there twice"));
        }
        let value = match &header.value {
            Some(value) => core
                .keys
                .seal(place(server, &name).view(), checked_value(&name, value)?)?,
            None => stored
                .iter()
                .find(|row| row.name == name)
                .map(|row| row.value.clone())
                .ok_or_else(|| invalid(&header.name, "it has no value"))?,
        };
        rows.push(HeaderRow { name, value });
    }
    Ok(rows)
}

/// Names are stored in lower case.
pub(super) fn is_authorization(name: &str) -> bool {
    name == "authorization"
}

/// The headers as they are sent; their values are marked so that no log shows them.
pub(crate) async fn configured_headers(
    core: &Core,
    row: &CallableRow,
) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
    let mut headers = Vec::new();
    if !row.has_headers {
        return Ok(headers);
    }
    let server = &row.server.id;
    for row in core.store.headers(server).await? {
        let value = core
            .keys
            .unseal(place(server, &row.name).view(), &row.value)?;
        let name = HeaderName::from_bytes(row.name.as_bytes()).map_err(|_| Error::Corrupt)?;
        let mut value = HeaderValue::from_str(&value).map_err(|_| Error::Corrupt)?;
        value.set_sensitive(true);
        headers.push((name, value));
    }
    Ok(headers)
}

fn checked_name(typed: &str) -> Result<String, Error> {
    name_of(typed).map_err(|why| invalid(typed, why))
}

fn checked_value<'a>(name: &str, typed: &'a str) -> Result<&'a str, Error> {
    value_of(typed).map_err(|why| invalid(name, why))
}

/// Name and value as they would be stored, or what is wrong with them.
pub(crate) fn checked_header<'a>(
    name: &str,
    value: &'a str,
) -> Result<(String, &'a str), &'static str> {
    Ok((name_of(name)?, value_of(value)?))
}

fn name_of(typed: &str) -> Result<String, &'static str> {
    let name = HeaderName::from_bytes(typed.trim().as_bytes())
        .map_err(|_| "its name has characters that a header cannot have")?;
    if RESERVED.contains(&name.as_str()) {
        return Err("Drawbridge sets it by itself");
    }
    Ok(name.as_str().to_owned())
}

fn value_of(typed: &str) -> Result<&str, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err("it has no value");
    }
    HeaderValue::from_str(typed)
        .map_err(|_| "its value has characters that a header cannot have")?;
    Ok(typed)
}

fn invalid(name: &str, why: &'static str) -> Error {
    Error::InvalidHeader {
        name: name.chars().take(60).collect(),
        why,
    }
}

/// A header's row is its server and its name.
struct Row(String);

fn place(server: &ServerId, name: &str) -> Row {
    Row(format!("{server}/{name}"))
}

impl Row {
    fn view(&self) -> Place<'_> {
        Place {
            table: "server_header",
            column: "value",
            row: &self.0,
        }
    }
}
