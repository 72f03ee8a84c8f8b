//! The only place where reasons become Podyard's sentences. Takes no decision.

mod sentence;

pub use sentence::*;
