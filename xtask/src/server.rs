//! A server for a folder of files, on this machine only.

use crate::Result;
use std::{
    fs::{self, Metadata},
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, UNIX_EPOCH},
};

/// What the page may do, in every environment. app/index.html says the same for hosts that set no headers.
pub(crate) const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    form-action 'none'";

/// The longest head of a request that is read.
const HEAD: usize = 16 * 1024;
/// How long a client may take to say or hear something.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
pub(crate) struct Serving {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    listening: thread::JoinHandle<()>,
}

impl Serving {
    /// Waits for as long as it serves, which is until the program is stopped.
    pub(crate) fn wait(self) {
        // A thread that panicked has said so.
        let _ = self.listening.join();
    }
}

/// Serves a folder at a port; 0 is any free one.
pub(crate) fn start(root: &Path, port: u16) -> Result<Serving> {
    let root = root
        .canonicalize()
        .map_err(|_| format!("There is no site in {}: build it first.", root.display()))?;
    let root = Arc::new(root);
    let listener = listen(port)?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let listening = thread::spawn(move || {
        // A thread for each: browsers open connections that they do not use yet, and none may wait behind those.
        for stream in listener.incoming().flatten() {
            let root = Arc::clone(&root);
            thread::spawn(move || {
                // A browser that went away does not want its answer.
                let _ = serve(stream, &root);
            });
        }
    });
    Ok(Serving { address, listening })
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

/// Hears one request and answers it.
fn serve(mut stream: TcpStream, root: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut heard = Vec::new();
    while heard.len() < HEAD {
        let mut part = [0; 4096];
        let length = stream.read(&mut part)?;
        if length == 0 {
            return Ok(());
        }
        heard.extend_from_slice(&part[..length]);
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(&heard) {
            Ok(httparse::Status::Partial) => {}
            Ok(httparse::Status::Complete(_)) => return answer(&request, root)?.send(&mut stream),
            Err(_) => break,
        }
    }
    Answer::text("400 Bad Request", "This is no request.\n").send(&mut stream)
}

fn answer(request: &httparse::Request<'_, '_>, root: &Path) -> io::Result<Answer> {
    let body = match request.method {
        Some("GET") => true,
        Some("HEAD") => false,
        _ => {
            let answer = Answer::text("405 Method Not Allowed", "This server only has files.\n");
            return Ok(answer.with("Allow", "GET, HEAD"));
        }
    };
    let url = request.path.unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
    let answer = match find(root, url) {
        Found::File(path) => file(request, &path)?,
        Found::Folder => Answer::text("301 Moved Permanently", "").with("Location", &format!("{url}/")),
        Found::Nothing => {
            Answer::text("404 Not Found", "Not found.\n").with("Content-Security-Policy", POLICY)
        }
    };
    Ok(if body { answer } else { Answer { body: Vec::new(), ..answer } })
}

fn file(request: &httparse::Request<'_, '_>, path: &Path) -> io::Result<Answer> {
    let tag = tag(&fs::metadata(path)?)?;
    let mut headers = request.headers.iter();
    let known = headers
        .any(|header| header.name.eq_ignore_ascii_case("If-None-Match") && header.value == tag.as_bytes());
    let answer = match known {
        true => Answer { status: "304 Not Modified", headers: Vec::new(), body: Vec::new() },
        false => Answer { status: "200 OK", headers: Vec::new(), body: fs::read(path)? },
    };
    Ok(answer
        .with("Content-Type", content_type(path))
        .with("Content-Security-Policy", POLICY)
        .with("X-Content-Type-Options", "nosniff")
        .with("Cache-Control", "no-cache")
        .with("ETag", &tag))
}

/// Changes with the file.
fn tag(metadata: &Metadata) -> io::Result<String> {
    let changed = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("\"{:x}-{:x}\"", changed.as_nanos(), metadata.len()))
}

/// What is sent back.
struct Answer {
    status: &'static str,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Answer {
    fn text(status: &'static str, text: &str) -> Self {
        let body = text.as_bytes().to_vec();
        Self { status, headers: Vec::new(), body }.with("Content-Type", "text/plain; charset=utf-8")
    }

    /// With one more header. What is not plain is left out of its value.
    fn with(mut self, name: &str, value: &str) -> Self {
        let plain = |it: &char| it.is_ascii() && !it.is_control();
        self.headers.push(format!("{name}: {}\r\n", value.chars().filter(plain).collect::<String>()));
        self
    }

    fn send(self, stream: &mut TcpStream) -> io::Result<()> {
        let (status, headers, length) = (self.status, self.headers.concat(), self.body.len());
        let head =
            format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        stream.write_all(&self.body)
    }
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

#[cfg(test)]
mod tests;
