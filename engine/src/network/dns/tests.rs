//! service-semantics 82–101.

use super::*;
use crate::api::{Kind, Phase};
use crate::network::fixture::{World, ip, reference};
use std::sync::Arc;

fn world() -> Dns {
    let world = World::new()
        .pod("shop/backend-0", "node-1", "10.244.1.2")
        .pod_with("shop/db-0", "node-1", "10.244.1.3", |pod| {
            let spec = Arc::make_mut(&mut pod.spec);
            (spec.hostname, spec.subdomain) = (Some("db-0".into()), Some("db".into()));
        })
        .pod_with("shop/db-1", "node-2", "10.244.2.3", |pod| pod.ready = false)
        .pod_with("shop/late-0", "node-2", "10.244.2.4", |pod| {
            (pod.ready, pod.phase) = (false, Phase::Pending)
        })
        .service("shop/backend", "10.96.0.20")
        .service("shop/db", "")
        .service("shop/late", "")
        .service("other/api", "10.96.0.30");
    let cname = |world: World, name: &str, target: &'static str| {
        world.service_with(name, "", |it| {
            let spec = Arc::make_mut(&mut it.spec);
            (spec.kind, spec.external_name, spec.headless) =
                (ServiceType::ExternalName, Some(target.into()), false);
        })
    };
    let world = cname(world, "shop/ext", "api.example.com");
    let world = cname(world, "shop/alias", "api.other.svc.cluster.local");
    let world = cname(world, "shop/loop", "loop.shop.svc.cluster.local");
    let world = cname(world, "shop/literal", "10.1.2.3");
    Dns::compile(&world.0)
}

const SHOP: Resolver<'_> = Resolver::Cluster { namespace: "shop" };

fn tried(reason: &Reason) -> Vec<&str> {
    match reason {
        Reason::Service { tried, .. } | Reason::NotFound { tried, .. } | Reason::Outside { tried } => {
            tried.iter().map(|it| &**it).collect()
        }
        _ => panic!("{reason:?}"),
    }
}

/// 82, 99: all forms of a Service's name, found on the step of the search list that 100 counts.
#[test]
fn service_names_resolve_in_every_form() {
    let forms = [
        ("backend", 0),
        ("backend.shop", 1),
        ("backend.shop.svc", 2),
        ("backend.shop.svc.cluster.local", 3),
        ("backend.shop.svc.cluster.local.", 0),
        ("BackEnd", 0),
    ];
    for (form, steps) in forms {
        let answer = world().resolve(form, SHOP);
        assert_eq!(answer.addresses, [ip("10.96.0.20")], "{form}");
        let Reason::Service { name, .. } = &answer.reason else { panic!("{answer:?}") };
        assert_eq!(
            (&**name, tried(&answer.reason).len()),
            ("backend.shop.svc.cluster.local", steps),
            "{form}"
        );
    }
}

/// 93: a bare name is looked up in the client's own namespace only.
#[test]
fn other_namespaces_need_their_name() {
    assert_eq!(world().resolve("api.other", SHOP).addresses, [ip("10.96.0.30")]);
    let Reason::NotFound { nearest, .. } = world().resolve("api", SHOP).reason else { panic!() };
    assert_eq!(nearest.as_deref(), Some("api.other"));
}

/// 83: only ready pods; none ready: no such name, and the search goes on.
#[test]
fn headless_names_give_ready_pods() {
    let answer = world().resolve("db", SHOP);
    assert_eq!(answer.addresses, [ip("10.244.1.3")]);
    assert!(matches!(answer.reason, Reason::Headless { .. }));
    let Reason::NotFound { empty, tried, .. } = world().resolve("late", SHOP).reason else { panic!() };
    assert_eq!(empty, Some(reference(Kind::Service, "shop/late")));
    assert_eq!(tried.len(), 4);
}

