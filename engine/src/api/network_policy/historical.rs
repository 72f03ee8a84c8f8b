//! The policy of 2016, `net.alpha.kubernetes.io/v1alpha1`: one `allowIncoming` of pods or namespaces by plain labels, and ports.

use super::{NetworkPolicy, Peer, PolicyPort, PolicyRule};
use crate::api::read::{FromNode, Path, Reader, reads};
use crate::api::{Labels, Selector};
use crate::manifest::Node;

#[derive(Default)]
struct Whole {
    spec: Spec,
}

#[derive(Default)]
struct Spec {
    pod_selector: Labels,
    incoming: Option<Incoming>,
}

#[derive(Default)]
struct Incoming {
    from: Vec<From>,
    to_ports: Vec<PolicyPort>,
}

#[derive(Default)]
struct From {
    pods: Option<Labels>,
    namespaces: Option<Labels>,
}

reads!(Whole { spec: "spec" } also ["apiVersion", "kind", "metadata"]);
reads!(Spec { pod_selector: "podSelector", incoming: "allowIncoming" } also []);
reads!(Incoming { from: "from", to_ports: "toPorts" } also []);
reads!(From { pods: "pods", namespaces: "namespaces" } also []);

/// Reads the old form as today's. Without `allowIncoming` nothing may come in.
pub(in crate::api) fn historical(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<NetworkPolicy> {
    let spec = Whole::from_node(node, path, reader)?.spec;
    let selector = |match_labels| Selector { match_labels, match_expressions: Vec::new() };
    let rule = |incoming: Incoming| PolicyRule {
        peers: incoming
            .from
            .into_iter()
            .map(|it| Peer::Pods { pods: it.pods.map(selector), namespaces: it.namespaces.map(selector) })
            .collect(),
        ports: incoming.to_ports,
    };
    Some(NetworkPolicy {
        pod_selector: selector(spec.pod_selector),
        isolates_ingress: true,
        isolates_egress: false,
        ingress: spec.incoming.map(rule).into_iter().collect(),
        egress: Vec::new(),
        historical: true,
    })
}

#[cfg(test)]
mod tests {
    use crate::api::{Direction, Resource, fixture};

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
}
