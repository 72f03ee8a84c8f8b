use super::{Found, POLICY, content_type, find, start};
use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
};

/// A folder `site` with a few files and a secret beside it.
fn site(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("podyard-server-{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("site/sub")).unwrap();
    fs::write(folder.join("secret"), "secret").unwrap();
    for (file, text) in
        [("index.html", "<p>home"), ("a b.js", "1"), ("sub/index.html", "<p>sub"), ("x.wasm", "")]
    {
        fs::write(folder.join("site").join(file), text).unwrap();
    }
    folder.canonicalize().unwrap().join("site")
}

fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{request}\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_page_states_the_same_policy_as_the_server() {
    let page = include_str!("../../../app/index.html");
    assert!(page.contains(&format!("content=\"{POLICY}\"")), "app/index.html must hold {POLICY}");
}

#[test]
fn finds_files_and_folders() {
    let root = site("find");
    assert_eq!(find(&root, "/"), Found::File(root.join("index.html")));
    assert_eq!(find(&root, "/a%20b.js"), Found::File(root.join("a b.js")));
    assert_eq!(find(&root, "/sub/"), Found::File(root.join("sub/index.html")));
    assert_eq!(find(&root, "/sub"), Found::Folder);
    assert_eq!(find(&root, "/index.html/"), Found::Nothing);
    assert_eq!(find(&root, "/none.js"), Found::Nothing);
}

#[test]
fn nothing_outside_the_folder_is_found() {
    let root = site("outside");
    #[cfg(unix)]
    let _ = std::os::unix::fs::symlink(root.join("../secret"), root.join("link"));
    for url in [
        "/../secret",
        "/%2e%2e/secret",
        "/sub/..%2f..%2fsecret",
        "/..\\secret",
        "/%",
        "/%00",
        "/%ff",
        "/link",
    ] {
        assert_eq!(find(&root, url), Found::Nothing, "{url}");
    }
}

#[test]
fn types_are_those_browsers_insist_on() {
    for (name, wanted) in [
        ("a.wasm", "application/wasm"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.yaml", "text/yaml; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a", "application/octet-stream"),
    ] {
        assert_eq!(content_type(Path::new(name)), wanted);
    }
}

#[test]
fn answers_over_http() {
    let serving = start(&site("http"), 0).unwrap();
    let home = ask(serving.address, "GET / HTTP/1.1");
    assert!(home.starts_with("HTTP/1.1 200") && home.ends_with("<p>home"), "{home}");
    assert!(home.contains(&format!("Content-Security-Policy: {POLICY}\r\n")), "{home}");
    let tag = home.lines().find_map(|line| line.strip_prefix("ETag: ")).unwrap();
    let again = ask(serving.address, &format!("GET / HTTP/1.1\r\nIf-None-Match: {tag}"));
    assert!(again.starts_with("HTTP/1.1 304"), "{again}");
    assert!(ask(serving.address, "GET /none HTTP/1.1").starts_with("HTTP/1.1 404"));
    assert!(ask(serving.address, "GET /../secret HTTP/1.1").starts_with("HTTP/1.1 404"));
    assert!(ask(serving.address, "POST / HTTP/1.1").starts_with("HTTP/1.1 405"));
    let moved = ask(serving.address, "GET /sub HTTP/1.1");
    assert!(moved.starts_with("HTTP/1.1 301") && moved.contains("Location: /sub/\r\n"), "{moved}");
}

#[test]
fn a_taken_port_is_said_so() {
    let root = site("port");
    let first = start(&root, 0).unwrap();
    let second = start(&root, first.address.port()).err().unwrap();
    assert!(second.contains("is taken") && second.contains("--port"), "{second}");
}

#[test]
fn a_connection_without_a_request_keeps_nobody_waiting() {
    let serving = start(&site("idle"), 0).unwrap();
    let idle: Vec<_> = (0..20).map(|_| TcpStream::connect(serving.address).unwrap()).collect();
    assert!(ask(serving.address, "GET / HTTP/1.1").starts_with("HTTP/1.1 200"));
    drop(idle);
}
