//! v1 Namespace.

/// A namespace; its name and labels stand in the metadata. `kubernetes.io/metadata.name` is added when read (semantics 10).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Namespace {}
