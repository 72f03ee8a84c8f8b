//! Reading and checking policies (semantics 1–7, 12, 15, 18–22, 26, 28).

use super::{NetworkPolicy, Peer, PolicyPort, PolicyRule};
use crate::Str;
use crate::api::read::{FromNode, Kept, Path, Reader, protocol, reads};
use crate::api::{Cidr, PortRef, Protocol, Selector};
use crate::diagnostic::{Kind, Severity};
use crate::manifest::{Node, Value};

#[derive(Default)]
struct Whole {
    spec: Spec,
}

#[derive(Default)]
struct Spec {
    pod_selector: Selector,
    types: Vec<Kept<Str>>,
    ingress: Vec<IngressRule>,
    egress: Vec<EgressRule>,
}

#[derive(Default)]
struct IngressRule {
    from: Vec<Option<Peer>>,
    ports: Vec<PolicyPort>,
}

#[derive(Default)]
struct EgressRule {
    to: Vec<Option<Peer>>,
    ports: Vec<PolicyPort>,
}

reads!(Whole { spec: "spec" } also ["apiVersion", "kind", "metadata", "status"]);
reads!(Spec { pod_selector: "podSelector", types: "policyTypes", ingress: "ingress", egress: "egress" } also []);
reads!(IngressRule { from: "from", ports: "ports" } also []);
reads!(EgressRule { to: "to", ports: "ports" } also []);

impl FromNode for NetworkPolicy {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let spec = Whole::from_node(node, path, reader)?.spec;
        let place = node.get("spec").map(|entry| &entry.value);
        let types = place.and_then(|it| it.get("policyTypes"));
        let here = path.owned().field("spec").field("policyTypes");
        if let Some(entry) = types.filter(|it| it.value.items().len() > 2) {
            let written: Vec<String> =
                spec.types.iter().flat_map(|it| &it.0).map(|it| format!("{it:?}")).collect();
            let detail = "may not specify more than two policyTypes";
            reader.invalid_bare(entry.value.span, here, &format!("[{}]", written.join(",")), detail);
        } else {
            let items = types.map_or(&[][..], |it| it.value.items());
            for (i, (name, item)) in spec.types.iter().zip(items).enumerate() {
                if let Some(name) = name.0.as_ref().filter(|it| !["Ingress", "Egress"].contains(&&***it)) {
                    reader.unsupported(item.span, here.index(i), name, &["Ingress", "Egress"]);
                }
            }
        }
        let named = |name: &str| spec.types.iter().any(|it| it.0.as_deref() == Some(name));
        // Absent and empty alike: Ingress, and Egress when there is an egress rule (semantics 1).
        let (isolates_ingress, isolates_egress) = match spec.types.is_empty() {
            true => (true, !spec.egress.is_empty()),
            false => (named("Ingress"), named("Egress")),
        };
        if spec.types.is_empty() && !spec.egress.is_empty() && spec.ingress.is_empty() {
            let span = place.and_then(|it| it.get("egress")).map_or(node.span, |entry| entry.key_span);
            let kind = Kind::PolicyTypesDefaulted { types: vec!["Ingress".into(), "Egress".into()] };
            reader.report(Severity::Information, span, kind);
        }
        let rule = |peers: Vec<Option<Peer>>, ports| PolicyRule {
            peers: peers.into_iter().flatten().collect(),
            ports,
        };
        Some(Self {
            pod_selector: spec.pod_selector,
            isolates_ingress,
            isolates_egress,
            ingress: spec.ingress.into_iter().map(|it| rule(it.from, it.ports)).collect(),
            egress: spec.egress.into_iter().map(|it| rule(it.to, it.ports)).collect(),
            historical: false,
        })
    }
}

#[derive(Default)]
struct RawPeer {
    pods: Option<Selector>,
    namespaces: Option<Selector>,
    block: Option<Block>,
}

#[derive(Default)]
struct Block {
    cidr: Option<Cidr>,
    except: Vec<Kept<Cidr>>,
}

reads!(RawPeer { pods: "podSelector", namespaces: "namespaceSelector", block: "ipBlock" } also []);
reads!(Block { cidr: "cidr", except: "except" } also []);

impl FromNode for Peer {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let before = reader.found.len();
        let raw = RawPeer::from_node(node, path, reader)?;
        // A field that is there but could not be read has been told of already.
        let failed = reader.found.len() > before;
        match raw {
            RawPeer { pods: None, namespaces: None, block: None } => {
                if !failed {
                    reader.required(node.span, path.owned(), "must specify a peer");
                }
                None
            }
            RawPeer { pods: None, namespaces: None, block: Some(block) } => {
                let place = node.get("ipBlock").map_or(node, |entry| &entry.value);
                let here = path.owned().field("ipBlock");
                let Some(cidr) = block.cidr else {
                    if place.get("cidr").is_none() {
                        reader.required(place.span, here.field("cidr"), "");
                    }
                    return None;
                };
                let excepts = place.get("except").map_or(&[][..], |entry| entry.value.items());
                for (i, (inner, item)) in block.except.iter().zip(excepts).enumerate() {
                    if inner.0.is_some_and(|inner| !cidr.strictly_contains(&inner)) {
                        let written = item.as_str().map_or("", |it| it);
                        let detail = "must be a strict subset of `cidr`";
                        reader.invalid(item, here.field("except").index(i), written, detail);
                    }
                }
                let except = block.except.into_iter().filter_map(|it| it.0).collect();
                Some(Peer::IpBlock { cidr, except })
            }
            RawPeer { block: Some(_), .. } => {
                let span = node.get("ipBlock").map_or(node.span, |entry| entry.key_span);
                reader.forbidden(span, path.owned(), "may not specify both ipBlock and another peer");
                None
            }
            RawPeer { pods, namespaces, block: None } => Some(Peer::Pods { pods, namespaces }),
        }
    }
}

