//! A walk in one headline and one deciding sentence.

use super::policy::Question;
use super::{Piece, Sentence, dns, names, policy, route, service, socket};
use crate::connect::{Hop, Place, Reason, Station, Trace, Verdict};
use crate::network::{At, dns as dns_reason, service as service_reason};

/// The verdict in Podyard's word (ux.md §5).
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Forwarded => "Forwarded",
        Verdict::Dropped => "Dropped",
        Verdict::Rejected => "Rejected",
        Verdict::Refused => "Refused",
        Verdict::Unresolved => "Name not found",
        Verdict::Unroutable => "No route",
        Verdict::Ambiguous => "Ambiguous",
    }
}

/// A station's name, for the ones a walk did not reach.
pub fn station(station: Station) -> &'static str {
    match station {
        Station::Name => "Name",
        Station::Service => "Service",
        Station::Egress => "Egress policy",
        Station::Route => "Way",
        Station::Ingress => "Ingress policy",
        Station::Socket => "Socket",
    }
}

/// How it ended, in one sentence: `db-0 never hears from reports.`
pub fn headline(trace: &Trace) -> Sentence {
    let reason = trace.hops.last().map(|hop| &hop.reason);
    match (trace.verdict, reason) {
        (_, Some(Reason::Dns(dns_reason::Reason::NoAnswer { .. } | dns_reason::Reason::NoServer { .. }))) => {
            names::source(trace).text(" gets no answer from DNS.")
        }
        (Verdict::Forwarded, _) => names::source(trace).text(" reaches ").then(names::asked(trace)).text("."),
        (Verdict::Dropped, _) => {
            names::destination(trace).text(" never hears from ").then(names::source(trace)).text(".")
        }
        (Verdict::Rejected, Some(Reason::Service(service_reason::Reason::NoSuchPort { service, .. }))) => {
            Sentence::of("Service ").object(service).text(format!(" has no port {}.", trace.connection.port))
        }
        (Verdict::Rejected, _) => {
            Sentence::of("Nobody stands behind Service ").then(names::asked(trace)).text(".")
        }
        (Verdict::Refused, _) => Sentence::of("The packet arrived; nobody listens there."),
        (Verdict::Unresolved, Some(Reason::Dns(dns_reason::Reason::NotFound { empty: Some(_), .. }))) => {
            Sentence::of(format!("The name \"{}\" has no address.", names::host(trace)))
        }
        (Verdict::Unresolved, _) => Sentence::of(format!("There is no name \"{}\".", names::host(trace))),
        (Verdict::Unroutable, Some(Reason::Route(reason))) => route::headline(reason, last_place(trace)),
        (Verdict::Unroutable, _) => Sentence::of("No way leads to ").then(names::asked(trace)).text("."),
        (Verdict::Ambiguous, _) => Sentence::of("Two rules of equal priority disagree."),
    }
}

/// Where the walk ended, as the first words of a sentence.
fn last_place(trace: &Trace) -> Sentence {
    match trace.hops.last().map(|hop| &hop.place) {
        Some(Place::Outside) => Sentence::of("The outside"),
        place => place.map(names::actor).unwrap_or_default(),
    }
}

/// Why it ended so: the sentence of the hop that decided.
pub fn because(trace: &Trace) -> Sentence {
    decider(trace).map(|hop| why(trace, hop)).unwrap_or_default()
}

/// The field that decided, if one did.
pub fn deciding(trace: &Trace) -> Option<At> {
    at(decider(trace)?)
}

/// One short sentence for tables and the names of lines, which show it letter by letter: literals stand without backticks.
pub fn short_reason(trace: &Trace) -> String {
    let Some(hop) = decider(trace) else { return String::new() };
    let sentence = match &hop.reason {
        Reason::Egress(decision) | Reason::Ingress(decision) => {
            policy::short(&Question::of(trace, hop), decision)
        }
        _ => why(trace, hop),
    };
    let bare = sentence.0.into_iter().map(|piece| match piece {
        Piece::Code(code) => Piece::Text(code),
        piece => piece,
    });
    Sentence(bare.collect()).to_string()
}

