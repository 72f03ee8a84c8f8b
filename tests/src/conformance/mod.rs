//! Conformance cases: a world, and statements of what holds in it, answered by real clusters or other suites.
//!
//! [`files`] finds the cases, [`case`] reads one, [`world`] brings its cluster up, [`judge`] holds its statements against
//! the engine. What the engine cannot judge yet is counted by folder and printed.

mod case;
mod ends;
mod expect;
mod files;
mod judge;
mod ports;
mod world;

use case::Read;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Failures printed for one case; the rest is counted.
const LINES: usize = 25;

/// What became of the cases of one folder.
#[derive(Default)]
struct Count {
    passed: usize,
    failed: usize,
    statements: usize,
    unsupported: usize,
}

/// Runs every case below the paths; prints failures and counts. Fails when a case fails, when there is none at all, and when
/// one of the folders `whole` is not judged whole.
pub fn run(paths: &[PathBuf], whole: &[&str]) -> ExitCode {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for path in paths {
        let found = files::below(path);
        if found.is_empty() {
            println!("{}: no cases here", path.display());
            return ExitCode::FAILURE;
        }
        for file in found {
            one(&file, counts.entry(files::folder(&file)).or_default());
        }
    }
    let (mut passed, mut failed) = (0, 0);
    for folder in whole {
        let count = counts.entry((*folder).to_owned()).or_default();
        let skipped = count.unsupported.max(usize::from(count.passed + count.failed == 0));
        if skipped > 0 {
            println!("FAIL {folder}: expected every case judged, got {} passed over", count.unsupported);
            failed += skipped;
        }
    }
    for (folder, count) in &counts {
        if count.unsupported > 0 {
            println!("not supported yet: {folder} ({} cases)", count.unsupported);
        }
        if count.passed + count.failed > 0 {
            println!(
                "{folder}: {} passed, {} failed ({} statements)",
                count.passed, count.failed, count.statements
            );
        }
        passed += count.passed;
        failed += count.failed;
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(file: &Path, count: &mut Count) {
    let failures = match case::read(file) {
        Ok(Read::Case(case)) => {
            let verdict = judge::case(&case);
            if verdict.unsupported {
                count.unsupported += 1;
                return;
            }
            count.statements += verdict.statements;
            verdict.failures
        }
        Ok(Read::Unsupported) => {
            count.unsupported += 1;
            return;
        }
        Err(why) => vec![why],
    };
    if failures.is_empty() {
        count.passed += 1;
        return;
    }
    count.failed += 1;
    for failure in failures.iter().take(LINES) {
        println!("FAIL {}: {failure}", file.display());
    }
    if failures.len() > LINES {
        println!("FAIL {}: and {} more", file.display(), failures.len() - LINES);
    }
}
