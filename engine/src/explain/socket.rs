//! Words for the socket.

use super::sentence::listed;
use super::service::last_field;
use super::{Sentence, names};
use crate::connect::{Hop, SocketReason, Trace};
use crate::network::At;

/// The field that says where a container listens, or that names a port where nobody does.
pub(super) fn at(reason: &SocketReason) -> Option<At> {
    match reason {
        SocketReason::Listening { at, .. } | SocketReason::Closed { at, .. } => at.clone(),
        _ => None,
    }
}

/// What happened at the socket.
pub(super) fn why(trace: &Trace, hop: &Hop, reason: &SocketReason) -> Sentence {
    let port = hop.before.destination.map_or(trace.connection.port, |address| address.port());
    let pod = names::destination(trace);
    match reason {
        SocketReason::Listening { container, .. } => {
            Sentence::of("Container ").code(container).text(format!(" listens on port {port}."))
        }
        SocketReason::Closed { open, at } => {
            let sentence = match at {
                Some(at) => Sentence::default()
                    .code(last_field(at))
                    .text(" (")
                    .field(at)
                    .text(format!(") says {port}; "))
                    .then(pod),
                None => Sentence::of(format!("Nothing listens on port {port}; ")).then(pod),
            };
            if open.is_empty() {
                return sentence.text(" listens on no port.");
            }
            let open = listed(open, "and", |sentence, (port, _)| sentence.text(port.to_string()));
            sentence.text(" listens on ").then(open).text(".")
        }
        SocketReason::LoopbackOnly { container } => Sentence::of("Container ")
            .code(container)
            .text(format!(" listens on port {port}, but on "))
            .code("127.0.0.1")
            .text(" only: let it listen on ")
            .code("0.0.0.0")
            .text("."),
        SocketReason::NotRunning => pod.text("'s containers do not run, so nothing listens."),
        SocketReason::Outside => Sentence::of("It left the cluster; the outside is taken to answer."),
        SocketReason::Node => Sentence::of("A process on the node answers."),
        SocketReason::Echo => pod.text("'s network answers ICMP itself, whatever its containers do."),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::super::{because, deciding, headline};
    use super::*;
    use crate::connect::{Reason, Station, Verdict};

    fn walk(reason: SocketReason) -> Trace {
        trace(Verdict::Refused, vec![hop(Station::Socket, Reason::Socket(reason))])
    }

    #[test]
    fn nobody_listens_there() {
        let at = Some(service_field("targetPort"));
        let trace = walk(SocketReason::Closed { open: vec![(8080, "db".into())], at: at.clone() });
        assert_eq!(headline(&trace).to_string(), "The packet arrived; nobody listens there.");
        assert_eq!(
            because(&trace).to_string(),
            "`targetPort` (spec.ports[0].targetPort) says 5432; db-0 listens on 8080."
        );
        assert_eq!(deciding(&trace), at);
        let words = |open| because(&walk(SocketReason::Closed { open, at: None })).to_string();
        assert_eq!(words(vec![]), "Nothing listens on port 5432; db-0 listens on no port.");
        assert_eq!(
            words(vec![(80, "a".into()), (81, "b".into()), (82, "b".into())]),
            "Nothing listens on port 5432; db-0 listens on 80, 81 and 82."
        );
    }

    #[test]
    fn sockets_that_are_not_open_to_others() {
        assert_eq!(
            because(&walk(SocketReason::LoopbackOnly { container: "db".into() })).to_string(),
            "Container `db` listens on port 5432, but on `127.0.0.1` only: let it listen on `0.0.0.0`."
        );
        assert_eq!(
            because(&walk(SocketReason::NotRunning)).to_string(),
            "db-0's containers do not run, so nothing listens."
        );
    }
}
