//! One shape for every finding about the text: parse, validation, refusals by the cluster, lint. No sentences here.

use crate::Str;
use crate::text::{Edit, FieldPath, Span};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The document or object does not take part.
    Error,
    /// It takes part; the user should look.
    Warning,
    /// Worth knowing.
    Information,
}

/// How safe a fix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// Does what the author surely meant.
    Safe,
    /// Plausible; look first.
    CheckFirst,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What the fix does, as data.
    pub kind: FixKind,
    /// The edits, in one file, not overlapping.
    pub edits: Vec<Edit>,
    /// How safe it is.
    pub applicability: Applicability,
}

/// What a fix does.
#[derive(Clone, Debug, PartialEq)]
pub enum FixKind {
    /// Rename a field or value.
    Rename {
        /// The right name.
        to: Str,
    },
    /// Put quotes around a scalar that YAML reads as something else.
    Quote,
    /// Take quotes away.
    Unquote,
    /// Remove the field.
    Remove,
    /// Replace tabs by spaces.
    Indent,
    /// Put lost lines back.
    Restore,
    /// Clear the bits behind the prefix.
    MaskCidr {
        /// The masked block.
        to: Str,
    },
}

/// A second place or fact that belongs to a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What is said.
    pub kind: NoteKind,
    /// Where, if anywhere.
    pub span: Option<Span>,
}

/// What a note says.
#[derive(Clone, Debug, PartialEq)]
pub enum NoteKind {
    /// The first occurrence of what is duplicated stands here.
    First,
    /// Kubernetes' own words for this.
    Server(Str),
}

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// What was found.
    pub kind: Kind,
    /// How much it matters.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// What belongs to it, in order.
    pub notes: Vec<Note>,
    /// A way out, where there is one.
    pub fix: Option<Fix>,
}

/// A limit of the reader or the cluster that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of one file.
    Bytes,
    /// Documents of one file.
    Documents,
    /// Depth of nesting.
    Depth,
    /// Nodes of one file.
    Nodes,
    /// Nodes after aliases are followed.
    Aliases,
    /// Objects of a cluster.
    Objects,
    /// Pods of a cluster.
    Pods,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// YAML or JSON that does not parse; the parser's own words.
    Syntax {
        /// The parser's words.
        message: Str,
    },
    /// Lines are gone that the rest needs: a text from a page that dropped them.
    LostLines,
    /// A tab where YAML wants spaces.
    Tab,
    /// Bytes that are not text.
    NotText,
    /// A limit was reached; what lies beyond is left out.
    Limit {
        /// Which.
        limit: Limit,
        /// Its value.
        value: u64,
    },
    /// The same key twice in one mapping.
    DuplicateKey {
        /// The key.
        key: Str,
    },
    /// An alias without its anchor, or one that contains itself.
    Alias {
        /// The anchor's name, if known.
        name: Str,
    },
    /// A request line with nothing below it.
    NoBody,
    /// The document is not a mapping.
    NotAnObject,
    /// `apiVersion` or `kind` is missing.
    MissingType {
        /// `apiVersion` or `kind`.
        field: &'static str,
    },
    /// A kind Podyard keeps but does not simulate.
    NotSimulated {
        /// `apiVersion`.
        api_version: Str,
        /// `kind`.
        kind: Str,
        /// A kind with nearly this name that Podyard knows.
        nearest: Option<Str>,
    },
    /// An old form was read as today's.
    Converted {
        /// The old `apiVersion`.
        from: Str,
        /// Today's `apiVersion`.
        to: Str,
    },
    /// A field the API does not have.
    UnknownField {
        /// The whole path.
        path: FieldPath,
        /// A known field of this place with nearly this name.
        nearest: Option<Str>,
    },
    /// A value of the wrong type.
    WrongType {
        /// The field.
        path: FieldPath,
        /// What the API wants: `string`, `integer`, `list`, `object`, `boolean`.
        expected: &'static str,
        /// What stands there.
        got: &'static str,
    },
    /// A required field is missing.
    Required {
        /// The field.
        path: FieldPath,
        /// The API server's detail, may be empty.
        detail: Str,
    },
    /// A value the API server refuses.
    Invalid {
        /// The field.
        path: FieldPath,
        /// The value as written.
        value: Str,
        /// The API server's detail.
        detail: Str,
    },
    /// A value that must be unique here and is not.
    Duplicate {
        /// The field.
        path: FieldPath,
        /// The value as the API server prints it: strings in quotes, structures as JSON.
        value: Str,
    },
    /// The API server takes the object and warns.
    Warned {
        /// The warning in its words.
        message: Str,
    },
    /// A value not among the allowed ones.
    Unsupported {
        /// The field.
        path: FieldPath,
        /// The value as written.
        value: Str,
        /// What is allowed.
        supported: Vec<Str>,
    },
    /// A field that may not be set here.
    Forbidden {
        /// The field.
        path: FieldPath,
        /// The API server's detail.
        detail: Str,
    },
    /// `egress` without `policyTypes` isolates ingress too (semantics 1).
    PolicyTypesDefaulted {
        /// The types in effect.
        types: Vec<Str>,
    },
    /// A namespace no manifest declares; it comes up by itself.
    NamespaceImplied {
        /// Its name.
        name: Str,
    },
    /// The same object stands in two documents; the last one counts (semantics 9).
    DuplicateObject {
        /// `Kind/namespace/name`.
        object: Str,
    },
    /// The cluster refuses the object, in Kubernetes' own words.
    Refused {
        /// The words.
        message: Str,
    },
}
