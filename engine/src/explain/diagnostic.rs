//! Words for findings: what is wrong and how to put it right.

use crate::diagnostic::{Diagnostic, FixKind, Kind, Limit, NoteKind};

/// A finding in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagnosticWords {
    /// A short stable name of the kind: `unknown-field`.
    pub code: &'static str,
    /// What is wrong and how to put it right.
    pub headline: String,
    /// Kubernetes' own words, where it has some.
    pub detail: Option<String>,
    /// A verb: `Rename to replicas`.
    pub fix_label: Option<String>,
}

/// A finding in words.
pub fn diagnostic(diagnostic: &Diagnostic) -> DiagnosticWords {
    let said = diagnostic.notes.iter().find_map(|note| match &note.kind {
        NoteKind::Server(words) => Some(words.to_string()),
        NoteKind::First => None,
    });
    DiagnosticWords {
        code: code(&diagnostic.kind),
        headline: headline(&diagnostic.kind),
        detail: said.or_else(|| server(&diagnostic.kind)),
        fix_label: diagnostic.fix.as_ref().map(|fix| fix_label(&fix.kind)),
    }
}

fn code(kind: &Kind) -> &'static str {
    match kind {
        Kind::Syntax { .. } => "syntax",
        Kind::LostLines => "lost-lines",
        Kind::Tab => "tab",
        Kind::NotText => "not-text",
        Kind::Limit { .. } => "limit",
        Kind::DuplicateKey { .. } => "duplicate-key",
        Kind::Alias { .. } => "alias",
        Kind::NoBody => "no-body",
        Kind::NotAnObject => "not-an-object",
        Kind::MissingType { .. } => "missing-type",
        Kind::NotSimulated { .. } => "not-simulated",
        Kind::Converted { .. } => "converted",
        Kind::UnknownField { .. } => "unknown-field",
        Kind::WrongType { .. } => "wrong-type",
        Kind::Required { .. } => "required",
        Kind::Invalid { .. } => "invalid",
        Kind::Duplicate { .. } => "duplicate",
        Kind::Warned { .. } => "warned",
        Kind::Unsupported { .. } => "unsupported",
        Kind::Forbidden { .. } => "forbidden",
        Kind::PolicyTypesDefaulted { .. } => "policy-types-defaulted",
        Kind::NamespaceImplied { .. } => "namespace-implied",
        Kind::DuplicateObject { .. } => "duplicate-object",
        Kind::Refused { .. } => "refused",
    }
}

fn headline(kind: &Kind) -> String {
    match kind {
        Kind::Syntax { message } => format!("This does not parse: {}", sentence(message)),
        Kind::LostLines => {
            "From here on lines are missing that only open or close something. Put them back.".to_owned()
        }
        Kind::Tab => "A tab stands where YAML wants spaces. Replace it by spaces.".to_owned(),
        Kind::NotText => "This is not text. Save the file as UTF-8.".to_owned(),
        Kind::Limit { limit, value } => over(*limit, *value),
        Kind::DuplicateKey { key } => format!("`{key}` stands twice in one mapping. Remove one of them."),
        Kind::Alias { name } if name.is_empty() => {
            "An alias has no anchor before it. Write its value out.".to_owned()
        }
        Kind::Alias { name } => {
            format!("The alias `*{name}` has no anchor before it. Add `&{name}`, or write the value out.")
        }
        Kind::NoBody => "The request has no body. Write the object below it.".to_owned(),
        Kind::NotAnObject => "This document is not an object. Begin with `apiVersion` and `kind`.".to_owned(),
        Kind::MissingType { field } => format!("`{field}` is missing. Add it at the top of the document."),
        Kind::NotSimulated { api_version, kind, nearest: Some(nearest) } if kind == nearest => {
            format!("`{api_version}` has no {kind}; it is kept and not simulated. Correct `apiVersion`.")
        }
        Kind::NotSimulated { kind, nearest: Some(nearest), .. } => {
            format!("{kind} is kept; Podyard does not simulate it. Did you mean {nearest}?")
        }
        Kind::NotSimulated { kind, .. } => format!("{kind} is kept; Podyard does not simulate it."),
        Kind::Converted { from, to } => format!("`{from}` is an old form. It is read as `{to}`; write that."),
        Kind::UnknownField { path, nearest: Some(nearest) } => {
            format!("`{path}` is not a field of this object. Did you mean `{nearest}`?")
        }
        Kind::UnknownField { path, .. } => {
            format!("`{path}` is not a field of this object. Remove it, or indent it to where it belongs.")
        }
        Kind::WrongType { path, expected, got } => {
            let path = path.to_string();
            let place = if path.is_empty() { "This".to_owned() } else { format!("`{path}`") };
            format!("{place} must be {}, not {}.{}", article(expected), article(got), mend(expected, got))
        }
        // An empty list or object is there, and yet not enough.
        Kind::Required { path, detail } if detail.starts_with("must ") => {
            format!("`{path}` {}", sentence(detail))
        }
        Kind::Required { path, .. } => format!("`{path}` is missing. Add it."),
        Kind::Invalid { path, value, detail } => {
            format!("`{path}` cannot be `{value}`: {}", sentence(detail))
        }
        Kind::Duplicate { path, value } => format!("`{path}` repeats {value}. Change one of the two."),
        Kind::Warned { message } => format!("Kubernetes takes this and warns: {}", sentence(message)),
        Kind::Unsupported { path, value, supported } => {
            let supported: Vec<String> = supported.iter().map(|it| format!("`{it}`")).collect();
            format!("`{path}` cannot be `{value}`. Use one of {}.", supported.join(", "))
        }
        Kind::Forbidden { path, detail } if detail.is_empty() => {
            format!("`{path}` may not be set here. Remove it.")
        }
        Kind::Forbidden { path, detail } => format!("`{path}` may not be set here: {}", sentence(detail)),
        Kind::PolicyTypesDefaulted { types } => format!(
            "`policyTypes` is missing, so this policy isolates for {}. State the types to say what you mean.",
            types.join(" and ")
        ),
        Kind::NamespaceImplied { name } => format!(
            "No manifest declares namespace `{name}`; it comes up by itself. A real cluster says: namespaces \"{name}\" not found. Add a Namespace."
        ),
        Kind::DuplicateObject { object } => {
            format!("{object} stands in two documents; the last one counts. Remove one or rename it.")
        }
        Kind::Refused { message } => format!("The cluster refuses this: {}", sentence(message)),
    }
}

