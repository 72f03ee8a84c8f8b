//! `cargo xtask build`: the site as visitors get it, in `dist/`.

use crate::{
    Command, Result, no_arguments,
    setup::{self, Browser, Wasm, package},
    shell::{announce, output, program, root, run},
    split,
    test::on_site,
};
use lexopt::Parser;
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

pub(crate) const COMMAND: Command = Command {
    usage: "build",
    about: "build the release site into dist/ and list its sizes",
    run: run_command,
};

/// The most a first visit may load, in kB of brotli. It only ever goes down.
const FIRST_LOAD_KB: &str = "350";

/// What page and worker start with.
const MODULE: &str = "dist/podyard-app_bg.wasm";
/// What they do without at first.
const LATER: &str = "dist/podyard-app_later.wasm";

fn run_command(arguments: Parser) -> Result<ExitCode> {
    no_arguments(arguments)?;
    site(&setup::for_build()?, &setup::for_browser()?)?;
    sizes()?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the site. The browser shows what of it a first visit needs.
pub(crate) fn site(wasm: &Wasm, browser: &Browser) -> Result {
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
    // Whose machine built it is nobody's business, and long paths weigh something.
    trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", remapped()?);
    run(wasm.used_by(&mut trunk))?;

    announce("Make it small");
    let mut esbuild = package("esbuild/bin/esbuild");
    esbuild.args(["dist/*.js", "dist/styles/*.css", "--minify", "--target=es2022", "--log-level=warning"]);
    run(esbuild.args(["--outdir=dist", "--outbase=dist", "--allow-overwrite"]))?;
    let small = root().join("target/podyard-app_small.wasm");
    // Not `--all-features`: it writes encodings that browsers refuse.
    run(package("binaryen/bin/wasm-opt").arg("-Oz").arg(root().join(MODULE)).arg("-o").arg(&small))?;

    announce("Split it: what the first scenario runs comes first");
    let small = read(&small)?;
    let (first, later) = split::split(&small, &notes(&small, browser)?)?;
    write(&root().join(MODULE), &first)?;
    write(&root().join(LATER), &later)
}

/// Compiler flags that shorten the paths of sources.
fn remapped() -> Result<String> {
    let home = std::env::home_dir().map(|home| home.join(".cargo"));
    let cargo = std::env::var_os("CARGO_HOME").map(PathBuf::from).or(home).ok_or("Cargo has no home.")?;
    let rust = output(program("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    let rust = Path::new(&rust).join("lib/rustlib/src/rust");
    let folders = [(cargo.join("registry/src"), "registry"), (rust, "rust"), (root().to_owned(), ".")];
    let flags = folders.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()));
    Ok(flags.join(" "))
}

/// What of a module the first scenario runs.
fn notes(module: &[u8], browser: &Browser) -> Result<Vec<u8>> {
    let watched = split::watched(module)?;
    write(&root().join(MODULE), &watched.wasm)?;
    let notes = root().join("target/podyard-app_notes.bin");
    let mut visitor = program("node");
    visitor.args(["xtask/src/notes.mjs", &watched.base.to_string(), &watched.count.to_string()]);
    on_site(visitor.arg(&notes), browser)?;
    read(&notes)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| format!("Cannot read {}: {error}.", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result {
    fs::write(file, bytes).map_err(|error| format!("Cannot write {}: {error}.", file.display()))
}

/// Lists what the site weighs; fails when the first load is too heavy.
pub(crate) fn sizes() -> Result {
    announce("What the site weighs");
    run(program("node").args(["xtask/src/sizes.mjs", "dist", FIRST_LOAD_KB]))
}
