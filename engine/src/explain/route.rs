//! Words for the way.

use super::Sentence;
use crate::network::route::Reason;
use crate::profile::BetweenNodes;

/// The headline of a walk that found no way.
pub(super) fn headline(reason: &Reason, place: Sentence) -> Sentence {
    match reason {
        Reason::NoAddress => place.text(" has no address yet."),
        Reason::NoRoute { address }
        | Reason::Vanished { address }
        | Reason::NotRoutedFromOutside { address } => place.text(" knows no way to ").code(address).text("."),
        _ => place.text(" knows no way there."),
    }
}

/// How a packet travels, or why it does not.
pub(super) fn why(reason: &Reason, actor: &Sentence) -> Sentence {
    match reason {
        Reason::Loopback => Sentence::of("It stays inside the pod."),
        Reason::SameNode { node } => Sentence::of(format!("Both ends are on {node}: it stays there.")),
        Reason::BetweenNodes { from, to, way } => match way {
            BetweenNodes::Route => Sentence::of(format!("{from} sends it to {to} by a plain route.")),
            BetweenNodes::Vxlan { port } => {
                Sentence::of(format!("{from} wraps it in VXLAN and sends it to {to}, UDP port {port}."))
            }
            BetweenNodes::IpIp => Sentence::of(format!("{from} wraps it in IP in IP and sends it to {to}.")),
        },
        Reason::ToOutside { node, source } => {
            Sentence::of(format!("It leaves the cluster from {node}; the outside sees ")).code(source).text(".")
        }
        Reason::FromOutside { node } => Sentence::of(format!("It enters the cluster at {node}.")),
        Reason::NoAddress => actor.clone().text(" has no address yet, so it can send nothing. Wait until it runs."),
        Reason::NoRoute { address } => Sentence::of("None of its routes covers ").code(address).text("."),
        Reason::Vanished { address } => {
            Sentence::of("Nobody has ").code(address).text(" now: packets to it vanish, and no answer comes.")
        }
        Reason::NotRoutedFromOutside { address } => Sentence::default()
            .code(address)
            .text(" belongs to the cluster; the outside has no way to it. Use a NodePort, a LoadBalancer or an Ingress."),
    }
}

/// A hop's title.
pub(super) fn title(reason: &Reason) -> String {
    match reason {
        Reason::Loopback => "Inside the pod".to_owned(),
        Reason::SameNode { node } => format!("Inside {node}"),
        Reason::BetweenNodes { from, to, .. } => format!("From {from} to {to}"),
        Reason::ToOutside { .. } => "Out of the cluster".to_owned(),
        Reason::FromOutside { node } => format!("Into the cluster at {node}"),
        Reason::NoAddress => "No address".to_owned(),
        Reason::NoRoute { .. } | Reason::Vanished { .. } | Reason::NotRoutedFromOutside { .. } => {
            "No way".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::super::{because, headline};
    use super::*;
    use crate::connect::{Reason as Any, Station, Verdict};

    fn walk(reason: Reason) -> crate::connect::Trace {
        trace(Verdict::Unroutable, vec![hop(Station::Route, Any::Route(reason))])
    }

    #[test]
    fn no_way() {
        let trace = walk(Reason::NoRoute { address: "10.9.0.4".parse().unwrap() });
        assert_eq!(headline(&trace).to_string(), "node-1 knows no way to `10.9.0.4`.");
        assert_eq!(because(&trace).to_string(), "None of its routes covers `10.9.0.4`.");
        let trace = walk(Reason::NotRoutedFromOutside { address: "10.96.0.20".parse().unwrap() });
        assert_eq!(
            because(&trace).to_string(),
            "`10.96.0.20` belongs to the cluster; the outside has no way to it. Use a NodePort, a LoadBalancer or an Ingress."
        );
        let trace = walk(Reason::NoAddress);
        assert_eq!(headline(&trace).to_string(), "node-1 has no address yet.");
    }

    #[test]
    fn ways() {
        let words = |way| {
            because(&walk(Reason::BetweenNodes { from: "node-1".into(), to: "node-2".into(), way }))
                .to_string()
        };
        assert_eq!(words(BetweenNodes::Route), "node-1 sends it to node-2 by a plain route.");
        assert_eq!(
            words(BetweenNodes::Vxlan { port: 8472 }),
            "node-1 wraps it in VXLAN and sends it to node-2, UDP port 8472."
        );
        assert_eq!(words(BetweenNodes::IpIp), "node-1 wraps it in IP in IP and sends it to node-2.");
        let out = Reason::ToOutside { node: "node-1".into(), source: "192.168.0.1".parse().unwrap() };
        assert_eq!(
            because(&walk(out)).to_string(),
            "It leaves the cluster from node-1; the outside sees `192.168.0.1`."
        );
        let gone = Reason::Vanished { address: "10.244.1.9".parse().unwrap() };
        assert_eq!(
            because(&walk(gone)).to_string(),
            "Nobody has `10.244.1.9` now: packets to it vanish, and no answer comes."
        );
    }
}
