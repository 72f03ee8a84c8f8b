//! The page of Podyard.

pub mod panels;
pub mod scene;