/// Kubernetes' own words for a finding, as the API server prints them.
fn server(kind: &Kind) -> Option<String> {
    let with =
        |words: String, detail: &str| if detail.is_empty() { words } else { format!("{words}: {detail}") };
    match kind {
        Kind::UnknownField { path, .. } => Some(format!("strict decoding error: unknown field \"{path}\"")),
        Kind::Required { path, detail } => Some(with(format!("{path}: Required value"), detail)),
        Kind::Invalid { path, value, detail } => {
            Some(with(format!("{path}: Invalid value: {value:?}"), detail))
        }
        Kind::Duplicate { path, value } => Some(format!("{path}: Duplicate value: {value}")),
        Kind::Warned { message } => Some(message.to_string()),
        Kind::Unsupported { path, value, supported } => {
            let supported: Vec<String> = supported.iter().map(|it| format!("{it:?}")).collect();
            let supported = format!("supported values: {}", supported.join(", "));
            Some(format!("{path}: Unsupported value: {value:?}: {supported}"))
        }
        Kind::Forbidden { path, detail } => Some(with(format!("{path}: Forbidden"), detail)),
        Kind::NamespaceImplied { name } => Some(format!("namespaces \"{name}\" not found")),
        Kind::Refused { message } => Some(message.to_string()),
        _ => None,
    }
}

fn fix_label(kind: &FixKind) -> String {
    match kind {
        FixKind::Rename { to } => format!("Rename to {to}"),
        FixKind::Quote => "Put quotes around it".to_owned(),
        FixKind::Unquote => "Take the quotes away".to_owned(),
        FixKind::Remove => "Remove it".to_owned(),
        FixKind::Restore => "Put the lost lines back".to_owned(),
        FixKind::Indent => "Replace tabs by spaces".to_owned(),
        FixKind::MaskCidr { to } => format!("Write {to}"),
    }
}

fn over(limit: Limit, value: u64) -> String {
    let value = grouped(value);
    match limit {
        Limit::Bytes => format!("The file is longer than {value} bytes. The rest is left out; split it."),
        Limit::Documents => {
            format!("The file has more than {value} documents. The rest is left out; split it.")
        }
        Limit::Depth => {
            format!("This is nested deeper than {value} levels. What lies below is left out; flatten it.")
        }
        Limit::Nodes => format!("The file has more than {value} values. The rest is left out; split it."),
        Limit::Aliases => {
            format!(
                "Aliases grow this document over {value} values. It is left out; write less of it by alias."
            )
        }
        Limit::Objects => format!("The cluster holds {value} objects at most. The rest is left out."),
        Limit::Pods => {
            format!("The cluster holds {value} pods at most. The rest is left out; lower `replicas`.")
        }
    }
}

/// `5,000`.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    if noun == "null" { "empty".to_owned() } else { format!("{article} {noun}") }
}

/// How to turn one type into another.
fn mend(expected: &str, got: &str) -> &'static str {
    match (expected, got) {
        ("list", _) => " Put \"-\" before its items.",
        ("string", "integer" | "boolean" | "float" | "number") => " Put quotes around it.",
        ("integer" | "boolean", "string") => " Take the quotes away, or write one.",
        _ => "",
    }
}

