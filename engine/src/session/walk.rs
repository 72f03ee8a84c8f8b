//! A walk as the page and the command line show it.

use super::files::Files;
use super::view::{ClientView, HopState, HopView, WalkView};
use super::world::{short_name, verdict};
use crate::api::ObjectRef;
use crate::cluster::Snapshot;
use crate::connect::{Addresses, Place, Reason, Source, Station, Target, Trace};
use crate::explain;
use crate::network::{Network, service};

/// Explains a trace over the network it was walked on.
pub(super) fn walk(trace: &Trace, network: &Network, files: &Files) -> WalkView {
    let snapshot = &*network.snapshot;
    let decided = trace.hops.len().saturating_sub(1);
    let mut hops: Vec<HopView> = Vec::new();
    for (i, hop) in trace.hops.iter().enumerate() {
        let words = explain::hop(trace, i);
        hops.push(HopView {
            station: station(hop.station).to_owned(),
            title: words.title,
            place: words.place,
            object: object(trace, i),
            state: if i == decided { HopState::Decided } else { HopState::Passed },
            why: files.words(&words.why),
            others: words.others.iter().map(|it| files.words(it)).collect(),
            before: addresses(&hop.before),
            after: addresses(&hop.after),
            rewrite: words.rewrite.to_owned(),
            at: words.at.and_then(|at| files.locate(&at)),
            took: hop.took.0,
        });
    }
    for missed in explain::not_reached(trace) {
        hops.push(HopView {
            station: station(missed).to_owned(),
            title: explain::station(missed).to_owned(),
            place: String::new(),
            object: None,
            state: HopState::NotReached,
            why: Default::default(),
            others: Vec::new(),
            before: String::new(),
            after: String::new(),
            rewrite: String::new(),
            at: None,
            took: 0,
        });
    }
    let client = explain::client(trace);
    WalkView {
        from: from(trace, snapshot),
        to: to(trace, snapshot),
        port: trace.connection.port,
        protocol: trace.connection.protocol.name().to_owned(),
        verdict: verdict(trace.verdict),
        word: explain::verdict_word(trace.verdict).to_owned(),
        headline: files.words(&explain::headline(trace)),
        because: files.words(&explain::because(trace)),
        hops,
        decided,
        client: ClientView {
            line: client.line,
            verbose: client.verbose,
            answered: client.answered,
            after: client.after,
        },
        plugin: explain::plugin(trace).map(|it| files.words(&it)),
        service: trace.service.as_ref().map(ToString::to_string),
        destination: trace.destination.as_ref().map(ToString::to_string),
    }
}

fn station(station: Station) -> &'static str {
    match station {
        Station::Name => "Name",
        Station::Service => "Service",
        Station::Egress => "Egress",
        Station::Route => "Route",
        Station::Ingress => "Ingress",
        Station::Socket => "Socket",
    }
}

fn addresses(addresses: &Addresses) -> String {
    let show = |it: Option<std::net::SocketAddr>| it.map_or_else(|| "?".to_owned(), |it| it.to_string());
    match (addresses.source, addresses.destination) {
        (None, None) => String::new(),
        (source, destination) => format!("{} → {}", show(source), show(destination)),
    }
}

/// The thing in the picture where a hop happens.
fn object(trace: &Trace, index: usize) -> Option<String> {
    let hop = trace.hops.get(index)?;
    match (&hop.reason, &hop.place) {
        (Reason::Service(service::Reason::NotAService), _) => None,
        (Reason::Service(_), _) => trace.service.as_ref().map(ToString::to_string),
        (Reason::Ingress(_) | Reason::Socket(_), _) if trace.destination.is_some() => {
            trace.destination.as_ref().map(ToString::to_string)
        }
        (_, Place::Pod(pod)) => Some(pod.to_string()),
        (_, Place::Node(name)) => Some(format!("Node/{name}")),
        (_, Place::Outside) => Some("outside".to_owned()),
    }
}

fn from(trace: &Trace, snapshot: &Snapshot) -> (String, String) {
    match &trace.connection.source {
        Source::Pod(pod) => (pod.to_string(), label(pod, snapshot)),
        Source::Node(name) => (format!("Node/{name}"), name.to_string()),
        Source::Outside(_) => ("outside".to_owned(), "outside".to_owned()),
    }
}

fn to(trace: &Trace, snapshot: &Snapshot) -> (String, String) {
    let written = match &trace.connection.target {
        Target::Name(name) => name.to_string(),
        Target::Address(address) => address.to_string(),
    };
    match (&trace.service, &trace.destination) {
        (Some(service), _) => (service.to_string(), service.name.to_string()),
        (None, Some(pod)) => (pod.to_string(), label(pod, snapshot)),
        (None, None) => (written.clone(), written),
    }
}

/// A pod by its workload where that says enough, else by its own name.
fn label(object: &ObjectRef, snapshot: &Snapshot) -> String {
    match snapshot.pod(object) {
        Some(pod) if short_name(pod) != *pod.object.name => pod.workload.name.to_string(),
        _ => object.name.to_string(),
    }
}
