//! Documents of every kind, good and bad.

use super::fixture::{errors, read};
use super::{Kind, Resource};
use crate::diagnostic::{FixKind, Kind as Problem, Severity};
use crate::manifest;
use crate::text::FileId;
use proptest::prelude::*;

#[test]
fn lists_hold_several_objects() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {k: v}}\n";
    let (objects, found) = read(text);
    assert!(found.is_empty());
    let names: Vec<String> = objects.iter().map(|it| it.reference().to_string()).collect();
    assert_eq!(names, ["Namespace/a", "ConfigMap/default/c"]);
    // semantics 10
    assert_eq!(objects[0].meta.labels.get("kubernetes.io/metadata.name").map(|it| &**it), Some("a"));
}

#[test]
fn a_server_s_list_says_what_its_items_are() {
    let text = "apiVersion: v1\nkind: ConfigMapList\nmetadata: {resourceVersion: '7'}\nitems:\n- {metadata: {name: a}}\n- {metadata: {name: b}}\n";
    let (objects, found) = read(text);
    assert!(found.is_empty());
    let names: Vec<String> = objects.iter().map(|it| it.reference().to_string()).collect();
    assert_eq!(names, ["ConfigMap/default/a", "ConfigMap/default/b"]);
    // control-plane-semantics 10: lists may hold lists, in order.
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]}\n- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n";
    let names: Vec<String> = read(text).0.iter().map(|it| it.reference().to_string()).collect();
    assert_eq!(names, ["Namespace/a", "Namespace/b"]);
    assert_eq!(errors("apiVersion: v1\nkind: List\nitems: {}\n"), ["items"]);
    assert!(read("apiVersion: v1\nkind: List\nitems: []\n").1.is_empty());
}

#[test]
fn a_kind_in_a_wrong_version_is_told_with_the_right_one() {
    for (wrong, right) in [("v1", "apps/v1"), ("apps/v2", "apps/v1"), ("extensions/v1", "apps/v1")] {
        let (objects, found) =
            read(&format!("apiVersion: {wrong}\nkind: Deployment\nmetadata: {{name: a}}\n"));
        assert_eq!(objects[0].resource, Resource::Other);
        let fix = found[0].fix.as_ref().unwrap();
        assert_eq!((&fix.kind, &*fix.edits[0].insert), (&FixKind::Rename { to: right.into() }, right));
    }
    // Somebody's extension is no slip.
    let (_, found) = read("apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n");
    assert!(matches!(&found[0].kind, Problem::NotSimulated { nearest: None, .. }));
}

#[test]
fn requests_say_namespace_and_version() {
    let text = "POST /api/v1/namespaces/shop/pods\n{\"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"containers\": [{\"name\": \"c\", \"image\": \"i\"}]}}\n";
    let (objects, found) = read(text);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(objects[0].reference().to_string(), "Pod/shop/a");
}

#[test]
fn unknown_kinds_are_kept_with_a_note() {
    let (objects, found) = read("apiVersion: apps/v1\nkind: Deploymnet\nmetadata: {name: a}\n");
    assert_eq!((objects.len(), &objects[0].resource), (1, &Resource::Other));
    assert!(
        matches!(&found[0].kind, Problem::NotSimulated { nearest: Some(near), .. } if &**near == "Deployment")
    );
    assert_eq!(found[0].severity, Severity::Information);
    let (objects, _) =
        read("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n");
    assert_eq!(objects[0].reference().to_string(), "ClusterRole/a");
    let (_, found) = read("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n");
    assert!(matches!(&found[0].kind, Problem::NotSimulated { nearest: None, .. }));
}

#[test]
fn type_and_name_are_required() {
    assert_eq!(errors("kind: Pod\nmetadata: {name: a}\n"), ["MissingType { field: \"apiVersion\" }"]);
    assert_eq!(errors("a: 1\n").len(), 2);
    assert_eq!(errors("- a\n"), ["NotAnObject"]);
    assert_eq!(errors("apiVersion: v1\nkind: Namespace\nmetadata: {}\n"), ["metadata.name"]);
    assert_eq!(errors("apiVersion: v1\nkind: Namespace\nmetadata: {name: A}\n"), ["metadata.name"]);
    let (_, found) = read("apiVersion: v1\nkind: Namespace\nmetadata: {name: true}\n");
    assert!(
        matches!(&found[..], [it] if matches!(it.kind, Problem::WrongType { .. })),
        "there, of a wrong type"
    );
}

