//! Files, directories and standard input → the session's files.

use podyard_engine::session::{Command, DiagnosticView, File, Session, Severity, Update};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Reads what `paths` name, in order, each once; directories give their manifests in order of path.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).map_err(|error| format!("standard input: {error}"))?;
            files.push(File { name: "stdin".to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() });
        } else if path.is_dir() {
            let found = manifests(path)?;
            if found.is_empty() {
                // A check that finds nothing to check must not pass.
                return Err(format!("{}: no .yaml, .yml or .json file here", path.display()));
            }
            for entry in found {
                files.push(file(&entry)?);
            }
        } else {
            files.push(file(path)?);
        }
    }
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.name.clone()));
    Ok(files)
}

fn file(path: &Path) -> Result<File, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(File { name: path.display().to_string(), text: String::from_utf8_lossy(&bytes).into_owned() })
}

/// The manifests below a directory, in order of path. Like kubectl it follows no link to a directory, which may lead back.
fn manifests(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        if !entry.is_dir() {
            if is_manifest(&entry)? {
                found.push(entry);
            }
        } else if !entry.is_symlink() {
            found.extend(manifests(&entry)?);
        }
    }
    Ok(found)
}

/// By its name; a `.txt` file when it begins with a request, which is neither YAML nor JSON.
fn is_manifest(path: &Path) -> Result<bool, String> {
    Ok(match path.extension().and_then(|it| it.to_str()) {
        Some("yaml" | "yml" | "json") => true,
        Some("txt") => file(path)?.text.trim_start().starts_with("POST /"),
        _ => false,
    })
}

/// A world from files, and its findings.
pub(crate) struct World {
    pub(crate) session: Session,
    pub(crate) problems: Vec<DiagnosticView>,
}

impl World {
    /// Brings a cluster up from files.
    pub(crate) fn open(files: &[File]) -> Self {
        let mut session = Session::new();
        let updates = session.handle(Command::Open { files: files.to_vec(), seed: 1 });
        let problems = updates.into_iter().find_map(|update| match update {
            Update::Problems(problems) => Some(problems),
            _ => None,
        });
        Self { session, problems: problems.unwrap_or_default() }
    }

    /// Errors among the findings, told on standard error in one line: what is broken does not take part.
    pub(crate) fn warn_of_errors(&self) {
        let errors: Vec<_> = self.problems.iter().filter(|it| it.severity == Severity::Error).collect();
        if let Some(first) = errors.first() {
            eprintln!(
                "podyard: {} in the manifests, and what they are about is left out; the first: {}:{}:{}: {}",
                counted(errors.len(), "error"),
                first.at.file,
                first.at.line,
                first.at.column,
                without_controls(&first.headline)
            );
        }
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What a manifest holds must not steer the terminal that shows it: every control character but line ends and tabs
/// becomes a dot.
fn without_controls(text: &str) -> String {
    let shown = |it: char| if it.is_control() && it != '\n' && it != '\t' { '.' } else { it };
    text.replace("\r\n", "\n").chars().map(shown).collect()
}

/// Writes to standard output; a reader that has seen enough (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().lock().write_all(without_controls(text).as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}
