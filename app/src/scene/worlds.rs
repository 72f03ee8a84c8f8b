//! Worlds for tests and for looking at, written by hand.

use podyard_engine::session::{
    CallView, ContainerView, NamespaceView, NodeView, PodPhase, PodView, PortView, ServiceView, Verdict,
    WorkloadView, WorldView,
};

/// Letters as Kubernetes' generated names use them.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

fn suffix(seed: usize) -> String {
    let mut at = seed * 7919 + 104_729;
    let letter = |_| {
        at = at.wrapping_mul(1_103_515_245).wrapping_add(12_345) % 2_147_483_648;
        char::from(LETTERS[at / 65_536 % LETTERS.len()])
    };
    (0..5).map(letter).collect()
}

/// A workload with all its pods ready.
pub(crate) fn workload(kind: &str, namespace: &str, name: &str, wanted: u32) -> WorkloadView {
    let pods = (0..wanted).map(|slot| pod(kind, namespace, name, slot)).collect();
    WorkloadView {
        id: format!("{kind}/{namespace}/{name}"),
        kind: kind.into(),
        namespace: namespace.into(),
        name: name.into(),
        wanted,
        ready: wanted,
        pods,
        at: None,
    }
}

fn pod(kind: &str, namespace: &str, name: &str, slot: u32) -> PodView {
    let short = match kind {
        "StatefulSet" => format!("{name}-{slot}"),
        "Pod" => name.to_owned(),
        _ => suffix(slot as usize * 31 + name.len()),
    };
    let whole = match kind {
        "StatefulSet" | "Pod" => short.clone(),
        _ => format!("{name}-7c9f8d6b5-{short}"),
    };
    PodView {
        id: format!("Pod/{namespace}/{whole}"),
        name: whole,
        short,
        node: Some(format!("node-{}", slot % 3 + 1)),
        ips: vec![format!("10.244.{}.{}", slot % 3 + 1, slot / 3 + 2)],
        phase: PodPhase::Ready,
        slot,
        containers: vec![ContainerView { name: "main".into(), ports: vec![8080], ..Default::default() }],
        ..Default::default()
    }
}

/// A Service in front of workloads.
pub(crate) fn service(namespace: &str, name: &str, kind: &str, port: u16, selects: &[&str]) -> ServiceView {
    ServiceView {
        id: format!("Service/{namespace}/{name}"),
        namespace: namespace.into(),
        name: name.into(),
        kind: kind.into(),
        cluster_ip: Some(format!("10.96.0.{}", name.len() * 7)),
        ports: vec![PortView { port, target: "8080".into(), protocol: "TCP".into(), ..Default::default() }],
        selects: selects.iter().map(|id| (*id).to_owned()).collect(),
        endpoints: 1,
        ready: 1,
        ..Default::default()
    }
}

/// A call whose connections all end one way.
pub(crate) fn call(from: &str, to: &str, port: u16, verdict: Verdict) -> CallView {
    CallView {
        id: format!("{from}>{to}:{port}"),
        from: from.into(),
        to: to.into(),
        host: to.rsplit(['/', ':']).next().unwrap_or(to).into(),
        port,
        protocol: "TCP".into(),
        verdicts: vec![(verdict, 1)],
        ..Default::default()
    }
}

fn namespace(name: &str, system: bool) -> NamespaceView {
    NamespaceView { name: name.into(), declared: true, system, policies: Vec::new() }
}

fn nodes() -> Vec<NodeView> {
    let node = |at| NodeView { name: format!("node-{at}"), ready: true, ..Default::default() };
    (1..=3).map(node).collect()
}

fn system(world: &mut WorldView) {
    world.namespaces.insert(0, namespace("kube-system", true));
    let mut dns = workload("Deployment", "kube-system", "coredns", 2);
    dns.ready = 2;
    world.workloads.push(dns);
    world.services.push(service(
        "kube-system",
        "kube-dns",
        "ClusterIP",
        53,
        &["Deployment/kube-system/coredns"],
    ));
}

/// Outside → shop (LoadBalancer) → web ×2 → api ×3 → db-0; the Job `reports` gets no answer from db.
pub(crate) fn corner_shop() -> WorldView {
    let mut shop = service("shop", "shop", "LoadBalancer", 80, &["Deployment/shop/web"]);
    shop.external = vec!["203.0.113.10".into()];
    let mut db = workload("StatefulSet", "shop", "db", 1);
    db.pods[0].isolated_ingress = vec!["NetworkPolicy/shop/db-only-api".into()];
    let mut world = WorldView {
        version: 1,
        profile: "reference".into(),
        namespaces: vec![namespace("shop", false)],
        nodes: nodes(),
        workloads: vec![
            workload("Deployment", "shop", "web", 2),
            workload("Deployment", "shop", "api", 3),
            db,
            workload("Job", "shop", "reports", 1),
        ],
        services: vec![
            shop,
            service("shop", "api", "ClusterIP", 8080, &["Deployment/shop/api"]),
            service("shop", "db", "ClusterIP", 5432, &["StatefulSet/shop/db"]),
        ],
        calls: vec![
            call("outside", "Service/shop/shop", 80, Verdict::Forwarded),
            call("Deployment/shop/web", "Service/shop/api", 8080, Verdict::Forwarded),
            call("Deployment/shop/api", "Service/shop/db", 5432, Verdict::Forwarded),
            call("Job/shop/reports", "Service/shop/db", 5432, Verdict::Dropped),
        ],
        ..Default::default()
    };
    system(&mut world);
    world
}

