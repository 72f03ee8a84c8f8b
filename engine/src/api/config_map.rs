//! v1 ConfigMap.

use super::Labels;
use super::read::reads;

/// A ConfigMap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigMap {
    /// `data`.
    pub data: Labels,
}

reads!(ConfigMap { data: "data" } also ["apiVersion", "kind", "metadata", "binaryData", "immutable"]);
