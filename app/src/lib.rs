//! The page of Podyard.
pub mod scene;