/// Ends with a full stop.
fn sentence(words: &str) -> String {
    let words = words.trim_end();
    if words.ends_with(['.', '?']) { words.to_owned() } else { format!("{words}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Applicability, Fix, Note, Severity};
    use crate::text::{FieldPath, Span};

    fn words(kind: Kind) -> DiagnosticWords {
        let severity = Severity::Error;
        diagnostic(&Diagnostic { kind, severity, span: Span::default(), notes: vec![], fix: None })
    }

    fn path() -> FieldPath {
        FieldPath::root().field("spec").field("ports").index(0).field("port")
    }

    #[test]
    fn findings_of_the_api_quote_the_server() {
        let cases = [
            (
                Kind::UnknownField { path: path(), nearest: Some("targetPort".into()) },
                "`spec.ports[0].port` is not a field of this object. Did you mean `targetPort`?",
                "strict decoding error: unknown field \"spec.ports[0].port\"",
            ),
            (
                Kind::Required { path: path(), detail: "".into() },
                "`spec.ports[0].port` is missing. Add it.",
                "spec.ports[0].port: Required value",
            ),
            (
                Kind::Required { path: path(), detail: "must specify a peer".into() },
                "`spec.ports[0].port` must specify a peer.",
                "spec.ports[0].port: Required value: must specify a peer",
            ),
            (
                Kind::Invalid {
                    path: path(),
                    value: "0".into(),
                    detail: "must be between 1 and 65535".into(),
                },
                "`spec.ports[0].port` cannot be `0`: must be between 1 and 65535.",
                "spec.ports[0].port: Invalid value: \"0\": must be between 1 and 65535",
            ),
            (
                Kind::Unsupported {
                    path: path(),
                    value: "X".into(),
                    supported: vec!["TCP".into(), "UDP".into()],
                },
                "`spec.ports[0].port` cannot be `X`. Use one of `TCP`, `UDP`.",
                "spec.ports[0].port: Unsupported value: \"X\": supported values: \"TCP\", \"UDP\"",
            ),
            (
                Kind::Duplicate { path: path(), value: "\"web\"".into() },
                "`spec.ports[0].port` repeats \"web\". Change one of the two.",
                "spec.ports[0].port: Duplicate value: \"web\"",
            ),
            (
                Kind::Warned { message: "spec.externalIPs is ignored for headless services".into() },
                "Kubernetes takes this and warns: spec.externalIPs is ignored for headless services.",
                "spec.externalIPs is ignored for headless services",
            ),
            (
                Kind::Forbidden { path: path(), detail: "".into() },
                "`spec.ports[0].port` may not be set here. Remove it.",
                "spec.ports[0].port: Forbidden",
            ),
            (
                Kind::NamespaceImplied { name: "shop".into() },
                "No manifest declares namespace `shop`; it comes up by itself. A real cluster says: namespaces \"shop\" not found. Add a Namespace.",
                "namespaces \"shop\" not found",
            ),
        ];
        for (kind, headline, detail) in cases {
            let words = words(kind);
            assert_eq!((words.headline.as_str(), words.detail.as_deref()), (headline, Some(detail)));
        }
    }

    #[test]
    fn findings_of_the_text_say_what_to_do() {
        let cases = [
            (Kind::Syntax { message: "expected ':'".into() }, "This does not parse: expected ':'."),
            (Kind::Tab, "A tab stands where YAML wants spaces. Replace it by spaces."),
            (
                Kind::DuplicateKey { key: "app".into() },
                "`app` stands twice in one mapping. Remove one of them.",
            ),
            (
                Kind::Limit { limit: Limit::Documents, value: 10_000 },
                "The file has more than 10,000 documents. The rest is left out; split it.",
            ),
            (
                Kind::WrongType { path: path(), expected: "list", got: "object" },
                "`spec.ports[0].port` must be a list, not an object. Put \"-\" before its items.",
            ),
            (
                Kind::WrongType { path: path(), expected: "string", got: "integer" },
                "`spec.ports[0].port` must be a string, not an integer. Put quotes around it.",
            ),
            (
                Kind::PolicyTypesDefaulted { types: vec!["Ingress".into(), "Egress".into()] },
                "`policyTypes` is missing, so this policy isolates for Ingress and Egress. State the types to say what you mean.",
            ),
            (
                Kind::NotSimulated {
                    api_version: "v1".into(),
                    kind: "VerticalPodAutoscaler".into(),
                    nearest: None,
                },
                "VerticalPodAutoscaler is kept; Podyard does not simulate it.",
            ),
        ];
        for (kind, headline) in cases {
            assert_eq!(words(kind).headline, headline);
        }
    }

    #[test]
    fn the_servers_own_note_wins_and_the_fix_has_a_verb() {
        let fix = Fix {
            kind: FixKind::Rename { to: "replicas".into() },
            edits: vec![],
            applicability: Applicability::Safe,
        };
        let note = Note { kind: NoteKind::Server("its words".into()), span: None };
        let words = diagnostic(&Diagnostic {
            kind: Kind::Required { path: path(), detail: "".into() },
            severity: Severity::Error,
            span: Span::default(),
            notes: vec![Note { kind: NoteKind::First, span: None }, note],
            fix: Some(fix),
        });
        assert_eq!(words.detail.as_deref(), Some("its words"));
        assert_eq!(words.fix_label.as_deref(), Some("Rename to replicas"));
        assert_eq!(words.code, "required");
    }

    #[test]
    fn numbers_have_groups() {
        assert_eq!([1, 999, 1_000, 1_234_567].map(grouped), ["1", "999", "1,000", "1,234,567"]);
    }
}
