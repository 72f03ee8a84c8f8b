//! A text → the pieces between its `---` lines. YAML allows no `---` at the start of a line inside a document, so that one
//! broken document never hides the others.

use super::Request;
use crate::text::{FileId, Span};

/// One piece: where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The pieces of a text, empty ones included, in order.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    let mut at = start;
    for line in text.get(start..).unwrap_or_default().split_inclusive(['\n', '\r']) {
        // A byte order mark may stand before a later marker too.
        let bare = line.trim_start_matches('\u{feff}');
        let marks = at + (line.len() - bare.len());
        if let Some(rest) = bare.strip_prefix("---").filter(|rest| is_break(rest)) {
            pieces.push(Piece { start, end: at });
            start = marks + (bare.len() - rest.len());
        } else if bare.strip_prefix("...").is_some_and(is_break) {
            pieces.push(Piece { start, end: at });
            start = marks + 3;
        }
        at += line.len();
    }
    pieces.push(Piece { start, end: text.len() });
    pieces
}

fn is_break(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r'])
}

/// Only blank lines, comments and directives: no document.
pub(super) fn is_blank(piece: &str) -> bool {
    piece.split(['\n', '\r']).all(|line| {
        let line = line.trim_matches([' ', '\t', '\u{feff}']);
        line.is_empty() || line.starts_with(['#', '%'])
    })
}

/// A request line at the head of a piece, with the length of all that stands before its body.
///
/// `POST /apis/… [HTTP/1.1]`, then header lines, then a blank line or the body itself.
pub(super) fn request(piece: &str, file: FileId, base: usize) -> Option<(Request, usize)> {
    let mut at = 0;
    let mut request: Option<Request> = None;
    for line in piece.split_inclusive('\n') {
        let words = line.trim();
        match &request {
            None if words.is_empty() || words.starts_with('#') => {}
            None => {
                let mut parts = words.split_whitespace();
                let method = parts.next().filter(|it| ["POST", "PUT", "PATCH"].contains(it))?;
                let path = parts.next().filter(|it| it.starts_with('/'))?;
                if parts.next().is_some_and(|it| !it.starts_with("HTTP/")) {
                    return None;
                }
                let start = base + at + line.find(method).unwrap_or(0);
                let span = Span { file, start: offset(start), end: offset(start + words.len()) };
                request = Some(Request { method: method.into(), path: path.into(), span });
            }
            // Headers look like `Name: value`; anything else is the body.
            Some(_) if words.is_empty() || words.starts_with(['{', '[', '"']) || !is_header(line) => break,
            Some(_) => {}
        }
        at += line.len();
    }
    request.map(|request| (request, at))
}

fn is_header(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, _)| {
        name.starts_with(|it: char| it.is_ascii_uppercase())
            && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    })
}

/// A byte offset as spans hold it; files are far shorter than 4 GiB.
pub(super) fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        pieces(text).iter().map(|piece| &text[piece.start..piece.end]).collect()
    }

    #[test]
    fn markers_split_only_at_the_start_of_a_line() {
        assert_eq!(split("a: 1\n---\nb: 2\n"), ["a: 1\n", "\nb: 2\n"]);
        assert_eq!(split("a: |\n  ---\n"), ["a: |\n  ---\n"]);
        assert_eq!(split("a: 1\n----\n"), ["a: 1\n----\n"]);
        assert_eq!(split("--- {a: 1}\n...\n"), ["", " {a: 1}\n", "\n"]);
        assert_eq!(split("a\r\n---\r\nb"), ["a\r\n", "\r\nb"]);
        assert_eq!(split("\u{feff}a: 1\n\u{feff}---\nb: 1"), ["a: 1\n", "\nb: 1"]);
    }

    #[test]
    fn a_request_has_a_line_headers_and_a_body() {
        let text = "POST /apis/x/ HTTP/1.1\nContent-Type: application/json\n\n{}";
        let (found, body) = request(text, FileId(0), 0).unwrap();
        assert_eq!((&*found.method, &*found.path), ("POST", "/apis/x/"));
        assert_eq!(&text[body..], "\n{}");
        let (_, body) = request("# c\nPOST /apis/x/\n{}", FileId(0), 0).unwrap();
        assert_eq!(body, "# c\nPOST /apis/x/\n".len());
        assert!(request("POST: /apis", FileId(0), 0).is_none());
        assert!(request("kind: Pod", FileId(0), 0).is_none());
    }
}
