//! A sentence as pieces, so that the page can make links of some of them.

use crate::api::ObjectRef;
use crate::network::At;

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
