//! Worlds made up for measurements: shops of many workloads with policies between them, as manifests.

use std::fmt::Write as _;

/// `pods` pods in workloads of five behind Services, over four namespaces, each calling the next; and `policies` policies that mostly let them. The
/// same numbers give the same text.
pub fn shops(pods: u32, policies: u32) -> String {
    let workloads = pods.div_ceil(5).max(1);
    let mut out = String::new();
    for i in 0..(pods + 30).div_ceil(80) {
        let _ = write!(out, "apiVersion: v1\nkind: Node\nmetadata: {{name: node-{i}}}\n---\n");
    }
    for i in 0..workloads {
        let (namespace, next) = (i % 4, (i + 4) % workloads);
        let replicas = 5.min(pods - i * 5);
        let _ = write!(
            out,
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s{i}, namespace: shop-{namespace}}}\nspec: {{type: {}, selector: {{app: w{i}}}, ports: [{{port: 80, targetPort: 8080}}]}}\n---\n\
             apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: w{i}, namespace: shop-{namespace}}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: {{app: w{i}}}}}\n  template:\n    metadata: {{labels: {{app: w{i}, tier: t{}}}}}\n    spec:\n      containers:\n      - name: c\n        image: app\n        ports: [{{containerPort: 8080}}]\n        env: [{{name: NEXT_URL, value: 'http://s{next}:80'}}]\n---\n",
            if i < 4 { "LoadBalancer" } else { "ClusterIP" },
            i % 3
        );
    }
    for i in 0..policies {
        let namespace = i % 4;
        let _ = write!(
            out,
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p{i}, namespace: shop-{namespace}}}\nspec:\n  podSelector: {{matchLabels: {{app: w{}}}}}\n  ingress:\n  - from: [{{podSelector: {{matchLabels: {{tier: t{}}}}}}}, {{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: shop-{}}}}}}}]\n    ports: [{{port: 8080}}]\n---\n",
            // Not the first four: visitors come to them.
            (i % (workloads - 4.min(workloads - 1))) + 4.min(workloads - 1),
            i % 3,
            (i + 1) % 4
        );
    }
    out
}
