//! Holds what ARCHITECTURE.md says: above all the absences.

use std::path::{Path, PathBuf};

/// Source files below a folder of the project.
fn sources(folder: &str, extensions: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    walk(&podyard_tests::root().join(folder), extensions, &mut found);
    assert!(!found.is_empty(), "{folder} holds no source: this check checks nothing");
    found
}

fn walk(folder: &Path, extensions: &[&str], found: &mut Vec<(PathBuf, String)>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|it| it.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !["target", "node_modules", "dist", "vendor", "results", ".git"].contains(&name) {
                walk(&path, extensions, found);
            }
        } else if path.extension().and_then(|it| it.to_str()).is_some_and(|it| extensions.contains(&it)) {
            let text = std::fs::read_to_string(&path).expect("text");
            found.push((path, text));
        }
    }
}

/// The engine's modules in the order of `lib.rs`.
fn stations() -> Vec<String> {
    let lib = std::fs::read_to_string(podyard_tests::root().join("engine/src/lib.rs")).expect("lib.rs");
    let stations: Vec<String> = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(ToOwned::to_owned)
        .collect();
    assert!(stations.len() > 8, "lib.rs lists its stations");
    stations
}

/// The first segments of every `crate::…` path in a text, grouped imports included.
fn uses(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|it| it.is_alphanumeric() || it == '_') {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            let mut at_start = true;
            for it in group.chars() {
                match it {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push(std::mem::take(&mut word));
                        at_start = true;
                    }
                    it if depth == 0 && at_start && (it.is_alphanumeric() || it == '_') => word.push(it),
                    it if it.is_whitespace() && word.is_empty() => {}
                    _ => at_start = false,
                }
            }
            found.push(word);
        } else {
            found.push(rest.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect());
        }
    }
    found.retain(|it| !it.is_empty());
    found
}

/// Whether a file is a module that only tests have: its parent says `#[cfg(test)] mod NAME;`.
fn is_test_module(path: &Path) -> bool {
    let inside_tests = path.components().any(|it| it.as_os_str() == "tests");
    let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
    let folder = path.parent().expect("a folder");
    let parents = [folder.join("mod.rs"), folder.join("lib.rs"), folder.with_extension("rs")];
    let declared = parents.iter().filter_map(|it| std::fs::read_to_string(it).ok()).any(|text| {
        text.contains(&format!("#[cfg(test)]\nmod {stem};"))
            || text.contains(&format!("#[cfg(test)]\npub(crate) mod {stem};"))
    });
    inside_tests || declared
}

/// The engine's sources that are not tests.
fn engine_sources() -> Vec<(PathBuf, String)> {
    let all = sources("engine/src", &["rs"]);
    all.into_iter().filter(|(path, _)| !is_test_module(path)).collect()
}

/// Text without its `#[cfg(test)]` module: tests may look anywhere.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

