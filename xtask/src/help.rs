//! `cargo xtask help`: what there is.

use crate::{COMMANDS, Command, Result};
use lexopt::Parser;
use std::process::ExitCode;

pub(crate) const COMMAND: Command = Command { usage: "help", about: "this list", run };

fn run(_: Parser) -> Result<ExitCode> {
    print!("{}", text());
    Ok(ExitCode::SUCCESS)
}

/// The list of commands, one line each.
pub(crate) fn text() -> String {
    let lines = COMMANDS.iter().map(|command| format!("  {:<32} {}\n", command.usage, command.about));
    format!("cargo xtask …\n{}", lines.collect::<String>())
}
