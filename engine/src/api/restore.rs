//! Texts that lost lines on their way from a page: JSON bodies without closing braces, pods without the keys that only open something.
//!
//! Indentation tells what is gone. The result is offered only where it reads without errors, so a wrong guess is never shown.

use crate::manifest::{self, Document};
use crate::text::FileId;

/// The whole text of a document that does not parse, with its lost lines; `None` when nothing is known to be lost.
pub fn restore(text: &str) -> Option<String> {
    let whole = match text.trim_start().split_once('\n') {
        Some((line, body)) if line.starts_with("POST /") => format!("{}\n{}", line.trim_end(), braces(body)?),
        _ => keys(text)?,
    };
    let parsed = manifest::parse(FileId(0), &whole);
    let [document] = parsed.documents.as_slice() else { return None };
    (parsed.diagnostics.is_empty() && sound(document)).then_some(whole)
}

fn sound(document: &Document) -> bool {
    let (objects, found) = super::read(document);
    let refused = found.iter().any(|it| it.severity == crate::diagnostic::Severity::Error);
    !objects.is_empty() && !refused
}

/// An object or list that is open: the indentation and key of its first line, and what closes it.
struct Open<'a> {
    indent: usize,
    key: &'a str,
    closer: char,
}

/// JSON whose lines of mere braces and commas are put back where the indentation falls.
fn braces(body: &str) -> Option<String> {
    let mut out = String::from("{");
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut comma = false;
    for line in body.lines() {
        let (indent, line) = (line.len() - line.trim_start().len(), line.trim().trim_end_matches(','));
        let key = line.strip_prefix('"').and_then(|it| it.split_once('"')).map_or("", |it| it.0);
        if line.chars().all(|it| "{}[],".contains(it)) {
            continue;
        }
        // The page's indentation of the selector slipped below what it stands beside.
        while open.last().is_some_and(|it| {
            indent <= it.indent || (it.key == "allowIncoming" && !["from", "toPorts"].contains(&key))
        }) {
            close(&mut out, &mut open);
            comma = true;
        }
        out.push_str(if comma { ",\n" } else { "\n" });
        out.push_str(&"    ".repeat(open.len() + 1));
        out.push_str(line);
        let closer = match line.chars().next_back() {
            Some('{') => Some('}'),
            Some('[') => Some(']'),
            _ => None,
        };
        comma = closer.is_none();
        open.extend(closer.map(|closer| Open { indent, key, closer }));
    }
    while !open.is_empty() {
        close(&mut out, &mut open);
    }
    Some(out + "\n}\n")
}

fn close(out: &mut String, open: &mut Vec<Open<'_>>) {
    if let Some(last) = open.pop() {
        out.push('\n');
        out.push_str(&"    ".repeat(open.len() + 1));
        out.push(last.closer);
    }
}

/// A pod of which only the lines with values are left.
fn keys(text: &str) -> Option<String> {
    let (mut head, mut meta, mut labels, mut containers) =
        (String::new(), String::new(), String::new(), String::new());
    let mut ports = false;
    let mut name = None;
    for line in text.lines().filter(|it| !it.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        let (item, rest) = match line.trim().strip_prefix("- ") {
            Some(rest) => (true, rest.trim()),
            None => (false, line.trim()),
        };
        let (key, value) = rest.split_once(": ")?;
        let line = format!("{key}: {}\n", value.trim());
        match (item, key) {
            (false, "apiVersion" | "kind") if indent == 0 => head += &line,
            (true, "containerPort" | "hostPort" | "protocol") if !containers.is_empty() => {
                containers += if ports { "" } else { "    ports:\n" };
                containers += &format!("    - {line}");
                ports = true;
            }
            (true, _) => {
                containers += &format!("  - {line}");
                ports = false;
            }
            (false, _) if !containers.is_empty() => {
                containers += if ports { "      " } else { "    " };
                containers += &line;
            }
            (false, "name" | "namespace") if name.is_none_or(|name| name == indent) => {
                meta += &format!("  {line}");
                name = Some(indent);
            }
            (false, _) => labels += &format!("    {line}"),
        }
    }
    if !labels.is_empty() {
        labels.insert_str(0, "  labels:\n");
    }
    Some(format!("{head}metadata:\n{meta}{labels}spec:\n  containers:\n{containers}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As a page shows it, without the lines of mere braces.
    const POLICY: &str = include_str!("../../../tests/hostile/samples/policy.txt");
    const POD: &str = include_str!("../../../tests/hostile/samples/pod.txt");

    #[test]
    fn a_policy_without_its_closing_braces() {
        let whole = restore(POLICY).unwrap();
        let end = "                { \"port\": 80, \"protocol\": \"TCP\" }\n            ]\n        },\n        \"podSelector\": { \"segment\": \"backend\" }\n    }\n}\n";
        assert!(whole.ends_with(end), "{whole}");
        let (start, body) = POLICY.split_once('\n').unwrap();
        assert_eq!(restore(&format!("{start}\n{{\n{body}}}\n")).unwrap(), whole, "with its outer braces");
    }

    #[test]
    fn a_pod_without_the_keys_that_open_something() {
        assert_eq!(
            restore(POD).unwrap(),
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: nginx\n  labels:\n    app: nginx\n    segment: frontend\nspec:\n  containers:\n  - name: nginx\n    image: nginx\n    ports:\n    - containerPort: 80\n"
        );
    }

    #[test]
    fn what_stays_broken_is_left_alone() {
        for text in [
            "",
            "a\n",
            "kind: Pod\n name: a\n",
            "POST /x\n",
            "POST /apis/x/\n\"a\": [\n",
            &"[".repeat(10_000),
        ] {
            assert_eq!(restore(text), None, "{text}");
        }
        assert_eq!(restore(&POD.replace("image: nginx", "imgae: nginx")), None);
    }

    proptest! {
        #[test]
        fn any_lines_are_survived(lines in prop::collection::vec("[ ]{0,9}(- )?[\\[\\]{},\":a-zä]{0,12}(: [a-z\\[{]{0,3})?", 0..12)) {
            let text = lines.join("\n");
            restore(&text);
            restore(&format!("POST /apis/x/\n{text}"));
            let mut pod: Vec<&str> = POD.lines().collect();
            pod.splice(2..2, lines.iter().map(String::as_str));
            restore(&pod.join("\n"));
        }
    }
}
