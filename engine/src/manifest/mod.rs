//! Manifest text → documents whose every node has a span, with all diagnostics.
//!
//! Knows YAML and JSON, not Kubernetes. The parser crate hides behind this module.

mod build;
pub mod limits;
mod scalar;
mod split;
#[cfg(test)]
mod tests;

use crate::Str;
use crate::diagnostic::{Applicability, Diagnostic, Fix, FixKind, Kind, Limit, Severity};
use crate::text::{Edit, FieldPath, FileId, Span, Step};
pub(crate) use scalar::decimal;
use split::offset;
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
    /// FNV-1a over its bytes: equal texts, equal fingerprints.
    pub fingerprint: u64,
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
    /// The entry under `key`, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&Str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// JSON's word for what this is.
    pub fn kind_name(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Integer(_) => "integer",
            Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::Sequence(_) => "list",
            Value::Mapping(_) => "object",
        }
    }

    /// The span of the value at `path`, or of its deepest ancestor that exists.
    pub fn locate(&self, path: &FieldPath) -> Span {
        let (deepest, found, key) = self.follow(path);
        match key {
            Some(key) if !found => key,
            _ => deepest.span,
        }
    }

    /// The span of the key at the end of `path`; of list items and missing fields what [`Node::locate`] gives.
    pub fn locate_key(&self, path: &FieldPath) -> Span {
        let (deepest, _, key) = self.follow(path);
        key.unwrap_or(deepest.span)
    }

    /// The deepest node along `path`, whether that is its end, and the key it stands under.
    fn follow(&self, path: &FieldPath) -> (&Node, bool, Option<Span>) {
        let (mut node, mut key) = (self, None);
        for step in &path.0 {
            let next = match step {
                Step::Field(name) => node.get(name).map(|entry| (&entry.value, Some(entry.key_span))),
                Step::Index(index) => node.items().get(*index as usize).map(|item| (item, None)),
            };
            match next {
                Some((child, at)) => (node, key) = (child, at),
                None => return (node, false, key),
            }
        }
        (node, true, key)
    }
}

/// Reads a text: YAML with several documents, JSON, or a historical request with a JSON body.
///
/// Never fails: what does not parse becomes a [`Document`] without a tree and a diagnostic, and the rest goes on.
pub fn parse(file: FileId, text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    let text = within_limit(file, text, &mut parsed.diagnostics);
    let mut left = limits::NODES;
    for piece in split::pieces(text) {
        let body = text.get(piece.start..piece.end).unwrap_or_default();
        if split::is_blank(body) {
            continue;
        }
        let whole = trimmed(file, body, piece.start);
        if parsed.documents.len() >= limits::DOCUMENTS || left == 0 {
            let limit = match left {
                0 => (Limit::Nodes, limits::NODES as u64),
                _ => (Limit::Documents, limits::DOCUMENTS as u64),
            };
            parsed.diagnostics.push(error(Kind::Limit { limit: limit.0, value: limit.1 }, whole));
            break;
        }
        let document = document(file, body, piece.start, whole, &mut left, &mut parsed.diagnostics);
        parsed.documents.push(document);
    }
    parsed
}

/// Reads one piece that holds a document.
fn document(
    file: FileId,
    body: &str,
    base: usize,
    span: Span,
    left: &mut usize,
    diagnostics: &mut Vec<Diagnostic>,
) -> Document {
    let fingerprint =
        fingerprint(body.get(span.start as usize - base..span.end as usize - base).unwrap_or(body));
    if let Some(at) = body.find(is_not_text) {
        let start = offset(base + at);
        let width = body.get(at..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
        diagnostics.push(error(Kind::NotText, Span { file, start, end: start + offset(width) }));
        return Document { span, root: None, request: None, fingerprint };
    }
    let request = split::request(body, file, base);
    let skipped = request.as_ref().map_or(0, |(_, length)| *length);
    let below = body.get(skipped..).unwrap_or_default();
    if let Some((request, _)) = request.as_ref().filter(|_| split::is_blank(below)) {
        diagnostics.push(error(Kind::NoBody, request.span));
    }
    let built = build::build(file, below, base + skipped, *left);
    *left = left.saturating_sub(built.nodes);
    diagnostics.extend(built.diagnostics);
    Document { span, root: built.root, request: request.map(|(request, _)| request), fingerprint }
}

/// The first [`limits::BYTES`] of a text, up to a line's end.
fn within_limit<'a>(file: FileId, text: &'a str, diagnostics: &mut Vec<Diagnostic>) -> &'a str {
    if text.len() <= limits::BYTES {
        return text;
    }
    let mut end = limits::BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default();
    let kept = kept.rfind('\n').and_then(|at| kept.get(..=at)).unwrap_or(kept);
    let at = offset(kept.len());
    let kind = Kind::Limit { limit: Limit::Bytes, value: limits::BYTES as u64 };
    diagnostics.push(error(kind, Span { file, start: at, end: at }));
    kept
}

/// Where a piece's own text stands, blank space at its ends aside.
fn trimmed(file: FileId, body: &str, base: usize) -> Span {
    let blank = |it: char| it.is_whitespace() || it == '\u{feff}';
    let start = base + (body.len() - body.trim_start_matches(blank).len());
    let end = base + body.trim_end_matches(blank).len();
    Span { file, start: offset(start), end: offset(end.max(start)) }
}

/// NUL, other control characters, and the sign that stands for bytes that are no text.
fn is_not_text(it: char) -> bool {
    matches!(it, '\u{fffd}') || (it.is_control() && !matches!(it, '\n' | '\r' | '\t' | '\u{85}'))
}

/// A tab where YAML wants spaces.
pub(super) fn tab(span: Span) -> Diagnostic {
    let fix = Fix {
        kind: FixKind::Indent,
        edits: vec![Edit { span, insert: "  ".to_owned() }],
        applicability: Applicability::CheckFirst,
    };
    Diagnostic { fix: Some(fix), ..error(Kind::Tab, span) }
}

fn error(kind: Kind, span: Span) -> Diagnostic {
    Diagnostic { kind, severity: Severity::Error, span, notes: Vec::new(), fix: None }
}

fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
