//! Statements held against the engine: policies alone, the walk to the address, and the walk through the Service.

use super::case::{Case, Step};
use super::ends::{self, End};
use super::expect::{Single, Statement, Verdict, What};
use super::ports::Ports;
use super::world::World;
use podyard_engine::api::{PortRef, Protocol};
use podyard_engine::connect::{
    Attempt, Connection, First, State, Station, Trace, Verdict as Walked, connect_every, verdict,
};
use podyard_engine::network::Network;
use podyard_engine::network::policy::End as Judged;
use std::collections::BTreeSet;

/// What became of a case.
#[derive(Default)]
pub(super) struct Verdicts {
    pub(super) statements: usize,
    /// One line each.
    pub(super) failures: Vec<String>,
}

/// Runs a case.
pub(super) fn case(case: &Case) -> Verdicts {
    let mut verdicts = Verdicts::default();
    let mut world = World::new(&case.assume);
    for step in &case.steps {
        world.refused.clear();
        let changes =
            step.delete.iter().map(|object| (object, true)).chain(step.apply.iter().map(|it| (it, false)));
        for (text, delete) in changes {
            let done = if delete { world.delete(text) } else { world.apply(text) };
            if let Err(why) = done {
                verdicts.failures.push(format!("{}: {why}", step.name));
            }
        }
        let network = world.network();
        reports(step, &world.refused, &mut verdicts);
        for statement in &step.expect {
            verdicts.statements += 1;
            if let Err(why) = judge(&network, statement, case.services) {
                let Statement { from, to, .. } = statement;
                verdicts.failures.push(format!("{}: {from} -> {to} {why}", step.name));
            }
        }
    }
    verdicts
}

/// Every report must be made, and no other policy be refused.
fn reports(step: &Step, refused: &[(String, String)], verdicts: &mut Verdicts) {
    verdicts.statements += step.reports.len();
    for (object, path) in &step.reports {
        if !refused.iter().any(|it| it.0 == *object && it.1 == *path) {
            let got: Vec<&str> =
                refused.iter().filter(|it| it.0 == *object).map(|it| it.1.as_str()).collect();
            verdicts
                .failures
                .push(format!("{}: expected {object} refused at {path}, got {got:?}", step.name));
        }
    }
    for (object, path) in refused {
        if !step.reports.iter().any(|it| it.0 == *object) {
            verdicts
                .failures
                .push(format!("{}: expected {object} accepted, got it refused at {path}", step.name));
        }
    }
}

