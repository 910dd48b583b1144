//! `drawbridge connect`: a sign-in with a person, or none where none is needed.

use std::pin::pin;
use std::time::Duration;

use drawbridge_engine::view::{Authorization, Event, ServerView, Status};
use drawbridge_engine::{Engine, Limits, ServerId, SignInPrompt, told_to_end};
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use super::add;
use crate::arguments::ConnectArguments;
use crate::browser::{self, NoBrowser};
use crate::end::{cancelled, unless_told};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::find::{candidates, find, is_address};
use crate::output::Output;
use crate::person::{Terminal, callback, pasted_lines};
use crate::place::{Place, close};
use crate::shape::Server;
use crate::text::line;
use crate::watch::{Waiting, next_change, step};
use crate::words;

#[derive(Serialize)]
struct Answer {
    server: Server,
}

/// Signs in, if that is needed, and looks at the tools.
pub(crate) async fn connect(
    arguments: &ConnectArguments,
    place: &Place,
    output: &Output,
) -> Result<Exit, Failure> {
    let (surface, prompts) = Terminal::new();
    let mut told = pin!(told_to_end());
    let opening = place.engine_with(surface, Limits::default());
    let engine = unless_told(&mut told, opening).await?;
    let connected = async {
        let server = signed_in(&engine, arguments, prompts, output, &mut told).await?;
        let tools = engine.tools(&ServerId::from(server.id.as_str())).await?;
        Ok::<_, Failure>((server, tools.len()))
    };
    let connected = connected.await;
    close(&engine).await;
    output.settle();
    let (server, tools) = connected?;
    let plural = if tools == 1 { "" } else { "s" };
    let text = format!("Connected to {}: {tools} tool{plural}.", line(&server.name));
    output.answer(
        &Answer {
            server: Server::new(server, tools),
        },
        || text,
    )?;
    Ok(Exit::Done)
}

/// The whole way, until the server is connected, the person stops it or the time is over.
async fn signed_in(
    engine: &Engine,
    arguments: &ConnectArguments,
    prompts: UnboundedReceiver<SignInPrompt>,
    output: &Output,
    told: &mut (impl Future<Output = ()> + Unpin),
) -> Result<ServerView, Failure> {
    let mut over = pin!(async {
        match arguments.timeout {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds.into())).await,
            None => std::future::pending().await,
        }
    });
    let server = tokio::select! {
        server = chosen(engine, &arguments.server, output) => server?,
        () = &mut *told => return Err(cancelled()),
        () = &mut over => return Err(too_late(&arguments.server)),
    };
    let id = ServerId::from(server.id.as_str());
    let way = Way {
        engine,
        output,
        no_browser: arguments.no_browser,
        registering: Registering::of(arguments, &server),
        prompts,
        prompt: None,
        pasted: None,
        browsers: JoinSet::new(),
    };
    let stopped = tokio::select! {
        connected = way.walk(&server, &id) => return connected,
        () = told => {
            Failure::from(drawbridge_engine::Error::SignInCancelled).about(&server)
        }
        () = over => too_late(&server.name).about(&server),
    };
    // What is cancelled leaves no attempt behind.
    engine.cancel(&id).await?;
    Err(stopped)
}

/// The time that the person gave is over.
fn too_late(called: &str) -> Failure {
    Failure::new(
        "wait_timed_out",
        &format!("{} was not connected in time.", line(called)),
        words::remedy("wait_timed_out", None, Some(called)).as_deref(),
    )
}

fn wants_a_sign_in(failure: &Failure) -> bool {
    matches!(failure.code.as_str(), "reauth_required" | "sign_in_needed")
}

/// The server that is meant; a URL that is not in the list is added.
async fn chosen(engine: &Engine, typed: &str, output: &Output) -> Result<ServerView, Failure> {
    let servers = engine.snapshot().await?.servers;
    match candidates(&servers, typed)? {
        Some(server) => Ok(server.clone()),
        None if is_address(typed) => {
            let auth = add::detected(engine, typed, output).await?;
            let new = drawbridge_engine::view::NewServer::at(typed, auth);
            match engine.add_server(new).await {
                // Another process was faster.
                Err(drawbridge_engine::Error::DuplicateUrl { id, .. }) => {
                    let servers = engine.snapshot().await?.servers;
                    find(&servers, id.as_str()).cloned()
                }
                added => Ok(added?),
            }
        }
        None => find(&servers, typed).cloned(),
    }
}

/// Whether Drawbridge is introduced to the sign-in server anew (rule R8).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Registering {
    /// It helps a person whose page does not know Drawbridge any more.
    Offered,
    /// When the page of what is registered so far is there, which nobody sees.
    Wanted,
    /// It was; or it would change nothing, as the client was typed in.
    Settled,
}

impl Registering {
    fn of(arguments: &ConnectArguments, server: &ServerView) -> Self {
        if server.sign_in.client_id.is_some() {
            Self::Settled
        } else if arguments.register_again {
            Self::Wanted
        } else {
            Self::Offered
        }
    }
}