/// Stations after the one that decided, in order.
pub fn not_reached(trace: &Trace) -> Vec<Station> {
    let Some(last) = trace.hops.last() else { return Vec::new() };
    if trace.verdict == Verdict::Forwarded {
        return Vec::new();
    }
    const STATIONS: [Station; 6] =
        [Station::Name, Station::Service, Station::Egress, Station::Route, Station::Ingress, Station::Socket];
    STATIONS.into_iter().filter(|station| *station > last.station).collect()
}

/// The hop that says most about the end: the last one; of a forwarded walk the policy that let it in, or out.
fn decider(trace: &Trace) -> Option<&Hop> {
    let last = trace.hops.last();
    if trace.verdict != Verdict::Forwarded {
        return last;
    }
    let admitted = trace.hops.iter().rev().find(|hop| match &hop.reason {
        Reason::Egress(decision) | Reason::Ingress(decision) => policy::is_admitted(decision),
        _ => false,
    });
    let ingress = trace.hops.iter().rev().find(|hop| hop.station == Station::Ingress);
    admitted.or(ingress).or(last)
}

/// What a hop did and why.
pub(super) fn why(trace: &Trace, hop: &Hop) -> Sentence {
    match &hop.reason {
        Reason::Dns(reason) => dns::why(trace, reason),
        Reason::Service(reason) => service::why(trace, hop, reason),
        Reason::Egress(decision) | Reason::Ingress(decision) => {
            policy::why(&Question::of(trace, hop), decision)
        }
        Reason::Route(reason) => route::why(reason, &names::actor(&hop.place)),
        Reason::Socket(reason) => socket::why(trace, hop, reason),
    }
}

/// The field a hop's reason points at.
pub(super) fn at(hop: &Hop) -> Option<At> {
    match &hop.reason {
        Reason::Dns(dns_reason::Reason::NoAnswer { decision, .. }) => policy::at(decision),
        Reason::Dns(_) | Reason::Route(_) => None,
        Reason::Service(reason) => service::at(reason),
        Reason::Egress(decision) | Reason::Ingress(decision) => policy::at(decision),
        Reason::Socket(reason) => socket::at(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::network::dns;

    #[test]
    fn a_forwarded_walk_names_the_rule_that_let_it_in() {
        let trace = trace(Verdict::Forwarded, vec![open(Station::Egress), admitted(), listening()]);
        assert_eq!(headline(&trace).to_string(), "reports reaches db.");
        assert_eq!(because(&trace).to_string(), "Let in by `allow-web`, ingress rule 1: `app: web` matches.");
        assert_eq!(deciding(&trace).map(|at| at.path.to_string()), Some("spec.ingress[0].from[1]".into()));
        assert_eq!(short_reason(&trace), "Let in by allow-web, rule 1.");
        assert_eq!(not_reached(&trace), []);
    }

    #[test]
    fn a_dropped_walk_lists_what_was_not_reached() {
        let trace = trace(Verdict::Dropped, vec![blocked(Station::Egress)]);
        assert_eq!(headline(&trace).to_string(), "db-0 never hears from reports.");
        assert_eq!(not_reached(&trace), [Station::Route, Station::Ingress, Station::Socket]);
    }

    #[test]
    fn a_name_that_does_not_exist() {
        let reason = dns::Reason::NotFound { tried: vec!["bakcend.".into()], nearest: None, empty: None };
        let mut trace = trace(Verdict::Unresolved, vec![hop(Station::Name, Reason::Dns(reason))]);
        trace.connection.target = crate::connect::Target::Name("bakcend".into());
        assert_eq!(headline(&trace).to_string(), "There is no name \"bakcend\".");
        assert_eq!(verdict_word(trace.verdict), "Name not found");
    }
}
