//! Podyard.
