//! Reading text in tests.

use super::Object;
use crate::diagnostic::{Diagnostic, Kind, Severity};
use crate::manifest;
use crate::text::FileId;

/// The objects and findings of a text that parses.
pub(crate) fn read(text: &str) -> (Vec<Object>, Vec<Diagnostic>) {
    let parsed = manifest::parse(FileId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let mut all = (Vec::new(), Vec::new());
    for document in &parsed.documents {
        let (objects, found) = super::read(document);
        all.0.extend(objects);
        all.1.extend(found);
    }
    all
}

/// The field paths of its errors, in order.
pub(crate) fn errors(text: &str) -> Vec<String> {
    let errors = read(text).1.into_iter().filter(|it| it.severity == Severity::Error);
    errors
        .map(|it| match it.kind {
            Kind::UnknownField { path, .. }
            | Kind::WrongType { path, .. }
            | Kind::Required { path, .. }
            | Kind::Invalid { path, .. }
            | Kind::Duplicate { path, .. }
            | Kind::Unsupported { path, .. }
            | Kind::Forbidden { path, .. } => path.to_string(),
            other => format!("{other:?}"),
        })
        .collect()
}
