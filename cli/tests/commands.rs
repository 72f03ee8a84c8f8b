//! The commands as they are typed: what they print, and their exit status.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SHOP: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, labels: {app: db}}
spec: {containers: [{name: c, image: mysql}]}
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
";

/// A folder of its own for each test, with these files in it.
fn folder(test: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&root);
    for (name, text) in files {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

/// What `podyard …` gives: exit status, standard output, standard error.
fn podyard(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_podyard"));
    command.args(arguments).current_dir(folder);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // One that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn check_counts_and_fails_on_errors_alone() {
    let at = folder(
        "check",
        &[("good.yaml", SHOP), ("bad.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n")],
    );
    let (status, out, _) = podyard(&at, &["check", "good.yaml", "good.yaml"], "");
    assert_eq!((status, &*out), (0, "1 file: 0 errors, 0 warnings, 0 notes\n"), "named twice, read once");
    let (status, out, _) = podyard(&at, &["check", "."], "");
    assert!(status == 1 && out.contains("bad.yaml:4:1") && out.contains("2 files: 1 error,"), "{out}");
    let (status, out, _) = podyard(&at, &["check", "-"], "kind: Pod\n");
    assert!(status == 1 && out.contains("stdin:1:1"), "{out}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let at = folder("unreadable", &[("empty/notes.txt", "POST is a verb\n"), ("good.yaml", SHOP)]);
    for arguments in [["check", "nowhere.yaml"], ["check", "empty"], ["matrix", "empty"]] {
        let (status, _, error) = podyard(&at, &arguments, "");
        assert!(status == 2 && error.starts_with("podyard: ") && error.lines().count() == 1, "{error}");
    }
    let (status, ..) = podyard(&at, &["check"], "");
    assert_eq!(status, 2);
}

#[cfg(unix)]
#[test]
fn a_folder_linked_into_itself_is_read_once() {
    let at = folder("linked", &[("shop/shop.yaml", SHOP)]);
    for name in ["a", "b"] {
        std::os::unix::fs::symlink(".", at.join("shop").join(name)).unwrap();
    }
    assert!(podyard(&at, &["check", "shop"], "").1.starts_with("1 file:"));
}

/// A historical request is neither YAML nor JSON: beside the manifests it is a `.txt` file.
#[test]
fn requests_in_a_folder_are_read() {
    let request = "POST /apis/net.alpha.kubernetes.io/v1alpha1/namespaces/default/networkpolicys/\n{\"kind\": \"NetworkPolicy\", \"metadata\": {\"name\": \"pol1\"}, \"spec\": {\"podSelector\": {\"app\": \"db\"}}}\n";
    let at =
        folder("requests", &[("shop.yaml", SHOP), ("policy.txt", request), ("notes.txt", "kind: Pod\n")]);
    let (status, out, _) = podyard(&at, &["probe", ".", "default/web", "default/db:3306"], "");
    assert!(status == 0 && out.starts_with("Dropped ") && out.contains("policy.txt:2"), "{out}");
}

#[test]
fn long_lines_and_control_characters_do_not_flood_the_terminal() {
    let value = format!("a: \"{}\"\nkind: [\n", "x".repeat(100_000));
    let at = folder("flood", &[("long.yaml", &value), ("deep.yaml", &"[".repeat(100_000))]);
    let (status, out, _) = podyard(&at, &["check", "long.yaml", "deep.yaml"], "");
    assert!(status == 1 && out.contains("deep.yaml:1:256"), "{}", out.len());
    assert!(out.len() < 3_000, "{} bytes", out.len());
    let (_, out, _) = podyard(&at, &["check", "-"], "apiVersion: v1\nkind: Pod # \u{1b}[2J\n");
    assert!(out.contains("stdin:2:13") && !out.contains('\u{1b}'), "{out:?}");
}

#[test]
fn probe_answers_in_words_and_as_data() {
    let at = folder("probe", &[("shop.yaml", SHOP)]);
    let probe = |words: &[&str]| podyard(&at, &[&["probe", "shop.yaml"], words].concat(), "");
    let (status, out, _) = probe(&["outside", "front.default:80/tcp", "--explain"]);
    assert!(
        status == 0 && out.starts_with("Forwarded  outside → front:80/TCP") && out.contains("● "),
        "{out}"
    );
    let (_, out, _) = probe(&["default/web", "front", "--format", "json"]);
    let walk: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&walk["verdict"], &walk["port"]), (&"Forwarded".into(), &80.into()));
    assert_eq!(walk["hops"].as_array().unwrap().len(), 6);
    for wrong in
        [["default/web", "front:http"], ["default/web", "front:80/http"], ["default/nobody", "front"]]
    {
        let (status, out, error) = probe(&wrong);
        assert!(status == 2 && out.is_empty() && error.starts_with("podyard: "), "{error}");
    }
}

#[test]
fn matrix_tells_what_nobody_listens_on() {
    let at = folder("matrix", &[("shop.yaml", SHOP)]);
    let matrix = |words: &[&str]| podyard(&at, &[&["matrix", "shop.yaml"], words].concat(), "");
    let (status, out, _) = matrix(&["--port", "80/TCP", "--format", "csv"]);
    assert_eq!(
        (status, &*out),
        (0, "from,default/web,default/db\ndefault/web,-,refused\ndefault/db,all,-\n")
    );
    let (_, out, _) = matrix(&["--format", "md"]);
    assert!(out.starts_with("| from \\ to | default/web | default/db |\n|---|---|---|\n"), "{out}");
    let (_, out, _) = matrix(&["--format", "json"]);
    let data: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(data["cells"][1][0]["verdict"], "Forwarded");
    for port in ["http", "0", "80/http"] {
        assert_eq!(matrix(&["--port", port]).0, 2, "{port}");
    }
}
