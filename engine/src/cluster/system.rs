//! What a cluster comes with: DNS in kube-system, and the API server's Service (service-semantics 13).

use super::allocate::{API_SERVER, ServiceKey};
use super::{Cluster, Time};
use crate::Str;
use crate::api::{
    Container, ContainerPort, Deployment, Endpoint, EndpointPort, EndpointSlice, Kind, Labels, Meta, Object,
    ObjectRef, PodSpec, PodTemplate, PortRef, Protocol, Resource, Selector, Service, ServicePort,
};
use crate::manifest::{Node, Value};
use crate::text::Span;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The `kubernetes` Service: the first address of the range.
const API: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 1);
/// Cluster DNS: the tenth.
const DNS: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 10);

impl Cluster {
    /// Applies the system's objects.
    pub(super) fn install_system(&mut self) {
        self.store.system = true;
        self.store.build_in("default");
        self.store.build_in("kube-system");
        for object in objects() {
            // Nothing else is there yet that could take their addresses.
            let _applied = self.apply(Arc::new(object), Time::default());
        }
        self.store.system = false;
    }

    /// Brings back the system's objects whose place a user's object had taken.
    pub(super) fn restore_system(&mut self, gone: &[ObjectRef]) {
        if !self.config.system {
            return;
        }
        self.store.system = true;
        for object in objects().into_iter().filter(|it| gone.contains(&it.reference())) {
            // Its address may have gone to another Service meanwhile; then it stays away.
            let _applied = self.apply(Arc::new(object), self.now);
        }
        self.store.system = false;
    }

    /// The API server keeps the endpoints of this Service itself.
    pub(super) fn serves_api(&self, key: &ServiceKey) -> bool {
        self.config.system && *key.0 == *"default" && *key.1 == *"kubernetes"
    }
}

/// The endpoints of the `kubernetes` Service.
pub(super) fn api_slice() -> EndpointSlice {
    EndpointSlice {
        service: "kubernetes".into(),
        ports: vec![EndpointPort { name: "https".into(), protocol: Protocol::Tcp, port: 6443 }],
        endpoints: vec![Endpoint {
            address: API_SERVER,
            ready: true,
            serving: true,
            terminating: false,
            node: None,
            zone: None,
            hostname: None,
            target: None,
        }],
    }
}

fn objects() -> [Object; 3] {
    let dns = Labels::new([("k8s-app".into(), "kube-dns".into())]);
    let port = |name: &str, protocol, port, target| ServicePort {
        name: name.into(),
        protocol,
        port,
        target: PortRef::Number(target),
        node_port: None,
    };
    let api = Service {
        cluster_ips: vec![IpAddr::V4(API)],
        ports: vec![port("https", Protocol::Tcp, 443, 6443)],
        ..Service::default()
    };
    let kube_dns = Service {
        selector: Some(dns.clone()),
        cluster_ips: vec![IpAddr::V4(DNS)],
        ports: vec![port("dns", Protocol::Udp, 53, 53), port("dns-tcp", Protocol::Tcp, 53, 53)],
        ..Service::default()
    };
    let listens =
        |name: &str, protocol| ContainerPort { name: Some(name.into()), port: 53, protocol, host_port: None };
    let container = Container {
        name: "coredns".into(),
        image: "registry.k8s.io/coredns/coredns:v1.12.0".into(),
        ports: vec![listens("dns", Protocol::Udp), listens("dns-tcp", Protocol::Tcp)],
        ..Container::default()
    };
    let coredns = Deployment {
        replicas: 2,
        selector: Selector { match_labels: dns.clone(), ..Selector::default() },
        template: PodTemplate {
            labels: dns.clone(),
            annotations: Labels::default(),
            spec: PodSpec {
                enable_service_links: true,
                tolerations: vec!["node-role.kubernetes.io/control-plane".into()],
                containers: vec![container],
                ..PodSpec::default()
            },
        },
    };
    [
        object(Kind::Service, "default", "kubernetes", Labels::default(), Resource::Service(api)),
        object(Kind::Service, "kube-system", "kube-dns", dns.clone(), Resource::Service(kube_dns)),
        object(Kind::Deployment, "kube-system", "coredns", dns, Resource::Deployment(coredns)),
    ]
}

fn object(kind: Kind, namespace: &str, name: &str, labels: Labels, resource: Resource) -> Object {
    let api_version: Str = if kind == Kind::Deployment { "apps/v1" } else { "v1" }.into();
    Object {
        meta: Meta {
            api_version,
            kind,
            namespace: namespace.into(),
            name: name.into(),
            generate_name: None,
            labels,
            annotations: Labels::default(),
            owners: Vec::new(),
            deleting: false,
        },
        resource,
        tree: Node { span: Span::default(), value: Value::Null },
        observed: false,
    }
}
