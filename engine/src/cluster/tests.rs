use super::*;
use crate::api::{
    Container, ContainerPort, Deployment, EnvVar, Kind, Labels, Meta, Object, Phase, Pod, PodSpec, PodStatus,
    PodTemplate, PortRef, Probe, ProbeHandler, Protocol, Resource, Selector, Service, ServicePort,
    ServiceType, StatefulSet,
};
use crate::manifest::{Node as Tree, Value};
use crate::text::Span as TextSpan;

mod observed;
mod refusals;
mod replay;
mod stateful;

fn cluster(seed: u64) -> Cluster {
    Cluster::new(config(seed, true))
}

fn config(seed: u64, system: bool) -> Config {
    Config { seed, system, ..Config::default() }
}

fn object(kind: Kind, name: &str, resource: Resource) -> Object {
    Object {
        meta: Meta {
            api_version: "v1".into(),
            namespace: if matches!(kind, Kind::Namespace | Kind::Node) { "" } else { "shop" }.into(),
            kind,
            name: name.into(),
            generate_name: None,
            labels: Labels::default(),
            annotations: Labels::default(),
            owners: Vec::new(),
            deleting: false,
        },
        resource,
        tree: Tree { span: TextSpan::default(), value: Value::Null },
        observed: false,
    }
}

fn labels(app: &str) -> Labels {
    Labels::new([("app".into(), app.into())])
}

fn selector(app: &str) -> Selector {
    Selector { match_labels: labels(app), ..Selector::default() }
}

fn template(app: &str, image: &str) -> PodTemplate {
    let port = ContainerPort { name: Some("http".into()), port: 8080, ..ContainerPort::default() };
    let container =
        Container { name: "main".into(), image: image.into(), ports: vec![port], ..Container::default() };
    let spec = PodSpec { containers: vec![container], ..PodSpec::default() };
    PodTemplate { labels: labels(app), annotations: Labels::default(), spec }
}

fn deployment(name: &str, replicas: u32, image: &str) -> Object {
    let template = template(name, image);
    let it = Deployment { replicas, selector: selector(name), template };
    object(Kind::Deployment, name, Resource::Deployment(it))
}

fn service(name: &str) -> Object {
    let port = ServicePort {
        name: "".into(),
        protocol: Protocol::Tcp,
        port: 80,
        target: PortRef::Name("http".into()),
        node_port: None,
    };
    let it = Service { selector: Some(labels(name)), ports: vec![port], ..Service::default() };
    object(Kind::Service, name, Resource::Service(it))
}

fn pod(name: &str, app: &str) -> Object {
    let spec = template(app, "nginx").spec;
    let mut it = object(Kind::Pod, name, Resource::Pod(Pod { spec, status: PodStatus::default() }));
    it.meta.labels = labels(app);
    it
}

fn observed(name: &str, node: &str, ip: &str) -> Object {
    let mut it = pod(name, "web");
    let pod = edit(&mut it, as_pod);
    pod.spec.node_name = Some(node.into());
    pod.status.ips = vec![ip.parse().expect("address")];
    it.observed = true;
    it
}

fn edit<T>(object: &mut Object, pick: fn(&mut Resource) -> Option<&mut T>) -> &mut T {
    pick(&mut object.resource).expect("the kind")
}

fn as_pod(it: &mut Resource) -> Option<&mut Pod> {
    if let Resource::Pod(it) = it { Some(it) } else { None }
}

fn as_service(it: &mut Resource) -> Option<&mut Service> {
    if let Resource::Service(it) = it { Some(it) } else { None }
}

fn as_deployment(it: &mut Resource) -> Option<&mut Deployment> {
    if let Resource::Deployment(it) = it { Some(it) } else { None }
}

fn put(cluster: &mut Cluster, object: Object) -> Changed {
    let now = cluster.now;
    cluster.apply(Arc::new(object), now).expect("accepted")
}

fn settle(cluster: &mut Cluster) -> Arc<Snapshot> {
    cluster.settle(cluster.now + Span::seconds(600));
    assert_eq!(cluster.next_event(), None, "rests");
    cluster.snapshot()
}

fn names(snapshot: &Snapshot, app: &str) -> Vec<String> {
    let of = |it: &&Arc<PodState>| it.labels.get("app").is_some_and(|it| **it == *app);
    snapshot.pods.iter().filter(of).map(|it| it.object.name.to_string()).collect()
}

fn endpoints(snapshot: &Snapshot, name: &str) -> Vec<crate::api::Endpoint> {
    let service = snapshot.services.iter().find(|it| *it.object.name == *name).expect("service");
    service.slices.iter().flat_map(|it| it.endpoints.clone()).collect()
}

