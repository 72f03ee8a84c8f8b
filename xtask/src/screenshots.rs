//! `cargo xtask screenshots`: what the page looks like, in `target/screenshots/`.

use crate::{
    Command, Result, build, no_arguments, setup,
    shell::{announce, program},
    test::on_site,
};
use lexopt::Parser;
use std::process::ExitCode;

pub(crate) const COMMAND: Command = Command {
    usage: "screenshots",
    about: "picture the page in three sizes, light and dark, into target/screenshots/",
    run,
};

fn run(arguments: Parser) -> Result<ExitCode> {
    no_arguments(arguments)?;
    let browser = setup::for_browser()?;
    build::site(&setup::for_build()?, &browser)?;
    announce("Screenshots");
    on_site(program("node").arg("tests/e2e/screenshots.mjs"), &browser)?;
    Ok(ExitCode::SUCCESS)
}
