//! Which ConfigMaps a container has as files: what they say is as much a part of its configuration as its variables.
//!
//! Read straight from the tree: of all the kinds of volumes, the network looks at this one.

use super::Container;
use crate::Str;
use crate::manifest::Node;

/// Gives the containers of one list the ConfigMaps they mount; `spec` is the pod's.
pub(super) fn mount(spec: &Node, list: &str, containers: &mut [Container]) {
    let volumes = items(spec, "volumes");
    for written in items(spec, list) {
        let name = text(written, "name");
        let Some(container) = containers.iter_mut().find(|it| Some(&it.name) == name) else { continue };
        for mounted in items(written, "volumeMounts").iter().filter_map(|it| text(it, "name")) {
            for volume in volumes.iter().filter(|it| text(it, "name") == Some(mounted)) {
                let projected = child(volume, "projected").map_or(&[][..], |it| items(it, "sources"));
                let sources = projected.iter().chain([volume]);
                let maps = sources.filter_map(|it| text(child(it, "configMap")?, "name").cloned());
                container.mounted_config_maps.extend(maps);
            }
        }
    }
}

fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).map(|entry| &entry.value)
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    child(node, key).map_or(&[], Node::items)
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n Str> {
    child(node, key)?.as_str()
}

#[cfg(test)]
mod tests {
    use crate::api::fixture::read;
    use crate::api::{Container, Resource};

    #[test]
    fn config_maps_mounted_whole_and_projected() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:
  volumes:
  - {name: whole, configMap: {name: site}}
  - {name: parts, projected: {sources: [{secret: {name: s}}, {configMap: {name: hosts}}]}}
  - {name: idle, configMap: {name: nobody}}
  - {name: scratch, emptyDir: {}}
  initContainers: [{name: first, image: i, volumeMounts: [{name: whole, mountPath: /a}]}]
  containers:
  - {name: web, image: nginx, volumeMounts: [{name: whole, mountPath: /a}, {name: parts, mountPath: /b}, {name: scratch, mountPath: /c}]}
  - {name: side, image: i}
";
        let (objects, found) = read(text);
        assert!(found.is_empty(), "{found:?}");
        let Resource::Pod(pod) = &objects[0].resource else { panic!() };
        let seen = |it: &Container| it.mounted_config_maps.join(" ");
        let all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
        assert_eq!(all.map(seen).collect::<Vec<_>>(), ["site", "site hosts", ""]);
    }
}
