//! `podyard check`: every finding with its line, drawn by codespan.

use crate::inputs::{World, print, read};
use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity as Level};
use codespan_reporting::files::SimpleFiles;
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
    let mut files = SimpleFiles::new();
    let mut known = BTreeMap::new();
    for input in &inputs {
        let id = files.add(input.name.clone(), input.text.clone());
        known.insert(input.name.clone(), (id, LineIndex::new(&input.text), &input.text));
    }
    let mut out = String::new();
    for problem in &world.problems {
        let level = match problem.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Information => Level::Note,
        };
        let mut diagnostic = Diagnostic::new(level).with_code(&problem.code).with_message(&problem.headline);
        if let Some((id, index, text)) = known.get(&problem.at.file) {
            let range = index.byte(text, problem.at.from) as usize..index.byte(text, problem.at.to) as usize;
            diagnostic = diagnostic.with_labels(vec![Label::new(LabelStyle::Primary, *id, range)]);
        }
        let server = problem.detail.iter().map(|detail| format!("the API server says: {detail}"));
        let fix = problem.fix.iter().map(|fix| format!("fix: {}", fix.label));
        diagnostic = diagnostic.with_notes(server.chain(fix).collect());
        term::emit_to_string(&mut out, &Config::default(), &files, &diagnostic)
            .map_err(|error| error.to_string())?;
    }
    let count = |severity| world.problems.iter().filter(|it| it.severity == severity).count();
    let errors = count(Severity::Error);
    out += &format!(
        "{} files: {errors} errors, {} warnings, {} notes\n",
        inputs.len(),
        count(Severity::Warning),
        count(Severity::Information)
    );
    print(&out)?;
    Ok(ExitCode::from(u8::from(errors > 0)))
}
