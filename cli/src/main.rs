//! Podyard.
fn main() {}
