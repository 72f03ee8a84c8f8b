//! The Podyard engine: a Kubernetes cluster and its network as a pure simulation.
//!
//! No clock, no I/O, no threads, no globals, no panic on any input. The modules stand in the order of the data;
//! a module uses only modules above it in this list, and a tidy test holds that.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::unreachable,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod text;

pub mod diagnostic;

pub mod manifest;

pub mod api;

pub mod profile;

pub mod program;

pub mod cluster;

pub mod network;

pub mod connect;

pub mod simulation;

pub mod analysis;

pub mod explain;

pub mod session;

/// An immutable, cheaply cloned string: names, labels, values.
pub type Str = std::sync::Arc<str>;
