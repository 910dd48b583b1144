//! A door for the fuzz targets: an answer without the request that asks for it.

use http::Response;

use super::{TokenError, answer};

/// Reads an answer of the token endpoint: the tokens in the standard's form.
pub fn token_answer(response: &Response<Vec<u8>>, secrets: &[&str]) -> Result<Vec<u8>, TokenError> {
    answer::standard(response, secrets).map(Response::into_body)
}
