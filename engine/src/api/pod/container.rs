//! Containers: image, environment, and what of them the server refuses.

use super::probe::succeeds_once;
use super::{Container, ContainerPort, EnvVar, Probe};
use crate::Str;
use crate::api::names;
use crate::api::quantity::Resources;
use crate::api::read::{FromNode, Path, Reader, reads};
use crate::manifest::{Node, Value};
use std::collections::BTreeSet;

#[derive(Default)]
struct RawContainer {
    name: Str,
    image: Str,
    pull: Str,
    command: Vec<Str>,
    args: Vec<Str>,
    env: Vec<EnvVar>,
    env_from: Vec<EnvFrom>,
    ports: Vec<ContainerPort>,
    readiness_probe: Option<Probe>,
    liveness_probe: Option<Probe>,
    startup_probe: Option<Probe>,
    restart_policy: Option<Str>,
    resources: Resources,
}

reads!(RawContainer {
    name: "name",
    image: "image",
    pull: "imagePullPolicy",
    command: "command",
    args: "args",
    env: "env",
    env_from: "envFrom",
    ports: "ports",
    readiness_probe: "readinessProbe",
    liveness_probe: "livenessProbe",
    startup_probe: "startupProbe",
    restart_policy: "restartPolicy",
    resources: "resources",
} also [
    "lifecycle", "resizePolicy", "restartPolicyRules", "securityContext", "stdin", "stdinOnce",
    "terminationMessagePath", "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir",
]);

impl FromNode for Container {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawContainer::from_node(node, path, reader)?;
        let here = |name: &str| path.owned().field(name);
        let span = |name: &str| node.get(name).map_or(node.span, |entry| entry.value.span);
        // A field of another type has been told of already.
        let unset = |name: &str| {
            node.get(name).is_none_or(|it| matches!(it.value.value, Value::Null | Value::String(_)))
        };
        match raw.name.is_empty() {
            true if unset("name") => reader.required(span("name"), here("name"), ""),
            true => {}
            false => reader.wrong(span("name"), &here("name"), &raw.name, names::dns_label(&raw.name)),
        }
        if raw.image.is_empty() && unset("image") && !reader.observed {
            reader.required(span("image"), here("image"), "");
        }
        if !matches!(&*raw.pull, "" | "Always" | "IfNotPresent" | "Never") {
            let supported = ["Always", "IfNotPresent", "Never"];
            reader.unsupported(span("imagePullPolicy"), here("imagePullPolicy"), &raw.pull, &supported);
        }
        for name in ["livenessProbe", "startupProbe"] {
            succeeds_once(node, name, path, reader);
        }
        hidden(node, path, reader);
        let sidecar = raw.restart_policy.as_deref() == Some("Always");
        if path.list() == Some("initContainers") && !sidecar {
            for name in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if let Some(entry) = node.get(name).filter(|it| !matches!(it.value.value, Value::Null)) {
                    let detail = "may not be set for init containers without restartPolicy=Always";
                    reader.forbidden(entry.key_span, here(name), detail);
                }
            }
        }
        Some(Self {
            name: raw.name,
            image: raw.image,
            command: raw.command,
            args: raw.args,
            env: raw.env,
            env_from_config_maps: raw.env_from.into_iter().filter_map(|it| it.config_map.name).collect(),
            mounted_config_maps: Vec::new(),
            ports: raw.ports,
            readiness_probe: raw.readiness_probe,
            sidecar,
        })
    }
}

/// Warns of a variable that is set twice.
fn hidden(container: &Node, path: &Path<'_>, reader: &mut Reader) {
    let mut seen = BTreeSet::new();
    let items = container.get("env").map_or(&[][..], |entry| entry.value.items());
    for (i, item) in items.iter().enumerate() {
        let Some(entry) = item.get("name") else { continue };
        let Some(name) = entry.value.as_str() else { continue };
        if !seen.insert(name) && !reader.observed {
            let at = path.owned().field("env").index(i);
            let words =
                format!("{at}: hides previous definition of {name:?}, which may be dropped when using apply");
            reader.warn(entry.value.span, &words);
        }
    }
}

#[derive(Default)]
struct EnvFrom {
    config_map: NameRef,
    secret: NameRef,
}

#[derive(Default)]
struct NameRef {
    name: Option<Str>,
}

#[derive(Default)]
struct KeyRef {
    name: Option<Str>,
    key: Option<Str>,
}

#[derive(Default)]
struct RawEnv {
    name: Str,
    value: Option<Str>,
    from: ValueFrom,
}

#[derive(Default)]
struct ValueFrom {
    config_map: Option<KeyRef>,
    secret: Option<KeyRef>,
}

