use super::*;
use crate::api::{ContainerPort, EnvVar, Kind, Labels, PortRef, Probe, ProbeHandler};

struct World {
    services: Vec<(&'static str, u16)>,
    map: ConfigMap,
}

impl Names for World {
    fn service_ports(&self, host: &str, _: &str) -> Option<Vec<(u16, Protocol)>> {
        let host = host.trim_end_matches(".default.svc.cluster.local");
        let host = host.rsplit('.').next().unwrap_or(host);
        self.services.iter().find(|it| it.0 == host).map(|it| vec![(it.1, Protocol::Tcp)])
    }
    fn services(&self, _: &str) -> Vec<Str> {
        self.services.iter().map(|it| it.0.into()).collect()
    }
    fn config_map(&self, _: &str, name: &str) -> Option<&ConfigMap> {
        (name == "settings").then_some(&self.map)
    }
}

fn world() -> World {
    let services = vec![
        ("backend", 80),
        ("db", 5432),
        ("redis-master", 6379),
        ("redis", 6379),
        ("cassandra", 9042),
        ("shippingservice", 50051),
    ];
    let map = ConfigMap { data: Labels::new([("API_URL".into(), "http://backend/v1".into())]) };
    World { services, map }
}

fn object() -> ObjectRef {
    ObjectRef { kind: Kind::Deployment, namespace: "default".into(), name: "web".into() }
}

fn container(image: &str, env: &[(&str, &str)]) -> Container {
    let variable = |&(name, value): &(&str, &str)| EnvVar {
        name: name.into(),
        value: Some(value.into()),
        config_map_key: None,
    };
    Container {
        name: "main".into(),
        image: image.into(),
        env: env.iter().map(variable).collect(),
        ..Container::default()
    }
}

fn pod(containers: Vec<Container>) -> PodSpec {
    PodSpec { containers, enable_service_links: true, ..PodSpec::default() }
}

fn called(container: Container) -> Vec<(String, u16, String)> {
    let prefix = FieldPath::root().field("spec");
    let calls = calls(&object(), &prefix, &pod(vec![container]), &world());
    calls.iter().map(|it| (it.host.to_string(), it.port, it.path.to_string())).collect()
}

fn hosts(env: &[(&str, &str)]) -> Vec<(String, u16)> {
    called(container("app", env)).into_iter().map(|it| (it.0, it.1)).collect()
}

fn port(number: u16) -> ContainerPort {
    ContainerPort { port: number, ..ContainerPort::default() }
}

#[test]
fn variables_become_calls_that_point_at_their_text() {
    let env = [("A", "1"), ("BACKEND_URL", "http://backend/x")];
    assert_eq!(
        called(container("app", &env)),
        [("backend".into(), 80, "spec.containers[0].env[1].value".into())]
    );
    assert_eq!(hosts(&[("DB_HOST", "db"), ("DB_PORT", "6432")]), [("db".into(), 6432)]);
    assert_eq!(hosts(&[("DB", "db")]), [("db".into(), 5432)]);
    assert_eq!(hosts(&[("H", "$(REDIS_MASTER_SERVICE_HOST):6379")]), [("redis-master".into(), 6379)]);
    assert_eq!(
        hosts(&[("X", "https://metadata.google.internal/")]),
        [("metadata.google.internal".into(), 443)]
    );
}

#[test]
fn files_of_a_config_map_become_calls_to_services() {
    let mut world = world();
    let text =
        "# see https://nginx.org:443/\nupstream x { server backend:80; }\nproxy_pass http://db:5432/;\n";
    world.map = ConfigMap { data: Labels::new([("nginx.conf".into(), text.into())]) };
    let mut nginx = container("nginx", &[]);
    nginx.mounted_config_maps = vec!["settings".into(), "missing".into()];
    let calls = calls(&object(), &FieldPath::root(), &pod(vec![nginx]), &world);
    let found: Vec<_> = calls.iter().map(|it| (&*it.host, it.port, it.path.to_string())).collect();
    let path = || "data[nginx.conf]".to_owned();
    assert_eq!(found, [("backend", 80, path()), ("db", 5432, path())]);
    assert!(calls.iter().all(|it| it.object.kind == Kind::ConfigMap));
}

#[test]
fn words_that_are_no_addresses_are_no_calls() {
    for (name, value) in [
        ("POSTGRES_DB", "db"),
        ("POSTGRES_USER", "db"),
        ("SERVICE_NAME", "backend"),
        ("NOTE", "backend"),
        ("TIME", "10:30"),
        ("LISTEN_ADDR", "backend:80"),
        ("ADDR", "0.0.0.0:80"),
        ("REDIS_URL", "redis://localhost:6379"),
        ("ASSISTANT_ADDR", "shoppingassistantservice:80"),
    ] {
        assert_eq!(hosts(&[(name, value)]), [], "{name}={value}");
    }
}

#[test]
fn a_typo_stays_a_call() {
    assert_eq!(hosts(&[("ADDR", "bakcend:80")]), [("bakcend".into(), 80)]);
    assert_eq!(hosts(&[("DB_HOST", "bakcend"), ("DB_PORT", "80")]), [("bakcend".into(), 80)]);
}

#[test]
fn config_maps_are_read_and_pointed_at() {
    let mut it = container("app", &[]);
    it.env_from_config_maps = vec!["settings".into()];
    let calls = calls(&object(), &FieldPath::root(), &pod(vec![it]), &world());
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].object.kind, Kind::ConfigMap);
    assert_eq!(calls[0].path.to_string(), "data.API_URL");
}

