//! What is known of images by their names alone: data.

use crate::api::Protocol::{self, Tcp, Udp};

/// A well-known image.
#[derive(Debug)]
pub(super) struct Known {
    /// The last part of its path, without tag.
    pub(super) name: &'static str,
    /// Where it listens when its container declares no port.
    pub(super) ports: &'static [(u16, Protocol)],
}

const fn known_as(name: &'static str, ports: &'static [(u16, Protocol)]) -> Known {
    Known { name, ports }
}

/// Well-known images and their default ports, in order of name.
const KNOWN: &[Known] = &[
    known_as("activemq", &[(61616, Tcp), (8161, Tcp)]),
    known_as("adminer", &[(8080, Tcp)]),
    known_as("agnhost", &[(8080, Tcp)]),
    known_as("alertmanager", &[(9093, Tcp)]),
    known_as("arangodb", &[(8529, Tcp)]),
    known_as("caddy", &[(80, Tcp), (443, Tcp)]),
    known_as("cassandra", &[(9042, Tcp), (7000, Tcp)]),
    known_as("clickhouse-server", &[(8123, Tcp), (9000, Tcp)]),
    known_as("cockroach", &[(26257, Tcp), (8080, Tcp)]),
    known_as("consul", &[(8500, Tcp)]),
    known_as("coredns", &[(53, Udp), (53, Tcp), (9153, Tcp)]),
    known_as("couchdb", &[(5984, Tcp)]),
    known_as("echo-server", &[(8080, Tcp)]),
    known_as("echoserver", &[(8080, Tcp)]),
    known_as("elasticsearch", &[(9200, Tcp), (9300, Tcp)]),
    known_as("envoy", &[(10000, Tcp)]),
    known_as("etcd", &[(2379, Tcp), (2380, Tcp)]),
    known_as("example-voting-app-result", &[(80, Tcp)]),
    known_as("example-voting-app-vote", &[(80, Tcp)]),
    known_as("examplevotingapp_result", &[(80, Tcp)]),
    known_as("examplevotingapp_vote", &[(80, Tcp)]),
    known_as("gb-frontend", &[(80, Tcp)]),
    known_as("gb-redis-follower", &[(6379, Tcp)]),
    known_as("gb-redisslave", &[(6379, Tcp)]),
    known_as("ghost", &[(2368, Tcp)]),
    known_as("grafana", &[(3000, Tcp)]),
    known_as("guestbook", &[(3000, Tcp)]),
    known_as("haproxy", &[(80, Tcp)]),
    known_as("hello-app", &[(8080, Tcp)]),
    known_as("hello-world", &[(80, Tcp)]),
    known_as("hostname", &[(9376, Tcp)]),
    known_as("http-echo", &[(5678, Tcp)]),
    known_as("http-https-echo", &[(8080, Tcp), (8443, Tcp)]),
    known_as("httpbin", &[(80, Tcp)]),
    known_as("httpd", &[(80, Tcp)]),
    known_as("influxdb", &[(8086, Tcp)]),
    known_as("jenkins", &[(8080, Tcp), (50000, Tcp)]),
    known_as("joomla", &[(80, Tcp)]),
    known_as("kafka", &[(9092, Tcp)]),
    known_as("kibana", &[(5601, Tcp)]),
    known_as("kong", &[(8000, Tcp), (8443, Tcp)]),
    known_as("loki", &[(3100, Tcp)]),
    known_as("mariadb", &[(3306, Tcp)]),
    known_as("memcached", &[(11211, Tcp)]),
    known_as("minio", &[(9000, Tcp)]),
    known_as("mongo", &[(27017, Tcp)]),
    known_as("mongo-express", &[(8081, Tcp)]),
    known_as("mongodb", &[(27017, Tcp)]),
    known_as("mysql", &[(3306, Tcp)]),
    known_as("nats", &[(4222, Tcp)]),
    known_as("neo4j", &[(7474, Tcp), (7687, Tcp)]),
    known_as("nextcloud", &[(80, Tcp)]),
    known_as("nginx", &[(80, Tcp)]),
    known_as("nginx-unprivileged", &[(8080, Tcp)]),
    known_as("node-exporter", &[(9100, Tcp)]),
    known_as("opensearch", &[(9200, Tcp)]),
    known_as("php-apache", &[(80, Tcp)]),
    known_as("phpmyadmin", &[(80, Tcp)]),
    known_as("podinfo", &[(9898, Tcp)]),
    known_as("postgis", &[(5432, Tcp)]),
    known_as("postgres", &[(5432, Tcp)]),
    known_as("postgresql", &[(5432, Tcp)]),
    known_as("prometheus", &[(9090, Tcp)]),
    known_as("pushgateway", &[(9091, Tcp)]),
    known_as("rabbitmq", &[(5672, Tcp), (15672, Tcp)]),
    known_as("redis", &[(6379, Tcp)]),
    known_as("redis-stack-server", &[(6379, Tcp)]),
    known_as("registry", &[(5000, Tcp)]),
    known_as("solr", &[(8983, Tcp)]),
    known_as("sonarqube", &[(9000, Tcp)]),
    known_as("tomcat", &[(8080, Tcp)]),
    known_as("traefik", &[(80, Tcp)]),
    known_as("valkey", &[(6379, Tcp)]),
    known_as("varnish", &[(80, Tcp)]),
    known_as("vault", &[(8200, Tcp)]),
    known_as("whoami", &[(80, Tcp)]),
    known_as("wordpress", &[(80, Tcp)]),
    known_as("zookeeper", &[(2181, Tcp)]),
];

