//! Places, words, findings, documents, verdicts.

use serde::{Deserialize, Serialize};

/// A place in the user's text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The file.
    pub file: String,
    /// Line from 1.
    pub line: u32,
    /// Column from 1.
    pub column: u32,
    /// UTF-16 offset of the first character.
    pub from: u32,
    /// UTF-16 offset past the last.
    pub to: u32,
    /// The field path: `spec.ingress[0].from[1]`.
    pub path: String,
    /// The object: `NetworkPolicy/shop/db-only-api`.
    pub object: String,
}

/// Words with links.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words(pub Vec<Piece>);

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// A literal.
    Code(String),
    /// An object.
    Object {
        /// `Kind/namespace/name`.
        id: String,
        /// How it is called here.
        label: String,
    },
    /// A place in the text, shown as `file:line`.
    Link(Link),
}

impl Words {
    /// Without links: `file:line` and names stay.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) | Piece::Code(text) => out.push_str(text),
                Piece::Object { label, .. } => out.push_str(label),
                Piece::Link(link) => {
                    out.push_str(&link.file);
                    out.push(':');
                    out.push_str(&link.line.to_string());
                }
            }
        }
        out
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// The object does not take part.
    Error,
    /// Look.
    Warning,
    /// Worth knowing.
    Information,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagnosticView {
    /// How much it matters.
    pub severity: Severity,
    /// A short stable name of the kind: `unknown-field`.
    pub code: String,
    /// Where.
    pub at: Link,
    /// One sentence.
    pub headline: String,
    /// Kubernetes' own words, if any.
    pub detail: Option<String>,
    /// A way out.
    pub fix: Option<FixView>,
}

/// A fix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FixView {
    /// A verb: `Rename to replicas`.
    pub label: String,
    /// Safe to apply without looking.
    pub safe: bool,
    /// (from, to, insert) in UTF-16 offsets of the diagnostic's file.
    pub edits: Vec<(u32, u32, String)>,
}

/// A document of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentView {
    /// The file.
    pub file: String,
    /// Where it stands.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Line from 1.
    pub line: u32,
    /// The objects it holds: `Kind/namespace/name`.
    pub objects: Vec<String>,
    /// It does not parse or has errors: its objects are those of the last good text, if there was one.
    pub stale: bool,
}

/// How a connection ends; the engine's verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// It reached a listening socket.
    Forwarded,
    /// Silence.
    Dropped,
    /// The node answers.
    Rejected,
    /// The pod answers.
    Refused,
    /// No such name.
    Unresolved,
    /// No route.
    Unroutable,
    /// Kubernetes leaves it open.
    Ambiguous,
}
