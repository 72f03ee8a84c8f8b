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

/// The first segments of every path that begins with `root` in a text, grouped imports included.
fn uses(text: &str, root: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(root) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|it| it.is_alphanumeric() || matches!(it, '_' | ':')) {
            continue;
        }
        let rest = &text[at + root.len()..];
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

/// Text without what only tests have, which may look anywhere: a `#[cfg(test)]` module ends where its brace stands at the start of a line
/// again; one that is a file of its own ends at once.
fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            kept += line;
            kept.push('\n');
            continue;
        }
        if lines.next().is_some_and(|item| item.ends_with('{')) {
            lines.by_ref().find(|line| *line == "}");
        }
    }
    kept
}

#[test]
fn only_tests_are_left_out() {
    let text = "use a;\n#[cfg(test)]\nmod tests;\nuse b;\n#[cfg(test)]\nmod more {\n    fn f() {\n    }\n}\nuse c;\n";
    assert_eq!(without_tests(text), "use a;\nuse b;\nuse c;\n");
}

#[test]
fn grouped_imports_are_seen() {
    assert_eq!(
        uses("use crate::{api, network::{At, dns}, text::Span};", "crate::"),
        ["api", "network", "text"]
    );
    assert_eq!(uses("let x = crate::api::Kind::Pod; mycrate::session", "crate::"), ["api"]);
    assert_eq!(uses("use super::super::session::X; use super::mod_a;", "super::super::"), ["session"]);
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
        let text = without_tests(&text);
        // A station's own file is one step from the crate's root, `mod.rs` stands for its folder.
        let depth = inside.components().count() - usize::from(inside.ends_with("mod.rs"));
        for used in [uses(&text, "crate::"), uses(&text, &"super::".repeat(depth))].concat() {
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
        "TcpStream",
        "TcpListener",
        "UdpSocket",
        "web_sys",
        "js_sys",
        "wasm_bindgen",
        "print!",
        "println!",
        "dbg!",
        "static mut",
    ];
    let modules = ["time", "fs", "env", "thread", "io", "process", "os", "path"];
    let mut wrong = Vec::new();
    for (path, text) in engine_sources() {
        let code = |line: &&str| !line.trim_start().starts_with("//");
        let text = without_tests(&text).lines().filter(code).collect::<Vec<_>>().join("\n");
        let named = words.into_iter().filter(|it| text.contains(it));
        let used = uses(&text, "std::");
        let used = modules.into_iter().filter(|it| used.iter().any(|used| used == it));
        wrong.extend(named.chain(used).map(|it| format!("{}: {it}", path.display())));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn manifest_knows_nothing_of_kubernetes() {
    let words = [
        "Pod",
        "Service",
        "NetworkPolicy",
        "Deployment",
        "Namespace",
        "ConfigMap",
        "apiVersion",
        "metadata",
        "networking",
        "\"kind\"",
        "\"spec\"",
        "namespaces",
    ];
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
    for folder in ["engine", "app", "cli", "xtask", "tests", "public"] {
        for (path, text) in sources(folder, &["rs", "js", "mjs", "css"]) {
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
        for (path, _) in sources(folder, &["rs"]) {
            let stem = path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
            if matches!(stem, "lib" | "main") {
                continue;
            }
            let folder = path.parent().expect("a folder");
            // `mod.rs` stands for its folder.
            let (name, folder) = match stem {
                "mod" => (folder.file_name().and_then(|it| it.to_str()).unwrap_or_default(), folder.parent()),
                stem => (stem, Some(folder)),
            };
            let folder = folder.expect("a folder");
            let parents = ["mod.rs", "lib.rs", "main.rs"].map(|it| folder.join(it));
            let parents = parents.into_iter().chain([folder.with_extension("rs")]);
            let texts: Vec<String> = parents.filter_map(|it| std::fs::read_to_string(it).ok()).collect();
            let named = texts.iter().flat_map(|text| text.lines()).any(|line| {
                let line = line.trim().trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
                line.trim_start_matches("pub ") == format!("mod {name};")
            });
            let program = path.components().any(|it| it.as_os_str() == "bin");
            assert!(named || program, "no mod names {}", path.display());
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
        ["test.sk", "ip("],
        ["test.fix", "me("],
        ["allow(clippy::unwrap", "_used"],
        ["allow(clippy::pan", "ic"],
        ["allow(clippy::index", "ing_slicing"],
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
            && !page.contains(" on")
            && !page.contains("\"//")
            && !page.contains("http://")
            && !page.contains("https://"),
        "index.html holds nothing inline and nothing foreign"
    );
    let scripts = page.matches("<script").count();
    assert_eq!(scripts, page.matches("></script>").count(), "every script of index.html is a file");
}

#[test]
fn the_readme_names_the_two_commands() {
    let readme = std::fs::read_to_string(podyard_tests::root().join("README.md")).expect("README.md");
    assert!(readme.contains("cargo xtask serve") && readme.contains("cargo xtask test"));
    let ci = std::fs::read_to_string(podyard_tests::root().join(".ci/run")).expect(".ci/run");
    let cargo: Vec<&str> = ci.lines().filter(|line| line.contains("cargo") || line.contains("npm")).collect();
    assert_eq!(cargo, ["cargo xtask test"], "CI runs what everybody can run, and nothing else");
}

#[test]
fn architecture_names_every_station() {
    let text =
        std::fs::read_to_string(podyard_tests::root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for station in stations() {
        assert!(text.contains(&format!("`{station}`")), "ARCHITECTURE.md does not name `{station}`");
    }
}
