//! A door for the fuzz targets: an answer without the request that asks for it.

use http::Response;

use super::answer;
use super::answer::Asking;
use crate::{ClientId, Error, Issuer};

/// Reads an answer of the token endpoint of `https://as.example` to the client `c1`: the tokens in the
/// standard's form.
pub fn token_answer(response: &Response<Vec<u8>>, secrets: &[&str]) -> Result<Vec<u8>, Error> {
    let asking = Asking {
        issuer: Issuer::parse("https://as.example")?,
        client: ClientId::new("c1"),
        secrets: secrets.iter().copied().map(Into::into).collect(),
    };
    Ok(answer::standard(response, &asking)?.into_body())
}