/// 84, 85, 88.
#[test]
fn pods_have_names() {
    let answer = world().resolve("db-0.db", SHOP);
    assert!(matches!(&answer.reason, Reason::Pod { pod, .. } if *pod == reference(Kind::Pod, "shop/db-0")));
    assert_eq!(answer.addresses, [ip("10.244.1.3")]);
    assert_eq!(world().resolve("10-244-1-2.backend", SHOP).addresses, [ip("10.244.1.2")]);
    assert!(world().resolve("db-1.db", SHOP).addresses.is_empty(), "not ready");
    let spelled = world().resolve("10-9-8-7.shop.pod.cluster.local", SHOP);
    assert_eq!(spelled.addresses, [ip("10.9.8.7")]);
    assert!(matches!(spelled.reason, Reason::Spelled { .. }));
    assert!(world().resolve("10-9-8-7.nowhere.pod.cluster.local", SHOP).addresses.is_empty());
}

/// 87: followed inside and outside; an address, or a circle, gives nothing.
#[test]
fn external_names_are_followed() {
    assert_eq!(world().resolve("alias", SHOP).addresses, [ip("10.96.0.30")]);
    let outside = world().resolve("ext", SHOP);
    assert_eq!(outside.addresses, world().resolve("api.example.com", Resolver::Outside).addresses);
    assert!(
        matches!(&outside.reason, Reason::ExternalName { canonical, .. } if &**canonical == "api.example.com")
    );
    for name in ["loop", "literal"] {
        assert!(world().resolve(name, SHOP).addresses.is_empty(), "{name}");
    }
}

/// 99, 100: a name outside walks the whole search list first; with a trailing dot it does not.
#[test]
fn names_outside_get_a_stable_address() {
    let answer = world().resolve("example.com", SHOP);
    assert_eq!(
        tried(&answer.reason),
        ["example.com.shop.svc.cluster.local", "example.com.svc.cluster.local", "example.com.cluster.local"]
    );
    let rooted = world().resolve("example.com.", SHOP);
    assert_eq!((tried(&rooted.reason).len(), &rooted.addresses), (0, &answer.addresses));
    let IpAddr::V4(address) = answer.addresses[0] else { panic!() };
    assert!(matches!(address.octets(), [192, 0, 2, 1..=254] | [198, 51, 100, 1..=254]), "{address}");
    let five = world().resolve("a.b.c.d.e.example.com", SHOP);
    assert!(tried(&five.reason).is_empty(), "ndots: as it is first");
}

/// 94: without the cluster's DNS no cluster names.
#[test]
fn others_see_no_cluster_names() {
    for name in
        ["backend", "backend.shop", "backend.shop.svc", "backend.shop.svc.cluster.local", "cluster.local"]
    {
        assert!(world().resolve(name, Resolver::Outside).addresses.is_empty(), "{name}");
    }
    assert!(!world().resolve("example.shop", Resolver::Outside).addresses.is_empty(), "no Service's name");
}

#[test]
fn misspelt_names_find_their_neighbour() {
    let nearest = |name: &str| match world().resolve(name, SHOP).reason {
        Reason::NotFound { nearest, .. } => nearest,
        other => panic!("{other:?}"),
    };
    assert_eq!(nearest("bakcend").as_deref(), Some("backend"));
    assert_eq!(nearest("frontend"), None);
    assert_eq!(nearest("xy"), None, "two letters, both wrong");
    assert_eq!(nearest("api.othr").as_deref(), Some("api.other"));
    assert_eq!(nearest("nobody.shop"), None, "a namespace's name is no domain outside");
    assert_eq!(nearest("db-1.db.shop"), None, "a pod's name");
    assert!(
        !world().resolve("www.example.shop", SHOP).addresses.is_empty(),
        "a domain outside may end as a namespace"
    );
    assert_eq!(nearest("apu.other.svc.cluster.local").as_deref(), Some("api.other"));
}

#[test]
fn odd_names_are_no_names() {
    let dns = world();
    let long = "a.".repeat(300);
    for name in
        ["", ".", "..", "a..b", "-", "svc.cluster.local", "_http._tcp.backend", &long, "ä.example.com"]
    {
        let _ = dns.resolve(name, SHOP);
        let _ = dns.resolve(name, Resolver::Outside);
    }
    for name in ["", ".", "..", "a..b", &long] {
        assert!(dns.resolve(name, SHOP).addresses.is_empty(), "{name:?}");
    }
    assert_eq!(dns.resolve("10.0.0.1", SHOP).reason, Reason::Literal);
    assert_eq!(dns.resolve("localhost", SHOP).reason, Reason::Localhost);
}
