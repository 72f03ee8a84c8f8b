//! Worlds that come up, change and go.

use super::*;
use crate::api::Phase;
use proptest::prelude::*;

fn objects(text: &str) -> Vec<Arc<Object>> {
    let parsed = manifest::parse(FileId(0), text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let read = parsed.documents.iter().flat_map(|it| api::read(it).0);
    read.map(Arc::new).collect()
}

fn cluster(text: &str) -> Cluster {
    let mut cluster = Cluster::new(Config { system: false, ..Config::default() });
    let refused = cluster.apply_all(objects(text), Time(0));
    assert!(refused.is_empty(), "{refused:?}");
    cluster.settle(Time(600_000_000));
    cluster
}

fn deployment(name: &str, replicas: u32, image: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n    spec: {{containers: [{{name: c, image: {image}, ports: [{{name: http, containerPort: 8080}}]}}]}}\n---\n"
    )
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}\n---\n";

#[test]
fn a_deployment_comes_up_over_the_nodes() {
    let cluster = cluster(&(deployment("web", 3, "nginx") + SERVICE));
    let snapshot = cluster.snapshot();
    assert_eq!(snapshot.pods.len(), 3);
    assert!(snapshot.pods.iter().all(|pod| pod.ready && pod.phase == Phase::Running));
    let nodes: BTreeSet<_> = snapshot.pods.iter().map(|pod| pod.node.clone()).collect();
    assert_eq!(nodes.len(), 3, "spread over the nodes");
    let pod = &snapshot.pods[0];
    let hash = pod.labels.get("pod-template-hash").unwrap();
    assert!(pod.object.name.starts_with(&format!("web-{hash}-")));
    let slice = &snapshot.services[0].slices[0];
    assert_eq!((slice.endpoints.len(), slice.ports[0].port), (3, 8080));
    assert!(Arc::ptr_eq(&snapshot, &cluster.snapshot()), "the same until something changes");
}

#[test]
fn scaling_keeps_the_lowest_slots() {
    let mut cluster = cluster(&deployment("web", 3, "nginx"));
    let before: Vec<_> = cluster.snapshot().pods.iter().map(|it| it.object.clone()).collect();
    for replicas in [30, 3] {
        cluster.apply_all(objects(&deployment("web", replicas, "nginx")), Time(0));
        cluster.settle(Time(1_200_000_000));
        assert_eq!(cluster.snapshot().pods.len(), replicas as usize);
    }
    let after: Vec<_> = cluster.snapshot().pods.iter().map(|it| it.object.clone()).collect();
    assert_eq!(before, after);
}

#[test]
fn a_new_template_rolls() {
    let mut cluster = cluster(&deployment("web", 4, "nginx"));
    let before = cluster.snapshot().pods[0].object.clone();
    let start = cluster.now;
    cluster.apply_all(objects(&deployment("web", 4, "caddy")), start);
    let mut least = usize::MAX;
    while let Some(next) = cluster.next_event() {
        cluster.advance(next);
        least = least.min(cluster.snapshot().pods.iter().filter(|pod| pod.ready).count());
    }
    let snapshot = cluster.snapshot();
    assert_eq!((snapshot.pods.len(), least), (4, 3), "never more than a quarter away");
    assert!(snapshot.pod(&before).is_none());
}

#[test]
fn a_second_listener_on_a_port_crash_loops() {
    // service-semantics 124
    let cluster = cluster(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{name: a, image: x, ports: [{containerPort: 80}]}, {name: b, image: x, ports: [{containerPort: 80}]}]}\n",
    );
    let pod = cluster.snapshot().pods[0].clone();
    assert_eq!((pod.waiting, pod.ready), (Some("CrashLoopBackOff"), false));
}

#[test]
fn a_probe_at_a_closed_port_keeps_a_pod_out() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop, labels: {app: web}}\nspec: {containers: [{name: a, image: x, ports: [{name: http, containerPort: 80}], readinessProbe: {httpGet: {port: 81}}}]}\n---\n".to_owned() + SERVICE;
    let cluster = cluster(&text);
    let snapshot = cluster.snapshot();
    assert!(!snapshot.pods[0].ready);
    assert!(!snapshot.services[0].slices[0].endpoints[0].ready);
    assert!(cluster.events_since(0).iter().any(|it| it.reason == "Unhealthy"));
}

#[test]
fn stateful_pods_come_in_order() {
    let mut cluster = Cluster::new(Config { system: false, ..Config::default() });
    cluster.apply_all(objects("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec: {replicas: 2, serviceName: db, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: mysql}]}}}\n"), Time(0));
    assert_eq!(cluster.snapshot().pods.len(), 1, "db-1 waits for db-0");
    cluster.settle(Time(600_000_000));
    let snapshot = cluster.snapshot();
    let names: Vec<&str> = snapshot.pods.iter().map(|it| &*it.object.name).collect();
    assert_eq!(names, ["db-0", "db-1"]);
    assert_eq!(snapshot.pods[1].spec.subdomain.as_deref(), Some("db"));
}