fn judge(network: &Network, statement: &Statement, services: bool) -> Result<(), String> {
    for from in ends::find(network, &statement.from)? {
        for to in ends::find(network, &statement.to)? {
            match &statement.what {
                What::Ports(ports) => all_ports(network, &from, &to, ports)?,
                What::Single(single) => {
                    one(network, &from, &to, single)?;
                    if single.table && services && single.verdict.is_some() {
                        let service = ends::service_of(network, &statement.to);
                        service.map_or(Ok(()), |service| one(network, &from, &service, single))?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// One connection: policies alone where there is an address, and the walk where there is a way.
fn one(network: &Network, from: &End, to: &End, single: &Single) -> Result<(), String> {
    let snapshot = &network.snapshot;
    let what = if single.protocol == Protocol::Icmp {
        "ICMP".to_owned()
    } else {
        format!("{} {}", single.protocol.name(), single.port)
    };
    let differs =
        |how: &str, expected: &str, got: &str| Err(format!("{what}{how}: expected {expected}, got {got}"));
    let judged = from.judged(snapshot, single.ipv6).zip(to.judged(snapshot, single.ipv6));
    let mut marked = false;
    if let Some((source, destination)) = judged {
        let (egress, ingress) = directions(network, source, destination, single);
        marked |= egress.1 || ingress.1;
        let both = if egress.0 == Verdict::Allow { ingress.0 } else { egress.0 };
        let sides = [
            (single.egress, egress.0, " (egress alone)"),
            (single.ingress, ingress.0, " (ingress alone)"),
            (single.verdict, both, " (policies)"),
        ];
        for (expected, got, how) in sides {
            if let Some(expected) = expected.filter(|expected| *expected != got) {
                return differs(how, expected.word(), got.word());
            }
        }
    }
    let walkable = match (from, to) {
        // Pods' addresses are not routed from outside; what is asked is their policies.
        (End::Outside(_), End::Service(_)) => true,
        (End::Outside(_), _) => false,
        _ => true,
    };
    if walkable && (single.verdict.is_some() || single.mark.is_some()) {
        let how = if matches!(to, End::Service(_)) { " (through the Service)" } else { " (the walk)" };
        let walked = walk(network, from, to, single)?;
        marked |= walked.iter().any(|it| it.1);
        for (got, _) in walked {
            if let Some(expected) = single.verdict.filter(|expected| Ok(*expected) != got) {
                let got = got.map(|it| it.word().to_owned()).unwrap_or_else(|other| other);
                return differs(how, expected.word(), &got);
            }
        }
    }
    match single.mark {
        Some(true) if !marked => differs("", "a plugin-dependent answer", "no mark"),
        Some(false) if marked => differs("", "no mark", "a plugin-dependent answer"),
        _ => Ok(()),
    }
}

/// Egress and ingress alone, each with its mark.
fn directions(
    network: &Network,
    source: Judged,
    destination: Judged,
    single: &Single,
) -> ((Verdict, bool), (Verdict, bool)) {
    let word = |allowed| if allowed { Verdict::Allow } else { Verdict::Deny };
    let policy = &network.policy;
    if single.table && single.verdict.is_some() {
        let both = word(policy.allows(source, destination, single.protocol, single.port));
        return ((both, false), (both, false));
    }
    let egress = policy.egress(source, destination, single.protocol, single.port);
    let ingress = policy.ingress(source, destination, single.protocol, single.port);
    let side = |decision: podyard_engine::network::policy::Decision| {
        (word(decision.allowed), decision.depends_on_plugin.is_some())
    };
    (side(egress), side(ingress))
}

/// The verdicts of every way a connection can go, each with its mark; `Err` is what no policy case knows.
type Walks = Vec<(Result<Verdict, String>, bool)>;

fn walk(network: &Network, from: &End, to: &End, single: &Single) -> Result<Walks, String> {
    let snapshot = &network.snapshot;
    let enter = match (from, &single.through) {
        (End::Outside(_), Some(name)) => network.find_node(name).and_then(|node| network.node(node)),
        (End::Outside(_), None) => snapshot.nodes.first().map(AsRef::as_ref),
        _ => None,
    };
    let address = enter.and_then(|node| node.addresses.first().copied());
    let asked = to.target(snapshot, single.ipv6, (single.protocol, single.port), address);
    let Some((source, (target, port))) = from.source(snapshot).zip(asked) else {
        return Ok(vec![(Ok(Verdict::Unreachable), false)]);
    };
    let enter = enter.map(|node| node.name.clone());
    let connection = Connection { source, target, port, protocol: single.protocol, enter };
    if single.table {
        // One endpoint, and nobody asks for the reason.
        let attempt = Attempt::new(network, &connection);
        let outcome = verdict(network, &attempt, &mut State::default(), &mut First);
        return Ok(vec![(read(outcome.verdict, None), false)]);
    }
    let ways = connect_every(network, &connection).into_iter().map(|(_, trace)| trace);
    let chosen = |trace: &Trace| match &single.backend {
        Some(pod) => {
            trace.destination.as_ref().is_some_and(|it| format!("{}/{}", it.namespace, it.name) == *pod)
        }
        None => true,
    };
    let walks: Walks = ways
        .filter(chosen)
        .map(|trace| {
            let station = trace.hops.last().map(|hop| hop.station);
            (read(trace.verdict, station), trace.depends_on_plugin.is_some())
        })
        .collect();
    if walks.is_empty() { Err("no way leads to that backend".to_owned()) } else { Ok(walks) }
}

/// A walk's end in the words of the cases. Nobody listens, yet policies let it pass: allowed.
fn read(verdict: Walked, station: Option<Station>) -> Result<Verdict, String> {
    match (verdict, station) {
        (Walked::Forwarded | Walked::Refused, _) => Ok(Verdict::Allow),
        (Walked::Dropped, None | Some(Station::Egress | Station::Ingress)) => Ok(Verdict::Deny),
        (Walked::Rejected, _) | (Walked::Dropped, Some(Station::Service)) => Ok(Verdict::Unreachable),
        (Walked::Ambiguous, _) => Ok(Verdict::Ambiguous),
        (verdict, station) => Err(format!("{verdict:?} at {station:?}")),
    }
}

/// Every port of TCP, UDP and SCTP. Answers change only at ports that a policy, a pod or the statement names.
fn all_ports(network: &Network, from: &End, to: &End, expected: &Ports) -> Result<(), String> {
    let snapshot = &network.snapshot;
    let (Some(source), Some(destination)) = (from.judged(snapshot, false), to.judged(snapshot, false)) else {
        return Err("an end without address".to_owned());
    };
    let mut ports = BTreeSet::from([1, u16::MAX]);
    for edge in edges(network).chain(expected.edges()) {
        ports.extend([edge.saturating_sub(1).max(1), edge.max(1), edge.saturating_add(1)]);
    }
    for protocol in [Protocol::Tcp, Protocol::Udp, Protocol::Sctp] {
        for &port in &ports {
            let got = network.policy.allows(source, destination, protocol, port);
            if got != expected.contain(protocol, port) {
                let words = if got { ("closed", "open") } else { ("open", "closed") };
                return Err(format!("{} {port}: expected {}, got {}", protocol.name(), words.0, words.1));
            }
        }
    }
    Ok(())
}

fn edges(network: &Network) -> impl Iterator<Item = u16> {
    let rules =
        network.snapshot.policies.iter().flat_map(|(_, policy)| policy.ingress.iter().chain(&policy.egress));
    let numbers = rules.flat_map(|rule| &rule.ports).flat_map(|port| {
        let first = match port.port {
            Some(PortRef::Number(number)) => Some(number),
            _ => None,
        };
        first.into_iter().chain(port.end_port)
    });
    let pods = network
        .snapshot
        .pods
        .iter()
        .flat_map(|pod| pod.spec.init_containers.iter().chain(&pod.spec.containers));
    numbers.chain(pods.flat_map(|container| &container.ports).map(|port| port.port))
}
