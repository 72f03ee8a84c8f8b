//! Manifest text → documents whose every node has a span, with all diagnostics.
//!
//! Knows YAML and JSON, not Kubernetes. The parser crate hides behind this module.

use crate::Str;
use crate::diagnostic::Diagnostic;
use crate::text::{FieldPath, FileId, Span};
use std::sync::Arc;

/// What a text gave: its documents in order, broken ones among them, and every finding.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// In the order of the text.
    pub documents: Vec<Document>,
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// One document of a text.
#[derive(Clone, Debug)]
pub struct Document {
    /// From its first to its last byte, without the `---` lines.
    pub span: Span,
    /// Its tree; `None` when it does not parse.
    pub root: Option<Node>,
    /// The request line above a JSON body: `POST /apis/…`.
    pub request: Option<Request>,
}

/// A request line, as in historical instructions: method and path.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// `POST`.
    pub method: Str,
    /// `/apis/net.alpha.kubernetes.io/v1alpha1/namespaces/tenant-a/networkpolicys/`.
    pub path: Str,
    /// Where the line stands.
    pub span: Span,
}

/// A value with its place. Cheap to clone: collections are shared, so aliases cost nothing.
#[derive(Clone, Debug)]
pub struct Node {
    /// From its first to its last byte.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A value as kubectl reads YAML (YAML 1.1 scalars) or JSON.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `yes`, `on`, ….
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or exponent.
    Float(f64),
    /// Text.
    String(Str),
    /// A list.
    Sequence(Arc<[Node]>),
    /// A mapping, in the order of the text, keys unique.
    Mapping(Arc<[Entry]>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key's text.
    pub key: Str,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Mapping(entries) => entries.iter().find(|entry| &*entry.key == key),
            _ => None,
        }
    }
    /// The span of the node at `path`, or of the deepest ancestor that exists.
    pub fn locate(&self, _path: &FieldPath) -> Span {
        todo!()
    }
}

/// Reads a text: YAML with several documents, JSON, or a historical request with a JSON body.
///
/// Never fails: what does not parse becomes a [`Document`] without a tree and a diagnostic, and the rest goes on.
pub fn parse(_file: FileId, _text: &str) -> Parsed {
    todo!()
}
