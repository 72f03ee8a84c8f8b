//! Runs the shared conformance cases, where they are there.

use podyard_tests::{conformance, shared};
use std::process::ExitCode;

fn main() -> ExitCode {
    match shared("conformance") {
        Some(folder) => conformance::run(&[folder]),
        None => {
            println!("conformance: skipped, ../shared/conformance is not there");
            ExitCode::SUCCESS
        }
    }
}
