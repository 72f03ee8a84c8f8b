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
    /// Byte offset of each line start.
    starts: Vec<u32>,
    /// UTF-16 offset of each line start.
    starts_utf16: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text`. Lines end at `\n`, `\r\n` or a lone `\r`.
    pub fn new(text: &str) -> Self {
        let mut index = Self { starts: vec![0], starts_utf16: vec![0] };
        let (mut byte, mut utf16) = (0u32, 0u32);
        let mut chars = text.chars().peekable();
        while let Some(it) = chars.next() {
            byte = byte.saturating_add(it.len_utf8() as u32);
            utf16 = utf16.saturating_add(it.len_utf16() as u32);
            if it == '\n' || (it == '\r' && chars.peek() != Some(&'\n')) {
                index.starts.push(byte);
                index.starts_utf16.push(utf16);
            }
        }
        index
    }

    /// The position of a byte offset; offsets past the end or inside a character are clamped.
    pub fn position(&self, text: &str, byte: u32) -> Position {
        let (line, head) = self.head(text, byte);
        Position { line: line as u32 + 1, column: head.chars().count() as u32 + 1 }
    }

    /// Bytes → UTF-16 code units.
    pub fn utf16(&self, text: &str, byte: u32) -> u32 {
        let (line, head) = self.head(text, byte);
        let start = self.starts_utf16.get(line).copied().unwrap_or(0);
        start + head.encode_utf16().count() as u32
    }

    /// UTF-16 code units → bytes.
    pub fn byte(&self, text: &str, utf16: u32) -> u32 {
        let line = self.starts_utf16.partition_point(|start| *start <= utf16).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let mut left = utf16.saturating_sub(self.starts_utf16.get(line).copied().unwrap_or(0));
        let mut byte = start;
        for it in text.get(start as usize..).unwrap_or_default().chars() {
            let width = it.len_utf16() as u32;
            if left < width {
                break;
            }
            left -= width;
            byte += it.len_utf8() as u32;
        }
        byte
    }

    /// The line of an offset, from 0, and its text up to there.
    fn head<'a>(&self, text: &'a str, byte: u32) -> (usize, &'a str) {
        let mut end = (byte as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.starts.partition_point(|start| *start as usize <= end).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0) as usize;
        (line, text.get(start..end).unwrap_or_default())
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
    pub fn parse(path: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = path;
        while !rest.is_empty() {
            if let Some((inside, after)) = rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
                steps.push(inside.parse().map_or_else(|_| Step::Field(inside.into()), Step::Index));
                rest = after.strip_prefix('.').unwrap_or(after);
            } else {
                let end = rest.find(['.', '[']).filter(|at| *at > 0).unwrap_or(rest.len());
                steps.push(Step::Field(rest.get(..end).unwrap_or_default().into()));
                let after = rest.get(end..).unwrap_or_default();
                rest = after.strip_prefix('.').unwrap_or(after);
            }
        }
        Self(steps)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_written_as_kubernetes_does() {
        for path in
            ["spec.ingress[0].from[1]", "metadata.labels[app.kubernetes.io/name]", "", "items[2].spec"]
        {
            assert_eq!(FieldPath::parse(path).to_string(), path);
        }
        assert_eq!(FieldPath::parse("a.b").field("c").index(3).to_string(), "a.b.c[3]");
    }

    #[test]
    fn positions_count_characters_and_lines() {
        let text = "a\r\nä🦀b\rc";
        let index = LineIndex::new(text);
        let at = |needle: &str| index.position(text, text.find(needle).unwrap() as u32);
        assert_eq!(at("b"), Position { line: 2, column: 3 });
        assert_eq!(at("c"), Position { line: 3, column: 1 });
        assert_eq!(index.utf16(text, text.find('b').unwrap() as u32), 6);
        assert_eq!(index.position(text, 9_999), Position { line: 3, column: 2 });
    }

    proptest! {
        #[test]
        fn bytes_and_utf16_round_trip(text in "([a-z🦀äß\r\n]|\r\n){0,40}") {
            let index = LineIndex::new(&text);
            for (byte, _) in text.char_indices() {
                prop_assert_eq!(index.byte(&text, index.utf16(&text, byte as u32)), byte as u32);
            }
            let units = text.encode_utf16().count() as u32;
            prop_assert_eq!(index.utf16(&text, text.len() as u32), units);
        }
    }
}
