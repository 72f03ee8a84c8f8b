//! `cargo xtask conformance DIR…`: runs conformance cases; each DIR is the whole tree, a folder or a file.

use podyard_tests::conformance;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        eprintln!("Name folders or files of cases: conformance DIR…");
        return ExitCode::from(2);
    }
    conformance::run(&paths, &[])
}
