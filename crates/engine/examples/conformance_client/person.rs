//! A person in front of the engine, who does what the row asks for, a few times at most.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use drawbridge_engine::view::{Action, Connection, Event, ServerView, Status};
use drawbridge_engine::{AttemptId, Engine, ServerId, SignInPrompt, SignInSurface};
use drawbridge_testkit::Person as Browser;
use tokio::sync::{broadcast, mpsc};

use crate::context::Call;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// How often the person presses a button before giving up.
const PATIENCE: u32 = 3;
/// How long the person waits for the row to change.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Shows sign-in pages to the person.
pub(crate) struct Screen(mpsc::UnboundedSender<SignInPrompt>);

impl Screen {
    pub(crate) fn watched() -> (
        Arc<dyn SignInSurface>,
        mpsc::UnboundedReceiver<SignInPrompt>,
    ) {
        let (prompts, shown) = mpsc::unbounded_channel();
        (Arc::new(Self(prompts)), shown)
    }
}

impl SignInSurface for Screen {
    fn open(&self, prompt: SignInPrompt) {
        // Nobody looks any more when the program ends.
        let _ = self.0.send(prompt);
    }

    fn close(&self, _: &AttemptId) {}
}

/// See the module.
pub(crate) struct Person {
    engine: Engine,
    server: ServerId,
    events: broadcast::Receiver<Event>,
    prompts: mpsc::UnboundedReceiver<SignInPrompt>,
    patience: u32,
}

impl Person {
    pub(crate) fn new(
        engine: Engine,
        prompts: mpsc::UnboundedReceiver<SignInPrompt>,
        server: ServerId,
    ) -> Self {
        Self {
            events: engine.events(),
            engine,
            server,
            prompts,
            patience: PATIENCE,
        }
    }

    pub(crate) fn server(&self) -> &ServerId {
        &self.server
    }

    /// Presses *Connect*, and then what the row offers, until it says *Connected*.
    pub(crate) async fn connect(&mut self) -> Outcome {
        self.press(Action::Connect).await
    }

    async fn press(&mut self, mut button: Action) -> Outcome {
        loop {
            self.spend_patience()?;
            match button {
                Action::Review => self.engine.sign_in_again(&self.server).await?,
                _ => self.engine.connect(&self.server).await?,
            }
            let row = self.settled().await?;
            button = match (&row.connection, row.action) {
                (Connection::Connected { .. }, _) => return Ok(()),
                (_, Some(next @ (Action::Connect | Action::Reconnect | Action::Review)))
                    if row.error.is_none() =>
                {
                    next
                }
                _ => return Err(why(&row).into()),
            };
        }
    }

    /// Calls a tool, and does what is asked for if it is refused. An answer of the server is an
    /// answer, even one that says no.
    pub(crate) async fn call(&mut self, call: &Call) -> Outcome {
        loop {
            let arguments = call.arguments.clone();
            let called = self
                .engine
                .call_tool(&self.server, &call.name, &call.name, arguments)
                .await;
            let error = match called {
                Ok(outcome) => {
                    eprintln!("{}: {:?}", call.name, outcome.content);
                    return Ok(());
                }
                Err(error) => error,
            };
            eprintln!("{}: {}: {error}", call.name, error.code());
            match error.code() {
                "server_error" => return Ok(()),
                "reauth_required" | "sign_in_needed" | "not_connected" => self.connect().await?,
                "more_access_needed" => self.press(Action::Review).await?,
                _ => return Err(error.into()),
            }
        }
    }

    async fn row(&self) -> Outcome<ServerView> {
        let rows = self.engine.snapshot().await?.servers;
        let row = rows.into_iter().find(|row| row.id == self.server.as_str());
        Ok(row.ok_or("the server is not in the list")?)
    }

    fn spend_patience(&mut self) -> Outcome {
        self.patience = self.patience.checked_sub(1).ok_or("the person gave up")?;
        Ok(())
    }

    /// Signs in where a page is shown, and waits until the row says that nothing is under way.
    async fn settled(&mut self) -> Outcome<ServerView> {
        tokio::time::timeout(LONGEST_WAIT, self.wait()).await?
    }

    async fn wait(&mut self) -> Outcome<ServerView> {
        // What was told before the button was pressed says nothing of what it did.
        let now = self.row().await?;
        if is_settled(&now) {
            return Ok(now);
        }
        loop {
            tokio::select! {
                event = self.events.recv() => match event? {
                    Event::ServerChanged { server }
                        if server.revision > now.revision && is_settled(&server) =>
                    {
                        return Ok(*server);
                    }
                    _ => {}
                },
                Some(prompt) = self.prompts.recv() => self.sign_in(prompt).await?,
            }
        }
    }

    async fn sign_in(&self, prompt: SignInPrompt) -> Outcome {
        let callback = Browser::ada().follow(prompt.url.as_str()).await?;
        if let Err(error) = self.engine.receive_callback(&callback).await {
            eprintln!("the callback was refused: {}: {error}", error.code());
        }
        Ok(())
    }
}

fn is_settled(row: &ServerView) -> bool {
    let under_way = matches!(row.connection, Connection::Connecting)
        || matches!(
            row.status,
            Status::FindingOut | Status::WaitingForYou | Status::SigningIn | Status::Ready
        );
    !under_way
}

fn why(row: &ServerView) -> String {
    let of_connection = match &row.connection {
        Connection::Failed { error } | Connection::Retrying { error, .. } => Some(error),
        _ => None,
    };
    match row.error.as_ref().or(of_connection) {
        Some(error) => format!("{}: {}", error.code, error.message),
        None => format!("{:?}", row.status),
    }
}
