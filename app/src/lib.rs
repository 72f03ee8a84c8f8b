//! The page of Podyard, and the worker behind it.

pub mod components;
pub mod scene;
pub mod state;
pub mod worker;
