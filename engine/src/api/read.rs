//! Reading objects from trees: one declaration per struct gives reading, unknown fields, wrong types and defaults.

mod values;

pub(super) use values::{Kept, PORT_RANGE, address, protocol, without_zeros};

use crate::Str;
use crate::diagnostic::{Applicability, Diagnostic, Fix, FixKind, Kind, Note, NoteKind, Severity};
use crate::manifest::{Entry, Node, Value};
use crate::text::{Edit, FieldPath, Span, Step};

/// The way to the node being read; becomes a [`FieldPath`] only when something is to be said.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Option<PathStep<'a>>,
}

#[derive(Clone, Copy)]
enum PathStep<'a> {
    Field(&'a Str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The document.
    pub(super) const ROOT: Path<'static> = Path { parent: None, step: None };

    pub(super) fn field(&'a self, name: &'a Str) -> Path<'a> {
        Path { parent: Some(self), step: Some(PathStep::Field(name)) }
    }

    pub(super) fn index(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), step: Some(PathStep::Index(index)) }
    }

    /// The name of the list this is an item of.
    pub(super) fn list(&self) -> Option<&str> {
        match (self.step, self.parent.and_then(|it| it.step)) {
            (Some(PathStep::Index(_)), Some(PathStep::Field(name))) => Some(name),
            _ => None,
        }
    }

    pub(super) fn owned(&self) -> FieldPath {
        let mut steps = Vec::new();
        let mut at = Some(self);
        while let Some(path) = at {
            match path.step {
                Some(PathStep::Field(name)) => steps.push(Step::Field(name.clone())),
                Some(PathStep::Index(index)) => {
                    steps.push(Step::Index(u32::try_from(index).unwrap_or(u32::MAX)))
                }
                None => {}
            }
            at = path.parent;
        }
        steps.reverse();
        FieldPath(steps)
    }
}

/// Findings after which unknown names are no longer compared with known ones.
const COMPARED: usize = 200;

/// Collects the findings of one document.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) found: Vec<Diagnostic>,
    /// The object is observed: what a newer server refuses on create is only worth a warning (semantics 28).
    pub(super) observed: bool,
}

impl Reader {
    /// Reports an error.
    pub(super) fn error(&mut self, span: Span, kind: Kind) {
        self.report(Severity::Error, span, kind);
    }

    pub(super) fn report(&mut self, severity: Severity, span: Span, kind: Kind) {
        self.found.push(Diagnostic { kind, severity, span, notes: Vec::new(), fix: None });
    }

    /// Adds a fix to the last finding.
    pub(super) fn fix(&mut self, kind: FixKind, span: Span, insert: String, applicability: Applicability) {
        if let Some(last) = self.found.last_mut() {
            last.fix = Some(Fix { kind, edits: vec![Edit { span, insert }], applicability });
        }
    }

    /// Adds the API server's own words to the last finding.
    pub(super) fn server(&mut self, words: &str) {
        if let Some(last) = self.found.last_mut() {
            last.notes.push(Note { kind: NoteKind::Server(words.into()), span: None });
        }
    }

    /// A text the server refuses.
    pub(super) fn invalid(&mut self, node: &Node, path: FieldPath, value: &str, detail: &str) {
        self.error(node.span, Kind::Invalid { path, value: value.into(), detail: detail.into() });
    }

    /// A number or structure the server refuses; it prints them without quotes (control-plane-semantics 23).
    pub(super) fn invalid_bare(&mut self, span: Span, path: FieldPath, value: &str, detail: &str) {
        let words = format!("{path}: Invalid value: {value}: {detail}");
        self.error(span, Kind::Invalid { path, value: value.into(), detail: detail.into() });
        self.server(&words);
    }

    /// Everything that is wrong with a name or label.
    pub(super) fn wrong(&mut self, span: Span, path: &FieldPath, value: &str, details: Vec<String>) {
        for detail in details {
            let (path, value, detail) = (path.clone(), value.into(), detail.into());
            self.error(span, Kind::Invalid { path, value, detail });
        }
    }

    /// A value that stood here before; `value` as the server prints it.
    pub(super) fn duplicate(&mut self, span: Span, path: FieldPath, value: &str) {
        self.error(span, Kind::Duplicate { path, value: value.into() });
    }

    pub(super) fn unsupported(&mut self, span: Span, path: FieldPath, value: &str, supported: &[&str]) {
        let supported = supported.iter().map(|it| (*it).into()).collect();
        self.error(span, Kind::Unsupported { path, value: value.into(), supported });
    }

    pub(super) fn forbidden(&mut self, span: Span, path: FieldPath, detail: &str) {
        self.error(span, Kind::Forbidden { path, detail: detail.into() });
    }

    /// What the server takes with a warning.
    pub(super) fn warn(&mut self, span: Span, message: &str) {
        self.report(Severity::Warning, span, Kind::Warned { message: message.into() });
    }

