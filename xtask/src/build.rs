//! `cargo xtask build`: the site as visitors get it, in `dist/`.

use crate::{
    Command, Result, no_arguments,
    setup::{self, Wasm, package},
    shell::{announce, program, root, run},
};
use lexopt::Parser;
use std::{fs, process::ExitCode};

pub(crate) const COMMAND: Command = Command {
    usage: "build",
    about: "build the release site into dist/ and list its sizes",
    run: run_command,
};

/// The most a first visit may load, in kB of brotli. It only ever goes down; the goal is 350.
const FIRST_LOAD_KB: &str = "620";

fn run_command(arguments: Parser) -> Result<ExitCode> {
    no_arguments(arguments)?;
    site(&setup::for_build()?)?;
    sizes()?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the site.
pub(crate) fn site(wasm: &Wasm) -> Result {
    announce("Bundle the code editor");
    let mut esbuild = package("esbuild/bin/esbuild");
    esbuild.args(["app/js/editor.js", "--bundle", "--minify", "--format=esm", "--target=es2022"]);
    run(esbuild.args(["--legal-comments=none", "--log-level=warning", "--outfile=public/vendor/editor.js"]))?;

    announce("Build the site");
    let mut trunk = program("trunk");
    trunk.args(["build", "--release"]).env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk reads this variable as an option of its own, and takes nothing but true and false.
    if std::env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    run(wasm.used_by(&mut trunk))?;

    announce("Make the Wasm small");
    let (built, small) =
        (root().join("dist/podyard-app_bg.wasm"), root().join("target/podyard-app_small.wasm"));
    // Not `--all-features`: it writes encodings that browsers refuse.
    run(package("binaryen/bin/wasm-opt").arg("-Oz").arg(&built).arg("-o").arg(&small))?;
    fs::copy(&small, &built).map_err(|error| format!("Cannot write {}: {error}.", built.display()))?;
    Ok(())
}

/// Lists what the site weighs; fails when the first load is too heavy.
pub(crate) fn sizes() -> Result {
    announce("What the site weighs");
    run(program("node").args(["xtask/src/sizes.mjs", "dist", FIRST_LOAD_KB]))
}
