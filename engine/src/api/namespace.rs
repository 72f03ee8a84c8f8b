//! v1 Namespace.

use super::Labels;
use crate::Str;

/// A namespace; its name and labels stand in the metadata. `kubernetes.io/metadata.name` is added when read (semantics 10).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Namespace {}

/// The label every namespace carries.
pub const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// A namespace's labels with its name among them.
pub fn named_labels(mut labels: Labels, name: &Str) -> Labels {
    labels.set(NAME_LABEL.into(), name.clone());
    labels
}
