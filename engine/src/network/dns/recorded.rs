//! Against the answers of the real CoreDNS, where the recorded cases are at hand (`../shared/conformance/k8s/dns`).

use super::{Answer, Dns, Resolver};
use crate::network::fixture::from_yaml;
use serde_json::Value;
use std::net::IpAddr;

/// Cases that do not hold: names of SRV records asked for addresses are not answered, and a snapshot never holds a Service
/// whose namespace is gone.
const LATER: [&str; 2] = [
    "cluster-ip-srv _http._tcp.web.default.svc.cluster.local. A",
    "service-in-terminating-namespace web.ghost.svc.cluster.local. A",
];

#[test]
#[allow(clippy::disallowed_methods)]
fn names_give_what_core_dns_answers() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/conformance/k8s/dns");
    let Ok(files) = std::fs::read_dir(folder) else {
        return;
    };
    let (mut wrong, mut held) = (Vec::new(), 0);
    let mut paths: Vec<_> = files.filter_map(|it| Some(it.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "yaml"));
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().to_string();
        let (snapshot, own) = from_yaml(&std::fs::read_to_string(&path).unwrap(), "Queries");
        // The kubeadm setting; without it there are no names of pods.
        if crate::network::fixture::text(&own, "pods") == "disabled" {
            continue;
        }
        let dns = Dns::compile(&snapshot);
        let expected = std::fs::read_to_string(path.with_file_name(format!("{name}.expected.json"))).unwrap();
        let expected: Value = serde_json::from_str(&expected).unwrap();
        for query in expected["queries"].as_array().unwrap() {
            let kind = query["type"].as_str().unwrap();
            if kind != "A" && kind != "AAAA" {
                continue;
            }
            let lookup = query["lookup"].as_str();
            let asked = lookup.or(query["name"].as_str()).unwrap();
            let namespace = query["namespace"].as_str().unwrap_or("default");
            let answer = dns.resolve(asked, Resolver::Cluster { namespace });
            if answer.asked() && inside(&answer) {
                match compare(&answer, query, kind) {
                    None => held += 1,
                    Some(problem) => wrong.push((format!("{name} {asked} {kind}"), problem)),
                }
            }
        }
    }
    wrong.sort();
    let names: Vec<&str> = wrong.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, LATER, "{held} held; ours and recorded: {wrong:#?}");
    assert!(held > 50, "{held}");
}

/// Addresses outside are Podyard's own making: not to be compared.
fn inside(answer: &Answer) -> bool {
    let made_up = |it: &IpAddr| matches!(it, IpAddr::V4(it) if matches!(it.octets(), [192, 0, 2, _] | [198, 51, 100, _]));
    !answer.addresses.iter().any(made_up)
}

fn compare(answer: &Answer, query: &Value, kind: &str) -> Option<String> {
    let last = match query["tried"].as_array() {
        Some(tried) => tried.last()?,
        None => query,
    };
    let records = last["answers"].as_array().cloned().unwrap_or_default();
    let data =
        records.iter().filter(|it| it["type"] == kind).filter_map(|it| it["data"].as_str()?.parse().ok());
    let mut theirs: Vec<IpAddr> = data.collect();
    let mut ours = answer.addresses.clone();
    ours.retain(|it| it.is_ipv4() == (kind == "A"));
    ours.sort();
    theirs.sort();
    (ours != theirs).then(|| format!("{ours:?}, recorded {theirs:?}"))
}
