//! The policy of 2016, `net.alpha.kubernetes.io/v1alpha1`: one `allowIncoming` of pods or namespaces by plain labels, and ports.

use super::{NetworkPolicy, Peer, PolicyPort, PolicyRule};
use crate::api::meta::check_labels;
use crate::api::read::{FromNode, Path, Reader, reads};
use crate::api::{Labels, Selector};
use crate::manifest::Node;

#[derive(Default)]
struct Whole {
    spec: Spec,
}

#[derive(Default)]
struct Spec {
    pod_selector: Selected,
    incoming: Option<Incoming>,
}

#[derive(Default)]
struct Incoming {
    from: Vec<Source>,
    to_ports: Vec<PolicyPort>,
}

#[derive(Default)]
struct RawSource {
    pods: Option<Selected>,
    namespaces: Option<Selected>,
}

/// A selector as it was written then: labels and nothing else.
#[derive(Default)]
struct Selected(Selector);

impl FromNode for Selected {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let match_labels = Labels::from_node(node, path, reader)?;
        check_labels(node, &path.owned(), reader);
        Some(Self(Selector { match_labels, match_expressions: Vec::new() }))
    }
}

/// One of `from`.
struct Source(Peer);

impl FromNode for Source {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let before = reader.found.len();
        let raw = RawSource::from_node(node, path, reader)?;
        if raw.pods.is_none() && raw.namespaces.is_none() {
            if reader.found.len() == before {
                reader.required(node.span, path.owned(), "must specify a peer");
            }
            return None;
        }
        Some(Self(Peer::Pods { pods: raw.pods.map(|it| it.0), namespaces: raw.namespaces.map(|it| it.0) }))
    }
}

reads!(Whole { spec: "spec" } also ["apiVersion", "kind", "metadata"]);
reads!(Spec { pod_selector: "podSelector", incoming: "allowIncoming" } also []);
reads!(Incoming { from: "from", to_ports: "toPorts" } also []);
reads!(RawSource { pods: "pods", namespaces: "namespaces" } also []);

/// Reads the old form as today's. Without `allowIncoming` nothing may come in.
pub(in crate::api) fn historical(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<NetworkPolicy> {
    let spec = Whole::from_node(node, path, reader)?.spec;
    let rule = |incoming: Incoming| PolicyRule {
        peers: incoming.from.into_iter().map(|it| it.0).collect(),
        ports: incoming.to_ports,
    };
    Some(NetworkPolicy {
        pod_selector: spec.pod_selector.0,
        isolates_ingress: true,
        isolates_egress: false,
        ingress: spec.incoming.map(rule).into_iter().collect(),
        egress: Vec::new(),
        historical: true,
    })
}

#[cfg(test)]
mod tests {
    use crate::api::{Direction, Peer, Resource, fixture};
    use crate::diagnostic::Kind;

    #[test]
    fn the_article_s_policy_is_read_from_its_request() {
        let text = r#"POST /apis/net.alpha.kubernetes.io/v1alpha1/namespaces/tenant-a/networkpolicys/
{
  "kind": "NetworkPolicy",
  "metadata": {"name": "pol1"},
  "spec": {
    "allowIncoming": {
      "from": [{"pods": {"segment": "frontend"}}],
      "toPorts": [{"port": 80, "protocol": "TCP"}]
    },
    "podSelector": {"segment": "backend"}
  }
}
"#;
        let (objects, found) = fixture::read(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(objects[0].reference().to_string(), "NetworkPolicy/tenant-a/pol1");
        let Resource::NetworkPolicy(policy) = &objects[0].resource else { panic!() };
        assert!(policy.isolates_ingress && !policy.isolates_egress && policy.historical);
        assert_eq!(policy.ingress.len(), 1);
        let peer = objects[0].tree.locate(&policy.peer_path(Direction::Ingress, 0, 0));
        assert!(text[peer.start as usize..peer.end as usize].contains("frontend"));
        let port = objects[0].tree.locate(&policy.port_path(Direction::Ingress, 0, 0));
        assert!(text[port.start as usize..port.end as usize].contains("80"));
    }

    #[test]
    fn namespaces_are_peers_and_nothing_given_lets_nothing_in() {
        let text = "apiVersion: net.alpha.kubernetes.io/v1alpha1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: ns}\nspec:\n  podSelector: {a: b}\n";
        let (objects, found) = fixture::read(text);
        assert!(matches!(&found[0].kind, Kind::Converted { to, .. } if &**to == "networking.k8s.io/v1"));
        let Resource::NetworkPolicy(policy) = &objects[0].resource else { panic!() };
        assert!(policy.isolates_ingress && policy.ingress.is_empty());
        let from = |from: &str| format!("{text}  allowIncoming: {{from: [{from}]}}\n");
        let (objects, _) = fixture::read(&from("{namespaces: {team: x}}"));
        let Resource::NetworkPolicy(policy) = &objects[0].resource else { panic!() };
        assert!(matches!(&policy.ingress[0].peers[0], Peer::Pods { pods: None, namespaces: Some(_) }));
        assert_eq!(fixture::errors(&from("{}")), ["spec.allowIncoming.from[0]"]);
        assert_eq!(fixture::errors(&from("{pods: {'-a': b}}")), ["spec.allowIncoming.from[0].pods"]);
    }
}
