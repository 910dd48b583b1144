#![doc = include_str!("../README.md")]

mod arguments;
mod browser;
mod command;
mod end;
mod exit;
mod failure;
mod find;
mod log;
mod output;
mod own_client;
mod person;
mod place;
mod shape;
mod stdin;
mod text;
mod watch;
mod words;

use std::env;

use clap::builder::Resettable;
use clap::{CommandFactory as _, FromArgMatches as _};

use crate::arguments::Arguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, unless_read_enough, unwritten};

/// Does what the arguments of the process say. Answers its exit code, one of those of `docs/cli.md`.
#[must_use]
pub fn run() -> u8 {
    answer() as u8
}

fn answer() -> Exit {
    let typed = definition().try_get_matches();
    let arguments = match typed.and_then(|typed| Arguments::from_arg_matches(&typed)) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let output = Output::new(arguments.global.json);
    log::begin(arguments.global.verbose);
    match obey(arguments, &output) {
        Ok(exit) => exit,
        Err(failure) => output.failure(&failure),
    }
}

/// One thread is enough: what takes long waits for a network.
fn obey(arguments: Arguments, output: &Output) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(&format!("The program cannot start: {error}.")))?;
    let done = runtime.block_on(command::run(arguments, output));
    // Whatever still hangs, such as a read of standard input, is of no use any more.
    runtime.shutdown_background();
    done
}

/// Help and version are no errors; anything else that clap says is one of usage.
fn refuse(error: &clap::Error) -> Exit {
    let wants_json = env::args_os().any(|word| word == "--json");
    if error.use_stderr() && wants_json {
        return Output::new(true).failure(&Failure::usage(&words::complaint(error)));
    }
    let printed = unless_read_enough(error.print());
    if error.use_stderr() {
        return Exit::Usage;
    }
    match printed {
        Ok(()) => Exit::Done,
        Err(error) => Output::new(false).failure(&unwritten(&error)),
    }
}

/// The whole command line. A variable that is empty is as good as none; an option that is empty is refused.
fn definition() -> clap::Command {
    Arguments::command().mut_args(|argument| {
        let value = argument.get_env().and_then(env::var_os);
        if value.is_some_and(|value| value.is_empty()) {
            argument.env(Resettable::Reset)
        } else {
            argument
        }
    })
}
