//! The part of a file that a finding shows: whole lines, but never more than fits a screen.

use codespan_reporting::files::{Error, Files, SimpleFile};
use podyard_engine::session::DiagnosticView;
use std::ops::Range;

/// Lines are shown whole when together they are no longer than this, in bytes: the value of a ConfigMap may have megabytes.
const WHOLE: usize = 1_000;
/// Bytes shown before and after the place in lines that are cut.
const BESIDE: usize = 60;

/// Part of a file; codespan takes it for the file, lines and columns are told as they are there.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    file: Option<SimpleFile<String, String>>,
    /// Of the first line, from 1.
    line: usize,
    /// Of the place, from 1.
    column: usize,
    /// The place, in bytes of the excerpt.
    pub(crate) label: Range<usize>,
}

impl Excerpt {
    /// The lines that `range` of a text touches.
    pub(crate) fn around(range: Range<usize>, text: &str, problem: &DiagnosticView) -> Self {
        let start = text.get(..range.start).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1);
        let end = text.get(range.end..).and_then(|it| it.find('\n')).map_or(text.len(), |it| range.end + it);
        let shown = match end - start {
            0..=WHOLE => start..end,
            _ => {
                let from = text.floor_char_boundary(range.start.saturating_sub(BESIDE)).max(start);
                let first = text.get(range.start..end).and_then(|it| it.find('\n'));
                let end = first.map_or(end, |it| range.start + it);
                from..text.ceil_char_boundary(range.start + BESIDE).min(end)
            }
        };
        let label = range.start - shown.start..range.end.clamp(range.start, shown.end) - shown.start;
        let part = text.get(shown).unwrap_or_default().to_owned();
        Self {
            file: Some(SimpleFile::new(problem.at.file.clone(), part)),
            line: problem.at.line as usize,
            column: problem.at.column as usize,
            label,
        }
    }

    fn file(&self) -> Result<&SimpleFile<String, String>, Error> {
        self.file.as_ref().ok_or(Error::FileMissing)
    }
}

impl<'a> Files<'a> for Excerpt {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(self.file()?.name())
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(self.file()?.source())
    }

    fn line_index(&'a self, (): (), byte: usize) -> Result<usize, Error> {
        self.file()?.line_index((), byte)
    }

    fn line_number(&'a self, (): (), line: usize) -> Result<usize, Error> {
        Ok(self.line + line)
    }

    fn column_number(&'a self, (): (), line: usize, byte: usize) -> Result<usize, Error> {
        match byte == self.label.start {
            true => Ok(self.column),
            false => self.file()?.column_number((), line, byte),
        }
    }

    fn line_range(&'a self, (): (), line: usize) -> Result<Range<usize>, Error> {
        self.file()?.line_range((), line)
    }
}
