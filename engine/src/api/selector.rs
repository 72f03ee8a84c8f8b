//! Label selectors: reading, matching, and the first test that failed.

use super::meta::check_labels;
use super::read::{FromNode, Path, Reader, reads};
use super::{Labels, names};
use crate::Str;
use crate::manifest::Node;

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
        self.match_labels.subset_of(labels) && self.match_expressions.iter().all(|it| it.passes(labels))
    }

    /// The first test that fails: `matchLabels` by key, then `matchExpressions` in order.
    pub fn mismatch(&self, labels: &Labels) -> Option<Mismatch> {
        let wrong = self.match_labels.iter().find(|(key, value)| labels.get(key) != Some(value));
        if let Some((key, value)) = wrong {
            return Some(Mismatch {
                key: key.clone(),
                operator: Operator::In,
                wanted: vec![value.clone()],
                has: labels.get(key).cloned(),
            });
        }
        let failed = self.match_expressions.iter().find(|it| !it.passes(labels))?;
        Some(Mismatch {
            key: failed.key.clone(),
            operator: failed.operator,
            wanted: failed.values.clone(),
            has: labels.get(&failed.key).cloned(),
        })
    }

    /// Matches everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }
}

impl Requirement {
    fn passes(&self, labels: &Labels) -> bool {
        let has = labels.get(&self.key);
        match self.operator {
            Operator::In => has.is_some_and(|value| self.values.contains(value)),
            Operator::NotIn => has.is_none_or(|value| !self.values.contains(value)),
            Operator::Exists => has.is_some(),
            Operator::DoesNotExist => has.is_none(),
        }
    }
}

#[derive(Default)]
struct RawSelector {
    match_labels: Labels,
    match_expressions: Vec<Option<Requirement>>,
}

#[derive(Default)]
struct RawRequirement {
    key: Str,
    operator: Option<Str>,
    values: Vec<Str>,
}

reads!(RawSelector { match_labels: "matchLabels", match_expressions: "matchExpressions" } also []);
reads!(RawRequirement { key: "key", operator: "operator", values: "values" } also []);

impl FromNode for Selector {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawSelector::from_node(node, path, reader)?;
        if let Some(labels) = node.get("matchLabels") {
            check_labels(&labels.value, &path.owned().field("matchLabels"), reader);
        }
        Some(Self {
            match_labels: raw.match_labels,
            match_expressions: raw.match_expressions.into_iter().flatten().collect(),
        })
    }
}

/// Values fit the operator (semantics 15).
impl FromNode for Requirement {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawRequirement::from_node(node, path, reader)?;
        let here = path.owned();
        let value_at = |name: &str| node.get(name).map_or(node, |entry| &entry.value);
        reader.wrong(value_at("key").span, &here.field("key"), &raw.key, names::label_key(&raw.key));
        let operator = match raw.operator.as_deref() {
            Some("In") => Operator::In,
            Some("NotIn") => Operator::NotIn,
            Some("Exists") => Operator::Exists,
            Some("DoesNotExist") => Operator::DoesNotExist,
            other => {
                let detail = "not a valid selector operator";
                reader.invalid(
                    value_at("operator"),
                    here.field("operator"),
                    other.unwrap_or_default(),
                    detail,
                );
                return None;
            }
        };
        match operator {
            Operator::In | Operator::NotIn if raw.values.is_empty() => {
                let detail = "must be specified when `operator` is 'In' or 'NotIn'";
                reader.required(value_at("values").span, here.field("values"), detail);
            }
            Operator::Exists | Operator::DoesNotExist if !raw.values.is_empty() => {
                let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                reader.forbidden(value_at("values").span, here.field("values"), detail);
            }
            _ => {}
        }
        for (i, item) in value_at("values").items().iter().enumerate() {
            let value = item.as_str().map_or("", |it| it);
            reader.wrong(item.span, &here.field("values").index(i), value, names::label_value(value));
        }
        Some(Self { key: raw.key, operator, values: raw.values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::new(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())))
    }

    fn requirement(operator: Operator, values: &[&str]) -> Selector {
        let values = values.iter().map(|it| (*it).into()).collect();
        let match_expressions = vec![Requirement { key: "app".into(), operator, values }];
        Selector { match_expressions, ..Selector::default() }
    }

    #[test]
    fn not_in_matches_the_absent_key() {
        // semantics 13
        assert!(requirement(Operator::NotIn, &["a"]).matches(&labels(&[])));
        assert!(!requirement(Operator::NotIn, &["a"]).matches(&labels(&[("app", "a")])));
        assert!(!requirement(Operator::In, &["a"]).matches(&labels(&[])));
        assert!(requirement(Operator::Exists, &[]).matches(&labels(&[("app", "")])));
        assert!(requirement(Operator::DoesNotExist, &[]).matches(&labels(&[])));
    }

    #[test]
    fn an_empty_value_is_not_a_missing_label() {
        // semantics 14
        let selector = Selector { match_labels: labels(&[("app", "")]), ..Selector::default() };
        assert!(selector.matches(&labels(&[("app", "")])) && !selector.matches(&labels(&[])));
    }

    #[test]
    fn the_first_failed_test_is_told() {
        let selector = Selector { match_labels: labels(&[("app", "api")]), ..Selector::default() };
        let found = selector.mismatch(&labels(&[("app", "reports")])).unwrap();
        assert_eq!((&*found.key, found.has.as_deref()), ("app", Some("reports")));
        assert!(Selector::default().matches(&labels(&[("x", "y")])));
    }
}
