//! Which calls a pod's containers make; the rules stand in the module's documentation.

use super::address::{self, Target, near};
use super::{Call, Names, image, running};
use crate::Str;
use crate::api::{Container, Kind, ObjectRef, PodSpec, Protocol};
use crate::text::FieldPath;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// The longest value that is searched for targets, in bytes.
const LONGEST: usize = 16_384;

/// The calls a pod's containers make, in order; each target of a container once.
///
/// `object` and `prefix` say where the spec stands (`spec.template.spec` of a Deployment).
pub fn calls(object: &ObjectRef, prefix: &FieldPath, spec: &PodSpec, names: &dyn Names) -> Vec<Call> {
    let mut calls = Vec::new();
    let own: Vec<u16> = super::listeners(spec).into_iter().map(|it| it.port).collect();
    for (path, container) in running(spec) {
        let path = prefix.join(&path);
        let variables = variables(object, &path, container, spec.enable_service_links, names);
        let mut reader = Reader {
            container,
            namespace: &object.namespace,
            names,
            own: &own,
            variables: &variables,
            seen: BTreeSet::new(),
            calls: &mut calls,
        };
        for variable in &variables {
            reader.variable(variable);
        }
        for (list, words) in [("command", &container.command), ("args", &container.args)] {
            for (i, word) in words.iter().enumerate() {
                reader.word(object, path.field(list).index(i), word, words.get(i + 1));
            }
        }
        for map in &container.mounted_config_maps {
            reader.files(map);
        }
        for (host, port) in image::dials(&container.image) {
            if names.service_ports(host, &object.namespace).is_some() {
                reader.call(object, path.field("image"), host, port, Protocol::Tcp);
            }
        }
    }
    calls
}

/// A variable as the container sees it, and where its text stands.
struct Variable {
    name: Str,
    value: Str,
    object: ObjectRef,
    path: FieldPath,
}

/// The container's variables: ConfigMaps whole, then `env`, later ones winning; `$(OTHER)` expanded.
fn variables(
    object: &ObjectRef,
    path: &FieldPath,
    container: &Container,
    links: bool,
    names: &dyn Names,
) -> Vec<Variable> {
    let config_map = |name: &Str| config_map(&object.namespace, name);
    let key_path = |key: &str| FieldPath::root().field("data").field(key);
    let mut found: Vec<Variable> = Vec::new();
    let mut set = |variable: Variable| {
        found.retain(|it| it.name != variable.name);
        found.push(variable);
    };
    for map in &container.env_from_config_maps {
        let Some(it) = names.config_map(&object.namespace, map) else { continue };
        for (key, value) in it.data.iter() {
            let (name, value) = (key.clone(), value.clone());
            set(Variable { name, value, object: config_map(map), path: key_path(key) });
        }
    }
    for (i, it) in container.env.iter().enumerate() {
        let name = it.name.clone();
        if let Some(value) = &it.value {
            let path = path.field("env").index(i).field("value");
            set(Variable { name, value: value.clone(), object: object.clone(), path });
        } else if let Some((map, key)) = &it.config_map_key
            && let Some(value) = names.config_map(&object.namespace, map).and_then(|it| it.data.get(key))
        {
            set(Variable { name, value: value.clone(), object: config_map(map), path: key_path(key) });
        }
    }
    let services = if links { names.services(&object.namespace) } else { Vec::new() };
    let raw: Vec<(Str, Str)> = found.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
    let value_of = |name: &str| {
        let own = raw.iter().find(|it| *it.0 == *name).map(|it| it.1.clone());
        own.or_else(|| link(name, &object.namespace, &services, names))
    };
    for variable in &mut found {
        variable.value = expand(&variable.value, value_of);
    }
    found
}

fn config_map(namespace: &str, name: &Str) -> ObjectRef {
    ObjectRef { kind: Kind::ConfigMap, namespace: namespace.into(), name: name.clone() }
}

/// The value of a service link's variable (service-semantics 98). The host is the Service's name rather than its address, so that the
/// call goes on pointing at the Service.
fn link(variable: &str, namespace: &str, services: &[Str], names: &dyn Names) -> Option<Str> {
    let (prefix, port) = match variable.strip_suffix("_SERVICE_HOST") {
        Some(prefix) => (prefix, false),
        None => (variable.strip_suffix("_SERVICE_PORT")?, true),
    };
    let service = services.iter().find(|it| it.to_ascii_uppercase().replace('-', "_") == prefix)?;
    if !port {
        return Some(service.clone());
    }
    let (port, _) = names.service_ports(service, namespace)?.first().copied()?;
    Some(port.to_string().into())
}