fn events(cluster: &Cluster, reason: &str) -> Vec<String> {
    let of = |it: &&Event| it.reason == reason;
    cluster.events_since(0).iter().filter(of).map(|it| it.message.clone()).collect()
}

#[test]
fn a_new_cluster_has_nodes_dns_and_the_api() {
    let snapshot = settle(&mut cluster(1));
    let nodes: Vec<&str> = snapshot.nodes.iter().map(|it| &*it.name).collect();
    assert_eq!(nodes, ["node-1", "node-2", "node-3"]);
    assert_eq!(endpoints(&snapshot, "kube-dns").iter().filter(|it| it.ready).count(), 2);
    assert_eq!(endpoints(&snapshot, "kubernetes")[0].address, API_SERVER);
    let bare = Cluster::new(config(1, false)).snapshot();
    assert!(bare.services.is_empty() && bare.namespaces.is_empty());
}

#[test]
fn a_deployment_comes_up_as_kubernetes_names_and_spreads_it() {
    let mut it = cluster(1);
    put(&mut it, deployment("web", 3, "nginx"));
    put(&mut it, service("web"));
    let snapshot = settle(&mut it);
    let pods: Vec<_> = snapshot.pods.iter().filter(|it| &*it.object.namespace == "shop").collect();
    assert_eq!(pods.len(), 3);
    let hash = pods[0].labels.get("pod-template-hash").expect("hash");
    for pod in &pods {
        assert!(pod.object.name.starts_with(&format!("web-{hash}-")), "{}", pod.object.name);
        assert!(pod.ready && pod.phase == Phase::Running && pod.workload.kind == Kind::Deployment);
        assert_eq!(pod.origin.template.to_string(), "spec.template");
        let node = snapshot.nodes.iter().find(|it| Some(&it.name) == pod.node.as_ref()).expect("node");
        let third = |ip: &std::net::IpAddr| ip.to_string().split('.').nth(2).map(str::to_owned);
        assert_eq!(third(&pod.ips[0]), third(&node.pod_cidrs[0].network));
    }
    let mut slots: Vec<u32> = pods.iter().map(|it| it.slot).collect();
    slots.sort();
    assert_eq!(slots, [0, 1, 2]);
    let nodes: std::collections::BTreeSet<_> = pods.iter().map(|it| it.node.clone()).collect();
    assert_eq!(nodes.len(), 3);
    assert_eq!(endpoints(&snapshot, "web").len(), 3);
    assert_eq!(snapshot.services[2].slices[0].ports[0].port, 8080);
    assert_eq!(snapshot.workloads[0].wanted, 3);
    assert!(Arc::ptr_eq(&snapshot, &it.snapshot()), "nothing changed: the same snapshot");
}

#[test]
fn adding_a_workload_renames_no_pods() {
    let mut alone = cluster(1);
    put(&mut alone, deployment("web", 3, "nginx"));
    let mut both = cluster(1);
    put(&mut both, deployment("api", 3, "nginx"));
    put(&mut both, deployment("web", 3, "nginx"));
    assert_eq!(names(&settle(&mut alone), "web"), names(&settle(&mut both), "web"));
}

#[test]
fn scaling_keeps_the_lowest_slots() {
    let mut it = cluster(1);
    put(&mut it, deployment("web", 5, "nginx"));
    let before = settle(&mut it);
    put(&mut it, deployment("web", 2, "nginx"));
    let after = settle(&mut it);
    let low = |it: &Snapshot| {
        let mut found: Vec<_> =
            it.pods.iter().filter(|it| &*it.object.namespace == "shop" && it.slot < 2).collect();
        found.sort_by_key(|it| it.slot);
        found.iter().map(|it| it.object.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&after, "web").len(), 2);
    assert_eq!(low(&before), low(&after));
}

#[test]
fn a_new_template_replaces_pods_without_a_gap() {
    let mut it = cluster(1);
    put(&mut it, deployment("web", 3, "nginx:1"));
    put(&mut it, service("web"));
    let before = names(&settle(&mut it), "web");
    put(&mut it, deployment("web", 3, "nginx:2"));
    it.advance(it.now);
    while let Some(next) = it.next_event() {
        it.advance(next);
        let ready = endpoints(&it.snapshot(), "web").iter().filter(|it| it.ready).count();
        assert!(ready >= 3, "{ready}");
    }
    let after = names(&it.snapshot(), "web");
    assert_eq!(after.len(), 3);
    assert!(before.iter().all(|it| !after.contains(it)));
    assert!(events(&it, "ScalingReplicaSet").iter().any(|it| it.ends_with("from 0 to 1")));
}