/// The corner shop with other replica counts of `api`.
pub(crate) fn scaled(api: u32) -> WorldView {
    let mut world = corner_shop();
    world.workloads[1] = workload("Deployment", "shop", "api", api);
    world
}

/// Two namespaces, every kind of failure, long names, a cycle and an external name.
pub(crate) fn two_namespaces() -> WorldView {
    let mut world = corner_shop();
    world.namespaces.push(namespace("monitoring", false));
    world.workloads.extend([
        workload("Deployment", "monitoring", "prometheus", 1),
        workload("DaemonSet", "monitoring", "node-exporter", 3),
        workload("Pod", "shop", "a-bare-pod-with-a-long-name-canary", 1),
        workload("Deployment", "shop", "recommendation-service", 6),
    ]);
    let states =
        [PodPhase::Ready, PodPhase::NotReady, PodPhase::CrashLoop, PodPhase::Pending, PodPhase::Terminating];
    if let Some(recommendations) = world.workloads.last_mut() {
        for (pod, phase) in recommendations.pods.iter_mut().zip(states) {
            pod.phase = phase;
        }
        recommendations.ready = 2;
    }
    let mut orphan = service("shop", "orphan", "ClusterIP", 80, &[]);
    (orphan.endpoints, orphan.ready) = (0, 0);
    world.services.extend([
        service("monitoring", "prometheus", "ClusterIP", 9090, &["Deployment/monitoring/prometheus"]),
        service("shop", "recommendations", "ClusterIP", 8080, &["Deployment/shop/recommendation-service"]),
        orphan,
    ]);
    world.calls.extend([
        call(
            "Deployment/monitoring/prometheus",
            "DaemonSet/monitoring/node-exporter",
            9100,
            Verdict::Forwarded,
        ),
        call("Deployment/monitoring/prometheus", "Service/shop/api", 8081, Verdict::Refused),
        call("Deployment/shop/web", "Service/shop/recommendations", 8080, Verdict::Forwarded),
        call("Deployment/shop/recommendation-service", "Service/shop/api", 8080, Verdict::Forwarded),
        call("Deployment/shop/recommendation-service", "Service/shop/orphan", 80, Verdict::Rejected),
        call("StatefulSet/shop/db", "Service/shop/shop", 80, Verdict::Forwarded),
        call("Job/shop/reports", "host:bakcend", 80, Verdict::Unresolved),
        call("Deployment/shop/api", "host:10.9.0.4", 443, Verdict::Unroutable),
        call("Deployment/shop/api", "host:mail.example.com", 25, Verdict::Forwarded),
    ]);
    world
}

/// One Service that selects nobody, called by one Job.
pub(crate) fn no_endpoints() -> WorldView {
    let mut backend = service("shop", "backend", "ClusterIP", 80, &[]);
    (backend.endpoints, backend.ready) = (0, 0);
    WorldView {
        namespaces: vec![namespace("shop", false)],
        nodes: nodes(),
        workloads: vec![workload("Job", "shop", "caller", 1)],
        services: vec![backend],
        calls: vec![call("Job/shop/caller", "Service/shop/backend", 80, Verdict::Rejected)],
        ..Default::default()
    }
}

/// `pods` pods in units of `each`, each unit calling the next, twenty units a namespace.
pub(crate) fn crowd(pods: u32, each: u32) -> WorldView {
    let mut world = WorldView { nodes: nodes(), ..Default::default() };
    for at in 0..pods.div_ceil(each.max(1)) {
        let space = format!("team-{}", at / 20);
        if at % 20 == 0 {
            world.namespaces.push(namespace(&space, false));
        }
        let name = format!("unit-{at}");
        let id = format!("Deployment/{space}/{name}");
        world.workloads.push(workload("Deployment", &space, &name, each));
        world.services.push(service(&space, &name, "ClusterIP", 80, &[&id]));
        if at % 5 != 0 {
            let before = format!("Deployment/{space}/unit-{}", at - 1);
            let verdict = if at % 13 == 0 { Verdict::Dropped } else { Verdict::Forwarded };
            world.calls.push(call(&before, &format!("Service/{space}/{name}"), 80, verdict));
        }
    }
    world
}
