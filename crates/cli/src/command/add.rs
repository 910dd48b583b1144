//! `drawbridge add`

use std::fs;

use drawbridge_engine::Engine;
use drawbridge_engine::view::{
    AuthKind, AuthorizeParameter, HeaderInput, IssuerTrust, NewServer, RedirectPin, SecretChange,
    SignInFlow, SignInOptions,
};
use serde::Serialize;

use super::next_step::next_step;
use crate::arguments::{AddArguments, AuthChoice, FlowChoice, RedirectChoice};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::place::{Place, close};
use crate::shape::Server;
use crate::stdin;
use crate::text::line;

#[derive(Serialize)]
struct Answer {
    server: Server,
}

/// Adds a server; signing in is another command.
pub(crate) async fn add(
    arguments: AddArguments,
    place: &Place,
    output: &Output,
) -> Result<Exit, Failure> {
    let auth = arguments.auth;
    let mut new = described(arguments, output).await?;
    let engine = place.engine().await?;
    let added = async {
        new.auth = match auth {
            AuthChoice::None => AuthKind::None,
            AuthChoice::Headers => AuthKind::Headers,
            AuthChoice::Oauth => AuthKind::OAuth,
            // A key that is there wins over a sign-in (rule D2).
            AuthChoice::Auto if !new.headers.is_empty() => AuthKind::Headers,
            AuthChoice::Auto => detected(&engine, &new.url, output).await?,
        };
        let server = engine.add_server(new).await?;
        let servers = engine.snapshot().await?.servers;
        let next = next_step(&server, &servers);
        Ok::<_, Failure>((server, next))
    };
    let added = added.await;
    close(&engine).await;
    let (server, next) = added?;
    let added = format!("Added {}.", line(&server.name));
    let text = next.map_or_else(|| added.clone(), |next| format!("{added} {next}"));
    output.answer(
        &Answer {
            server: Server::new(server, 0),
        },
        || text,
    )?;
    Ok(Exit::Done)
}

/// What the server asks for, by asking it. What is not found out is not guessed (rule D1).
pub(crate) async fn detected(
    engine: &Engine,
    url: &str,
    output: &Output,
) -> Result<AuthKind, Failure> {
    output.progress_if_live("Finding out what the server needs…");
    let found = engine.detect(url).await;
    output.settle();
    let found = found?;
    match (found.auth, found.problem) {
        (Some(auth), _) => Ok(auth),
        (None, problem) => {
            let mut failure = problem.map_or_else(
                || Failure::other("It is not known what the server needs."),
                Failure::from,
            );
            let say = "Or say with drawbridge add --auth what the server needs.";
            let remedy = failure.remedy.take();
            failure.remedy =
                Some(remedy.map_or_else(|| say.to_owned(), |remedy| format!("{remedy} {say}")));
            Err(failure)
        }
    }
}

