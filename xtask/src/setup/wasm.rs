//! A toolchain that builds for Wasm: the active one, with rustup's help if need be, or else the distribution's.

use super::debian;
use crate::{
    Result,
    shell::{announce, output, program, run, which},
};
use std::{fs, path::Path, process::Command};

/// What the page and the worker are built for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The toolchain that builds for Wasm.
pub(crate) struct Wasm {
    distribution: bool,
}

impl Wasm {
    /// Lets a command that runs cargo use this toolchain.
    pub(crate) fn used_by<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if self.distribution {
            // The variables of the toolchain that started us would mislead the other one.
            command.env("RUSTUP_TOOLCHAIN", debian::TOOLCHAIN).env_remove("LD_LIBRARY_PATH");
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", debian::LINKER);
        }
        command
    }

    /// Cargo of this toolchain.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = program("cargo");
        self.used_by(&mut command);
        command
    }

    /// Whether this toolchain has clippy.
    pub(crate) fn has_clippy(&self) -> bool {
        output(self.cargo().args(["clippy", "--version"])).is_some()
    }
}

/// Finds or sets up the toolchain.
pub(super) fn set_up() -> Result<Wasm> {
    if active_has_target() {
        return Ok(Wasm { distribution: false });
    }
    if debian::is_set_up() {
        return Ok(Wasm { distribution: true });
    }
    if which("rustup").is_some() {
        announce("Add the Wasm target to the active Rust toolchain");
        if let Err(sentence) = run(program("rustup").args(["target", "add", TARGET])) {
            println!("{sentence}");
        } else if active_has_target() {
            return Ok(Wasm { distribution: false });
        }
    }
    if debian::is_here() {
        debian::set_up()?;
        return Ok(Wasm { distribution: true });
    }
    Err(format!("Rust cannot build for Wasm: run `rustup target add {TARGET}`, then try again."))
}

fn active_has_target() -> bool {
    let directory = output(program("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    directory.is_some_and(|directory| has_std(Path::new(&directory)))
}

/// Whether a directory of compiled libraries has the standard library.
pub(super) fn has_std(directory: &Path) -> bool {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}
