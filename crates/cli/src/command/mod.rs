//! The commands, one file each: they ask the engine and print what it says.

mod add;
mod call;
mod connect;
mod delete_all;
mod doctor;
mod export;
mod import;
mod list;
mod logout;
mod new_key;
mod next_step;
mod remove;
mod report;
mod session;
mod shell;
mod status;
mod tools;

use drawbridge_engine::view::ServerView;
use drawbridge_engine::{Engine, kept_aside};

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::find::find;
use crate::output::Output;
use crate::place::Place;

/// Does what was asked.
pub(crate) async fn run(arguments: Arguments, output: &Output) -> Result<Exit, Failure> {
    let place = Place::named(&arguments.global)?;
    let before = kept_aside(&place.data_dir);
    let done = run_at(&place, arguments.command, output).await;
    for path in kept_aside(&place.data_dir) {
        if !before.contains(&path) {
            let path = path.display();
            output.settle();
            output.say(&format!(
                "The database was damaged. It is kept aside as {path}, and a new list was begun."
            ));
        }
    }
    done
}

async fn run_at(place: &Place, command: Command, output: &Output) -> Result<Exit, Failure> {
    match command {
        Command::Add(arguments) => add::add(*arguments, place, output).await,
        Command::Connect(arguments) => connect::connect(&arguments, place, output).await,
        Command::List => list::list(place, output).await,
        Command::Status { server } => status::status(server.as_deref(), place, output).await,
        Command::Tools { server } => tools::tools(&server, place, output).await,
        Command::Call(arguments) => call::call(&arguments, place, output).await,
        Command::Logout { server } => logout::logout(&server, place, output).await,
        Command::Remove { server } => remove::remove(&server, place, output).await,
        Command::Import(arguments) => import::import(&arguments, place, output).await,
        Command::Export => export::export(place, output).await,
        Command::DeleteAll { yes } => delete_all::delete_all(yes, place, output).await,
        Command::Doctor { server } => doctor::doctor(&server, place, output).await,
        Command::Report { server } => report::report(&server, place, output).await,
        Command::NewKey => new_key::new_key(place, output).await,
        Command::Completions { shell } => shell::completions(shell, output),
        Command::Man => shell::manual(output),
    }
}

/// The server that is meant, as the engine shows it.
async fn named(engine: &Engine, typed: &str) -> Result<ServerView, Failure> {
    let servers = engine.snapshot().await?.servers;
    find(&servers, typed).cloned()
}
