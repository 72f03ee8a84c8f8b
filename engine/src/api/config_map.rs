//! v1 ConfigMap.

use super::read::{FromNode, Path, Reader, reads};
use super::{Labels, names};
use crate::manifest::Node;

/// A ConfigMap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigMap {
    /// `data`.
    pub data: Labels,
}

#[derive(Default)]
struct RawConfigMap {
    data: Labels,
    binary: Labels,
}

reads!(RawConfigMap { data: "data", binary: "binaryData" } also ["apiVersion", "kind", "metadata", "immutable"]);

impl FromNode for ConfigMap {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let raw = RawConfigMap::from_node(node, path, reader)?;
        for field in ["data", "binaryData"] {
            let entries = node.get(field).map_or(&[][..], |entry| entry.value.entries());
            for entry in entries {
                let mut wrong = names::config_key(&entry.key);
                if field == "data" && raw.binary.get(&entry.key).is_some() {
                    wrong.push("duplicate of key present in binaryData".to_owned());
                }
                for detail in wrong {
                    let at = path.owned().field(field).field(&entry.key);
                    reader.wrong(entry.key_span, &at, &entry.key, vec![detail.clone()]);
                    reader.server(&format!("{field}[{0}]: Invalid value: {0:?}: {detail}", entry.key));
                }
            }
        }
        Some(Self { data: raw.data })
    }
}

#[cfg(test)]
mod tests {
    use crate::api::Resource;
    use crate::api::fixture::{errors, read};

    fn map(rest: &str) -> String {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n{rest}\n")
    }

    #[test]
    fn data_is_text_under_sound_keys() {
        let (objects, found) = read(&map("data: {PORT: '80', app.conf: \"a\\nb\", none: }\nimmutable: true"));
        assert!(found.is_empty(), "{found:?}");
        let Resource::ConfigMap(map) = &objects[0].resource else { panic!() };
        assert_eq!(map.data.get("PORT").map(|it| &**it), Some("80"));
    }

    #[test]
    fn keys_and_values_are_checked() {
        assert_eq!(errors(&map("data: {a b: x, n: 1}")).len(), 2);
        assert_eq!(errors(&map("data: {both: x}\nbinaryData: {both: eA==}")), ["data.both"]);
        assert_eq!(errors(&map("dat: {}")), ["dat"]);
    }
}
