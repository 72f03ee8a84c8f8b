//! The only place where reasons become Podyard's sentences. Takes no decision.

mod sentence;
mod things;

pub use sentence::*;
pub use things::*;
