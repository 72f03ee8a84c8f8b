//! The user's files: text → documents → objects, kept through broken moments, and the way back from objects to lines.

use super::view::{DocumentView, Link};
use crate::api::{self, Object, ObjectRef};
use crate::diagnostic::{Applicability, Diagnostic, Fix, FixKind, Kind, Note, NoteKind, Severity};
use crate::manifest;
use crate::network::At;
use crate::text::{Edit, FieldPath, FileId, LineIndex, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Documents longer than this, in bytes, are no samples from a page.
const RESTORED: usize = 8_192;

/// An object and where its document stood when it was read.
#[derive(Clone, Debug)]
struct Read {
    object: Arc<Object>,
    base: u32,
}

#[derive(Clone, Debug)]
struct DocumentState {
    span: Span,
    fingerprint: u64,
    objects: Vec<Read>,
    /// It does not parse or has errors: what `objects` holds beyond its own is from the last good text.
    stale: bool,
}

#[derive(Clone, Debug)]
struct FileState {
    id: FileId,
    name: String,
    text: String,
    index: LineIndex,
    documents: Vec<DocumentState>,
    diagnostics: Vec<Diagnostic>,
}

/// Where an object stands: file and document by index, and the object itself.
#[derive(Clone, Debug)]
struct Place {
    file: usize,
    document: usize,
    read: Read,
}

/// All files of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    files: Vec<FileState>,
    next: u32,
    /// Objects as they count, the last of equal names; in order of first appearance in `order`.
    places: BTreeMap<ObjectRef, Place>,
    order: Vec<ObjectRef>,
    duplicates: Vec<Diagnostic>,
}

impl Files {
    /// Sets a file's text; a new name is a new file. Other files are not read again.
    pub(super) fn set(&mut self, name: &str, text: &str) {
        let at = self.files.iter().position(|file| file.name == name).unwrap_or_else(|| {
            self.files.push(FileState {
                id: FileId(self.next),
                name: name.to_owned(),
                text: String::new(),
                index: LineIndex::new(""),
                documents: Vec::new(),
                diagnostics: Vec::new(),
            });
            self.next = self.next.saturating_add(1);
            self.files.len().saturating_sub(1)
        });
        if let Some(file) = self.files.get_mut(at) {
            file.read(text);
        }
        self.collect();
    }

    /// Forgets a file.
    pub(super) fn remove(&mut self, name: &str) {
        self.files.retain(|file| file.name != name);
        self.collect();
    }

    /// Objects as they count, in order of first appearance.
    pub(super) fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.order.iter().filter_map(|it| self.places.get(it)).map(|place| &place.read.object)
    }

    /// The object of this reference, as the files state it.
    pub(super) fn object(&self, object: &ObjectRef) -> Option<&Arc<Object>> {
        self.places.get(object).map(|place| &place.read.object)
    }

    /// Every finding of reading, file by file in the order of the text.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> =
            self.files.iter().flat_map(|file| file.diagnostics.iter().cloned()).collect();
        all.extend(self.duplicates.iter().cloned());
        all
    }

    /// The documents of all files.
    pub(super) fn documents(&self) -> Vec<DocumentView> {
        let mut views = Vec::new();
        for file in &self.files {
            for document in &file.documents {
                views.push(DocumentView {
                    file: file.name.clone(),
                    from: file.index.utf16(&file.text, document.span.start),
                    to: file.index.utf16(&file.text, document.span.end),
                    line: file.index.position(&file.text, document.span.start).line,
                    objects: document
                        .objects
                        .iter()
                        .map(|read| read.object.reference().to_string())
                        .collect(),
                    stale: document.stale,
                });
            }
        }
        views
    }

    /// A span as the outside counts it.
    pub(super) fn link(&self, span: Span) -> Link {
        let Some(file) = self.files.iter().find(|file| file.id == span.file) else { return Link::default() };
        let position = file.index.position(&file.text, span.start);
        Link {
            file: file.name.clone(),
            line: position.line,
            column: position.column,
            from: file.index.utf16(&file.text, span.start),
            to: file.index.utf16(&file.text, span.end),
            ..Link::default()
        }
    }

    /// Where a field of an object stands now; `None` for objects no file states.
    pub(super) fn locate(&self, at: &At) -> Option<Link> {
        let span = self.span(&at.object, &at.path)?;
        Some(Link { path: at.path.to_string(), object: at.object.to_string(), ..self.link(span) })
    }

    /// The span of a field, moved along with its document when that is stale.
    pub(super) fn span(&self, object: &ObjectRef, path: &FieldPath) -> Option<Span> {
        let place = self.places.get(object)?;
        let file = self.files.get(place.file)?;
        let document = file.documents.get(place.document)?;
        let span = if path.0.is_empty() {
            place.read.object.tree.locate_key(&FieldPath::root().field("kind"))
        } else {
            place.read.object.tree.locate(path)
        };
        let moved = |byte: u32| {
            let shifted = i64::from(byte) - i64::from(place.read.base) + i64::from(document.span.start);
            u32::try_from(shifted.clamp(0, file.text.len() as i64)).unwrap_or(0)
        };
        Some(Span { file: file.id, start: moved(span.start), end: moved(span.end) })
    }

    /// Puts the objects of all files together.
    fn collect(&mut self) {
        self.places.clear();
        self.order.clear();
        self.duplicates.clear();
        for (f, file) in self.files.iter().enumerate() {
            for (d, document) in file.documents.iter().enumerate() {
                for read in &document.objects {
                    let object = read.object.reference();
                    let place = Place { file: f, document: d, read: read.clone() };
                    match self.places.insert(object.clone(), place) {
                        None => self.order.push(object),
                        Some(first) => self.duplicates.push(duplicate(&first.read, read)),
                    }
                }
            }
        }
    }
}