/// What goes on while a person signs in.
struct Way<'a> {
    engine: &'a Engine,
    output: &'a Output,
    no_browser: bool,
    registering: Registering,
    prompts: UnboundedReceiver<SignInPrompt>,
    /// The page that is open.
    prompt: Option<SignInPrompt>,
    /// What the person pastes, once they were asked to.
    pasted: Option<UnboundedReceiver<String>>,
    browsers: JoinSet<Result<(), NoBrowser>>,
}

impl Way<'_> {
    async fn walk(mut self, server: &ServerView, id: &ServerId) -> Result<ServerView, Failure> {
        let mut events = self.engine.events();
        self.begin(server, id).await?;
        let mut asked_again = false;
        let mut waiting = Waiting::default();
        loop {
            let now = self.next(&mut events, id).await?;
            let Some(verdict) = waiting.verdict(&now) else {
                if let Some(step) = step(&now.status) {
                    self.output.progress(step);
                }
                continue;
            };
            match verdict {
                // What was stored turned out to be dead, or to want a sign-in: that is what this command mends.
                Err(failure) if wants_a_sign_in(&failure) && !asked_again => {
                    asked_again = true;
                    // Told before the sign-in began.
                    if self.engine.running_attempt(id).is_none() {
                        self.engine.connect(id).await?;
                    }
                }
                verdict => return verdict.map(|()| now),
            }
        }
    }

    async fn begin(&self, server: &ServerView, id: &ServerId) -> Result<(), Failure> {
        let signs_in_anew = match &server.authorization {
            Authorization::SignedIn { needs, .. } => {
                !needs.is_empty() || self.registering == Registering::Wanted
            }
            _ => false,
        };
        let begun = if signs_in_anew {
            self.engine.sign_in_again(id).await
        } else {
            self.engine.connect(id).await
        };
        begun.map_err(|error| Failure::from(error).about(server))
    }

    /// The next change of the server; meanwhile pages are opened and answers taken in.
    async fn next(
        &mut self,
        events: &mut Receiver<Event>,
        id: &ServerId,
    ) -> Result<ServerView, Failure> {
        loop {
            let pasted = async {
                match &mut self.pasted {
                    Some(lines) => lines.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                change = next_change(self.engine, events, id) => return change,
                Some(prompt) = self.prompts.recv() => self.take_page(prompt).await?,
                Some(ended) = self.browsers.join_next() => {
                    if !matches!(ended, Ok(Ok(()))) {
                        self.ask_to_open("No browser could be opened.");
                    }
                }
                line = pasted => match line {
                    Some(line) => self.take(&line).await,
                    None => self.pasted = None,
                },
            }
        }
    }

    /// Shows the page, unless another one is to come in its place.
    async fn take_page(&mut self, prompt: SignInPrompt) -> Result<(), Failure> {
        match self.registering {
            Registering::Wanted => {
                self.registering = Registering::Settled;
                self.output.progress("Registering again…");
                return match self.engine.register_again(&prompt.server).await {
                    // The sign-in has ended meanwhile, which is told by its events.
                    Err(drawbridge_engine::Error::NoSignIn) => Ok(()),
                    begun => Ok(begun?),
                };
            }
            Registering::Offered => {
                self.output.settle();
                self.output.say(&words::register_again(&prompt.server_name));
                if let Some(step) = step(&Status::WaitingForYou) {
                    self.output.progress_if_live(step);
                }
            }
            Registering::Settled => {}
        }
        self.show(prompt);
        Ok(())
    }

    fn show(&mut self, prompt: SignInPrompt) {
        let url = prompt.url.as_str().to_owned();
        self.prompt = Some(prompt);
        if self.no_browser {
            self.ask_to_open("Sign in on any computer.");
        } else {
            self.browsers.spawn(browser::open(url));
        }
    }

    fn ask_to_open(&mut self, why: &str) {
        let Some(prompt) = &self.prompt else { return };
        self.output.settle();
        if !browser::may_open(prompt.url.as_str()) {
            self.output
                .say("The sign-in page has an address that is not safe to open.");
            return;
        }
        self.output.say(&format!(
            "{why} Open this page:\n\n{}\n",
            prompt.url.as_str()
        ));
        let or_code = if prompt.iss_parameter_supported {
            ""
        } else {
            ", or the code it shows"
        };
        self.output.say(&format!(
            "Then paste the address you end on{or_code}, and press Enter:"
        ));
        if self.pasted.is_none() {
            self.pasted = Some(pasted_lines());
        }
    }

    async fn take(&mut self, line: &str) {
        let Some(prompt) = &self.prompt else { return };
        if line.trim().is_empty() {
            return;
        }
        let refusal = match callback(line, prompt) {
            Some(url) => match self.engine.receive_callback(&url).await {
                Ok(_) => return,
                Err(error) => format!("{error} "),
            },
            None => String::new(),
        };
        self.output.settle();
        self.output
            .say(&format!("{refusal}Paste the whole address."));
    }
}
