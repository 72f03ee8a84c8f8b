//! The engine's worker: the same module runs as page and as worker, and they talk in bytes.
//!
//! `wire` names the messages, `outbox` decides what is sent next and which answers still count, `client` is the
//! page's end, `serve` the worker's.

pub mod client;
pub mod outbox;
pub mod serve;
pub mod wire;
