//! Which files are cases, and which folder they count to.

use std::path::{Path, PathBuf};

/// Folders of manifests that cases name, never cases themselves.
const MANIFESTS: &str = "manifests";

/// Every case below a path, in order of path; the path itself when it is a file.
pub(super) fn below(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut files = Vec::new();
    walk(path, &mut files);
    files.sort();
    files
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            if name != MANIFESTS {
                walk(&path, files);
            }
        } else if name.ends_with(".yaml") && name != "cluster.yaml" {
            files.push(path);
        }
    }
}

/// The folder a case counts to: the two names below `conformance`, or the names of its own folders.
pub(super) fn folder(file: &Path) -> String {
    let names: Vec<String> =
        file.iter().map(|name| name.to_string_lossy().into_owned()).filter(|name| name != "..").collect();
    let Some((_, folders @ [_, ..])) = names.split_last() else { return ".".to_owned() };
    let start = match folders.iter().rposition(|name| ["policy", "k8s", "gateway"].contains(&name.as_str())) {
        Some(start) => start,
        None => folders.len().saturating_sub(1),
    };
    let end = folders.len().min(start + 2);
    folders.get(start..end).unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_count_to_their_folder() {
        assert_eq!(
            folder(Path::new("../shared/conformance/policy/cyclonus/peers/x.yaml")),
            "policy/cyclonus"
        );
        assert_eq!(folder(Path::new("/x/conformance/k8s/dns/x.yaml")), "k8s/dns");
        assert_eq!(folder(Path::new("elsewhere/held-back/x.yaml")), "held-back");
        assert_eq!(folder(Path::new("x.yaml")), ".");
    }
}