#[test]
fn every_unknown_field_is_told() {
    // semantics 12
    let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec:\n  policytypes: [Ingress]\n  ingress:\n  - from:\n    - podSelectr: {}\n";
    let (objects, found) = read(text);
    assert!(objects.is_empty());
    let unknown: Vec<_> = found.iter().filter(|it| matches!(it.kind, Problem::UnknownField { .. })).collect();
    assert_eq!(unknown.len(), 2);
    let span = unknown[0].span;
    assert_eq!(&text[span.start as usize..span.end as usize], "policytypes");
    assert!(
        matches!(&unknown[0].fix.as_ref().unwrap().kind, FixKind::Rename { to } if &**to == "policyTypes")
    );
}

#[test]
fn no_fix_doubles_a_field() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetPort: 1, targetport: 2}]}\n";
    let (_, found) = read(text);
    assert!(
        matches!(&found[0].kind, Problem::UnknownField { nearest: Some(near), .. } if &**near == "targetPort")
    );
    assert_eq!(found[0].fix, None);
}

#[test]
fn labels_are_strings() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {a: true, b: 1.10, c: 'x'}}\nspec: {containers: [{name: c, image: i}]}\n";
    let (_, found) = read(text);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|it| matches!(it.fix.as_ref().unwrap().kind, FixKind::Quote)));
}

#[test]
fn pods_are_checked() {
    let pod = |spec: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {spec}\n");
    assert_eq!(errors(&pod("{}")), ["spec.containers"]);
    assert_eq!(errors(&pod("{containers: [{image: i}]}")), ["spec.containers[0].name"]);
    assert_eq!(
        errors(&pod("{containers: [{name: c, image: i}, {name: c, image: i}]}")),
        ["spec.containers[1].name"]
    );
    assert_eq!(
        errors(&pod("{containers: [{name: c, image: i, ports: [{containerPort: 0}]}]}")),
        ["spec.containers[0].ports[0].containerPort"]
    );
    assert_eq!(
        errors(&pod("{containers: [{name: c, image: i, ports: [{containerPort: 80, protocol: tcp}]}]}")),
        ["spec.containers[0].ports[0].protocol"]
    );
    // service-semantics 125
    let host =
        "{hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 80, hostPort: 81}]}]}";
    assert_eq!(errors(&pod(host)), ["spec.containers[0].ports[0].hostPort"]);
}

#[test]
fn observed_pods_keep_their_status() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, managedFields: [{manager: x}]}\nspec: {nodeName: n1, containers: [{name: c, image: i}]}\nstatus: {phase: Running, podIP: 10.0.0.1, conditions: [{type: Ready, status: 'True'}]}\n";
    let (objects, found) = read(text);
    assert!(found.is_empty() && objects[0].observed);
    let Resource::Pod(pod) = &objects[0].resource else { panic!() };
    assert_eq!((pod.status.ips.len(), pod.status.ready), (1, Some(true)));
    let (objects, _) = read(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i}]}\nstatus: {}\n",
    );
    assert!(!objects[0].observed);
}

#[test]
fn workloads_need_a_fitting_template() {
    let deploy = |labels: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {labels}}}\n    spec: {{containers: [{{name: c, image: i}}]}}\n"
        )
    };
    assert!(errors(&deploy("{app: a}")).is_empty());
    assert_eq!(errors(&deploy("{app: b}")), ["spec.template.metadata.labels"]);
    let (objects, found) = read(&deploy("{app: a}").replace("apps/v1", "extensions/v1beta1"));
    assert_eq!(objects[0].meta.kind, Kind::Deployment);
    assert!(matches!(&found[0].kind, Problem::Converted { to, .. } if &**to == "apps/v1"));
    let (objects, _) = read(
        "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {x: z}}, spec: {containers: [{name: c, image: i}]}}}\n",
    );
    let Resource::ReplicationController(found) = &objects[0].resource else { panic!() };
    assert_eq!((found.replicas, found.selector.get("x").map(|it| &**it)), (1, Some("z")));
}

#[test]
fn nulls_are_as_absent() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, labels: }\nspec:\n  podSelector:\n  ingress:\n  - from:\n    ports:\n";
    let (objects, found) = read(text);
    assert!(found.is_empty(), "{found:?}");
    let Resource::NetworkPolicy(policy) = &objects[0].resource else { panic!() };
    // semantics 5
    assert!(policy.ingress[0].peers.is_empty() && policy.ingress[0].ports.is_empty());
}

#[test]
fn a_wrong_object_never_hides_its_neighbours() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n";
    let (objects, found) = read(text);
    assert_eq!((objects.len(), found.len()), (1, 1));
}

