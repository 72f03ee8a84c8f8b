//! The reader's bounds, all in one place. Each one that is reached is a diagnostic that names it.

/// Bytes of one file; what lies beyond is left out.
pub const BYTES: usize = 10 * 1024 * 1024;
/// Documents of one file.
pub const DOCUMENTS: usize = 20_000;
/// Nesting of collections.
pub const DEPTH: usize = 64;
/// Nodes of one file.
pub const NODES: usize = 2_000_000;
/// Nodes of one document after its aliases are followed.
pub const EXPANDED: usize = 200_000;
