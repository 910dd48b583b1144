//! A door for the fuzz targets: an answer without the request that asks for it.

use http::Response;

use super::{Registration, answer};
use crate::{AuthMethod, Error, RedirectUri, ServerMetadata};

/// Reads an answer of the registration endpoint.
pub fn registration_answer(
    response: &Response<Vec<u8>>,
    server: &ServerMetadata,
) -> Result<Registration, Error> {
    let redirect = RedirectUri::new(RedirectUri::DEEP_LINK);
    let _ = answer::unwanted_field(response);
    answer::read(response, server, &redirect, AuthMethod::None)
}
