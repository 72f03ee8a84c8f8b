//! `cargo xtask serve`: the site on this machine.

use crate::{Command, Result, build, server, setup, shell::root, unexpected};
use lexopt::{Arg, Parser, ValueExt};
use std::process::ExitCode;

pub(crate) const COMMAND: Command = Command {
    usage: "serve [--port N] [--no-build]",
    about: "build the release site and serve it on http://127.0.0.1:8080",
    run,
};

const PORT: u16 = 8080;

fn run(mut arguments: Parser) -> Result<ExitCode> {
    let (mut port, mut build) = (PORT, true);
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Long("port") => {
                let number = arguments.value().and_then(|value| value.parse());
                port = number.map_err(|error| format!("`--port` takes a number up to 65535: {error}."))?;
            }
            Arg::Long("no-build") => build = false,
            other => return Err(unexpected(&other)),
        }
    }
    if build {
        // Said before the build, not after minutes of it.
        server::check_port(port)?;
        build::site(&setup::for_build()?, &setup::for_browser()?)?;
    }
    let serving = server::start(&root().join("dist"), port)?;
    println!("\nPodyard is at http://{}  (Ctrl+C stops it)", serving.address);
    serving.wait();
    Ok(ExitCode::SUCCESS)
}
