//! What the cluster refuses, in the API server's words.

use super::*;

fn words(it: &mut Cluster, object: Object) -> String {
    let refused = it.apply(Arc::new(object), it.now).expect_err("refused");
    let crate::diagnostic::Kind::Refused { message } = &refused[0].kind else { panic!("{refused:?}") };
    message.to_string()
}

#[test]
fn refusals_are_in_the_servers_words() {
    let mut it = cluster(1);
    let with = |name: &str, ip: &str, node_port: Option<u16>| {
        let mut web = service(name);
        let spec = edit(&mut web, as_service);
        spec.cluster_ips = ip.parse().into_iter().collect();
        spec.ports[0].node_port = node_port;
        spec.kind = if node_port.is_some() { ServiceType::NodePort } else { ServiceType::ClusterIp };
        web
    };
    assert_eq!(
        words(&mut it, with("a", "10.96.0.10", None)),
        "The Service \"a\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.10\"]: \
         failed to allocate IP 10.96.0.10: provided IP is already allocated"
    );
    assert!(words(&mut it, with("a", "1.2.3.4", None)).ends_with("does not match the current range"));
    assert!(words(&mut it, with("a", "", Some(80))).ends_with(
        "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. \
         The range of valid ports is 30000-32767"
    ));
    put(&mut it, with("a", "10.96.0.9", Some(30001)));
    assert!(
        words(&mut it, with("b", "", Some(30001))).ends_with("30001: provided port is already allocated")
    );
    assert!(
        words(&mut it, with("a", "10.96.0.8", Some(30001)))
            .ends_with("spec.clusterIPs[0]: Invalid value: [\"10.96.0.8\"]: may not change once set")
    );
    let mut headless = with("a", "", None);
    edit(&mut headless, as_service).headless = true;
    assert!(words(&mut it, headless).ends_with("[\"None\"]: may not change once set"));
    assert_eq!(put(&mut it, with("a", "", Some(30001))), Changed::Configured, "an omitted address is kept");
}

#[test]
fn limits_are_refusals() {
    let mut it = cluster(1);
    let refused = it.apply(Arc::new(deployment("web", 10_001, "nginx")), it.now).expect_err("refused");
    assert!(matches!(refused[0].kind, crate::diagnostic::Kind::Limit { value: 10_000, .. }));
}
