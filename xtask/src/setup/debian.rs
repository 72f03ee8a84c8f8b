//! A Debian system's own packages, for machines that reach its mirrors but not rustup's. Debian's Rust for web
//! browsers comes without a Wasm standard library, so that is built here, once, from the packaged source.

use super::wasm::{TARGET, has_std};
use crate::{
    Result,
    shell::{announce, output, program, root, run, which},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The distribution's toolchain, as rustup calls it.
pub(super) const TOOLCHAIN: &str = "distro";
/// Links Wasm modules.
pub(super) const LINKER: &str = "/usr/bin/rust-lld";

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const LIBRARIES: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";
/// Beside the libraries: the compiler that built them, and for what. Another one cannot read them.
const BUILT_BY: &str = "built-by";

/// Whether this system installs packages as Debian does.
pub(super) fn is_here() -> bool {
    which("apt-get").is_some()
}

/// Installs packages.
pub(super) fn install(packages: &[&str]) -> Result {
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let failed = |sentence| format!("{sentence} Run `{line}` as root, then try again.");
    run(as_root("apt-get")?.args(["update", "-qq"])).map_err(failed)?;
    let mut command = as_root("env")?;
    command.args([
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
    ]);
    run(command.args(packages)).map_err(failed)
}

/// Whether the toolchain can be used as it is.
pub(super) fn is_set_up() -> bool {
    let built_by = fs::read_to_string(Path::new(LIBRARIES).join(BUILT_BY)).ok();
    has_std(Path::new(LIBRARIES))
        && Path::new(LINKER).exists()
        && built_by.is_some_and(|by| Some(by.trim()) == stamp().as_deref())
        && (which("rustup").is_none() || linked())
}

/// Installs the toolchain and builds its standard library for Wasm.
pub(super) fn set_up() -> Result {
    announce("Install the distribution's Rust, which can build for Wasm (1 min)");
    run(as_root("apt-get")?.args(["update", "-qq"]))?;
    install(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", &linker_package()?])?;

    announce("Build Rust's standard library for Wasm from the distribution's source (1 min)");
    let built = build_std()?;
    run(as_root("mkdir")?.args(["-p", LIBRARIES]))?;
    run(as_root("find")?.args([LIBRARIES, "-name", "*.rlib", "-delete"]))?;
    run(as_root("cp")?.args(&built).arg(LIBRARIES))?;

    if which("rustup").is_some() && !linked() {
        run(program("rustup").args(["toolchain", "link", TOOLCHAIN, "/usr"]))?;
    }
    if is_set_up() { Ok(()) } else { Err(format!("The Wasm standard library is not usable in {LIBRARIES}.")) }
}

/// The linker of the LLVM that the packaged compiler uses: `llvm-22` asks for `lld-22`.
fn linker_package() -> Result<String> {
    let depends = output(program("apt-cache").args(["depends", "rust-web-llvm"])).unwrap_or_default();
    let major = depends.lines().find_map(|line| line.trim().strip_prefix("Depends: llvm-"));
    major.map(|major| format!("lld-{major}")).ok_or_else(|| {
        format!("Rust cannot build for Wasm and no package helps: run `rustup target add {TARGET}`, then try again.")
    })
}

/// Builds the standard library and gives the files to copy.
fn build_std() -> Result<Vec<PathBuf>> {
    let package = root().join("target/wasm-std");
    // A build of another compiler would leave its own libraries beside the new ones.
    let _ = fs::remove_dir_all(&package);
    let write = |name: &str, text: &str| {
        let file = package.join(name);
        file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text))
    };
    let manifest = "[package]\nname = \"empty\"\nedition = \"2021\"\n[workspace]\n[profile.release]\npanic = \"abort\"\nopt-level = \"z\"\n";
    let written = write("Cargo.toml", manifest).and_then(|()| write("src/lib.rs", ""));
    written.map_err(|error| format!("Cannot write to {}: {error}.", package.display()))?;

    let mut cargo = Command::new(CARGO);
    cargo.current_dir(&package);
    cargo.args(["build", "--release", "-Zbuild-std=std,panic_abort,test", "--target", TARGET]);
    // Visitors download it: small sorts and formatting rather than fast ones.
    cargo.arg("-Zbuild-std-features=optimize_for_size");
    // Link-time optimization needs the bitcode; the browser tests need `test`.
    cargo.envs([("RUSTC", RUSTC), ("RUSTC_BOOTSTRAP", "1"), ("RUSTFLAGS", "-Cembed-bitcode=yes")]);
    cargo.env("CARGO_TARGET_DIR", package.join("target")).env_remove("LD_LIBRARY_PATH");
    run(&mut cargo)?;

    let built_by = stamp().ok_or_else(|| format!("{RUSTC} does not run."))?;
    write(BUILT_BY, &built_by).map_err(|error| format!("Cannot write to {}: {error}.", package.display()))?;
    let directory = package.join("target").join(TARGET).join("release/deps");
    let entries = fs::read_dir(&directory).map_err(|error| format!("{}: {error}.", directory.display()))?;
    let mut files: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|file| is_of_std(file)).collect();
    files.push(package.join(BUILT_BY));
    Ok(files)
}

fn is_of_std(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.ends_with(".rlib") && !name.starts_with("libempty-")
}

fn stamp() -> Option<String> {
    let version = output(Command::new(RUSTC).arg("-V").env_remove("LD_LIBRARY_PATH"))?;
    Some(format!("{} for size", version.trim()))
}

fn linked() -> bool {
    let toolchains = output(program("rustup").args(["toolchain", "list"])).unwrap_or_default();
    toolchains.lines().any(|line| line.split(' ').next() == Some(TOOLCHAIN))
}

/// A command run as root, through sudo where need be.
fn as_root(name: &str) -> Result<Command> {
    if output(program("id").arg("-u")).as_deref() == Some("0") {
        return Ok(program(name));
    }
    if which("sudo").is_none() {
        return Err(
            "Installing the distribution's packages needs root: run this command as root once.".to_owned()
        );
    }
    let mut command = program("sudo");
    command.arg(name);
    Ok(command)
}
