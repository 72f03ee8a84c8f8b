//! Statements: tables, single connections, all ports at once.

use super::case::{field, string, strings};
use super::ports::Ports;
use podyard_engine::api::Protocol;
use podyard_engine::manifest::{Node, Value};

/// What should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allow,
    Deny,
    /// No policy is asked: the Service has no such port or no ready endpoint.
    Unreachable,
    /// Policies of equal priority decide differently.
    Ambiguous,
}

impl Verdict {
    pub(super) fn word(self) -> &'static str {
        match self {
            Verdict::Allow => "allow",
            Verdict::Deny => "deny",
            Verdict::Unreachable => "unreachable",
            Verdict::Ambiguous => "ambiguous",
        }
    }
    fn parse(word: &str) -> Result<Self, String> {
        match word {
            "allow" => Ok(Verdict::Allow),
            "deny" => Ok(Verdict::Deny),
            "unreachable" => Ok(Verdict::Unreachable),
            "ambiguous" => Ok(Verdict::Ambiguous),
            other => Err(format!("unknown verdict {other}")),
        }
    }
}

/// One statement about one pair of ends.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) what: What,
}

/// What is stated of a pair.
#[derive(Clone, Debug)]
pub(super) enum What {
    Single(Single),
    /// Exactly these ports are open.
    Ports(Ports),
}

/// A connection with what should become of it.
#[derive(Clone, Debug)]
pub(super) struct Single {
    pub(super) protocol: Protocol,
    pub(super) port: u16,
    /// Of both directions together.
    pub(super) verdict: Option<Verdict>,
    pub(super) egress: Option<Verdict>,
    pub(super) ingress: Option<Verdict>,
    /// The answer must (not) depend on the plugin.
    pub(super) mark: Option<bool>,
    pub(super) ipv6: bool,
    pub(super) backend: Option<String>,
    pub(super) through: Option<String>,
    /// A cell of a table.
    pub(super) table: bool,
}

/// Reads the entries of an `expect` list.
pub(super) fn read(entries: &[Node]) -> Result<Vec<Statement>, String> {
    let mut statements: Vec<Statement> = Vec::new();
    for entry in entries {
        match field(entry, "matrix") {
            Some(matrix) => table(entry, matrix, &mut statements)?,
            None => pairs(entry, &mut statements)?,
        }
    }
    Ok(statements)
}

fn table(entry: &Node, matrix: &Node, statements: &mut Vec<Statement>) -> Result<(), String> {
    let direction = string(field(entry, "direction"));
    for port in strings(field(entry, "ports")) {
        let (protocol, port) = port.split_once(' ').ok_or("a port without protocol")?;
        let blank =
            single(parse_protocol(protocol)?, port.parse().map_err(|_| format!("not a port: {port}"))?);
        let to = strings(field(entry, "to"));
        for row in matrix.entries() {
            let cells = row.value.as_str().ok_or("a row that is no text")?;
            if cells.chars().count() != to.len() {
                return Err(format!("row {} does not fit its columns", row.key));
            }
            for (cell, to) in cells.chars().zip(&to) {
                let verdict = Some(match cell {
                    '.' => Verdict::Allow,
                    'X' => Verdict::Deny,
                    '~' => Verdict::Ambiguous,
                    '-' => continue,
                    other => return Err(format!("unknown cell {other}")),
                });
                let cell = match direction.as_deref() {
                    Some("egress") => Single { egress: verdict, ..blank.clone() },
                    Some("ingress") => Single { ingress: verdict, ..blank.clone() },
                    _ => Single { verdict, ..blank.clone() },
                };
                let what = What::Single(Single { table: true, ..cell });
                statements.push(Statement { from: row.key.to_string(), to: to.clone(), what });
            }
        }
    }
    Ok(())
}

