//! A server for a folder of files, on this machine only.

use crate::Result;
use std::{
    fs::File,
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::UNIX_EPOCH,
};
use tiny_http::{Header, Method, Request, Response, Server};

/// What the page may do, in every environment. app/index.html says the same for hosts that set no headers.
pub(crate) const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'none'";

const THREADS: usize = 8;

/// A running server.
pub(crate) struct Serving {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    workers: Vec<thread::JoinHandle<()>>,
}

impl Serving {
    /// Waits for as long as it serves, which is until the program is stopped.
    pub(crate) fn wait(self) {
        for worker in self.workers {
            // A thread that panicked has said so; the others serve on.
            let _ = worker.join();
        }
    }
}

/// Serves a folder at a port; 0 is any free one.
pub(crate) fn start(root: &Path, port: u16) -> Result<Serving> {
    let root = root
        .canonicalize()
        .map_err(|_| format!("There is no site in {}: build it first.", root.display()))?;
    let listener = listen(port)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let server = Arc::new(Server::from_listener(listener, None).map_err(|error| error.to_string())?);
    let workers = (0..THREADS).map(|_| {
        let (server, root) = (Arc::clone(&server), root.clone());
        thread::spawn(move || {
            for request in server.incoming_requests() {
                // A browser that went away does not want its answer.
                let _ = answer(request, &root);
            }
        })
    });
    Ok(Serving { address, workers: workers.collect() })
}

/// Says why a port cannot be used, if so.
pub(crate) fn check_port(port: u16) -> Result {
    listen(port).map(drop)
}

fn listen(port: u16) -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!("Port {port} is taken: choose another with `--port N`."),
        io::ErrorKind::PermissionDenied => {
            format!("Port {port} is not allowed for this user: choose another with `--port N`.")
        }
        _ => format!("Port {port} cannot be used: {error}; choose another with `--port N`."),
    })
}

fn answer(request: Request, root: &Path) -> io::Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        let response = Response::from_string("This server only has files.\n").with_status_code(405);
        return request.respond(response.with_header(header("Allow", "GET, HEAD")));
    }
    let url = request.url().split(['?', '#']).next().unwrap_or_default();
    match find(root, url) {
        Found::File(path) => file(request, &path),
        Found::Folder => {
            let location = header("Location", &format!("{url}/"));
            request.respond(Response::empty(301).with_header(location))
        }
        Found::Nothing => {
            let response = Response::from_string("Not found.\n").with_status_code(404);
            request.respond(response.with_header(header("Content-Security-Policy", POLICY)))
        }
    }
}

fn file(request: Request, path: &Path) -> io::Result<()> {
    let opened = File::open(path)?;
    let metadata = opened.metadata()?;
    let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let tag = format!("\"{:x}-{:x}\"", changed.as_nanos(), metadata.len());
    let mut headers = request.headers().iter();
    let known = headers.any(|header| header.field.equiv("If-None-Match") && header.value.as_str() == tag);
    let mut response = if known { Response::empty(304).boxed() } else { Response::from_file(opened).boxed() };
    for (name, value) in [
        ("Content-Type", content_type(path)),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-cache"),
        ("ETag", &tag),
    ] {
        response.add_header(header(name, value));
    }
    request.respond(response)
}

/// What a URL's path leads to.
#[derive(Debug, PartialEq)]
enum Found {
    File(PathBuf),
    /// A folder, asked for without the slash at its end: relative links would lead astray.
    Folder,
    Nothing,
}

/// Looks a path up; nothing outside of `root` (a canonical path) is ever found.
fn find(root: &Path, url: &str) -> Found {
    let Some(decoded) = decode(url) else { return Found::Nothing };
    let mut path = root.to_owned();
    for segment in decoded.split('/') {
        match segment {
            "" | "." => {}
            segment if segment == ".." || segment.contains(['\\', '\0', ':']) => return Found::Nothing,
            segment => path.push(segment),
        }
    }
    // A link may still lead out.
    let Some(mut path) = path.canonicalize().ok().filter(|path| path.starts_with(root)) else {
        return Found::Nothing;
    };
    if path.is_dir() {
        path.push("index.html");
        match path.is_file() {
            true if decoded.ends_with('/') => Found::File(path),
            true => Found::Folder,
            false => Found::Nothing,
        }
    } else if path.is_file() && !decoded.ends_with('/') {
        Found::File(path)
    } else {
        Found::Nothing
    }
}

/// Undoes a URL's percent signs.
fn decode(url: &str) -> Option<String> {
    let mut parts = url.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(part.get(2..)?.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

fn content_type(path: &Path) -> &'static str {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "yaml" | "yml" => "text/yaml; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    let plain: String =
        value.chars().filter(|character| character.is_ascii() && !character.is_control()).collect();
    Header::from_bytes(name, plain).expect("only plain characters are left")
}

#[cfg(test)]
mod tests;
