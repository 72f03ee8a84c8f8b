//! A case as its file states it (`policy/README.md` of the cases).

use super::expect::{self, Statement};
use podyard_engine::manifest::{self, Node};
use podyard_engine::text::FileId;
use std::path::{Path, PathBuf};

/// Kinds of policies the engine does not judge yet.
const UNSUPPORTED: [&str; 3] =
    ["kind: AdminNetworkPolicy", "kind: BaselineAdminNetworkPolicy", "kind: ClusterNetworkPolicy"];

/// What a file turned out to be.
pub(super) enum Read {
    Case(Case),
    /// A case the engine cannot judge yet.
    Unsupported,
}

/// What a case takes for granted.
#[derive(Default)]
pub(super) struct Assume {
    /// Policies see host-network pods as pods.
    pub(super) host_pods: bool,
    /// Only policies are checked strictly.
    pub(super) policies_only: bool,
    /// Pods without an address get one from here.
    pub(super) pod_cidr: Option<String>,
}

/// A case.
pub(super) struct Case {
    pub(super) assume: Assume,
    /// The first one is the world before anything happens.
    pub(super) steps: Vec<Step>,
    /// Tables hold through the Service of each pod as well.
    pub(super) services: bool,
}

/// A change to the world, then what holds.
pub(super) struct Step {
    pub(super) name: String,
    /// `Kind/namespace/name`; first.
    pub(super) delete: Vec<String>,
    pub(super) apply: Vec<String>,
    /// The policies the API server refuses: object and path.
    pub(super) reports: Vec<(String, String)>,
    pub(super) expect: Vec<Statement>,
}

/// Reads a case; `Err` says what is wrong with the file.
pub(super) fn read(file: &Path) -> Result<Read, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let parsed = manifest::parse(FileId(0), &text);
    let root = parsed.documents.iter().find_map(|document| document.root.as_ref());
    if root.is_none() && text.lines().any(|line| line.starts_with("world:")) {
        return Err("it does not parse".to_owned());
    }
    let Some(root) = root.filter(|root| is_policy_case(root)) else { return Ok(Read::Unsupported) };
    let folder = file.parent().unwrap_or(Path::new("."));
    let world = field(root, "world");
    let mut manifests = Vec::new();
    for name in strings(world.and_then(|it| field(it, "files"))) {
        manifests.extend(load(&folder.join(name))?);
    }
    manifests.extend(string(world.and_then(|it| field(it, "manifests"))));
    let mut steps = vec![step("world", root, manifests)?];
    for (index, node) in items(field(root, "steps")).iter().enumerate() {
        let name = string(field(node, "name")).unwrap_or_else(|| format!("step {}", index + 1));
        let apply = string(field(node, "apply")).into_iter().collect();
        steps.push(step(&name, node, apply)?);
    }
    let assume = field(root, "assume");
    let texts = || steps.iter().flat_map(|step| &step.apply);
    if texts().any(|text| UNSUPPORTED.iter().any(|kind| text.contains(kind))) {
        return Ok(Read::Unsupported);
    }
    let assumed = |key| string(assume.and_then(|it| field(it, key)));
    let services = texts().any(|text| text.contains("kind: Service"));
    let assume = Assume {
        host_pods: assumed("hostNetwork").as_deref() == Some("pod"),
        policies_only: assumed("validate").as_deref() == Some("policies"),
        pod_cidr: assumed("podCIDR"),
    };
    Ok(Read::Case(Case { assume, steps, services }))
}

/// Whether a file states a world and who reaches whom in it.
fn is_policy_case(root: &Node) -> bool {
    let steps = items(field(root, "steps")).iter().chain([root]);
    let statements: Vec<&Node> = steps.flat_map(|step| items(field(step, "expect"))).collect();
    let ours = statements.iter().all(|it| it.get("from").is_some() || it.get("matrix").is_some());
    root.get("world").is_some() && ours && !(statements.is_empty() && root.get("reports").is_none())
}

fn step(name: &str, node: &Node, apply: Vec<String>) -> Result<Step, String> {
    let reports = items(field(node, "reports")).iter().map(|report| {
        let part = |key| string(field(report, key)).ok_or_else(|| format!("a report without {key}"));
        Ok((part("object")?, part("path")?))
    });
    Ok(Step {
        name: name.to_owned(),
        delete: strings(field(node, "delete")),
        apply,
        reports: reports.collect::<Result<_, String>>()?,
        expect: expect::read(items(field(node, "expect")))?,
    })
}

/// A file of manifests, or every one in a folder and those below it.
fn load(path: &Path) -> Result<Vec<String>, String> {
    let fails = |error: std::io::Error| format!("{}: {error}", path.display());
    if path.is_file() {
        let manifests = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
        return if manifests {
            Ok(vec![std::fs::read_to_string(path).map_err(fails)?])
        } else {
            Ok(Vec::new())
        };
    }
    let entries = std::fs::read_dir(path).map_err(fails)?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        texts.extend(load(&path)?);
    }
    Ok(texts)
}

/// The value under a key.
pub(super) fn field<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    node.get(key).map(|entry| &entry.value)
}

/// The items of a list; none when it is absent.
pub(super) fn items(node: Option<&Node>) -> &[Node] {
    node.map(Node::items).unwrap_or_default()
}

/// A text.
pub(super) fn string(node: Option<&Node>) -> Option<String> {
    node.and_then(Node::as_str).map(|text| text.to_string())
}

/// A text, or a list of texts.
pub(super) fn strings(node: Option<&Node>) -> Vec<String> {
    match string(node) {
        Some(one) => vec![one],
        None => items(node).iter().filter_map(|item| string(Some(item))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_parse_is_no_case_to_pass_over() {
        let file = std::env::temp_dir().join(format!("podyard-case-{}.yaml", std::process::id()));
        for (text, sound) in [("world: [\n", false), ("a: [\n", true), ("a: 1\n", true)] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(read(&file).is_ok(), sound, "{text}");
        }
        std::fs::remove_file(&file).unwrap();
    }
}
