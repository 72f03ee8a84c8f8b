//! `cargo xtask test`: every check there is, then what came of them.

use crate::{
    Command, Result, build, lint, no_arguments, server,
    setup::{self, Browser, TARGET, Wasm, package},
    shell::{announce, program, root, run},
};
use lexopt::Parser;
use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

pub(crate) const COMMAND: Command = Command {
    usage: "test",
    about: "run every check: lint, build, tests, browser tests, end to end",
    run: run_command,
};

fn run_command(arguments: Parser) -> Result<ExitCode> {
    no_arguments(arguments)?;
    let mut steps = Steps::default();
    steps.run("formatting", lint::format);
    steps.run("clippy", lint::native);
    steps.run("cargo test", native);
    let wasm = steps.run("set up what builds the site", setup::for_build);
    let browser = steps.run("set up the browser", setup::for_browser);
    let wasm = || wasm.as_ref().ok_or_else(|| "Not run: its tools are missing.".to_owned());
    let browser = || browser.as_ref().ok_or_else(|| "Not run: the browser is missing.".to_owned());
    steps.run("clippy for Wasm", || lint::wasm(wasm()?));
    let site = steps.run("release site", || build::site(wasm()?, browser()?));
    let site = || site.as_ref().ok_or_else(|| "Not run: there is no site to test.".to_owned());
    steps.run("first load", || site().and_then(|()| build::sizes()));
    steps.run("browser tests", || in_browser(wasm()?, browser()?));
    steps.run("end to end", || site().and_then(|()| end_to_end(browser()?)));
    Ok(steps.summary())
}

/// Unit tests, the literate suite, conformance, tidiness.
fn native() -> Result {
    announce("Tests");
    run(program("cargo").args(["test", "--workspace", "--no-fail-fast"]))
}

/// Tests of what only a browser has.
fn in_browser(wasm: &Wasm, browser: &Browser) -> Result {
    announce("Tests in the browser");
    let mut cargo = wasm.cargo();
    cargo.args(["test", "-p", "podyard-tests", "--target", TARGET, "--test", "browser"]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    run(browser.used_by(&mut cargo))
}

/// Tests of the built site, as a visitor meets it.
fn end_to_end(browser: &Browser) -> Result {
    announce("Tests end to end");
    let mut playwright = package("@playwright/test/cli.js");
    playwright.args(["test", "--config", "tests/e2e/playwright.config.js"]);
    on_site(&mut playwright, browser)
}

/// Runs a program that visits the built site.
pub(crate) fn on_site(visitor: &mut std::process::Command, browser: &Browser) -> Result {
    let serving = server::start(&root().join("dist"), 0)?;
    run(browser.used_by(visitor).env("PODYARD_URL", format!("http://{}/", serving.address)))
}

/// The steps so far: name, whether it went well, how long it took.
#[derive(Default)]
struct Steps(Vec<(&'static str, bool, Duration)>);

impl Steps {
    fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Option<T> {
        let start = Instant::now();
        let result = step();
        if let Err(sentence) = &result {
            eprintln!("{sentence}");
        }
        self.0.push((name, result.is_ok(), start.elapsed()));
        result.ok()
    }

    fn summary(&self) -> ExitCode {
        announce("Summary");
        for (name, passed, took) in &self.0 {
            let (minutes, seconds) = (took.as_secs() / 60, took.as_secs() % 60);
            println!("{}  {name:<32} {minutes:>3}:{seconds:02}", if *passed { "ok    " } else { "FAILED" });
        }
        let passed = self.0.iter().filter(|(_, passed, _)| *passed).count();
        println!("\n{passed} passed, {} failed", self.0.len() - passed);
        if passed == self.0.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