    /// A value that is not there. One of a wrong type is, and the server names that alone.
    pub(super) fn required(&mut self, span: Span, path: FieldPath, detail: &str) {
        let wrong = |it: &Diagnostic| matches!(&it.kind, Kind::WrongType { path: at, .. } if *at == path);
        if self.found.iter().rev().take(COMPARED).any(wrong) {
            return;
        }
        self.error(span, Kind::Required { path, detail: detail.into() });
    }

    pub(super) fn wrong_type(&mut self, node: &Node, path: &Path<'_>, expected: &'static str) {
        let kind = Kind::WrongType { path: path.owned(), expected, got: node.kind_name() };
        self.error(node.span, kind);
        if expected == "string" && matches!(node.value, Value::Bool(_) | Value::Integer(_) | Value::Float(_))
        {
            let (start, end) = (node.span.start, node.span.end);
            if let Some(last) = self.found.last_mut() {
                let quote =
                    |at| Edit { span: Span { start: at, end: at, ..node.span }, insert: "\"".to_owned() };
                last.fix = Some(Fix {
                    kind: FixKind::Quote,
                    edits: vec![quote(start), quote(end)],
                    applicability: Applicability::Safe,
                });
            }
        }
    }

    /// A key the API does not have here.
    pub(super) fn unknown(&mut self, entry: &Entry, within: &[Entry], path: &Path<'_>, known: &[&[&str]]) {
        // Comparing names costs; hostile text has no end of them.
        let candidates =
            known.iter().filter(|_| self.found.len() < COMPARED).flat_map(|it| it.iter().copied());
        let nearest = nearest(&entry.key, candidates);
        let kind = Kind::UnknownField { path: path.owned(), nearest: nearest.map(Into::into) };
        self.error(entry.key_span, kind);
        self.server(&format!("unknown field \"{}\"", path.owned()));
        // Renaming to a field that is there already would double it.
        if let Some(to) = nearest.filter(|to| within.iter().all(|it| &*it.key != *to)) {
            let kind = FixKind::Rename { to: to.into() };
            self.fix(kind, entry.key_span, to.to_owned(), Applicability::CheckFirst);
        }
    }

    /// The entries of an object; anything else is a wrong type.
    pub(super) fn object<'n>(&mut self, node: &'n Node, path: &Path<'_>) -> Option<&'n [Entry]> {
        match &node.value {
            Value::Mapping(entries) => Some(entries),
            Value::Null => Some(&[]),
            _ => {
                self.wrong_type(node, path, "object");
                None
            }
        }
    }
}

/// The candidate with the smallest edit distance, when that is small for the word's length.
pub(super) fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let most = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    candidates.map(|it| (distance(word, it), it)).filter(|(far, _)| *far <= most).min().map(|(_, it)| it)
}

/// Levenshtein distance without regard to case; long words are far from everything.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (lower(a), lower(b));
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for ((y, up), diagonal) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != y)).min(up + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(usize::MAX)
}

fn lower(text: &str) -> Vec<char> {
    text.chars().map(|it| it.to_ascii_lowercase()).collect()
}

/// A value that can be read from a tree. A field's null never arrives here: it is as absent.
pub(super) trait FromNode: Sized {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self>;
}

/// Reads a field into its place; null leaves the default.
pub(super) fn field<T: FromNode>(place: &mut T, entry: &Entry, path: &Path<'_>, reader: &mut Reader) {
    if !matches!(entry.value.value, Value::Null)
        && let Some(value) = T::from_node(&entry.value, path, reader)
    {
        *place = value;
    }
}

/// Declares how a struct is read: its JSON names and, after `also`, the fields the API has and Podyard does not look at.
///
/// The struct's `Default` gives what absent fields are.
macro_rules! reads {
    ($name:ident { $($field:ident: $json:literal),* $(,)? } also [$($other:literal),* $(,)?]) => {
        impl $name {
            /// The fields that are read, and those that are known.
            const FIELDS: [&'static [&'static str]; 2] = [&[$($json),*], &[$($other),*]];
        }

        impl $crate::api::read::FromNode for $name {
            fn from_node(
                node: &$crate::manifest::Node,
                path: &$crate::api::read::Path<'_>,
                reader: &mut $crate::api::read::Reader,
            ) -> Option<Self> {
                let mut this = Self::default();
                let entries = reader.object(node, path)?;
                for entry in entries {
                    let here = path.field(&entry.key);
                    match &*entry.key {
                        $($json => $crate::api::read::field(&mut this.$field, entry, &here, reader),)*
                        $($other => {})*
                        _ => reader.unknown(entry, entries, &here, &Self::FIELDS),
                    }
                }
                Some(this)
            }
        }
    };
}
pub(super) use reads;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let known = ["policyTypes", "podSelector", "ingress", "egress"];
        assert_eq!(nearest("policytypes", known.into_iter()), Some("policyTypes"));
        assert_eq!(nearest("podselctor", known.into_iter()), Some("podSelector"));
        assert_eq!(nearest("xyz", known.into_iter()), None);
        assert_eq!(nearest("", known.into_iter()), None);
    }
}
