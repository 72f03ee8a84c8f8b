//! Runs the shared conformance cases, where they are there.

use podyard_tests::{conformance, shared};
use std::process::ExitCode;

/// Folders whose every case the engine judges: there, a case that counts as not supported is a failure.
const WHOLE: [&str; 2] = ["policy/e2e", "policy/cyclonus"];

fn main() -> ExitCode {
    match shared("conformance") {
        Some(folder) => conformance::run(&[folder], &WHOLE),
        None => {
            println!("conformance: skipped, ../shared/conformance is not there");
            ExitCode::SUCCESS
        }
    }
}