#[test]
fn a_deleted_pod_is_replaced_and_a_deleted_owner_takes_its_pods() {
    let mut it = cluster(1);
    put(&mut it, deployment("web", 2, "nginx"));
    let before = names(&settle(&mut it), "web");
    let gone = kubelet::pod_ref(&("shop".into(), before[0].as_str().into()));
    assert!(it.delete(&gone, it.now));
    let after = names(&settle(&mut it), "web");
    assert!(after.len() == 2 && !after.contains(&before[0]) && after.contains(&before[1]));
    assert!(it.delete(&deployment("web", 2, "nginx").reference(), it.now));
    let leaving = it.snapshot();
    assert!(leaving.pods.iter().filter(|it| &*it.object.namespace == "shop").all(|it| it.terminating));
    assert_eq!(names(&settle(&mut it), "web").len(), 0);
    assert!(!it.snapshot().namespaces.contains_key("shop"));
}

#[test]
fn a_second_container_on_a_port_crash_loops() {
    let mut it = cluster(1);
    let mut both = deployment("web", 1, "nginx");
    let spec = &mut edit(&mut both, as_deployment).template.spec;
    spec.containers.push(Container { name: "twin".into(), ..spec.containers[0].clone() });
    put(&mut it, both);
    put(&mut it, service("web"));
    let snapshot = settle(&mut it);
    let pod = snapshot.pods.iter().find(|it| it.object.name.starts_with("web-")).expect("pod");
    assert_eq!((pod.ready, pod.waiting, pod.phase), (false, Some("CrashLoopBackOff"), Phase::Running));
    assert!(events(&it, "BackOff")[0].starts_with("Back-off restarting failed container twin in pod web-"));
    assert!(endpoints(&snapshot, "web").iter().all(|it| !it.ready && !it.serving));
}

#[test]
fn a_probe_where_nothing_listens_keeps_a_pod_unready() {
    let mut it = cluster(1);
    let mut web = deployment("web", 1, "nginx");
    let handler = ProbeHandler::HttpGet(PortRef::Number(9999));
    edit(&mut web, as_deployment).template.spec.containers[0].readiness_probe =
        Some(Probe { handler, initial_delay: 3, period: 10, failure_threshold: 3 });
    put(&mut it, web);
    let snapshot = settle(&mut it);
    let pod = snapshot.pods.iter().find(|it| it.object.name.starts_with("web-")).expect("pod");
    assert_eq!((pod.ready, pod.waiting), (false, Some("ReadinessProbeFailed")));
    assert!(events(&it, "Unhealthy")[0].ends_with(":9999: connect: connection refused"));
}

#[test]
fn pods_that_fit_nowhere_say_why() {
    let mut it = cluster(1);
    let mut web = deployment("web", 4, "nginx");
    edit(&mut web, as_deployment).template.spec.containers[0].ports[0].host_port = Some(80);
    put(&mut it, web);
    let snapshot = settle(&mut it);
    assert_eq!(snapshot.pods.iter().filter(|it| it.waiting == Some("Unschedulable")).count(), 1);
    assert_eq!(
        events(&it, "FailedScheduling"),
        ["0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports. \
          preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod."]
    );
    let node = crate::api::Node::default();
    put(&mut it, object(Kind::Node, "worker", Resource::Node(node)));
    let snapshot = settle(&mut it);
    assert_eq!(snapshot.nodes.len(), 1, "stated nodes replace the default ones");
    assert!(snapshot.pods.iter().all(|it| it.node.as_deref().is_none_or(|it| it == "worker")));
}

#[test]
fn labels_count_at_once() {
    let mut it = cluster(1);
    put(&mut it, pod("lonely", "web"));
    put(&mut it, service("web"));
    assert_eq!(endpoints(&settle(&mut it), "web").len(), 1);
    put(&mut it, pod("lonely", "other"));
    it.advance(it.now);
    assert_eq!(endpoints(&it.snapshot(), "web").len(), 0);
    assert_eq!(names(&it.snapshot(), "other").len(), 1);
}

#[test]
fn services_keep_what_they_were_given() {
    let mut it = cluster(1);
    let mut web = service("web");
    edit(&mut web, as_service).kind = ServiceType::LoadBalancer;
    put(&mut it, web.clone());
    let state = |it: &Cluster| it.services[&("shop".into(), "web".into())].clone();
    let before = state(&it);
    assert_eq!(before.load_balancer_ips[0].to_string(), "203.0.113.1");
    assert!(allocate::NODE_PORTS.contains(&before.ports[0].1.expect("node port")));
    edit(&mut web, as_service).ports[0].port = 81;
    assert_eq!(put(&mut it, web.clone()), Changed::Configured);
    assert_eq!(put(&mut it, web), Changed::Unchanged);
    let after = state(&it);
    assert_eq!((&before.cluster_ips, before.ports[0].1), (&after.cluster_ips, after.ports[0].1));
    assert_eq!(before.load_balancer_ips, after.load_balancer_ips);
}

