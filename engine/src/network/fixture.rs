//! Small clusters built by hand, for the tests of network and walk.

use super::Network;
use crate::Str;
use crate::api::*;
use crate::cluster::*;
use crate::manifest::{self, Node as Tree};
use crate::profile::{HostNetworkPods, Profile};
use crate::program::{Listener, ListenerOrigin};
use crate::text::{FieldPath, FileId};
use std::net::IpAddr;
use std::sync::Arc;

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

pub(crate) fn labels(pairs: &[(&str, &str)]) -> Labels {
    Labels::new(pairs.iter().map(|(key, value)| (Str::from(*key), Str::from(*value))))
}

pub(crate) fn reference(kind: Kind, name: &str) -> ObjectRef {
    let (namespace, name) = name.split_once('/').unwrap();
    ObjectRef { kind, namespace: namespace.into(), name: name.into() }
}

/// A cluster under construction. Names are `namespace/name`.
pub(crate) struct World(pub Snapshot);

impl World {
    /// Two nodes with their pod ranges.
    pub(crate) fn new() -> Self {
        let config = Config {
            nodes: 2,
            profile: Profile::REFERENCE,
            host_network: HostNetworkPods::AsNode,
            seed: 1,
            system: false,
        };
        let node = |number: u8| NodeState {
            name: format!("node-{number}").into(),
            labels: Labels::default(),
            addresses: vec![IpAddr::from([172, 18, 0, number + 1])],
            pod_cidrs: Cidr::new(IpAddr::from([10, 244, number, 0]), 24).into_iter().collect(),
            zone: None,
            ready: true,
            declared: true,
        };
        World(Snapshot {
            version: 1,
            time: Time(0),
            config,
            namespaces: Default::default(),
            nodes: vec![Arc::new(node(1)), Arc::new(node(2))],
            pods: Vec::new(),
            workloads: Vec::new(),
            services: Vec::new(),
            policies: Vec::new(),
            config_maps: Default::default(),
            others: Vec::new(),
        })
    }

    pub(crate) fn profile(mut self, profile: Profile) -> Self {
        self.0.config.profile = profile;
        self
    }

    /// A running pod whose label `app` is its name up to the first `-`, listening on 8080.
    pub(crate) fn pod(self, name: &str, node: &str, address: &str) -> Self {
        self.pod_with(name, node, address, |_| ())
    }

    pub(crate) fn pod_with(
        mut self,
        name: &str,
        node: &str,
        address: &str,
        change: impl FnOnce(&mut PodState),
    ) -> Self {
        let object = reference(Kind::Pod, name);
        let app = object.name.split('-').next().unwrap().to_string();
        let mut pod = PodState {
            labels: Arc::new(labels(&[("app", &app)])),
            spec: Arc::new(PodSpec::default()),
            owner: None,
            workload: object.clone(),
            origin: Origin { object: object.clone(), template: FieldPath::root() },
            object,
            node: Some(node.into()),
            ips: address.split(',').filter(|it| !it.is_empty()).map(ip).collect(),
            phase: Phase::Running,
            ready: true,
            waiting: None,
            terminating: false,
            created: Time(0),
            slot: 0,
            listeners: Arc::new([listener(8080)]),
            calls: Arc::new([]),
            observed: false,
        };
        change(&mut pod);
        self.0.namespaces.entry(pod.object.namespace.clone()).or_insert_with(|| NamespaceState {
            labels: labels(&[("kubernetes.io/metadata.name", &pod.object.namespace)]),
            declared: true,
            order: 0,
        });
        self.0.pods.push(Arc::new(pod));
        self.0.pods.sort_by(|one, other| {
            (&one.object.namespace, &one.object.name).cmp(&(&other.object.namespace, &other.object.name))
        });
        self
    }

    /// A Service on port 80 to 8080 of the pods whose label `app` is its name. Call it after its pods.
    pub(crate) fn service(self, name: &str, address: &str) -> Self {
        self.service_with(name, address, |_| ())
    }

    pub(crate) fn service_with(
        mut self,
        name: &str,
        address: &str,
        change: impl FnOnce(&mut ServiceState),
    ) -> Self {
        let object = reference(Kind::Service, name);
        let selector = labels(&[("app", &object.name)]);
        let port = ServicePort {
            name: "".into(),
            protocol: Protocol::Tcp,
            port: 80,
            target: PortRef::Number(8080),
            node_port: None,
        };
        let pods = self.0.pods.iter().filter(|pod| {
            pod.object.namespace == object.namespace && selector.subset_of(&pod.labels) && !pod.ips.is_empty()
        });
        let slice = EndpointSlice {
            service: object.name.clone(),
            ports: vec![EndpointPort { name: "".into(), protocol: Protocol::Tcp, port: 8080 }],
            endpoints: pods.map(|pod| endpoint(pod)).collect(),
        };
        let mut service = ServiceState {
            spec: Arc::new(Service {
                selector: Some(selector),
                ports: vec![port.clone()],
                headless: address.is_empty(),
                ..Service::default()
            }),
            labels: Labels::default(),
            cluster_ips: address.split(',').filter(|it| !it.is_empty()).map(ip).collect(),
            ports: vec![(port, None)],
            load_balancer_ips: Vec::new(),
            slices: vec![slice],
            order: 0,
            object,
        };
        change(&mut service);
        self.0.services.push(Arc::new(service));
        self.0.services.sort_by(|one, other| {
            (&one.object.namespace, &one.object.name).cmp(&(&other.object.namespace, &other.object.name))
        });
        self
    }

