//! Names and labels as the API server wants them (apimachinery `validation.go`), in its own words.
//!
//! Each function gives everything that is wrong; nothing for a good name.

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const NAME_PART: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/// A DNS-1123 label.
pub(super) fn dns_label(name: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if name.len() > 63 {
        wrong.push("must be no more than 63 characters".to_owned());
    }
    match label(name) {
        true => {}
        false if name.split('.').all(label) => wrong.push("must not contain dots".to_owned()),
        false => wrong.push(LABEL.to_owned()),
    }
    wrong
}

/// A DNS-1123 subdomain.
pub(super) fn dns_subdomain(name: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if name.len() > 253 {
        wrong.push("must be no more than 253 characters".to_owned());
    }
    if !name.split('.').all(label) {
        wrong.push(SUBDOMAIN.to_owned());
    }
    wrong
}

/// A label's key: `[prefix/]name`.
pub(super) fn label_key(key: &str) -> Vec<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if name.contains('/') {
        return vec![format!(
            "a valid label key {NAME_PART} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        )];
    }
    let mut wrong = Vec::new();
    match prefix {
        Some("") => wrong.push("prefix part must be non-empty".to_owned()),
        Some(prefix) => {
            if prefix.len() > 253 {
                wrong.push("prefix part must be no more than 253 bytes".to_owned());
            }
            if !prefix.split('.').all(label) {
                wrong.push(format!("prefix part {SUBDOMAIN}"));
            }
        }
        None => {}
    }
    match name.len() {
        0 => wrong.push("name part must be non-empty".to_owned()),
        64.. => wrong.push("name part must be no more than 63 bytes".to_owned()),
        _ => {}
    }
    if !label_text(name) {
        wrong.push(format!("name part {NAME_PART}"));
    }
    wrong
}

/// A label's value.
pub(super) fn label_value(value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if value.len() > 63 {
        wrong.push("must be no more than 63 bytes".to_owned());
    }
    if !value.is_empty() && !label_text(value) {
        wrong.push(VALUE.to_owned());
    }
    wrong
}

/// A port's name (service-semantics 6).
pub(super) fn port_name(name: &str) -> Vec<String> {
    let letters = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    let tests = [
        (name.len() > 15, "must be no more than 15 characters"),
        (
            !name.bytes().all(letters),
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ),
        (!name.bytes().any(|it| it.is_ascii_lowercase()), "must contain at least one letter (a-z)"),
        (name.contains("--"), "must not contain consecutive hyphens"),
        (name.starts_with('-') || name.ends_with('-'), "must not begin or end with a hyphen"),
    ];
    tests.into_iter().filter(|(fails, _)| *fails).map(|(_, why)| why.to_owned()).collect()
}

/// A key of a ConfigMap.
pub(super) fn config_key(key: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if key.len() > 253 {
        wrong.push("must be no more than 253 characters".to_owned());
    }
    let letters = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
    if key.is_empty() || !key.bytes().all(letters) {
        wrong.push(CONFIG_KEY.to_owned());
    }
    match key {
        "." => wrong.push("must not be '.'".to_owned()),
        ".." => wrong.push("must not be '..'".to_owned()),
        _ if key.starts_with("..") => wrong.push("must not start with '..'".to_owned()),
        _ => {}
    }
    wrong
}

/// The name of an environment variable.
pub(super) fn env_name(name: &str) -> Vec<String> {
    let sound = !name.is_empty() && name.bytes().all(|it| (b' '..=b'~').contains(&it) && it != b'=');
    let why =
        "a valid environment variable name must consist only of printable ASCII characters other than '='";
    if sound { Vec::new() } else { vec![why.to_owned()] }
}

/// The alphabet and the ends of a DNS-1123 label.
fn label(part: &str) -> bool {
    edges(part, |it| it.is_ascii_lowercase() || it.is_ascii_digit())
        && part.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
}

fn label_text(text: &str) -> bool {
    edges(text, |it| it.is_ascii_alphanumeric())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'))
}

/// Not empty, and both ends pass.
fn edges(text: &str, passes: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|it| passes(*it)) && bytes.last().is_some_and(|it| passes(*it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_rfc_1123() {
        for good in ["a", "web-1", "0web", "a.b-c.d"] {
            assert!(dns_subdomain(good).is_empty(), "{good}");
        }
        for bad in ["", "Web", "-a", "a-", "a_b", "a..b"] {
            assert!(!dns_subdomain(bad).is_empty(), "{bad}");
        }
        assert_eq!(dns_label("a.b"), ["must not contain dots"]);
        assert_eq!(dns_label(&"a".repeat(64)), ["must be no more than 63 characters"]);
    }

    #[test]
    fn labels_have_a_prefix_and_a_name() {
        for good in ["app", "app.kubernetes.io/name", "A_b.c"] {
            assert!(label_key(good).is_empty(), "{good}");
        }
        for bad in ["", "/a", "a/", "a/b/c", "-a", "A.b/c"] {
            assert!(!label_key(bad).is_empty(), "{bad}");
        }
        assert!(label_value("").is_empty() && !label_value("a b").is_empty());
    }

    #[test]
    fn port_names_have_a_letter() {
        assert!(port_name("http").is_empty());
        assert_eq!(port_name("80"), ["must contain at least one letter (a-z)"]);
        for bad in ["a--b", "waytoolongportname", "-a", "A"] {
            assert!(!port_name(bad).is_empty(), "{bad}");
        }
    }

    #[test]
    fn keys_of_config_maps_and_variables() {
        assert!(config_key("app.conf").is_empty() && env_name("A-B").is_empty());
        assert_eq!(config_key(".."), ["must not be '..'"]);
        assert!(!config_key("a/b").is_empty() && !env_name("A=B").is_empty());
    }
}