#[test]
fn implied_namespaces_are_told_once() {
    let mut it = cluster(1);
    put(&mut it, service("web"));
    put(&mut it, service("api"));
    let implied = it.implied_namespaces();
    assert_eq!(implied.len(), 1);
    assert_eq!((&*implied[0].0, &*implied[0].1.name), ("shop", "web"));
    let snapshot = it.snapshot();
    assert!(!snapshot.namespaces["shop"].declared);
    put(&mut it, object(Kind::Namespace, "shop", Resource::Namespace(Default::default())));
    assert!(it.implied_namespaces().is_empty());
    let namespace = ObjectRef { kind: Kind::Namespace, namespace: "".into(), name: "shop".into() };
    assert!(it.delete(&namespace, it.now));
    assert!(it.snapshot().services.iter().all(|it| &*it.object.namespace != "shop"));
    assert!(!it.snapshot().namespaces.contains_key("shop"));
}

#[test]
fn calls_follow_services() {
    let mut it = cluster(1);
    let mut web = deployment("web", 1, "app");
    let variable = EnvVar { name: "API_HOST".into(), value: Some("api".into()), config_map_key: None };
    edit(&mut web, as_deployment).template.spec.containers[0].env = vec![variable];
    put(&mut it, web);
    let calls =
        |it: &Snapshot| it.workloads.iter().find(|it| &*it.object.name == "web").expect("web").calls.clone();
    assert_eq!(calls(&settle(&mut it)).len(), 0);
    put(&mut it, service("api"));
    let snapshot = settle(&mut it);
    assert_eq!(calls(&snapshot)[0].path.to_string(), "spec.template.spec.containers[0].env[0].value");
    let pod = snapshot.pods.iter().find(|it| it.object.name.starts_with("web")).expect("pod");
    assert_eq!(pod.calls, calls(&snapshot));
}

#[test]
fn apply_all_makes_it_exactly_so() {
    let mut it = cluster(1);
    let all: Vec<Arc<Object>> = vec![
        Arc::new(object(Kind::Namespace, "shop", Resource::Namespace(Default::default()))),
        Arc::new(service("web")),
        Arc::new(service("api")),
    ];
    assert!(it.apply_all(&all, it.now).iter().all(|it| *it == Ok(Changed::Created)));
    let rest = all.get(1..2).expect("one");
    assert_eq!(it.apply_all(rest, it.now), [Ok(Changed::Unchanged)]);
    let snapshot = it.snapshot();
    let shop: Vec<_> = snapshot.services.iter().filter(|it| &*it.object.namespace == "shop").collect();
    assert_eq!(shop.len(), 1);
    assert!(!snapshot.namespaces["shop"].declared);
    assert_eq!(snapshot.services.len(), 3, "the system's stay");
}

#[test]
fn a_pod_that_declares_nothing_listens_where_its_service_sends() {
    let mut it = cluster(1);
    let mut web = pod("a", "web");
    edit(&mut web, as_pod).spec.containers[0].ports.clear();
    edit(&mut web, as_pod).spec.containers[0].image = "mine".into();
    put(&mut it, web);
    let mut front = service("web");
    edit(&mut front, as_service).ports[0].target = PortRef::Number(3333);
    put(&mut it, front);
    let snapshot = settle(&mut it);
    let pod = snapshot.pods.iter().find(|it| &*it.object.name == "a").expect("a");
    assert_eq!(pod.listeners[0].port, 3333);
}

#[test]
fn a_preview_is_quick() {
    let mut it = cluster(1);
    for n in 0..20 {
        put(&mut it, deployment(&format!("d{n}"), 10, "nginx"));
        put(&mut it, service(&format!("d{n}")));
    }
    assert_eq!(settle(&mut it).pods.len(), 202);
    let mut preview = it.clone();
    put(&mut preview, object(Kind::NetworkPolicy, "lock", Resource::NetworkPolicy(Default::default())));
    preview.settle(preview.now + Span::seconds(60));
    let (before, after) = (it.snapshot(), preview.snapshot());
    assert_eq!(after.policies.len(), 1);
    assert!(before.pods.iter().zip(&after.pods).all(|(a, b)| Arc::ptr_eq(a, b)), "shared");
    assert!(before.services.iter().zip(&after.services).all(|(a, b)| Arc::ptr_eq(a, b)), "shared");
}
