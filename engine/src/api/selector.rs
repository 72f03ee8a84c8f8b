//! Label selectors: matching, and the first test that failed.

use super::Labels;
use crate::Str;

/// A `LabelSelector`. Empty matches everything; "absent" is `Option::None` at the user's (semantics 16).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector {
    /// `matchLabels`.
    pub match_labels: Labels,
    /// `matchExpressions`, in the order of the manifest.
    pub match_expressions: Vec<Requirement>,
}

/// One of `matchExpressions`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Requirement {
    /// The label's key.
    pub key: Str,
    /// The test.
    pub operator: Operator,
    /// `values`.
    pub values: Vec<Str>,
}

/// The test of a requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// Key present and value listed.
    In,
    /// Key absent, or value not listed (semantics 13).
    NotIn,
    /// Key present.
    Exists,
    /// Key absent.
    DoesNotExist,
}

/// The first test of a selector that a label set fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The key tested.
    pub key: Str,
    /// The test: `In` stands for `matchLabels` too.
    pub operator: Operator,
    /// What was wanted.
    pub wanted: Vec<Str>,
    /// What the labels have.
    pub has: Option<Str>,
}

impl Selector {
    /// Whether the labels pass every test (semantics 13, 14).
    pub fn matches(&self, labels: &Labels) -> bool {
        self.mismatch(labels).is_none()
    }
    /// The first test that fails: `matchLabels` by key, then `matchExpressions` in order.
    pub fn mismatch(&self, _labels: &Labels) -> Option<Mismatch> {
        todo!()
    }
    /// Matches everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }
}