    /// The cluster's DNS: one pod, and its Service with UDP 53.
    pub(crate) fn with_dns(self) -> Self {
        self.pod("kube-system/dns-0", "node-1", "10.244.1.53").service_with(
            "kube-system/kube-dns",
            "10.96.0.10",
            |it| {
                let (protocol, port) = (Protocol::Udp, 53);
                it.ports[0].0.protocol = protocol;
                it.ports[0].0.port = port;
                it.slices[0].ports[0] = EndpointPort { name: "".into(), protocol, port };
                it.slices[0].endpoints = vec![Endpoint {
                    address: ip("10.244.1.53"),
                    ready: true,
                    serving: true,
                    terminating: false,
                    node: Some("node-1".into()),
                    zone: None,
                    hostname: None,
                    target: Some(reference(Kind::Pod, "kube-system/dns-0")),
                }];
            },
        )
    }

    pub(crate) fn policy(mut self, name: &str, policy: NetworkPolicy) -> Self {
        self.0.policies.push((reference(Kind::NetworkPolicy, name), Arc::new(policy)));
        self
    }

    pub(crate) fn network(self) -> Arc<Network> {
        Network::compile(&Arc::new(self.0))
    }
}

/// The endpoint the controller would make of a pod (service-semantics 28, 29).
pub(crate) fn endpoint(pod: &PodState) -> Endpoint {
    Endpoint {
        address: pod.ips[0],
        ready: pod.ready && !pod.terminating,
        serving: pod.ready,
        terminating: pod.terminating,
        node: pod.node.clone(),
        zone: None,
        hostname: pod.spec.hostname.clone(),
        target: Some(pod.object.clone()),
    }
}

/// A declared port of container `main`.
pub(crate) fn listener(port: u16) -> Listener {
    let path = FieldPath::root().field("containers").index(0).field("ports").index(0).field("containerPort");
    Listener {
        container: "main".into(),
        port,
        protocol: Protocol::Tcp,
        loopback: false,
        origin: ListenerOrigin::Declared(path),
    }
}

/// Isolates the pods of this app for a direction, without a rule.
pub(crate) fn isolate(app: &str, ingress: bool, egress: bool) -> NetworkPolicy {
    NetworkPolicy {
        pod_selector: Selector { match_labels: labels(&[("app", app)]), match_expressions: Vec::new() },
        isolates_ingress: ingress,
        isolates_egress: egress,
        ..NetworkPolicy::default()
    }
}

/// What manifests state, taken as it is, and the document of a kind of the tests' own.
pub(crate) fn from_yaml(yaml: &str, kind: &str) -> (Snapshot, Tree) {
    let mut snapshot = World::new().0;
    snapshot.nodes.clear();
    for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
        let state = NamespaceState { labels: Labels::default(), declared: false, order: 0 };
        snapshot.namespaces.insert(name.into(), state);
    }
    let (mut own, mut slices) = (None, Vec::new());
    for document in &manifest::parse(FileId(0), yaml).documents {
        let root = document.root.as_ref().unwrap();
        if text(root, "kind") == kind {
            own = Some(root.clone());
            continue;
        }
        for object in read(document).0 {
            let reference = object.reference();
            match object.resource {
                Resource::Node(node) => snapshot.nodes.push(Arc::new(NodeState {
                    name: reference.name,
                    labels: object.meta.labels,
                    addresses: node.addresses,
                    pod_cidrs: node.pod_cidrs,
                    zone: node.zone,
                    ready: true,
                    declared: true,
                })),
                Resource::Service(spec) => snapshot.services.push(Arc::new(ServiceState {
                    object: reference,
                    labels: object.meta.labels,
                    cluster_ips: spec.cluster_ips.clone(),
                    ports: spec.ports.iter().map(|it| (it.clone(), it.node_port)).collect(),
                    load_balancer_ips: spec.load_balancer_ips.clone(),
                    slices: Vec::new(),
                    order: 0,
                    spec: Arc::new(spec),
                })),
                Resource::Namespace(_) => {
                    let state = NamespaceState { labels: object.meta.labels, declared: true, order: 0 };
                    snapshot.namespaces.insert(reference.name, state);
                }
                Resource::EndpointSlice(slice) => slices.push((reference.namespace, slice)),
                _ => {}
            }
        }
    }
    for service in &mut snapshot.services {
        let service = Arc::make_mut(service);
        let own = |it: &&(crate::Str, EndpointSlice)| {
            it.0 == service.object.namespace && it.1.service == service.object.name
        };
        service.slices = slices.iter().filter(own).map(|it| it.1.clone()).collect();
    }
    snapshot.nodes.sort_by(|one, other| one.name.cmp(&other.name));
    (snapshot, own.unwrap())
}

/// A scalar of a mapping as text.
pub(crate) fn text(node: &Tree, key: &str) -> String {
    match node.get(key).map(|it| &it.value.value) {
        Some(manifest::Value::String(text)) => text.to_string(),
        Some(manifest::Value::Integer(number)) => number.to_string(),
        _ => String::new(),
    }
}
