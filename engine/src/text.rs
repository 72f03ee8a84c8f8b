//! Where things stand in the text: files, byte spans, lines, field paths, edits.
//!
//! Everyone points at text through these types. Offsets are UTF-8 bytes; only the façade (`session`) speaks UTF-16.

use crate::Str;
use std::fmt;

/// One file of the user's, by the order in which it was opened. Stable for the life of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A place as people count it: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// The line starts of one text; converts between bytes, line:column and UTF-16 offsets.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// UTF-16 offset of each line start.
    starts_utf16: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`. Lines end at `\n`, `\r\n` or a lone `\r`.
    pub fn new(_text: &str) -> Self {
        todo!()
    }
    /// The position of a byte offset; offsets past the end or inside a character are clamped.
    pub fn position(&self, _text: &str, _byte: u32) -> Position {
        todo!()
    }
    /// Bytes → UTF-16 code units.
    pub fn utf16(&self, _text: &str, _byte: u32) -> u32 {
        todo!()
    }
    /// UTF-16 code units → bytes.
    pub fn byte(&self, _text: &str, _utf16: u32) -> u32 {
        todo!()
    }
}

/// A step of a field path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A key of a mapping.
    Field(Str),
    /// An item of a list, from 0.
    Index(u32),
}

/// The way to a field inside one document: `spec.ingress[0].from[1]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldPath(pub Vec<Step>);

impl FieldPath {
    /// The document itself.
    pub fn root() -> Self {
        Self::default()
    }
    /// From Kubernetes' notation, `spec.ports[0].name`; keys with dots in brackets: `metadata.labels[app.kubernetes.io/name]`.
    pub fn parse(_path: &str) -> Self {
        todo!()
    }
    /// This path and one more key.
    pub fn field(&self, name: &str) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Field(name.into()));
        Self(steps)
    }
    /// This path and one more index.
    pub fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(u32::try_from(index).unwrap_or(u32::MAX)));
        Self(steps)
    }
    /// This path followed by `rest`.
    pub fn join(&self, rest: &FieldPath) -> Self {
        Self(self.0.iter().chain(&rest.0).cloned().collect())
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if name.contains(['.', '/']) => write!(f, "[{name}]")?,
                Step::Field(name) if i > 0 => write!(f, ".{name}")?,
                Step::Field(name) => write!(f, "{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Replace `span` by `insert`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub insert: String,
}
