//! A person with a browser, without the browser: walks the pages by plain HTTP.

use std::collections::BTreeMap;

use reqwest::{
    Client, RequestBuilder, Response,
    header::{COOKIE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use url::Url;

use crate::page::{self, Form};

/// How many pages and redirects a sign-in may have.
const PATIENCE: usize = 16;

/// Somebody who signs in and decides. Finds the way through our sample's pages and through those of
/// npm `oidc-provider`.
#[derive(Debug, Clone)]
pub struct Person {
    user: String,
    password: String,
    allows: bool,
}

/// What stopped the person.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// The authorization URL is none, or a page leads nowhere.
    #[error("this is no address: {0}")]
    Address(#[from] url::ParseError),
    /// The request itself failed.
    #[error("the page did not load")]
    Http(#[from] reqwest::Error),
    /// The page is a dead end.
    #[error("the page answered {status}: {text}")]
    Page {
        /// Its status.
        status: u16,
        /// Its text, cut.
        text: String,
    },
}

impl Person {
    /// Ada, who allows what she is asked.
    #[must_use]
    pub fn ada() -> Self {
        Self {
            user: "ada".to_owned(),
            password: "correct horse battery".to_owned(),
            allows: true,
        }
    }

    /// Says no at the consent page.
    #[must_use]
    pub fn deny(mut self) -> Self {
        self.allows = false;
        self
    }

    /// Opens an authorization URL, signs in, decides, and returns the callback URL, which is not
    /// visited.
    pub async fn follow(&self, authorization_url: &str) -> Result<String, PersonError> {
        let mut at = Url::parse(authorization_url)?;
        let callback = at.query_pairs().find(|(name, _)| name == "redirect_uri");
        let callback = callback
            .map(|(_, uri)| uri.into_owned())
            .unwrap_or_default();
        // No proxy: the servers are on this machine. No redirects: the last one leads to the app.
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        let mut cookies = Cookies::default();
        let mut form = None;
        for _ in 0..PATIENCE {
            let request = match form.take() {
                Some(fields) => http.post(at.clone()).form::<Vec<(String, String)>>(&fields),
                None => http.get(at.clone()),
            };
            let answer = cookies.put_on(request).send().await?;
            cookies.take_from(&answer);
            if let Some(to) = location(&answer) {
                if !callback.is_empty() && to.starts_with(&callback) {
                    return Ok(to);
                }
                at = at.join(&to)?;
                continue;
            }
            let status = answer.status();
            let text = answer.text().await?;
            let way = status.is_success().then(|| self.decide(&text)).flatten();
            let Some(way) = way else {
                return Err(PersonError::Page {
                    status: status.as_u16(),
                    text: page::complaint(&text),
                });
            };
            at = at.join(&way.to)?;
            form = way.form;
        }
        Err(PersonError::Page {
            status: 0,
            text: "the pages never end".to_owned(),
        })
    }

    /// What the person does with a page.
    fn decide(&self, text: &str) -> Option<Way> {
        let Form { action, fields } = page::form(text)?;
        let asks_password = fields.iter().any(|field| field.name == "password");
        if !self.allows && !asks_password {
            // oidc-provider has a link for it.
            if let Some(to) = page::link(text, "/abort") {
                return Some(Way { to, form: None });
            }
        }
        let decision = if self.allows { "allow" } else { "deny" };
        let form = fields
            .into_iter()
            .filter(|field| !field.button || field.value == decision)
            .map(|field| {
                let value = match field.name.as_str() {
                    "user" | "login" => self.user.clone(),
                    "password" => self.password.clone(),
                    _ => field.value,
                };
                (field.name, value)
            })
            .collect();
        Some(Way {
            to: action,
            form: Some(form),
        })
    }
}

struct Way {
    to: String,
    form: Option<Vec<(String, String)>>,
}

fn location(answer: &Response) -> Option<String> {
    let to = answer
        .headers()
        .get(LOCATION)
        .filter(|_| answer.status().is_redirection())?;
    to.to_str().ok().map(str::to_owned)
}

/// The cookies of one server; paths and times do not matter here.
#[derive(Default)]
struct Cookies(BTreeMap<String, String>);

impl Cookies {
    fn take_from(&mut self, answer: &Response) {
        for line in answer.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap_or_default();
            let pair = line.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn put_on(&self, request: RequestBuilder) -> RequestBuilder {
        if self.0.is_empty() {
            return request;
        }
        let pairs: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request.header(COOKIE, pairs.join("; "))
    }
}
