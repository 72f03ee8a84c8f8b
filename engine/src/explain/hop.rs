//! A hop as a card: where, what, why, why not the others.

use super::policy::Question;
use super::{Sentence, names, policy, route, service, trace};
use crate::connect::{Addresses, Hop, Place, Reason, Station, Trace};
use crate::network::{At, dns};

/// The words of one hop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HopWords {
    /// `On the way into db-0`.
    pub title: String,
    /// `node-1, in its kernel`.
    pub place: String,
    /// What happened and why.
    pub why: Sentence,
    /// Why the others did not match, one line each.
    pub others: Vec<Sentence>,
    /// The field that decided or acted.
    pub at: Option<At>,
    /// `DNAT`, `SNAT`, both, or nothing.
    pub rewrite: &'static str,
}

/// The words of hop `index`; none beyond the last.
pub fn hop(trace: &Trace, index: usize) -> HopWords {
    let Some(hop) = trace.hops.get(index) else { return HopWords::default() };
    let others = match &hop.reason {
        Reason::Egress(decision) | Reason::Ingress(decision) => {
            policy::others(&Question::of(trace, hop), decision)
        }
        Reason::Dns(dns::Reason::NoAnswer { direction, decision }) => {
            policy::others(&Question::of_dns(trace, *direction), decision)
        }
        _ => Vec::new(),
    };
    HopWords {
        title: title(trace, hop),
        place: place(&hop.place),
        why: trace::why(trace, hop),
        others,
        at: trace::at(hop),
        rewrite: rewrite(&hop.before, &hop.after),
    }
}

fn title(trace: &Trace, hop: &Hop) -> String {
    match (&hop.reason, hop.station) {
        (Reason::Dns(_), _) => format!("Name {}", names::host(trace)),
        (Reason::Service(reason), _) => service::title(trace, reason),
        (Reason::Route(reason), _) => route::title(reason),
        (_, Station::Egress) => format!("On the way out of {}", bare(names::source(trace))),
        (_, Station::Ingress) => format!("On the way into {}", bare(names::destination(trace))),
        _ => format!("Socket of {}", bare(names::destination(trace))),
    }
}

/// Without the marks of literals.
fn bare(sentence: Sentence) -> String {
    sentence.to_string().replace('`', "")
}

fn place(place: &Place) -> String {
    match place {
        Place::Pod(pod) => format!("In {}", pod.name),
        Place::Node(name) => format!("{name}, in its kernel"),
        Place::Outside => "Outside the cluster".to_owned(),
    }
}

fn rewrite(before: &Addresses, after: &Addresses) -> &'static str {
    let destination = matches!((before.destination, after.destination), (Some(a), Some(b)) if a != b);
    let source = matches!((before.source, after.source), (Some(a), Some(b)) if a != b);
    match (destination, source) {
        (true, true) => "DNAT, SNAT",
        (true, false) => "DNAT",
        (false, true) => "SNAT",
        (false, false) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{admitted, listening, open, trace};
    use super::*;
    use crate::connect::Verdict;

    #[test]
    fn a_card_says_where_it_is() {
        let mut walk = trace(Verdict::Forwarded, vec![open(Station::Egress), admitted(), listening()]);
        walk.hops[1].after.source = "192.168.0.1:1".parse().ok();
        walk.hops[2].after.source = None;
        let card = |index| {
            let words = hop(&walk, index);
            (words.title, words.place, words.rewrite)
        };
        assert_eq!(card(0), ("On the way out of reports".into(), "node-2, in its kernel".into(), ""));
        assert_eq!(card(1), ("On the way into db-0".into(), "node-1, in its kernel".into(), "SNAT"));
        assert_eq!(card(2), ("Socket of db-0".into(), "In db-0".into(), ""));
        assert_eq!(hop(&walk, 3), HopWords::default());
    }
}