#[test]
fn grouped_imports_are_seen() {
    assert_eq!(uses("use crate::{api, network::{At, dns}, text::Span};"), ["api", "network", "text"]);
    assert_eq!(uses("let x = crate::api::Kind::Pod; mycrate::session"), ["api"]);
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let stations = stations();
    let rank = |name: &str| stations.iter().position(|it| it == name);
    let mut wrong = Vec::new();
    for (path, text) in engine_sources() {
        let inside = path.strip_prefix(podyard_tests::root().join("engine/src")).expect("inside");
        let first = inside.iter().next().and_then(|it| it.to_str()).unwrap_or_default();
        let Some(own) = rank(first.trim_end_matches(".rs")) else { continue };
        for used in uses(without_tests(&text)) {
            if rank(&used).is_some_and(|used| used > own) {
                wrong.push(format!("{} uses {used}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports run one way along lib.rs:\n{}", wrong.join("\n"));
}

#[test]
fn the_engine_has_no_clock_no_io_no_web() {
    let words = [
        "std::time",
        "std::fs",
        "std::env",
        "std::thread",
        "std::net::Tcp",
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "println!",
        "static mut",
    ];
    let mut wrong = Vec::new();
    for (path, text) in engine_sources() {
        let text = without_tests(&text);
        for word in words {
            if text.lines().any(|line| line.contains(word) && !line.trim_start().starts_with("//")) {
                wrong.push(format!("{}: {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn manifest_knows_nothing_of_kubernetes() {
    let words = ["Pod", "Service", "NetworkPolicy", "apiVersion", "metadata"];
    for (path, text) in sources("engine/src/manifest", &["rs"]) {
        if is_test_module(&path) {
            continue;
        }
        for (i, line) in without_tests(&text).lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in words {
                assert!(!code.contains(word), "{}:{}: {word}", path.display(), i + 1);
            }
        }
    }
}

#[test]
fn only_manifest_names_the_parser_and_only_session_serialises() {
    for (path, text) in engine_sources() {
        let shown = path.display().to_string();
        let text = without_tests(&text);
        assert!(!text.contains("granit_parser") || shown.contains("/manifest/"), "{shown} names the parser");
        assert!(
            !text.contains("serde") || shown.contains("/session/") || shown.ends_with("/session.rs"),
            "{shown} serialises"
        );
    }
}

#[test]
fn files_stay_readable() {
    let mut long = Vec::new();
    for folder in ["engine/src", "app/src", "cli/src", "xtask/src", "tests"] {
        for (path, text) in sources(folder, &["rs"]) {
            let lines = text.lines().count();
            if lines > 500 {
                long.push(format!("{} has {lines} lines", path.display()));
            }
        }
    }
    assert!(long.is_empty(), "a file is about one thing:\n{}", long.join("\n"));
}

#[test]
fn every_file_belongs_to_a_module() {
    for folder in ["engine/src", "app/src", "cli/src", "xtask/src"] {
        let all = sources(folder, &["rs"]);
        for (path, _) in &all {
            let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
            let name = match stem {
                "lib" | "main" => continue,
                "mod" => {
                    path.parent().and_then(|it| it.file_name()).and_then(|it| it.to_str()).unwrap_or_default()
                }
                stem => stem,
            };
            let named = all.iter().any(|(other, text)| {
                other != path
                    && text.lines().any(|line| {
                        let line = line
                            .trim()
                            .trim_start_matches("pub(crate) ")
                            .trim_start_matches("pub(super) ")
                            .trim_start_matches("pub ");
                        line.strip_prefix("mod ").and_then(|it| it.strip_suffix(';')) == Some(name)
                    })
            });
            assert!(
                named || path.components().any(|it| it.as_os_str() == "bin"),
                "no mod names {}",
                path.display()
            );
        }
    }
}

#[test]
fn nothing_is_left_to_do_or_switched_off() {
    // Put together here so that this file does not find itself.
    let words = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["todo", "!("],
        ["unimplemented", "!("],
        ["#[ign", "ore"],
        [".on", "ly("],
    ]
    .map(|it| it.concat());
    let mut wrong = Vec::new();
    for folder in ["engine", "app", "cli", "xtask", "tests"] {
        for (path, text) in sources(folder, &["rs", "js", "mjs", "css"]) {
            for word in &words {
                if let Some(i) = text.lines().position(|line| line.contains(word.as_str())) {
                    wrong.push(format!("{}:{}: {word}", path.display(), i + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_page_says_exactly_the_content_security_policy() {
    let wanted = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";
    let page = std::fs::read_to_string(podyard_tests::root().join("app/index.html")).expect("index.html");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains(wanted), "app/index.html's policy differs from: {wanted}");
    assert!(
        !page.contains("style=")
            && !page.contains("<style")
            && !page.contains("http://")
            && !page.contains("https://"),
        "index.html holds nothing inline and nothing foreign"
    );
}

#[test]
fn the_readme_names_the_two_commands() {
    let readme = std::fs::read_to_string(podyard_tests::root().join("README.md")).expect("README.md");
    assert!(readme.contains("cargo xtask serve") && readme.contains("cargo xtask test"));
    let ci = std::fs::read_to_string(podyard_tests::root().join(".ci/run")).expect(".ci/run");
    assert!(ci.contains("cargo xtask test"));
}

#[test]
fn architecture_names_every_station() {
    let text =
        std::fs::read_to_string(podyard_tests::root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for station in stations() {
        assert!(text.contains(&format!("`{station}`")), "ARCHITECTURE.md does not name `{station}`");
    }
}
