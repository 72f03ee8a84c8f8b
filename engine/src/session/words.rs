//! Sentences and findings of the engine as the façade gives them: links looked up now, words as they stand.

use super::files::Files;
use super::view::{DiagnosticView, FixView, Piece, Severity, Words};
use crate::diagnostic::{self, Applicability, Diagnostic};
use crate::explain::{self, Sentence};
use crate::network::At;

impl Files {
    /// A sentence with its links.
    pub(super) fn words(&self, sentence: &Sentence) -> Words {
        let mut pieces: Vec<Piece> = Vec::with_capacity(sentence.0.len());
        for piece in &sentence.0 {
            pieces.push(match piece {
                explain::Piece::Text(text) => Piece::Text(text.clone()),
                explain::Piece::Code(text) => Piece::Code(text.clone()),
                explain::Piece::Object(object) => {
                    Piece::Object { id: object.to_string(), label: object.name.to_string() }
                }
                explain::Piece::Field(at) => self.piece(at),
            });
        }
        Words(pieces)
    }

    /// A field: its place in the text, or its path where no file states the object.
    fn piece(&self, at: &At) -> Piece {
        self.locate(at).map_or_else(|| Piece::Code(at.path.to_string()), Piece::Link)
    }

    /// A finding in words.
    pub(super) fn diagnostic(&self, diagnostic: &Diagnostic) -> DiagnosticView {
        let words = explain::diagnostic(diagnostic);
        let fix = diagnostic.fix.as_ref().map(|fix| FixView {
            label: words.fix_label.clone().unwrap_or_default(),
            safe: fix.applicability == Applicability::Safe,
            edits: fix
                .edits
                .iter()
                .map(|edit| {
                    let link = self.link(edit.span);
                    (link.from, link.to, edit.insert.clone())
                })
                .collect(),
        });
        DiagnosticView {
            severity: match diagnostic.severity {
                diagnostic::Severity::Error => Severity::Error,
                diagnostic::Severity::Warning => Severity::Warning,
                diagnostic::Severity::Information => Severity::Information,
            },
            code: words.code.to_owned(),
            at: self.link(diagnostic.span),
            headline: words.headline,
            detail: words.detail,
            fix,
        }
    }
}