reads!(EnvFrom { config_map: "configMapRef", secret: "secretRef" } also ["prefix"]);
reads!(NameRef { name: "name" } also ["optional"]);
reads!(KeyRef { name: "name", key: "key" } also ["optional"]);
reads!(RawEnv { name: "name", value: "value", from: "valueFrom" } also []);
reads!(ValueFrom { config_map: "configMapKeyRef", secret: "secretKeyRef" } also [
    "fieldRef", "resourceFieldRef", "fileKeyRef",
]);

impl FromNode for EnvVar {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawEnv::from_node(node, path, reader)?;
        let here = |name: &str| path.owned().field(name);
        match node.get("name") {
            Some(entry) if !raw.name.is_empty() => {
                reader.wrong(entry.value.span, &here("name"), &raw.name, names::env_name(&raw.name));
            }
            // A name of another type has been told of already.
            Some(entry) if !matches!(entry.value.value, Value::Null | Value::String(_)) => {}
            _ => reader.required(node.span, here("name"), ""),
        }
        if let Some(from) = node.get("valueFrom").filter(|it| !matches!(it.value.value, Value::Null)) {
            let at = here("valueFrom");
            let sources: Vec<_> =
                from.value.entries().iter().filter(|it| !matches!(it.value.value, Value::Null)).collect();
            let set = raw.value.as_ref().is_some_and(|it| !it.is_empty());
            let detail = match sources.len() {
                0 => Some(
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
                ),
                1 if set => Some("may not be specified when `value` is not empty"),
                1 => None,
                _ => Some("may not have more than one field specified at a time"),
            };
            if let Some(detail) = detail {
                reader.wrong(from.key_span, &at, "", vec![detail.to_owned()]);
            }
            for (name, given) in
                [("configMapKeyRef", &raw.from.config_map), ("secretKeyRef", &raw.from.secret)]
            {
                if let (Some(given), Some(entry)) = (given, from.value.get(name))
                    && given.key.as_ref().is_none_or(|it| it.is_empty())
                {
                    reader.required(entry.value.span, at.field(name).field("key"), "");
                }
            }
        }
        let config_map_key = raw.from.config_map.and_then(|it| Some((it.name?, it.key?)));
        Some(Self { name: raw.name, value: raw.value, config_map_key })
    }
}

#[cfg(test)]
mod tests {
    use crate::api::Resource;
    use crate::api::fixture::{errors, read};

    fn pod(container: &str) -> String {
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{container}]}}\n")
    }

    #[test]
    fn environment_is_kept_in_order() {
        let text = pod(
            "{name: c, image: i, env: [{name: A, value: '1'}, {name: B, valueFrom: {configMapKeyRef: {name: m, key: k}}}], envFrom: [{configMapRef: {name: n1}}]}",
        );
        let (objects, found) = read(&text);
        assert!(found.is_empty(), "{found:?}");
        let Resource::Pod(found) = &objects[0].resource else { panic!() };
        let container = &found.spec.containers[0];
        assert_eq!(container.env[0].value.as_deref(), Some("1"));
        assert_eq!(container.env[1].config_map_key, Some(("m".into(), "k".into())));
        assert_eq!(container.env_from_config_maps, ["n1".into()]);
    }

    #[test]
    fn name_image_and_variables_are_checked() {
        assert_eq!(errors(&pod("{}")), ["spec.containers[0].name", "spec.containers[0].image"]);
        assert_eq!(errors(&pod("{name: A_b, image: i}")), ["spec.containers[0].name"]);
        let env = |env: &str| errors(&pod(&format!("{{name: c, image: i, env: [{env}]}}")));
        assert_eq!(env("{value: a}"), ["spec.containers[0].env[0].name"]);
        assert_eq!(env("{name: A=B}"), ["spec.containers[0].env[0].name"]);
        assert_eq!(env("{name: A, value: 80}"), ["spec.containers[0].env[0].value"]);
        for from in ["{}", "{fieldRef: {}, secretKeyRef: {name: a, key: b}}"] {
            assert_eq!(
                env(&format!("{{name: A, valueFrom: {from}}}")),
                ["spec.containers[0].env[0].valueFrom"]
            );
        }
    }

    #[test]
    fn only_sidecars_are_probed_among_init_containers() {
        let text = |policy: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{initContainers: [{{name: s, image: i, {policy}readinessProbe: {{tcpSocket: {{port: 80}}}}}}], containers: [{{name: c, image: i}}]}}\n"
            )
        };
        assert!(errors(&text("restartPolicy: Always, ")).is_empty());
        assert_eq!(errors(&text("")), ["spec.initContainers[0].readinessProbe"]);
    }
}
