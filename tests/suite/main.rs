//! Runs every Markdown file below `tests/suite`; `PODYARD_BLESS=1` rewrites snapshots.

use podyard_tests::literate::{Rewrite, cases, run};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = podyard_tests::root().join("tests/suite");
    let bless = std::env::var_os("PODYARD_BLESS").is_some();
    let (mut passed, mut failed) = (0, 0);
    for path in markdown(&root) {
        let text = std::fs::read_to_string(&path).expect("the suite is readable");
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        let mut rewrites: Vec<Rewrite> = Vec::new();
        for case in cases(&text) {
            let mut outcome = run(&case);
            if outcome.checked == 0 {
                outcome.failures.push("asserts nothing".to_owned());
            }
            if !bless {
                for rewrite in &outcome.rewrites {
                    let got = rewrite.lines.join("\n      ");
                    outcome
                        .failures
                        .push(format!("snapshot differs (PODYARD_BLESS=1 rewrites it):\n      {got}"));
                }
            }
            rewrites.append(&mut outcome.rewrites);
            if outcome.failures.is_empty() {
                passed += 1;
            } else {
                failed += 1;
                println!("FAILED {name} # {}", case.name);
                outcome.failures.iter().for_each(|failure| println!("    {failure}"));
            }
        }
        if bless && !rewrites.is_empty() {
            std::fs::write(&path, rewritten(&text, &rewrites)).expect("the suite is writable");
            println!("rewrote {} snapshots of {name}", rewrites.len());
        }
    }
    println!("literate suite: {passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0 || passed == 0))
}

/// The text with its snapshots replaced, from the last to the first so that line numbers hold.
fn rewritten(text: &str, rewrites: &[Rewrite]) -> String {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    for rewrite in rewrites.iter().rev() {
        lines.splice(rewrite.start..rewrite.start + rewrite.length, rewrite.lines.iter().cloned());
    }
    lines.join("\n") + "\n"
}

/// Markdown files below a folder, in order of path.
fn markdown(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the suite's folder")
        .map(|it| it.expect("an entry").path())
        .collect();
    entries.sort();
    entries
        .into_iter()
        .flat_map(|path| match path.is_dir() {
            true => markdown(&path),
            false if path.extension().is_some_and(|it| it == "md") => vec![path],
            false => Vec::new(),
        })
        .collect()
}
