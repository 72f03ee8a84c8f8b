//! v1 Service.

mod check;
mod read;

use super::{Cidr, Labels, PortRef, Protocol};
use crate::Str;
use std::net::IpAddr;

/// A Service, defaulted (service-semantics 1–3).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// `type`.
    pub kind: ServiceType,
    /// `selector`; `None` when absent or empty (service-semantics 27).
    pub selector: Option<Labels>,
    /// `ports`.
    pub ports: Vec<ServicePort>,
    /// `clusterIP: None` (service-semantics 18).
    pub headless: bool,
    /// `clusterIPs` as written; empty when the cluster is to choose.
    pub cluster_ips: Vec<IpAddr>,
    /// `externalIPs`.
    pub external_ips: Vec<IpAddr>,
    /// `externalName`.
    pub external_name: Option<Str>,
    /// `loadBalancerIP`, or the addresses of `status.loadBalancer.ingress`.
    pub load_balancer_ips: Vec<IpAddr>,
    /// `loadBalancerSourceRanges`.
    pub source_ranges: Vec<Cidr>,
    /// `sessionAffinity: ClientIP` with its timeout in seconds.
    pub client_ip_affinity: Option<u32>,
    /// `externalTrafficPolicy: Local`.
    pub external_local: bool,
    /// `internalTrafficPolicy: Local`.
    pub internal_local: bool,
    /// `publishNotReadyAddresses`.
    pub publish_not_ready: bool,
}

/// `spec.type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceType {
    /// The default.
    #[default]
    ClusterIp,
    /// A port on every node.
    NodePort,
    /// An outside address.
    LoadBalancer,
    /// A CNAME.
    ExternalName,
}

/// `spec.ports[]`, defaulted.
#[derive(Clone, Debug, PartialEq)]
pub struct ServicePort {
    /// `name`; empty when the only port is unnamed.
    pub name: Str,
    /// `protocol`.
    pub protocol: Protocol,
    /// `port`.
    pub port: u16,
    /// `targetPort`; the port itself when absent, 0 or "".
    pub target: PortRef,
    /// `nodePort` as written.
    pub node_port: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::{Service, ServiceType};
    use crate::api::fixture::{errors, read};
    use crate::api::{PortRef, Resource};
    use crate::diagnostic::{Kind, Severity};
    use crate::explain;

    fn text(spec: &str) -> String {
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {spec}\n")
    }

    fn service(spec: &str) -> Service {
        let (objects, found) = read(&text(spec));
        match objects.into_iter().next().map(|it| it.resource) {
            Some(Resource::Service(service)) => service,
            _ => panic!("{found:?}"),
        }
    }

    #[test]
    fn absent_fields_take_their_defaults() {
        // service-semantics 1, 2, 27
        let found = service(
            "{selector: {}, ports: [{port: 80, targetPort: 0}, {name: b, port: 81, targetPort: ''}]}"
                .replace("{port: 80,", "{name: a, port: 80,")
                .as_str(),
        );
        assert_eq!((found.kind, &found.selector), (ServiceType::ClusterIp, &None));
        let targets: Vec<_> = found.ports.iter().map(|it| it.target.clone()).collect();
        assert_eq!(targets, [PortRef::Number(80), PortRef::Number(81)]);
        assert_eq!(
            (found.client_ip_affinity, found.external_local, found.internal_local),
            (None, false, false)
        );
        let sticky = service("{sessionAffinity: ClientIP, ports: [{port: 80, targetPort: web}]}");
        assert_eq!(sticky.client_ip_affinity, Some(10_800));
        assert_eq!(sticky.ports[0].target, PortRef::Name("web".into()));
        // service-semantics 18
        assert!(service("{clusterIP: None}").headless);
    }

