//! The panels of the page.

pub mod cluster;
pub mod outline;
