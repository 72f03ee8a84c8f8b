//! The page of Podyard, and the worker behind it.

pub mod components;
pub mod editor;
pub mod keys;
pub mod page;
pub mod panels;
pub mod scene;
pub mod state;
pub mod worker;