#[test]
fn observed_objects_keep_what_they_state() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-7c9f-abcde, namespace: shop, labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-7c9f, uid: u, controller: true}]}\nspec: {nodeName: n1, containers: [{name: c, image: nginx}]}\nstatus: {phase: Running, podIP: 10.244.1.2, podIPs: [{ip: 10.244.1.2}]}\n---\n".to_owned()
        + &deployment("web", 2, "nginx");
    let cluster = cluster(&text);
    let snapshot = cluster.snapshot();
    assert_eq!(snapshot.nodes.len(), 1, "n1 came up because a pod names it");
    assert_eq!(snapshot.pods.len(), 2, "the Deployment adopted one and made one");
    let addresses: BTreeSet<_> = snapshot.pods.iter().flat_map(|it| it.ips.clone()).collect();
    assert_eq!(addresses.len(), 2);
}

#[test]
fn refusals_are_kubernetes_own() {
    // service-semantics 12, 8
    let mut cluster = cluster(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}\n",
    );
    let twice = objects(
        "apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {clusterIP: 10.96.0.9, ports: [{port: 80}]}\n",
    );
    let found = cluster.apply(twice[0].clone(), Time(0)).unwrap_err();
    assert!(
        matches!(&found[0].kind, diagnostic::Kind::Invalid { detail, .. } if &**detail == "failed to allocate IP 10.96.0.9: provided IP is already allocated")
    );
    let moved = objects(
        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {clusterIP: 10.96.0.10, ports: [{port: 80}]}\n",
    );
    assert!(
        matches!(&cluster.apply(moved[0].clone(), Time(0)).unwrap_err()[0].kind, diagnostic::Kind::Invalid { detail, .. } if &**detail == "may not change once set")
    );
    let kept = objects("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 81}]}\n");
    assert!(cluster.apply(kept[0].clone(), Time(0)).is_ok());
    assert_eq!(cluster.snapshot().services[0].cluster_ips[0].to_string(), "10.96.0.9");
    let many = objects(&deployment("big", 20_000, "nginx"));
    assert!(matches!(
        cluster.apply(many[0].clone(), Time(0)).unwrap_err()[0].kind,
        diagnostic::Kind::Limit { .. }
    ));
}

#[test]
fn the_system_comes_with_dns() {
    let mut cluster = Cluster::new(Config::default());
    cluster.settle(Time(60_000_000));
    let snapshot = cluster.snapshot();
    let dns = snapshot.service_named("kube-dns.kube-system", "default").unwrap();
    assert_eq!(dns.cluster_ips[0].to_string(), "10.96.0.10");
    assert_eq!(dns.slices[0].endpoints.len(), 2);
    let api = snapshot.service_named("kubernetes", "default").unwrap();
    assert_eq!(api.slices[0].ports[0].port, 6443);
}

#[test]
fn an_unschedulable_pod_says_why() {
    let cluster = cluster(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeSelector: {disk: ssd}, containers: [{name: c, image: x}]}\n",
    );
    let words = &cluster.events_since(0).iter().find(|it| it.reason == "FailedScheduling").unwrap().message;
    assert_eq!(words, "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn random_changes_keep_the_invariants(acts in prop::collection::vec((0u8..3, 0u8..4, 0u32..9), 1..14)) {
        let run = || {
            let mut cluster = Cluster::new(Config::default());
            let mut wanted: BTreeMap<u8, u32> = BTreeMap::new();
            for (act, name, replicas) in &acts {
                let now = cluster.now;
                let label = format!("d{name}");
                if *act == 0 {
                    let reference = ObjectRef { kind: Kind::Deployment, namespace: "shop".into(), name: label.as_str().into() };
                    cluster.delete(&reference, now);
                    wanted.remove(name);
                } else {
                    let image = if *act == 1 { "nginx" } else { "caddy" };
                    cluster.apply_all(objects(&deployment(&label, *replicas, image)), now);
                    wanted.insert(*name, *replicas);
                }
                cluster.advance(now + Span::millis(700));
                let snapshot = cluster.snapshot();
                let addresses: Vec<_> = snapshot.pods.iter().flat_map(|it| it.ips.clone()).collect();
                let distinct: BTreeSet<_> = addresses.iter().collect();
                assert_eq!(addresses.len(), distinct.len(), "no address twice");
            }
            cluster.settle(Time(10_000_000_000));
            let ready = cluster.snapshot().pods.iter().filter(|it| it.ready && &*it.object.namespace == "shop").count();
            assert_eq!(ready as u32, wanted.values().sum::<u32>(), "counts converge");
            format!("{:?}", cluster.snapshot().pods)
        };
        prop_assert_eq!(run(), run());
    }
}
