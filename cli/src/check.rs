//! `podyard check`: every finding with its line, drawn by codespan.

use crate::excerpt::Excerpt;
use crate::inputs::{World, counted, print, read};
use codespan_reporting::diagnostic::{Diagnostic, Label, Severity as Level};
use codespan_reporting::term::{self, Config};
use podyard_engine::session::Severity;
use podyard_engine::text::LineIndex;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints all findings; 1 when there are errors.
pub(crate) fn run(paths: &[PathBuf]) -> Result<ExitCode, String> {
    let inputs = read(paths)?;
    let world = World::open(&inputs);
    let known: BTreeMap<&str, (LineIndex, &str)> =
        inputs.iter().map(|it| (&*it.name, (LineIndex::new(&it.text), &*it.text))).collect();
    let mut out = String::new();
    for problem in &world.problems {
        let level = match problem.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Information => Level::Note,
        };
        let mut diagnostic = Diagnostic::new(level).with_code(&problem.code).with_message(&problem.headline);
        let mut excerpt = Excerpt::default();
        if let Some((index, text)) = known.get(&*problem.at.file) {
            let range = index.byte(text, problem.at.from) as usize..index.byte(text, problem.at.to) as usize;
            excerpt = Excerpt::around(range, text, problem);
            diagnostic = diagnostic.with_labels(vec![Label::primary((), excerpt.label.clone())]);
        }
        let server = problem.detail.iter().map(|detail| format!("the API server says: {detail}"));
        let fix = problem.fix.iter().map(|fix| format!("fix: {}", fix.label));
        diagnostic = diagnostic.with_notes(server.chain(fix).collect());
        term::emit_to_string(&mut out, &Config::default(), &excerpt, &diagnostic)
            .map_err(|error| error.to_string())?;
    }
    let count = |severity| world.problems.iter().filter(|it| it.severity == severity).count();
    let errors = count(Severity::Error);
    out += &format!(
        "{}: {}, {}, {}\n",
        counted(inputs.len(), "file"),
        counted(errors, "error"),
        counted(count(Severity::Warning), "warning"),
        counted(count(Severity::Information), "note")
    );
    print(&out)?;
    Ok(ExitCode::from(u8::from(errors > 0)))
}