/// A protocol, its supported values in the order of this kind.
#[derive(Default)]
struct PolicyProtocol(Protocol);

impl FromNode for PolicyProtocol {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        protocol(node, path, reader, &["TCP", "UDP", "SCTP"]).map(Self)
    }
}

#[derive(Default)]
struct RawPort {
    protocol: PolicyProtocol,
    port: Option<PortRef>,
    end: Option<u16>,
}

reads!(RawPort { protocol: "protocol", port: "port", end: "endPort" } also []);

impl FromNode for PolicyPort {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawPort::from_node(node, path, reader)?;
        if let (Some(end), Some(entry)) = (raw.end, node.get("endPort")) {
            let unset = node.get("port").is_none_or(|it| matches!(it.value.value, Value::Null));
            let detail = match &raw.port {
                Some(PortRef::Number(port)) => {
                    (end < *port).then_some("must be greater than or equal to `port`")
                }
                Some(PortRef::Name(_)) => Some("may not be specified when `port` is non-numeric"),
                None => unset.then_some("may not be specified when `port` is not specified"),
            };
            if let Some(detail) = detail {
                reader.invalid_bare(
                    entry.value.span,
                    path.owned().field("endPort"),
                    &end.to_string(),
                    detail,
                );
            }
        }
        Some(Self { protocol: raw.protocol.0, port: raw.port, end_port: raw.end })
    }
}

#[cfg(test)]
mod tests {
    use crate::api::{Peer, PortRef, Resource, fixture};
    use crate::diagnostic::{FixKind, Kind, Severity};

    fn policy(spec: &str) -> crate::api::NetworkPolicy {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec:\n{spec}"
        );
        let (objects, found) = fixture::read(&text);
        match objects.into_iter().next().map(|it| it.resource) {
            Some(Resource::NetworkPolicy(policy)) => policy,
            _ => panic!("{found:?}"),
        }
    }

    fn errors(spec: &str) -> Vec<String> {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p}}\nspec:\n{spec}"
        );
        fixture::errors(&text)
    }

    #[test]
    fn types_default_by_the_egress_rules() {
        // semantics 1, 2, 3
        let both = policy("  podSelector: {}\n  egress: [{}]\n");
        assert!(both.isolates_ingress && both.isolates_egress);
        let one = policy("  podSelector:\n  egress: []\n");
        assert!(one.isolates_ingress && !one.isolates_egress && one.pod_selector.is_empty());
        let egress = policy("  policyTypes: [Egress]\n  ingress: [{}]\n");
        assert!(!egress.isolates_ingress && egress.isolates_egress);
        assert!(policy("  policyTypes: [Ingress, Ingress]\n").isolates_ingress);
        assert_eq!(errors("  policyTypes: [Ingres]\n"), ["spec.policyTypes[0]"]);
        assert_eq!(errors("  policyTypes: [Ingress, Egress, Ingress]\n"), ["spec.policyTypes"]);
    }

    #[test]
    fn an_egress_only_policy_is_told_to_isolate_ingress_too() {
        let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}, egress: [{}]}\n";
        let (_, found) = fixture::read(text);
        assert!(matches!(&found[0].kind, Kind::PolicyTypesDefaulted { types } if types.len() == 2));
        assert_eq!(found[0].severity, Severity::Information);
    }

    #[test]
    fn peers_are_one_thing_or_the_other() {
        // semantics 6, 7, 12
        assert_eq!(errors("  ingress: [{from: [{}]}]\n"), ["spec.ingress[0].from[0]"]);
        assert_eq!(
            errors("  ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]\n"),
            ["spec.ingress[0].from[0]"]
        );
        assert_eq!(
            errors("  ingress:\n  - from:\n    - ipBlock:\n      cidr: 10.0.0.0/8\n"),
            ["spec.ingress[0].from[0].cidr", "spec.ingress[0].from[0]"][..1]
        );
        let found = policy("  ingress: [{from: [{namespaceSelector: {}}, {podSelector: {}}]}]\n");
        assert!(matches!(&found.ingress[0].peers[0], Peer::Pods { pods: None, namespaces: Some(_) }));
    }

    #[test]
    fn ranges_need_a_number() {
        // semantics 18, 22
        let found =
            policy("  ingress: [{ports: [{port: 80, endPort: 80}, {protocol: UDP}, {port: http}]}]\n");
        assert_eq!(found.ingress[0].ports[2].port, Some(PortRef::Name("http".into())));
        for bad in ["{port: http, endPort: 90}", "{endPort: 90}", "{port: 80, endPort: 79}"] {
            assert_eq!(
                errors(&format!("  ingress: [{{ports: [{bad}]}}]\n")),
                ["spec.ingress[0].ports[0].endPort"],
                "{bad}"
            );
        }
    }

    #[test]
    fn blocks_are_clean_and_exceptions_inside() {
        // semantics 26, 28
        assert_eq!(
            errors(
                "  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8, 11.0.0.0/16]}}]}]\n"
            ),
            ["spec.ingress[0].from[0].ipBlock.except[0]", "spec.ingress[0].from[0].ipBlock.except[1]"]
        );
        let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {ingress: [{from: [{ipBlock: {cidr: 10.0.0.9/8}}]}]}\n";
        let (objects, found) = fixture::read(text);
        assert!(objects.is_empty());
        assert!(
            matches!(&found[0].fix.as_ref().unwrap().kind, FixKind::MaskCidr { to } if &**to == "10.0.0.0/8")
        );
        let (objects, found) = fixture::read(&text.replace("{name: p}", "{name: p, resourceVersion: '7'}"));
        assert_eq!((objects.len(), found[0].severity), (1, Severity::Warning));
    }
}
