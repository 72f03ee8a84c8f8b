//! v1 ConfigMap.

use super::Labels;

/// A ConfigMap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigMap {
    /// `data`.
    pub data: Labels,
}