/// A call that stands in a program's code: (image, host, port). It counts when a Service has that name.
const DIALS: &[(&str, &str, u16)] = &[
    ("example-voting-app-result", "db", 5432),
    ("example-voting-app-vote", "redis", 6379),
    ("example-voting-app-worker", "db", 5432),
    ("example-voting-app-worker", "redis", 6379),
    ("examplevotingapp_result", "db", 5432),
    ("examplevotingapp_vote", "redis", 6379),
    ("examplevotingapp_worker", "db", 5432),
    ("examplevotingapp_worker", "redis", 6379),
    ("gb-frontend", "redis-follower", 6379),
    ("gb-frontend", "redis-leader", 6379),
    ("gb-frontend", "redis-master", 6379),
    ("gb-frontend", "redis-replica", 6379),
    ("gb-frontend", "redis-slave", 6379),
    ("gb-redis-follower", "redis-leader", 6379),
    ("gb-redisslave", "redis-master", 6379),
    ("guestbook", "redis-follower", 6379),
    ("guestbook", "redis-leader", 6379),
    ("guestbook", "redis-master", 6379),
    ("guestbook", "redis-slave", 6379),
];

/// Variables whose hosts are dialled on a port that stands in no manifest: (image, variable, port).
const SEEDS: &[(&str, &str, u16)] = &[("cassandra", "CASSANDRA_SEEDS", 7000)];

/// The last part of an image's path without registry, tag and digest: `redis` of `registry.k8s.io/redis:e2e`.
pub(super) fn base_name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split(':').next().unwrap_or(last)
}

/// What is known of an image.
pub(super) fn known(image: &str) -> Option<&'static Known> {
    let name = base_name(image);
    KNOWN.iter().find(|it| it.name == name)
}

/// Hosts and ports that stand in the program's code.
pub(super) fn dials(image: &str) -> impl Iterator<Item = (&'static str, u16)> {
    let name = base_name(image);
    DIALS.iter().filter(move |it| it.0 == name).map(|it| (it.1, it.2))
}

/// The port on which a program dials the hosts of this variable.
pub(super) fn seed_port(image: &str, variable: &str) -> Option<u16> {
    let name = base_name(image);
    SEEDS.iter().find(|it| it.0 == name && it.1 == variable).map(|it| it.2)
}
