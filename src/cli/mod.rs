//! The command line: arguments in [`args`], one file per sub-command, and what
//! they share: errors, names with "did you mean", and what the terminal can show.
//!
//! Standard output has what was asked for and nothing else; notes, warnings and
//! errors go to standard error.

#![expect(
    clippy::disallowed_methods,
    reason = "one of the modules that do input and output"
)]

pub mod args;
mod check;
mod cron;
mod diff;
mod explain;
mod fix;
mod generate;
mod git;
mod input;
mod names;
mod parse;
mod rules;
mod schema;
mod schemas;
mod settings;
mod simulate;
mod tell;
mod terminal;
mod whole;

use crate::report::text::visible;
use args::{Cli, Command};
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use terminal::Out;

/// Nothing was found that matters.
const CLEAN: u8 = 0;
/// There are findings at or above `--fail-on`.
const FINDINGS: u8 = 1;
/// It could not be done as asked: usage, or files that cannot be read.
const FAILURE: u8 = 2;

/// Why a command could not be done; bad manifests are findings and never this.
#[derive(Debug)]
enum Error {
    /// The reason, and what may have been meant.
    Message(String, Option<String>),
    /// Writing the output failed.
    Output(io::Error),
}

impl Error {
    fn new(message: impl Into<String>) -> Self {
        Self::Message(message.into(), None)
    }

    fn with_hint(message: impl Into<String>, hint: Option<String>) -> Self {
        Self::Message(message.into(), hint)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs the command that `arguments` ask for, and says how it went.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(error),
    };
    let outcome = match &cli.command {
        // It writes to standard output itself, for as long as it runs.
        Command::Lsp(args) => return lsp(args),
        command => run(command, &mut terminal::stdout(cli.color)),
    };
    let code = match outcome {
        Ok(code) => code,
        // The reader has seen enough: `plimsoll rules | head`.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => CLEAN,
        Err(Error::Output(error)) => fail(&format!("cannot write the output: {error}"), None),
        Err(Error::Message(message, hint)) => fail(&message, hint.as_deref()),
    };
    ExitCode::from(code)
}

/// Serves an editor until it is done.
fn lsp(args: &args::LspArgs) -> ExitCode {
    let mut config = settings::config(&args.rules);
    // What will be written is not known yet, so all schemas are read.
    match schemas::load(&args.rules.schema_location, &|_| true) {
        Ok(loaded) => config.definitions = Arc::new(loaded.definitions),
        Err(Error::Message(message, hint)) => {
            return ExitCode::from(fail(&message, hint.as_deref()));
        }
        Err(Error::Output(error)) => return ExitCode::from(fail(&error.to_string(), None)),
    }
    crate::lsp::run(&config)
}

fn run(command: &Command, out: &mut Out) -> Result<u8, Error> {
    let code = match command {
        Command::Check(args) => check::run(args, out)?,
        Command::Simulate(args) => simulate::run(args, out)?,
        Command::Diff(args) => diff::run(args, out)?,
        Command::Parse(args) => parse::run(args, out)?,
        Command::Cron(args) => cron::run(args, out)?,
        Command::Rules(args) => rules::run(args, out)?,
        Command::Explain(args) => explain::run(args, out)?,
        Command::Schema(args) => schema::run(args, out)?,
        Command::Completions(args) => generate::completions(args, out)?,
        Command::Man(args) => generate::man(args, out)?,
        Command::Lsp(_) => CLEAN,
    };
    out.flush()?;
    Ok(code)
}

fn fail(message: &str, hint: Option<&str>) -> u8 {
    // Where standard error is gone there is nobody left to tell.
    let _ = terminal::say(&format!("error: {message}"));
    if let Some(hint) = hint {
        let _ = terminal::say(&format!("  hint: {hint}"));
    }
    FAILURE
}

/// Help and version, and what is wrong with the arguments.
fn usage(error: clap::Error) -> ExitCode {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
        && (word == "-" || Path::new(word).exists())
    {
        let hint = format!("to check it, run: plimsoll check {word}");
        return ExitCode::from(fail(&format!("unknown command `{word}`"), Some(&hint)));
    }
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    // It repeats what was typed, and a script may type names of files.
    let mut error = error;
    for kind in [
        ContextKind::InvalidValue,
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
    ] {
        if let Some(ContextValue::String(typed)) = error.get(kind) {
            let typed = visible(typed).into_owned();
            error.insert(kind, ContextValue::String(typed));
        }
    }
    let mut err = terminal::stderr();
    let _ = write!(err, "{}", error.render()).and_then(|()| err.flush());
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(FAILURE))
}
