//! The programs that turn Rust into a site.

use crate::{
    Result,
    shell::{announce, output, program, root, run},
};
use std::fs;

/// The newest Trunk that the toolchains in use can build.
const TRUNK: &str = "0.21.14";

/// Installs Trunk and wasm-bindgen's command line.
pub(super) fn set_up() -> Result {
    // wasm-bindgen's two halves speak one version's private language, so they must be the same.
    install("wasm-bindgen-cli", "wasm-bindgen", &locked("wasm-bindgen")?, "1 min")?;
    install("trunk", "trunk", TRUNK, "3 min")
}

fn install(package: &str, binary: &str, version: &str, takes: &str) -> Result {
    let there = output(program(binary).arg("--version")).unwrap_or_default();
    if there.split(' ').nth(1) == Some(version) {
        return Ok(());
    }
    announce(&format!("Install {package} {version} ({takes})"));
    let mut cargo = program("cargo");
    cargo.args(["install", "--locked", package, "--version", version]);
    // They run for a second per build: time spent optimizing them is not won back.
    let profile = [("OPT_LEVEL", "1"), ("LTO", "off"), ("CODEGEN_UNITS", "16"), ("DEBUG", "0")];
    cargo.envs(profile.map(|(key, value)| (format!("CARGO_PROFILE_RELEASE_{key}"), value)));
    run(&mut cargo).map_err(|sentence| format!("{sentence} Install {package} {version}, then try again."))
}

/// The version of a package in Cargo.lock.
fn locked(package: &str) -> Result<String> {
    let lock =
        fs::read_to_string(root().join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}."))?;
    version_in(&lock, package).ok_or_else(|| format!("Cargo.lock does not name {package}."))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn reads_the_version_of_the_package_asked_for_and_no_other() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(version_in(lock, "bindgen"), None);
    }
}
