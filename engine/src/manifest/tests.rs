//! The reader on good, broken and hostile text.

use super::*;
use proptest::prelude::*;

const FILE: FileId = FileId(3);

fn kinds(text: &str) -> Vec<String> {
    let name = |kind: &Kind| format!("{kind:?}").split([' ', '{', '(']).next().unwrap_or_default().to_owned();
    read(text).diagnostics.iter().map(|it| name(&it.kind)).collect()
}

/// Parses and checks what must hold of every text: spans inside it, on characters, children inside parents.
fn read(text: &str) -> Parsed {
    let parsed = parse(FILE, text);
    let check = |span: Span| {
        assert_eq!(span.file, FILE);
        assert!(span.start <= span.end && span.end as usize <= text.len(), "{span:?} of {}", text.len());
        assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
    };
    parsed.diagnostics.iter().for_each(|it| check(it.span));
    for document in &parsed.documents {
        check(document.span);
        let mut open: Vec<&Node> = document.root.iter().collect();
        let mut budget = 100_000;
        while let Some(node) = open.pop().filter(|_| budget > 0) {
            budget -= 1;
            check(node.span);
            open.extend(node.items());
            node.entries().iter().for_each(|entry| check(entry.key_span));
            open.extend(node.entries().iter().map(|entry| &entry.value));
        }
    }
    parsed
}

fn spanned<'a>(text: &'a str, path: &str) -> &'a str {
    let parsed = read(text);
    let span = parsed.documents[0].root.as_ref().unwrap().locate(&FieldPath::parse(path));
    &text[span.start as usize..span.end as usize]
}

#[test]
fn every_node_has_its_span() {
    let text = "kind: Pod\nspec:\n  containers:\n  - name: a\n    image: nginx   # why\n  - name: b\n\nother: [1, 2]\n";
    assert_eq!(spanned(text, "kind"), "Pod");
    assert_eq!(spanned(text, "spec.containers[0].image"), "nginx");
    assert_eq!(spanned(text, "spec.containers"), "- name: a\n    image: nginx   # why\n  - name: b");
    assert_eq!(spanned(text, "other[1]"), "2");
    assert_eq!(spanned(text, "spec.containers[1].missing"), "name: b", "the deepest that exists");
    let parsed = read(text);
    let root = parsed.documents[0].root.as_ref().unwrap();
    let key = root.locate_key(&FieldPath::parse("spec"));
    assert_eq!(&text[key.start as usize..key.end as usize], "spec");
}

#[test]
fn one_broken_document_never_hides_the_others() {
    let text = "a: 1\n---\nb: [1\n---\nc: 3\n---\nd: \"x\n---\ne: 5\n";
    let parsed = read(text);
    let sound: Vec<bool> = parsed.documents.iter().map(|it| it.root.is_some()).collect();
    assert_eq!(sound, [true, false, true, false, true]);
    assert_eq!(parsed.diagnostics.len(), 2);
}

#[test]
fn duplicate_keys_name_both_places() {
    let text = "a: 1\nb: 2\na: 3\n";
    let parsed = read(text);
    let [found] = parsed.diagnostics.as_slice() else { panic!("{:?}", parsed.diagnostics) };
    assert_eq!(found.kind, Kind::DuplicateKey { key: "a".into() });
    assert_eq!((found.span.start, found.notes[0].span.unwrap().start), (10, 0));
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let text = "base: &b {p: 1, q: 2}\nuse:\n  <<: *b\n  q: 3\nlist: [*b, *b]\n";
    let parsed = read(text);
    assert!(parsed.diagnostics.is_empty());
    let root = parsed.documents[0].root.as_ref().unwrap();
    let used = &root.get("use").unwrap().value;
    assert!(matches!(used.get("p").unwrap().value.value, Value::Integer(1)));
    assert!(matches!(used.get("q").unwrap().value.value, Value::Integer(3)));
    assert_eq!(kinds("a: *nowhere\n"), ["Alias"]);
    assert_eq!(kinds("a: &a [*a]\n"), ["Alias"]);
}

