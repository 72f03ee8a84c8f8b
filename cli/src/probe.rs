//! `podyard probe`: one connection, walked and explained.

use crate::ProbeFormat;
use crate::inputs::{World, print, read};
use crate::port;
use podyard_engine::session::{Command, HopState, Link, Update, WalkView};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// Walks the connection the last two words name in the world the others hold.
pub(crate) fn run(words: &[String], explain: bool, format: ProbeFormat) -> Result<ExitCode, String> {
    let [paths @ .., from, to] = words else { return Err("name PATH, FROM and TO".to_owned()) };
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let mut world = World::open(&read(&paths)?);
    world.warn_of_errors();
    let (to, port, protocol) = target(to)?;
    let answer = world.session.handle(Command::Walk { from: from.clone(), to, port, protocol });
    match answer.into_iter().next() {
        Some(Update::Walk(walk)) => {
            print(&match format {
                ProbeFormat::Json => format!("{:#}\n", json(&walk)),
                ProbeFormat::Text => text(&walk, explain),
            })?;
            Ok(ExitCode::SUCCESS)
        }
        Some(Update::Refused(words)) => Err(words),
        _ => Err("the engine gave no answer".to_owned()),
    }
}

/// `TO[:PORT[/PROTO]]`; an IPv6 address with a port stands in brackets, `node:` is no port.
fn target(word: &str) -> Result<(String, Option<u16>, Option<String>), String> {
    let (prefix, rest) = match word.strip_prefix("node:") {
        Some(rest) => ("node:", rest),
        None => ("", word),
    };
    let (host, port) = match (rest.strip_prefix('['), rest.matches(':').count()) {
        (Some(bracketed), _) => match bracketed.split_once(']') {
            Some((host, "")) => (host, None),
            Some((host, port)) => match port.strip_prefix(':') {
                Some(port) => (host, Some(port)),
                None => return Err(format!("{word}: after the bracket stands nothing or :PORT")),
            },
            None => return Err(format!("{word}: the bracket is not closed")),
        },
        (None, 1) => rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port))),
        (None, _) => (rest, None),
    };
    let (port, protocol) = match port.map(port::parse).transpose()? {
        Some((port, protocol)) => (Some(port), protocol),
        None => (None, None),
    };
    if host.is_empty() {
        return Err(format!("{word:?} names nothing: write TO[:PORT[/PROTO]]"));
    }
    Ok((format!("{prefix}{host}"), port, protocol))
}

/// The walk as data, sentences as plain text.
fn json(walk: &WalkView) -> Value {
    let end = |end: &(String, String)| json!({"id": end.0, "name": end.1});
    let at = |link: &Link| json!({"file": link.file, "line": link.line, "column": link.column, "object": link.object, "path": link.path});
    let hops = walk.hops.iter().map(|hop| {
        json!({
            "station": hop.station,
            "title": hop.title,
            "place": hop.place,
            "state": hop.state,
            "why": hop.why.plain(),
            "others": hop.others.iter().map(|it| it.plain()).collect::<Vec<_>>(),
            "before": hop.before,
            "after": hop.after,
            "rewrite": hop.rewrite,
            "at": hop.at.as_ref().map(at),
            "microseconds": hop.took,
        })
    });
    json!({
        "verdict": walk.verdict,
        "from": end(&walk.from),
        "to": end(&walk.to),
        "port": walk.port,
        "protocol": walk.protocol,
        "headline": walk.headline.plain(),
        "because": walk.because.plain(),
        "decided": walk.decided,
        "hops": hops.collect::<Vec<_>>(),
        "client": walk.client,
        "depends_on_plugin": walk.plugin.as_ref().map(|it| it.plain()),
        "service": walk.service,
        "destination": walk.destination,
    })
}

/// The walk in lines; with `explain` every hop and its reason.
fn text(walk: &WalkView, explain: bool) -> String {
    // An IPv6 address before a port stands in brackets, as it is typed.
    let to = if walk.to.1.contains(':') { format!("[{}]", walk.to.1) } else { walk.to.1.clone() };
    let mut out = format!("{}  {} → {to}:{}/{}\n", walk.word, walk.from.1, walk.port, walk.protocol);
    out += &format!("{}\n{}\n", walk.headline.plain(), walk.because.plain());
    if let Some(at) = walk.hops.get(walk.decided).and_then(|hop| hop.at.as_ref()) {
        out += &format!("decided at {}:{}  {} {}\n", at.file, at.line, at.object, at.path);
    }
    if let Some(plugin) = &walk.plugin {
        out += &format!("depends on the network plugin: {}\n", plugin.plain());
    }
    if explain {
        out += "\n";
        for (i, hop) in walk.hops.iter().enumerate() {
            let mark = match hop.state {
                HopState::Passed => "│",
                HopState::Decided => "●",
                HopState::NotReached => "○",
            };
            let place = if hop.place.is_empty() { String::new() } else { format!("  ({})", hop.place) };
            let missed = if hop.state == HopState::NotReached { "  not reached" } else { "" };
            out += &format!("{mark} {}. {}{place}{missed}\n", i + 1, hop.title);
            if !hop.before.is_empty() {
                let change = if hop.before == hop.after {
                    String::new()
                } else {
                    format!("  ⇒  {}  {}", hop.after, hop.rewrite)
                };
                out += &format!("    {}{change}\n", hop.before);
            }
            if hop.state != HopState::NotReached {
                out += &format!("    {}\n", hop.why.plain());
            }
            for other in &hop.others {
                out += &format!("      {}\n", other.plain());
            }
            if let Some(at) = &hop.at {
                out += &format!("    {}:{}  {}\n", at.file, at.line, at.path);
            }
        }
        out += &format!("\nthe client sees: {}\n", walk.client.line);
        if !walk.client.verbose.is_empty() {
            out += &format!("  with -v: {}\n", walk.client.verbose);
        }
        out += &format!("  {} · {}\n", walk.client.answered, walk.client.after);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn ports_and_protocols_are_split_off() {
        let split = |word| target(word).unwrap();
        assert_eq!(split("shop/web"), ("shop/web".to_owned(), None, None));
        assert_eq!(split("db.shop:5432"), ("db.shop".to_owned(), Some(5432), None));
        assert_eq!(split("db:53/udp"), ("db".to_owned(), Some(53), Some("UDP".to_owned())));
        assert_eq!(split("[fd00::1]:80"), ("fd00::1".to_owned(), Some(80), None));
        assert_eq!(split("fd00::1"), ("fd00::1".to_owned(), None, None));
        assert_eq!(split("node:n1:10250"), ("node:n1".to_owned(), Some(10250), None));
        assert!(
            target("").is_err()
                && target(":80").is_err()
                && target("db:").is_err()
                && target("[fd00::1]80").is_err()
        );
        assert!(target("db:80/http").is_err());
    }
}