/// The same object twice: the last one counts (semantics 9).
fn duplicate(first: &Read, second: &Read) -> Diagnostic {
    let name = FieldPath::parse("metadata.name");
    Diagnostic {
        kind: Kind::DuplicateObject { object: second.object.reference().to_string().into() },
        severity: Severity::Warning,
        span: second.object.tree.locate(&name),
        notes: vec![Note { kind: NoteKind::First, span: Some(first.object.tree.locate(&name)) }],
        fix: None,
    }
}

impl FileState {
    /// Reads a new text. A document that is broken now keeps the objects of the one it was.
    fn read(&mut self, text: &str) {
        let parsed = manifest::parse(self.id, text);
        let prints: Vec<u64> = parsed.documents.iter().map(|document| document.fingerprint).collect();
        let before = std::mem::take(&mut self.documents);
        let same = alignment(&before.iter().map(|it| it.fingerprint).collect::<Vec<_>>(), &prints);
        self.diagnostics = parsed.diagnostics;
        for (i, document) in parsed.documents.iter().enumerate() {
            if document.root.is_none() {
                lost_lines(document.span, text, &mut self.diagnostics);
            }
            let inside =
                |it: &Diagnostic| it.span.start >= document.span.start && it.span.end <= document.span.end;
            let broken = document.root.is_none()
                || self.diagnostics.iter().any(|it| it.severity == Severity::Error && inside(it));
            let (objects, findings) = api::read(document);
            let objects = if broken { Vec::new() } else { objects };
            let stale = broken || findings.iter().any(|it| it.severity == Severity::Error);
            let mut reads: Vec<Read> = objects
                .into_iter()
                .map(|object| Read { object: Arc::new(object), base: document.span.start })
                .collect();
            if stale {
                let old = same.get(i).copied().flatten().and_then(|at| before.get(at));
                for read in old.into_iter().flat_map(|old| &old.objects) {
                    let reference = read.object.reference();
                    if !reads.iter().any(|it| it.object.reference() == reference) {
                        reads.push(read.clone());
                    }
                }
            }
            self.diagnostics.extend(findings);
            self.documents.push(DocumentState {
                span: document.span,
                fingerprint: document.fingerprint,
                objects: reads,
                stale,
            });
        }
        self.diagnostics.sort_by_key(|it| it.span);
        self.index = LineIndex::new(text);
        text.clone_into(&mut self.text);
    }
}

/// Puts what restores a document that does not parse in place of the parser's words.
fn lost_lines(whole: Span, text: &str, diagnostics: &mut Vec<Diagnostic>) {
    let inside = |it: &Diagnostic| whole.start <= it.span.start && it.span.end <= whole.end;
    let written = text.get(whole.start as usize..whole.end as usize).filter(|it| it.len() <= RESTORED);
    let Some(restored) = written.and_then(api::restore) else { return };
    let Some(at) = diagnostics.iter().position(inside) else { return };
    let span = diagnostics.get(at).map_or(whole, |it| it.span);
    diagnostics.retain(|it| !inside(it));
    let edits = vec![Edit { span: whole, insert: restored.trim_end().to_owned() }];
    let applicability = Applicability::CheckFirst;
    let fix = Some(Fix { kind: FixKind::Restore, edits, applicability });
    let (kind, severity) = (Kind::LostLines, Severity::Error);
    diagnostics.push(Diagnostic { kind, severity, span, notes: Vec::new(), fix });
}

/// For each new document the old one it was: equal ones from both ends, the rest between them in order.
fn alignment(old: &[u64], new: &[u64]) -> Vec<Option<usize>> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail =
        old.iter().skip(head).rev().zip(new.iter().skip(head).rev()).take_while(|(a, b)| a == b).count();
    (0..new.len())
        .map(|i| {
            if i + tail >= new.len() {
                Some(i + old.len() - new.len().min(i + old.len()))
            } else {
                (i < old.len().saturating_sub(tail)).then_some(i)
            }
        })
        .collect()
}
