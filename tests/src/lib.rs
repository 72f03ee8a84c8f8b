//! What the tests of the whole product share: the literate suite and conformance readers, and where the shared cases are.

pub mod conformance;
pub mod literate;
pub mod scenario;
pub mod worlds;

use std::path::PathBuf;

/// The project's root.
pub fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map(PathBuf::from).unwrap_or(manifest)
}

/// A folder of `../shared`, where it exists.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let path = root().parent()?.join("shared").join(folder);
    path.exists().then_some(path)
}
