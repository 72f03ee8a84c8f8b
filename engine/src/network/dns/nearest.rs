//! The Service a mistyped name may have meant.

use super::{Dns, Resolver, ZONE};
use crate::Str;

/// Names longer than this are not compared.
const MAX_COMPARED: usize = 130;

impl Dns {
    /// The nearest name a client in `namespace` could have meant, as it would write it: at most two edits away, fewer than
    /// half of its letters; or the same name in another namespace. Of equals the first in order.
    pub(super) fn nearest(&self, name: &str, namespace: &str) -> Option<Str> {
        let name = name.strip_suffix(ZONE).and_then(|rest| rest.strip_suffix('.')).unwrap_or(name);
        let name = name.strip_suffix(".svc").unwrap_or(name);
        if name.len() > MAX_COMPARED {
            return None;
        }
        let own = self.namespaces.get(namespace);
        let short = own.into_iter().flat_map(|names| names.keys()).map(|it| (distance(name, it), it.clone()));
        let best = short.filter(|(edits, it)| near(*edits, name, it)).min_by_key(|(edits, _)| *edits);
        if let Some((_, found)) = best.filter(|_| !name.contains('.')) {
            return Some(found);
        }
        let qualified = self.namespaces.iter().flat_map(|(namespace, names)| {
            names.keys().map(move |service| (service, Str::from(format!("{service}.{namespace}"))))
        });
        qualified
            .filter_map(|(service, full)| {
                let edits = if **service == *name { 0 } else { distance(name, &full) };
                near(edits, name, &full).then_some((edits, full))
            })
            .min_by_key(|(edits, _)| *edits)
            .map(|(_, full)| full)
    }

    /// Whether a name with a dot that nobody in the cluster answers for was meant for the cluster: `SERVICE.NAMESPACE` of
    /// a namespace there is, `HOST.SERVICE` or `HOST.SERVICE.NAMESPACE` of a Service there is, or a Service's name nearly
    /// fits. `api.example.dev` stays outside although a namespace `dev` exists. Who does not ask the cluster's DNS may well
    /// mean what is outside, unless a Service there is has this name.
    pub(super) fn means_inside(&self, name: &str, resolver: Resolver<'_>) -> bool {
        let mut labels = name.rsplit('.');
        let (last, before, more) = (labels.next().unwrap_or(name), labels.next(), labels.next().is_some());
        let serves = |namespace: &str, service| {
            self.namespaces.get(namespace).is_some_and(|names| names.contains_key(service))
        };
        let Resolver::Cluster { namespace } = resolver else {
            return last == "svc" || before.is_some_and(|before| serves(last, before));
        };
        let spelled_out = match before {
            Some(before) if more => serves(last, before),
            _ => self.namespaces.contains_key(last) || serves(namespace, last),
        };
        matches!(last, "svc" | "pod") || spelled_out || self.nearest(name, namespace).is_some()
    }
}

fn near(edits: usize, name: &str, other: &str) -> bool {
    edits <= 2 && edits * 2 <= name.len().min(other.len())
}

/// How many letters are inserted, removed or replaced to get from one to the other; above 2 only a lower bound.
fn distance(one: &str, other: &str) -> usize {
    if one.len().abs_diff(other.len()) > 2 {
        return 3;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = std::mem::replace(row.first_mut().unwrap_or(&mut 0), i + 1);
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(other.bytes()) {
            let replaced = diagonal + usize::from(a != b);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn edits_are_counted() {
        assert_eq!(distance("backend", "backend"), 0);
        assert_eq!(distance("bakcend", "backend"), 2);
        assert_eq!(distance("db", "db1"), 1);
        assert_eq!(distance("", "ab"), 2);
        assert!(distance("frontend", "db") > 2);
    }
}