fn pairs(entry: &Node, statements: &mut Vec<Statement>) -> Result<(), String> {
    let (sources, destinations) = (strings(field(entry, "from")), strings(field(entry, "to")));
    let what = match string(field(entry, "connections")) {
        Some(connections) => What::Ports(Ports::parse(&connections)?),
        None => What::Single(connection(entry)?),
    };
    let unlisted = matches!(field(entry, "unlisted").map(|it| &it.value), Some(Value::Bool(true)));
    if sources.is_empty() || destinations.is_empty() {
        return Err("a statement without ends".to_owned());
    }
    let listed: Vec<(String, String)> = match unlisted {
        true => statements.iter().map(|it| (it.from.clone(), it.to.clone())).collect(),
        false => Vec::new(),
    };
    for from in &sources {
        for to in &destinations {
            let itself = from == to && matches!(what, What::Ports(_));
            if itself || listed.iter().any(|(a, b)| a == from && b == to) {
                continue;
            }
            statements.push(Statement { from: from.clone(), to: to.clone(), what: what.clone() });
        }
    }
    Ok(())
}

fn connection(entry: &Node) -> Result<Single, String> {
    const KNOWN: [&str; 11] = [
        "from", "to", "protocol", "port", "verdict", "egress", "ingress", "mark", "family", "backend",
        "through",
    ];
    if let Some(unknown) = entry.entries().iter().find(|it| !KNOWN.contains(&&*it.key)) {
        return Err(format!("unknown key {}", unknown.key));
    }
    let protocol = parse_protocol(&string(field(entry, "protocol")).unwrap_or("TCP".to_owned()))?;
    let port = match field(entry, "port").map(|it| &it.value) {
        Some(Value::Integer(port)) => u16::try_from(*port).map_err(|_| format!("not a port: {port}"))?,
        None if protocol == Protocol::Icmp => 0,
        _ => return Err("a connection without port".to_owned()),
    };
    let verdict = |key| string(field(entry, key)).map(|word| Verdict::parse(&word)).transpose();
    Ok(Single {
        verdict: verdict("verdict")?,
        egress: verdict("egress")?,
        ingress: verdict("ingress")?,
        mark: string(field(entry, "mark")).map(|mark| mark == "plugin-dependent"),
        ipv6: string(field(entry, "family")).as_deref() == Some("IPv6"),
        backend: string(field(entry, "backend")),
        through: string(field(entry, "through")),
        ..single(protocol, port)
    })
}

fn single(protocol: Protocol, port: u16) -> Single {
    Single {
        protocol,
        port,
        verdict: None,
        egress: None,
        ingress: None,
        mark: None,
        ipv6: false,
        backend: None,
        through: None,
        table: false,
    }
}

pub(super) fn parse_protocol(word: &str) -> Result<Protocol, String> {
    match word {
        "TCP" => Ok(Protocol::Tcp),
        "UDP" => Ok(Protocol::Udp),
        "SCTP" => Ok(Protocol::Sctp),
        "ICMP" => Ok(Protocol::Icmp),
        other => Err(format!("unknown protocol {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podyard_engine::manifest;
    use podyard_engine::text::FileId;

    fn statements(text: &str) -> Result<Vec<Statement>, String> {
        let parsed = manifest::parse(FileId(0), text);
        read(parsed.documents[0].root.as_ref().unwrap().items())
    }

    #[test]
    fn a_table_is_one_statement_per_stated_cell_and_port() {
        let table =
            "- {ports: [TCP 80, UDP 81], to: [x/a, x/b], direction: ingress, matrix: {x/a: '-X', x/b: '.~'}}";
        let statements = statements(table).unwrap();
        assert_eq!(statements.len(), 6);
        let What::Single(first) = &statements[0].what else { panic!() };
        assert_eq!((first.ingress, first.verdict, first.port), (Some(Verdict::Deny), None, 80));
    }

    #[test]
    fn unlisted_pairs_are_those_that_no_other_entry_names() {
        let text = "- {from: a/a, to: a/b, connections: all}\n- {unlisted: true, from: [a/a, a/b], to: [a/a, a/b], connections: none}";
        let pairs: Vec<_> = statements(text).unwrap().into_iter().map(|it| (it.from, it.to)).collect();
        assert_eq!(pairs, [("a/a".into(), "a/b".into()), ("a/b".into(), "a/a".into())]);
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        assert!(statements("- {from: a/a, to: a/b, port: 80, verdit: allow}").is_err());
    }
}