/// `$(NAME)` replaced once; unknown names stay, `$$` is an escape.
fn expand(text: &Str, value_of: impl Fn(&str) -> Option<Str>) -> Str {
    if !text.contains("$(") {
        return text.clone();
    }
    let mut out = String::new();
    let mut rest: &str = text;
    while let Some((before, after)) = rest.split_once("$(") {
        out.push_str(before);
        match after.split_once(')') {
            Some((name, tail)) if !before.ends_with('$') => {
                match value_of(name) {
                    Some(value) => out.push_str(&value),
                    None => out.push_str(&format!("$({name})")),
                }
                rest = tail;
            }
            _ => {
                out.push_str("$(");
                rest = after;
            }
        }
        if out.len() > LONGEST {
            break;
        }
    }
    out.push_str(rest);
    out.into()
}

/// Collects one container's calls.
struct Reader<'a> {
    container: &'a Container,
    namespace: &'a str,
    names: &'a dyn Names,
    /// The ports the pod itself listens on.
    own: &'a [u16],
    variables: &'a [Variable],
    seen: BTreeSet<(Str, u16, Protocol)>,
    calls: &'a mut Vec<Call>,
}

impl Reader<'_> {
    fn variable(&mut self, it: &Variable) {
        self.value(&it.object, &it.path, &it.name, &it.value);
    }

    /// A word of `command` or `args`: `--db=db:5432`, `--db db`, a URL, or a script.
    fn word(&mut self, object: &ObjectRef, path: FieldPath, word: &str, next: Option<&Str>) {
        let word = &*expand(&word.into(), |name| {
            self.variables.iter().find(|it| *it.name == *name).map(|it| it.value.clone())
        });
        match word.strip_prefix('-').map(|flag| flag.trim_start_matches('-')) {
            Some(flag) => match flag.split_once('=') {
                Some((name, value)) => self.value(object, &path, name, value),
                None if matches!(flag, "host" | "server" | "h") => {
                    if let Some(value) = next {
                        self.bare(object, &path, "HOST", value);
                    }
                }
                None => {}
            },
            None => {
                self.value(object, &path, "", word);
                self.fetched(object, &path, word);
            }
        }
    }

    /// Hosts a script fetches by bare name: `curl -s backend`, `wget -qO- backend/path`.
    fn fetched(&mut self, object: &ObjectRef, path: &FieldPath, script: &str) {
        let mut fetching = false;
        for token in cut(script).split_whitespace() {
            let end = token.ends_with(';');
            let token = token.trim_matches(|c: char| matches!(c, '"' | '\'' | ';' | ')' | '('));
            let host = token.split('/').next().unwrap_or(token);
            if fetching && !token.starts_with('-') && self.names.service_ports(host, self.namespace).is_some()
            {
                self.call(object, path.clone(), host, 80, Protocol::Tcp);
            }
            fetching = (fetching || matches!(token, "curl" | "wget"))
                && !end
                && !matches!(token, "|" | "&&" | "||" | "&");
        }
    }

    /// A named value: every target it names, else the bare host it is.
    fn value(&mut self, object: &ObjectRef, path: &FieldPath, name: &str, value: &str) {
        let upper = name.to_ascii_uppercase();
        if ["LISTEN", "BIND", "ADVERTISED"].iter().any(|it| upper.contains(it)) {
            return;
        }
        let value = cut(value);
        let targets = address::targets(value);
        if targets.is_empty() {
            return self.bare(object, path, name, value);
        }
        for target in targets {
            self.target(object, path, &target);
        }
    }

    /// A ConfigMap as files. A file says much else; what counts is what names a Service.
    fn files(&mut self, map: &Str) {
        let Some(found) = self.names.config_map(self.namespace, map) else { return };
        let object = config_map(self.namespace, map);
        for (key, text) in found.data.iter() {
            let path = FieldPath::root().field("data").field(key);
            for target in address::targets(cut(text)) {
                if self.names.service_ports(target.host, self.namespace).is_some() {
                    self.target(&object, &path, &target);
                }
            }
        }
    }

    /// Rules 1 and 2.
    fn target(&mut self, object: &ObjectRef, path: &FieldPath, target: &Target<'_>) {
        let ports = self.names.service_ports(target.host, self.namespace);
        let first = ports.as_ref().and_then(|it| it.first()).map(|it| it.0);
        let Some(port) = target.port.or(first) else { return };
        let counts = match target.host.parse::<IpAddr>() {
            Ok(address) => !address.is_unspecified() && (!address.is_loopback() || self.neighbour(port)),
            Err(_) if target.host == "localhost" => self.neighbour(port),
            Err(_) => target.url || ports.is_some() || target.host.contains('.') || self.slip(target.host),
        };
        if counts {
            let only_udp = ports
                .iter()
                .flatten()
                .filter(|it| it.0 == port)
                .map(|it| it.1)
                .reduce(|a, b| if a == Protocol::Udp { b } else { a });
            let protocol = if target.udp { Protocol::Udp } else { only_udp.unwrap_or(Protocol::Tcp) };
            self.call(object, path.clone(), target.host, port, protocol);
        }
    }

    /// Rule 3.
    fn bare(&mut self, object: &ObjectRef, path: &FieldPath, name: &str, value: &str) {
        for host in value.split([',', ' ', ';']).map(str::trim).filter(|it| address::is_host(it)) {
            let beside = self.port_beside(name);
            let seed = image::seed_port(&self.container.image, name);
            let Some(ports) = self.names.service_ports(host, self.namespace) else {
                // A typo beside its port shows as well as one before a colon.
                if let Some(port) = beside.filter(|_| says_address(name) && self.slip(host)) {
                    self.call(object, path.clone(), host, port, Protocol::Tcp);
                }
                continue;
            };
            if !says_address(name) && !name.replace('_', "-").eq_ignore_ascii_case(host) && seed.is_none() {
                continue;
            }
            let first = ports.first().copied();
            let (port, protocol) = match seed.or(beside) {
                Some(port) => (port, ports.iter().find(|it| it.0 == port).map_or(Protocol::Tcp, |it| it.1)),
                None => match first {
                    Some(first) => first,
                    None => continue,
                },
            };
            self.call(object, path.clone(), host, port, protocol);
        }
    }

    /// The port in the variable beside a host: `DB_PORT` for `DB_HOST` and for `DB`.
    fn port_beside(&self, name: &str) -> Option<u16> {
        let stem = ["_HOSTNAME", "_HOST", "_ADDRESS", "_ADDR", "_SERVER"]
            .iter()
            .find_map(|suffix| name.strip_suffix(suffix))
            .unwrap_or(name);
        let wanted = format!("{stem}_PORT");
        let beside = self.variables.iter().find(|it| *it.name == *wanted)?;
        address::number(beside.value.trim())
    }

    /// The pod itself listens there, in another container or its own.
    fn neighbour(&self, port: u16) -> bool {
        let ports = &self.container.ports;
        self.own.contains(&port) && !ports.iter().any(|it| it.port == port)
    }

    /// Nearly the name of a Service.
    fn slip(&self, host: &str) -> bool {
        self.names.services(self.namespace).iter().any(|it| near(it, host))
    }

    fn call(&mut self, object: &ObjectRef, path: FieldPath, host: &str, port: u16, protocol: Protocol) {
        let host: Str = host.into();
        if self.seen.insert((host.clone(), port, protocol)) {
            let (container, object) = (self.container.name.clone(), object.clone());
            self.calls.push(Call { container, host, port, protocol, object, path });
        }
    }
}

/// A variable or flag whose value is an address: `REDIS_HOST`, `--upstream`, not `DB_USER`.
fn says_address(name: &str) -> bool {
    const ADDRESS: &[&str] = &[
        "HOST", "ADDR", "URL", "URI", "SERVER", "ENDPOINT", "BACKEND", "UPSTREAM", "TARGET", "BROKER",
        "SEEDS", "NODES", "PEERS",
    ];
    const OTHER: &[&str] = &["USER", "PASS", "TOKEN", "SECRET", "DATABASE", "SCHEMA", "ROLE", "_DB"];
    let name = name.to_ascii_uppercase();
    let named = name.contains("NAME") && !name.contains("HOSTNAME");
    !named && ADDRESS.iter().any(|it| name.contains(it)) && !OTHER.iter().any(|it| name.contains(it))
}

/// At most [`LONGEST`] bytes, whole characters.
fn cut(text: &str) -> &str {
    let end = (0..=LONGEST.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
    end.and_then(|at| text.get(..at)).unwrap_or_default()
}