/// The server as it was typed; what it asks for is filled in later.
async fn described(arguments: AddArguments, output: &Output) -> Result<NewServer, Failure> {
    let mut headers = Vec::new();
    for typed in &arguments.header {
        headers.push(header(typed)?);
    }
    if arguments.header_stdin {
        let typed = from_stdin("the headers, NAME: VALUE, one a line", output).await?;
        for typed in typed.lines().filter(|line| !line.trim().is_empty()) {
            headers.push(header(typed)?);
        }
    }
    let client_secret = if arguments.client_secret_stdin {
        let typed = from_stdin("the secret of the client", output).await?;
        SecretChange::Set(typed.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        SecretChange::Keep
    };
    let client_key = match &arguments.client_key_file {
        Some(file) => SecretChange::Set(fs::read_to_string(file).map_err(|error| {
            Failure::usage(&format!(
                "The key {} cannot be read: {error}.",
                file.display()
            ))
        })?),
        None => SecretChange::Keep,
    };
    Ok(NewServer {
        name: arguments.name.clone(),
        headers,
        client_secret,
        client_key,
        same_url: arguments.same_url,
        sign_in: options(&arguments)?,
        ..NewServer::at(arguments.url, AuthKind::OAuth)
    })
}

fn options(arguments: &AddArguments) -> Result<SignInOptions, Failure> {
    let (port, path) = (arguments.port, arguments.redirect_path.clone());
    let redirect = match arguments.redirect {
        RedirectChoice::Loopback => RedirectPin::Loopback { port, path },
        RedirectChoice::Localhost => RedirectPin::Localhost { port, path },
        RedirectChoice::Auto | RedirectChoice::DeepLink if port.is_some() || path.is_some() => {
            let message =
                "A --port and a --redirect-path go with --redirect loopback or localhost.";
            return Err(Failure::usage(message));
        }
        RedirectChoice::Auto => RedirectPin::Auto,
        RedirectChoice::DeepLink => RedirectPin::DeepLink,
    };
    let mut authorize_parameters = Vec::new();
    for typed in &arguments.authorize_param {
        let (name, value) = typed
            .split_once('=')
            .ok_or_else(|| Failure::usage("An --authorize-param is NAME=VALUE."))?;
        authorize_parameters.push(AuthorizeParameter {
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }
    let scopes: Vec<String> = arguments
        .scope
        .iter()
        .flat_map(|scopes| scopes.split_whitespace().map(str::to_owned))
        .collect();
    Ok(SignInOptions {
        surface: None,
        // The command opens no window.
        remember_page: false,
        redirect,
        client_id: arguments.client_id.clone(),
        client_metadata_url: arguments.client_metadata_url.clone(),
        scopes: (!arguments.scope.is_empty()).then_some(scopes),
        authorize_parameters,
        issuer: if arguments.accept_issuer {
            IssuerTrust::AcceptNext
        } else {
            IssuerTrust::Exact
        },
        allow_missing_pkce: arguments.allow_missing_pkce,
        omit_resource: arguments.no_resource,
        flow: match arguments.flow {
            FlowChoice::Person => SignInFlow::Person,
            FlowChoice::ClientCredentials => SignInFlow::ClientCredentials,
        },
    })
}

/// `NAME: VALUE`; what is wrong is told without the value.
fn header(typed: &str) -> Result<HeaderInput, Failure> {
    let (name, value) = typed
        .split_once(':')
        .ok_or_else(|| Failure::usage("A header is NAME: VALUE."))?;
    Ok(HeaderInput {
        name: name.trim().to_owned(),
        value: Some(value.trim().to_owned()),
    })
}

async fn from_stdin(what: &str, output: &Output) -> Result<String, Failure> {
    stdin::all(what, output)
        .await
        .map_err(|error| Failure::usage(&format!("Standard input cannot be read: {error}.")))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use drawbridge_engine::view::{IssuerTrust, RedirectPin, SignInFlow, SignInOptions};

    use super::options;
    use crate::arguments::{Arguments, Command};

    fn typed(words: &str) -> crate::arguments::AddArguments {
        let words = format!("drawbridge add https://a.example/mcp {words}");
        match Arguments::try_parse_from(words.split_whitespace())
            .unwrap()
            .command
        {
            Command::Add(arguments) => *arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_switch_reaches_the_engine() {
        let options = options(&typed(
            "--client-id c --scope a --scope b --redirect localhost --port 8123 --redirect-path /back \
             --authorize-param access_type=offline --accept-issuer --allow-missing-pkce \
             --no-resource --client-metadata-url https://a.example/c.json --flow client-credentials",
        ))
        .unwrap();
        assert_eq!(options.client_id.as_deref(), Some("c"));
        assert_eq!(options.scopes.unwrap(), ["a", "b"]);
        assert_eq!(
            options.redirect,
            RedirectPin::Localhost {
                port: Some(8123),
                path: Some("/back".to_owned())
            }
        );
        assert_eq!(options.authorize_parameters[0].value, "offline");
        assert_eq!(options.issuer, IssuerTrust::AcceptNext);
        assert!(options.allow_missing_pkce && options.omit_resource);
        assert_eq!(options.flow, SignInFlow::ClientCredentials);
        assert!(options.client_metadata_url.is_some());
    }

    #[test]
    fn nothing_said_is_nothing_changed() {
        assert_eq!(options(&typed("")).unwrap(), SignInOptions::default());
    }

    #[test]
    fn a_port_belongs_to_a_redirect_that_has_one() {
        for alone in ["--port 80", "--redirect-path /back"] {
            assert_eq!(options(&typed(alone)).unwrap_err().code, "usage");
        }
    }
}
