//! npm packages: the code editor, its bundler, wasm-opt, and what drives a browser in tests.

use crate::{
    Result,
    shell::{announce, output, program, root, run},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// The oldest Node.js that everything here runs with.
const NODE: u32 = 20;

/// Installs exactly what package-lock.json names.
pub(super) fn set_up() -> Result {
    let version = output(program("node").arg("--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < NODE) {
        return Err(format!("Node.js {NODE} or later is missing: install it with npm, then try again."));
    }
    let (wanted, there) = (root().join("package-lock.json"), root().join("node_modules/.package-lock.json"));
    if changed(&there) > changed(&wanted) {
        return Ok(());
    }
    announce("Install the npm packages (10 s)");
    // No package here needs its install script, and the tests use the system's browser.
    run(program("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}

/// An installed package's script, run by Node.js.
pub(crate) fn package(script: &str) -> Command {
    let mut node = program("node");
    node.arg(script_path(script));
    node
}

fn script_path(script: &str) -> PathBuf {
    Path::new("node_modules").join(script)
}

fn changed(file: &Path) -> Option<SystemTime> {
    file.metadata().and_then(|metadata| metadata.modified()).ok()
}
