//! `cargo xtask lint`: formatting and clippy, for this machine and for Wasm.

use crate::{
    Command, Result, no_arguments,
    setup::{self, TARGET, Wasm},
    shell::{announce, program, run},
};
use lexopt::Parser;
use std::process::ExitCode;

pub(crate) const COMMAND: Command = Command {
    usage: "lint",
    about: "check the formatting and run clippy, natively and for Wasm",
    run: run_command,
};

fn run_command(arguments: Parser) -> Result<ExitCode> {
    no_arguments(arguments)?;
    format()?;
    native()?;
    wasm(&setup::for_wasm()?)?;
    Ok(ExitCode::SUCCESS)
}

/// The formatting.
pub(crate) fn format() -> Result {
    announce("Formatting");
    run(program("cargo").args(["fmt", "--all", "--check"]))
}

/// Clippy for this machine.
pub(crate) fn native() -> Result {
    announce("Clippy");
    run(program("cargo").args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// Clippy for Wasm; where that toolchain has none, the compiler's own warnings.
pub(crate) fn wasm(wasm: &Wasm) -> Result {
    let packages = ["-p", "podyard-engine", "-p", "podyard-app", "--target", TARGET];
    let mut cargo = wasm.cargo();
    if wasm.has_clippy() {
        announce("Clippy for Wasm");
        cargo.arg("clippy").args(packages).args(["--", "-D", "warnings"]);
    } else {
        announce("Compiler warnings for Wasm (this toolchain has no clippy)");
        cargo.arg("check").args(packages).env("RUSTFLAGS", "-Dwarnings");
    }
    run(&mut cargo)
}
