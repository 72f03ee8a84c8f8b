//! `cargo xtask bench`: how fast the engine and the page are.

use crate::{
    Command, Result, build, setup,
    shell::{announce, program, run},
    test::on_site,
    unexpected,
};
use lexopt::{Arg, Parser};
use std::process::ExitCode;

pub(crate) const COMMAND: Command = Command {
    usage: "bench [--native] [--browser]",
    about: "measure the engine natively and the page in Chromium; both by default",
    run: run_command,
};

fn run_command(mut arguments: Parser) -> Result<ExitCode> {
    let (mut native, mut browser) = (false, false);
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Long("native") => native = true,
            Arg::Long("browser") => browser = true,
            other => return Err(unexpected(&other)),
        }
    }
    if native || !browser {
        announce("The engine, natively");
        run(program("cargo").args(["bench", "-p", "podyard-tests"]))?;
    }
    if browser || !native {
        let browser = setup::for_browser()?;
        build::site(&setup::for_build()?, &browser)?;
        announce("The page, in Chromium");
        on_site(program("node").arg("tests/e2e/bench.mjs"), &browser)?;
    }
    Ok(ExitCode::SUCCESS)
}