#[test]
fn quoted_scalars_are_text() {
    let parsed = read("a: 'yes'\nb: \"1\"\nc: !!str 0777\nd: yes\n");
    let root = parsed.documents[0].root.as_ref().unwrap();
    let shown: Vec<&str> = root.entries().iter().map(|it| it.value.kind_name()).collect();
    assert_eq!(shown, ["string", "string", "string", "boolean"]);
}

#[test]
fn empty_texts_and_comments_are_no_documents() {
    for text in ["", "\n\n", "# only\n", "---\n---\n", "\u{feff}", "---\n# c\n...\n", "%YAML 1.1\n---\n"] {
        let parsed = read(text);
        assert!(parsed.documents.is_empty() && parsed.diagnostics.is_empty(), "{text:?}");
    }
}

#[test]
fn json_and_requests_are_read() {
    let parsed = read("{\"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}");
    assert!(parsed.documents[0].root.is_some() && parsed.diagnostics.is_empty());
    let text = "a: 1\n---\nPOST /apis/x/namespaces/t/networkpolicys/\n{\n  \"kind\": \"NetworkPolicy\"\n}\n";
    let parsed = read(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let document = &parsed.documents[1];
    assert_eq!(&*document.request.as_ref().unwrap().path, "/apis/x/namespaces/t/networkpolicys/");
    let span = document.root.as_ref().unwrap().locate(&FieldPath::parse("kind"));
    assert_eq!(&text[span.start as usize..span.end as usize], "\"NetworkPolicy\"");
    assert_eq!(kinds("POST /apis/x/\nHost: x\n\n"), ["NoBody"]);
    assert_eq!(kinds("POST /apis/x/\n{\"a\": \n"), ["Syntax"], "a body that does not parse is one");
}

#[test]
fn tabs_and_binary_are_named() {
    assert_eq!(kinds("a:\n\tb: 1\n"), ["Tab"]);
    assert_eq!(kinds("a: \u{0}\n"), ["NotText"]);
    assert_eq!(kinds("\u{fffd}PNG\u{1a}\n"), ["NotText"]);
    assert!(kinds("a:\t1\n").is_empty(), "a tab behind the colon is legal");
}

#[test]
fn crlf_and_a_later_byte_order_mark_are_fine() {
    let parsed = read("a: 1\r\nb: 2\r\n\u{feff}---\r\nc: 3\r\n");
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    assert_eq!(parsed.documents.len(), 2);
}

#[test]
fn hostile_text_gives_a_diagnostic_quickly() {
    let deep: String = (0..2_000).map(|i| " ".repeat(i) + "a:\n").collect();
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for i in 1..10 {
        laughs += &format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", "));
    }
    for text in [
        "[".repeat(5_000_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "? ".repeat(50_000),
        deep,
        laughs,
    ] {
        let parsed = read(&text);
        assert!(!parsed.diagnostics.is_empty(), "{}", &text[..20]);
    }
    assert_eq!(kinds(&"a: 1\n---\n".repeat(limits::DOCUMENTS + 1)), ["Limit"]);
    assert_eq!(read(&"a: 1\n---\n".repeat(10_000)).documents.len(), 10_000);
    assert!(kinds(&"# x\n".repeat(limits::BYTES / 4 + 1)).contains(&"Limit".to_owned()));
}

#[test]
fn every_prefix_of_a_manifest_is_survived() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: \"ä\"}\nspec:\n  ports:\n  - port: 80\n---\nkind: X\nd: |\n  text\n---\n\"j\": [1, {\"a\": null}]\n";
    for (end, _) in text.char_indices() {
        read(&text[..end]);
    }
}

proptest! {
    #[test]
    fn random_tokens_never_panic(tokens in prop::collection::vec(prop::sample::select(vec![
        "a", ": ", ":", "- ", "\n", "  ", "[", "]", "{", "}", ",", "\"", "'", "|", ">", "&a ", "*a", "<<", "---\n",
        "...\n", "#", "?", "!", "!!str ", "%", "\t", "\r", "\u{feff}", "\u{0}", "🦀", "0", "yes", "POST /x ",
    ]), 0..60)) {
        read(&tokens.concat());
    }
}