/// Words that mean something somewhere, and some that never do.
const WORDS: &str = "apiVersion kind metadata name namespace labels spec template containers initContainers ports port env valueFrom \
    configMapKeyRef selector matchLabels matchExpressions key operator values ingress egress from to ipBlock cidr except \
    podSelector policyTypes allowIncoming toPorts items endpoints addresses addressType status conditions clusterIP clusterIPs \
    hostNetwork containerPort protocol readinessProbe httpGet data taints v1 apps/v1 networking.k8s.io/v1 \
    net.alpha.kubernetes.io/v1alpha1 Pod Service Node List PodList Deployment NetworkPolicy EndpointSlice None TCP ClientIP \
    10.0.0.0/8 10.0.0.1 010.0.0.1/33 ::ffff:1.2.3.4 fd00::1 -1 0 80 70000 99999999999999999999 1e1 1.5 true ~ ü";

/// Trees of such words, as YAML in flow style.
fn tree() -> impl Strategy<Value = String> {
    let word = proptest::sample::select(WORDS.split_whitespace().collect::<Vec<_>>()).prop_map(str::to_owned);
    word.clone().prop_recursive(7, 80, 6, move |inner| {
        let entries = proptest::collection::btree_map(word.clone(), inner.clone(), 0..6);
        let mapping = entries.prop_map(|it| {
            let pairs: Vec<String> = it.iter().map(|(key, value)| format!("{key:?}: {value}")).collect();
            format!("{{{}}}", pairs.join(", "))
        });
        let list = proptest::collection::vec(inner, 0..5).prop_map(|it| format!("[{}]", it.join(", ")));
        prop_oneof![3 => mapping, 1 => list]
    })
}

/// What `api::read` makes of a text, parsed or not.
fn counts(text: &str) -> (usize, usize, usize) {
    let parsed = manifest::parse(FileId(0), text);
    let mut sum = (parsed.documents.len(), 0, 0);
    for document in &parsed.documents {
        let (objects, found) = super::read(document);
        sum = (sum.0, sum.1 + objects.len(), sum.2 + found.len());
    }
    sum
}

proptest! {
    #[test]
    fn no_tree_makes_the_reader_panic(
        kind in proptest::sample::select(vec![
            "v1, kind: Pod", "v1, kind: Service", "v1, kind: Node", "v1, kind: Namespace", "v1, kind: ConfigMap", "v1, kind: List",
            "v1, kind: ReplicationController", "apps/v1, kind: Deployment", "apps/v1, kind: ReplicaSet",
            "apps/v1, kind: StatefulSet", "batch/v1, kind: Job", "discovery.k8s.io/v1, kind: EndpointSlice",
            "networking.k8s.io/v1, kind: NetworkPolicy", "net.alpha.kubernetes.io/v1alpha1, kind: NetworkPolicy", "v1, kind: X",
        ]),
        field in proptest::sample::select(vec![
            "spec", "metadata", "items", "status", "data", "endpoints", "ports", "spec: {template: {spec", "spec: {ingress",
            "spec: {containers", "spec: {ports", "spec: {allowIncoming",
        ]),
        body in tree(),
    ) {
        let close = "}".repeat(field.matches('{').count());
        let text = format!("{{apiVersion: {kind}, metadata: {{name: a}}, {field}: {body}{close}}}");
        let (documents, objects, found) = counts(&text.replace("metadata: {name: a}, metadata:", "metadata:"));
        prop_assert!(documents == 1 && objects + found > 0 || text.contains("kind: List"), "{text}");
    }
}

#[test]
fn hostile_documents_are_read_in_linear_time() {
    let many = |item: &dyn Fn(usize) -> String| (0..12_000).map(item).collect::<Vec<_>>().join(", ");
    let labels = many(&|i| format!("'{i} {i}': '-'"));
    let fields = many(&|i| format!("containerz{i}: 1"));
    let ports = many(&|i| format!("{{port: {}}}", i % 7));
    let containers = many(&|_| "{name: a, image: i, ports: [{containerPort: 1, name: a}]}".to_owned());
    let texts = [
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a, labels: {{{labels}}}}}}}"),
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{{fields}}}}}"),
        format!("{{apiVersion: v1, kind: Service, metadata: {{name: a}}, spec: {{ports: [{ports}]}}}}"),
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{containers}]}}}}"),
    ];
    for text in texts {
        // Were any of these quadratic, this test would take minutes.
        let found = counts(&text).2;
        assert!(found >= 10_000, "{found}: {}", text.get(..120).unwrap());
    }
}
