//! A person with a browser, without the browser: walks the pages by plain HTTP.

use reqwest::{Client, Response, header::LOCATION, redirect::Policy};
use url::Url;

/// Somebody who signs in and decides.
#[derive(Debug, Clone)]
pub struct Person {
    user: String,
    password: String,
    decision: &'static str,
}

/// What stopped the person.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// The request itself failed.
    #[error("the page did not load")]
    Http(#[from] reqwest::Error),
    /// The page says something else than expected.
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
            decision: "allow",
        }
    }

    /// Says no at the consent page.
    #[must_use]
    pub fn deny(mut self) -> Self {
        self.decision = "deny";
        self
    }

    /// Opens an authorization URL, signs in, decides, and returns the callback URL, which is not
    /// visited.
    pub async fn follow(&self, authorization_url: &str) -> Result<String, PersonError> {
        // No proxy: the servers are on this machine. No redirects: the last one leads to the app.
        let browser = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        let page = browser.get(authorization_url).send().await?;
        let base = page.url().clone();
        let login = match next(page).await? {
            Next::Callback(url) => return Ok(url),
            Next::Form(form) => form,
        };
        let fields = [
            ("request", login.request.as_str()),
            ("user", &self.user),
            ("password", &self.password),
        ];
        let page = browser.post(login.url(&base)).form(&fields).send().await?;
        let consent = match next(page).await? {
            Next::Callback(url) => return Ok(url),
            Next::Form(form) => form,
        };
        let fields = [
            ("request", consent.request.as_str()),
            ("decision", self.decision),
        ];
        let page = browser
            .post(consent.url(&base))
            .form(&fields)
            .send()
            .await?;
        match next(page).await? {
            Next::Callback(url) => Ok(url),
            Next::Form(_) => Err(PersonError::Page {
                status: 200,
                text: "one form too many".to_owned(),
            }),
        }
    }
}

enum Next {
    Callback(String),
    Form(PageForm),
}

struct PageForm {
    action: String,
    request: String,
}

impl PageForm {
    fn url(&self, base: &Url) -> Url {
        base.join(&self.action).unwrap_or_else(|_| base.clone())
    }
}

async fn next(page: Response) -> Result<Next, PersonError> {
    let status = page.status();
    let location = page.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    if let Some(to) = location.filter(|_| status.is_redirection()) {
        return Ok(Next::Callback(to.to_owned()));
    }
    let text = page.text().await?;
    let form =
        between(&text, "action=\"", "\"").zip(between(&text, "name=\"request\" value=\"", "\""));
    match form {
        Some((action, request)) if status.is_success() => Ok(Next::Form(PageForm {
            action: action.to_owned(),
            request: request.to_owned(),
        })),
        _ => Err(PersonError::Page {
            status: status.as_u16(),
            text: between(&text, "role=\"alert\">", "<")
                .unwrap_or(&text)
                .chars()
                .take(200)
                .collect(),
        }),
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(inner, _)| inner)
}
