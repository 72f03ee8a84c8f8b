//! A sentence as pieces, so that the page can make links of some of them.

use crate::api::ObjectRef;
use crate::network::At;
use std::fmt;

/// Words with links.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence(pub Vec<Piece>);

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// A literal: a label, an address, a port.
    Code(String),
    /// An object, shown by its short name.
    Object(ObjectRef),
    /// A field of an object, shown as `file:line`.
    Field(At),
}

impl Sentence {
    /// Starts with plain words.
    pub fn of(text: impl Into<String>) -> Self {
        Self::default().text(text)
    }
    /// And plain words; they join the ones before.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        match self.0.last_mut() {
            Some(Piece::Text(before)) => before.push_str(&text),
            _ if text.is_empty() => {}
            _ => self.0.push(Piece::Text(text)),
        }
        self
    }
    /// And a literal.
    pub fn code(mut self, code: impl fmt::Display) -> Self {
        self.0.push(Piece::Code(code.to_string()));
        self
    }
    /// And an object.
    pub fn object(mut self, object: &ObjectRef) -> Self {
        self.0.push(Piece::Object(object.clone()));
        self
    }
    /// And a field.
    pub fn field(mut self, at: &At) -> Self {
        self.0.push(Piece::Field(at.clone()));
        self
    }
    /// And another sentence.
    pub fn then(mut self, other: Sentence) -> Self {
        for piece in other.0 {
            match piece {
                Piece::Text(text) => self = self.text(text),
                piece => self.0.push(piece),
            }
        }
        self
    }
    /// No words at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As plain text: literals in backticks, objects by name, fields by path.
impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => write!(f, "{text}")?,
                Piece::Code(code) => write!(f, "`{code}`")?,
                Piece::Object(object) => write!(f, "{}", object.name)?,
                Piece::Field(at) => write!(f, "{}", at.path)?,
            }
        }
        Ok(())
    }
}

/// `1 rule`, `3 rules`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn listed<T>(
    items: &[T],
    conjunction: &str,
    words: impl Fn(Sentence, &T) -> Sentence,
) -> Sentence {
    let last = items.len().saturating_sub(1);
    items.iter().enumerate().fold(Sentence::default(), |sentence, (i, item)| {
        let sentence = match i {
            0 => sentence,
            _ if i == last => sentence.text(format!(" {conjunction} ")),
            _ => sentence.text(", "),
        };
        words(sentence, item)
    })
}
