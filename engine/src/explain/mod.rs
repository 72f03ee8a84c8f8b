//! The only place where reasons become Podyard's sentences. Takes no decision.
//!
//! One file per family of reasons, each with its words and their tests.

mod client;
mod diagnostic;
mod dns;
mod hop;
mod names;
mod peer;
mod plugin;
mod policy;
mod route;
mod sentence;
mod service;
mod socket;
mod things;
mod trace;

#[cfg(test)]
mod fixture;

pub use client::*;
pub use diagnostic::*;
pub use hop::*;
pub use plugin::*;
pub use sentence::*;
pub use things::*;
pub use trace::*;
