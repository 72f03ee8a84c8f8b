//! The panels: they read the state by context and pass plain values down.

pub mod cluster;
pub mod connect;
pub mod drawer;
pub mod editor;
pub mod flows;
pub mod header;
pub mod help;
pub mod inspector;
pub mod matrix;
pub mod object;
pub mod outline;
pub mod picture;
pub mod problems;
pub mod states;
pub mod strip;
pub mod summary;
pub mod transport;
pub mod verdict;
pub mod walk;
pub mod words;
