//! `cargo xtask`: the commands of this repository, one file each. Only Rust, Node.js and npm have to be there;
//! what else a command needs, it installs.

mod bench;
mod build;
mod conformance;
mod help;
mod lint;
mod screenshots;
mod serve;
mod server;
mod setup;
mod shell;
mod split;
mod test;

use lexopt::Parser;
use std::process::ExitCode;

/// What stopped a command, in one sentence.
type Result<T = ()> = std::result::Result<T, String>;

/// One command of `cargo xtask`.
struct Command {
    /// Name and arguments, as written on the command line.
    usage: &'static str,
    /// What it does, in one line.
    about: &'static str,
    run: fn(Parser) -> Result<ExitCode>,
}

const COMMANDS: [Command; 8] = [
    serve::COMMAND,
    test::COMMAND,
    build::COMMAND,
    lint::COMMAND,
    bench::COMMAND,
    conformance::COMMAND,
    screenshots::COMMAND,
    help::COMMAND,
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let found = COMMANDS.iter().find(|command| command.usage.split(' ').next() == Some(name.as_str()));
    let Some(command) = found else {
        if !name.is_empty() {
            eprintln!("There is no command `{name}`.");
        }
        eprint!("{}", help::text());
        return ExitCode::from(2);
    };
    match (command.run)(Parser::from_args(arguments)) {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("\n{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// The sentence for an argument a command does not know.
fn unexpected(argument: &lexopt::Arg<'_>) -> String {
    let error: lexopt::Error = argument.clone().unexpected();
    format!("{error}; `cargo xtask help` lists what there is.")
}

/// Refuses arguments, for commands that take none.
fn no_arguments(mut arguments: Parser) -> Result {
    match arguments.next() {
        Ok(None) => Ok(()),
        Ok(Some(argument)) => Err(unexpected(&argument)),
        Err(error) => Err(error.to_string()),
    }
}