#[test]
fn scripts_and_flags_are_read() {
    let mut it = container("busybox", &[("HOST", "backend:80")]);
    it.args = vec![
        "while true; do curl -s backend/health; nc -z db:5432; done".into(),
        "--redis=redis".into(),
        "--redis-addr=redis".into(),
    ];
    let called: Vec<_> = called(it).into_iter().map(|it| (it.0, it.2)).collect();
    assert_eq!(
        called,
        [
            ("backend".into(), "spec.containers[0].env[0].value".to_string()),
            ("db".into(), "spec.containers[0].args[0]".into()),
            ("redis".into(), "spec.containers[0].args[1]".into()),
        ]
    );
}

#[test]
fn well_known_programs_dial_from_their_code() {
    let vote = called(container("dockersamples/examplevotingapp_worker", &[]));
    let at = "spec.containers[0].image".to_string();
    assert_eq!(vote, [("db".into(), 5432, at.clone()), ("redis".into(), 6379, at)]);
    let seeds = [("CASSANDRA_SEEDS", "cassandra-0.cassandra.default.svc.cluster.local")];
    assert_eq!(called(container("gcr.io/google-samples/cassandra:v14", &seeds))[0].1, 7000);
}

#[test]
fn declared_ports_win_over_images() {
    let mut it = container("nginx", &[]);
    assert_eq!(listeners(&pod(vec![it.clone()]))[0].origin, ListenerOrigin::Image("nginx"));
    it.ports = vec![port(8080)];
    let found = listeners(&pod(vec![it]));
    assert_eq!((found.len(), found[0].port), (1, 8080));
}

#[test]
fn ports_are_inferred_from_probe_flag_and_variable() {
    let mut probed = container("app", &[("PORT", "8081"), ("DB_PORT", "5432")]);
    let handler = ProbeHandler::HttpGet(PortRef::Number(8082));
    probed.readiness_probe = Some(Probe { handler, initial_delay: 0, period: 10, failure_threshold: 3 });
    probed.args = vec!["--port=8083".into()];
    let ports: Vec<u16> = listeners(&pod(vec![probed])).iter().map(|it| it.port).collect();
    assert_eq!(ports, [8081, 8082, 8083]);
}

#[test]
fn the_second_container_on_a_port_opens_nothing() {
    let named = |name: &str, ports: &[u16]| Container {
        name: name.into(),
        ports: ports.iter().map(|&it| port(it)).collect(),
        ..container("app", &[])
    };
    let spec = pod(vec![named("a", &[80]), named("b", &[80, 81]), named("c", &[82])]);
    let ports: Vec<u16> = listeners(&spec).iter().map(|it| it.port).collect();
    assert_eq!(ports, [80, 82]);
    let found = conflicts(&spec);
    assert_eq!((found.len(), &*found[0].container, &*found[0].holder), (1, "b", "a"));
}

#[test]
fn a_loopback_bind_is_seen() {
    let mut it = container("app", &[]);
    it.ports = vec![port(8080)];
    it.args = vec!["--listen=127.0.0.1:8080".into()];
    assert!(listeners(&pod(vec![it]))[0].loopback);
}

#[test]
fn localhost_is_a_call_to_a_neighbour() {
    let redis = Container { name: "redis".into(), ..container("redis", &[]) };
    let web = container("app", &[("REDIS_URL", "redis://localhost")]);
    let calls = calls(&object(), &FieldPath::root(), &pod(vec![web, redis]), &world());
    assert_eq!(calls.iter().map(|it| (&*it.host, it.port)).collect::<Vec<_>>(), [("localhost", 6379)]);
}