    #[test]
    fn ports_are_named_and_unique() {
        // service-semantics 4, 5, 6
        assert_eq!(errors(&text("{selector: {a: b}}")), ["spec.ports"]);
        assert_eq!(
            errors(&text("{ports: [{port: 80}, {port: 81}]}")),
            ["spec.ports[0].name", "spec.ports[1].name"]
        );
        assert!(
            errors(&text("{ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]}")).is_empty()
        );
        assert_eq!(errors(&text("{ports: [{name: a, port: 53}, {name: b, port: 53}]}")), ["spec.ports[1]"]);
        assert_eq!(
            errors(&text("{ports: [{name: a, port: 53}, {name: a, port: 54}]}")),
            ["spec.ports[1].name"]
        );
        assert_eq!(
            errors(&text("{ports: [{port: 70000, targetPort: '80'}]}")),
            ["spec.ports[0].port", "spec.ports[0].targetPort"]
        );
    }

    #[test]
    fn the_server_s_words_are_exact() {
        // service-semantics 8
        let said = |spec: &str| -> Vec<String> {
            let (_, found) = read(&text(spec));
            found.iter().map(|it| explain::diagnostic(it).detail.unwrap_or_default()).collect()
        };
        let cases = [
            (
                "{ports: [{port: 80, nodePort: 30000}]}",
                "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
            ),
            (
                "{type: NodePort, clusterIP: None, ports: [{port: 80}]}",
                "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
            ),
            (
                "{externalTrafficPolicy: Local, ports: [{port: 80}]}",
                "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services",
            ),
            ("{type: ExternalName}", "spec.externalName: Required value"),
            (
                "{type: ExternalName, externalName: a.b, clusterIP: 10.96.0.9}",
                "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
            ),
            (
                "{loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]}",
                "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
            ),
            (
                "{healthCheckNodePort: 32000, ports: [{port: 80}]}",
                "spec.healthCheckNodePort: Invalid value: 32000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
            ),
            (
                "{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, ports: [{port: 80}]}",
                "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400",
            ),
            (
                "{ports: [{port: 80, protocol: HTTP}]}",
                "spec.ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \"TCP\", \"UDP\"",
            ),
            (
                "{type: X, ports: [{port: 80}]}",
                "spec.type: Unsupported value: \"X\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
            ),
        ];
        for (spec, words) in cases {
            assert_eq!(said(spec), [words], "{spec}");
        }
    }

    #[test]
    fn what_is_ignored_is_warned_of() {
        // service-semantics 9
        let warned = |spec: &str| {
            read(&text(spec)).1.iter().filter(|it| matches!(it.kind, Kind::Warned { .. })).count()
        };
        assert_eq!(warned("{clusterIP: None, sessionAffinity: ClientIP}"), 1);
        assert_eq!(warned("{clusterIP: None, sessionAffinity: None}"), 0);
        assert_eq!(warned("{externalName: a.b, ports: [{port: 80}]}"), 1);
        assert_eq!(warned("{trafficDistribution: PreferClose, ports: [{port: 80}]}"), 1);
        assert_eq!(warned("{clusterIP: None, externalIPs: [203.0.113.7]}"), 2);
    }

    #[test]
    fn addresses_are_kept_and_strict() {
        let (objects, found) = read(
            "apiVersion: v1\nkind: Service\nmetadata: {name: a, uid: x}\nspec: {type: LoadBalancer, clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], ports: [{port: 80, nodePort: 30080}]}\nstatus: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}\n",
        );
        assert!(found.is_empty() && objects[0].observed, "{found:?}");
        let Resource::Service(found) = &objects[0].resource else { panic!() };
        assert_eq!((found.cluster_ips.len(), found.load_balancer_ips.len()), (1, 1));
        assert_eq!(found.ports[0].node_port, Some(30_080));
        for bad in ["10.96.003.004", "10.96.0.300", "none"] {
            let found = errors(&text(&format!("{{clusterIP: {bad}, ports: [{{port: 80}}]}}")));
            assert_eq!(found, ["spec.clusterIPs[0]"], "{bad}");
        }
        assert_eq!(
            errors(&text("{clusterIP: 10.96.3.3, clusterIPs: [10.96.3.4], ports: [{port: 80}]}")),
            ["spec.clusterIPs"]
        );
        let (_, found) =
            read(&text("{type: LoadBalancer, loadBalancerSourceRanges: [10.1.2.3/8], ports: [{port: 80}]}"));
        assert_eq!(found[0].severity, Severity::Error);
    }
}
