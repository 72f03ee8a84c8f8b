//! What a real cluster stated is kept, and goes on from there.

use super::*;

#[test]
fn observed_pods_keep_what_they_state() {
    let mut it = cluster(1);
    put(&mut it, deployment("api", 3, "nginx"));
    let taken =
        settle(&mut it).pods.iter().find(|it| it.object.name.starts_with("api")).cloned().expect("api");
    let ip = taken.ips[0].to_string();
    put(&mut it, observed("a", "kind-worker", &ip));
    put(&mut it, service("web"));
    let snapshot = settle(&mut it);
    let a = snapshot.pods.iter().find(|it| &*it.object.name == "a").expect("a");
    assert_eq!((a.ips[0].to_string(), a.ready, a.node.as_deref()), (ip, true, Some("kind-worker")));
    let ips: Vec<_> = snapshot.pods.iter().flat_map(|it| it.ips.clone()).collect();
    assert_eq!(ips.iter().collect::<std::collections::BTreeSet<_>>().len(), ips.len());
    assert!(endpoints(&snapshot, "web")[0].ready);
    assert!(snapshot.nodes.iter().any(|it| &*it.name == "kind-worker" && !it.declared));
}

#[test]
fn owners_adopt_observed_pods() {
    let mut it = cluster(1);
    let mut first = observed("web-7d4b8c9f5d-x2k9f", "n1", "10.1.0.1");
    first.meta.labels.set("pod-template-hash".into(), "7d4b8c9f5d".into());
    first.meta.owners =
        vec![crate::api::Owner { kind: Kind::ReplicaSet, name: "web-7d4b8c9f5d".into(), controller: true }];
    put(&mut it, deployment("web", 2, "nginx"));
    put(&mut it, first);
    let snapshot = settle(&mut it);
    let pods = names(&snapshot, "web");
    assert_eq!(pods.len(), 2);
    assert!(pods.iter().all(|it| it.starts_with("web-7d4b8c9f5d-")), "{pods:?}");
    assert!(pods.contains(&"web-7d4b8c9f5d-x2k9f".into()));
    assert_eq!(snapshot.workloads.iter().filter(|it| &*it.object.namespace == "shop").count(), 1);
}

#[test]
fn an_address_without_a_node_is_given_one() {
    let mut it = cluster(1);
    let mut pinned = observed("pinned", "node-1", "10.244.9.9");
    edit(&mut pinned, as_pod).spec.node_name = None;
    put(&mut it, pinned);
    let snapshot = settle(&mut it);
    let pod = snapshot.pods.iter().find(|it| &*it.object.name == "pinned").unwrap();
    assert_eq!((pod.ips.as_slice(), pod.ready), (&["10.244.9.9".parse().unwrap()][..], true));
    assert!(pod.node.is_some());
}
