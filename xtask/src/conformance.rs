//! `cargo xtask conformance DIR…`: folders of cases, recorded from real clusters.

use crate::{Command, Result, shell::program};
use lexopt::Parser;
use std::process::ExitCode;

pub(crate) const COMMAND: Command =
    Command { usage: "conformance DIR…", about: "run folders of conformance cases", run };

fn run(mut arguments: Parser) -> Result<ExitCode> {
    let folders: Vec<_> = arguments.raw_args().map_err(|error| error.to_string())?.collect();
    if folders.is_empty() {
        return Err("Name the folders of cases: `cargo xtask conformance DIR…`.".to_owned());
    }
    let mut cargo = program("cargo");
    // Folders are named from where the user stands.
    cargo.current_dir(std::env::current_dir().map_err(|error| error.to_string())?);
    cargo.args(["run", "--release", "-p", "podyard-tests", "--bin", "conformance", "--"]).args(folders);
    let status = cargo.status().map_err(|error| format!("cargo did not start: {error}."))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
