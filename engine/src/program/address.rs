//! Reading targets out of text: URLs, `host:port`, bare hosts.

/// A target as a text names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// Host name or address, as written.
    pub(super) host: &'a str,
    /// The port, when the text or the scheme gives one.
    pub(super) port: Option<u16>,
    /// Stated as a URL: it counts whatever the host is.
    pub(super) url: bool,
    /// `udp://`.
    pub(super) udp: bool,
}

/// Schemes and their default ports; 0 where there is none.
const SCHEMES: &[(&str, u16)] = &[
    ("amqp", 5672),
    ("amqps", 5671),
    ("dns", 0),
    ("ftp", 21),
    ("grpc", 0),
    ("grpcs", 443),
    ("http", 80),
    ("https", 443),
    ("kafka", 9092),
    ("ldap", 389),
    ("mariadb", 3306),
    ("memcached", 11211),
    ("mongodb", 27017),
    ("mqtt", 1883),
    ("mysql", 3306),
    ("nats", 4222),
    ("plaintext", 9092),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
    ("rediss", 6379),
    ("smtp", 25),
    ("sqlserver", 1433),
    ("tcp", 0),
    ("udp", 0),
    ("ws", 80),
    ("wss", 443),
    ("zookeeper", 2181),
];

/// Every target a value names, in order: of a list each one, of a URL each host of its authority.
pub(super) fn targets(text: &str) -> Vec<Target<'_>> {
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ';' | '|' | '(' | ')' | '<' | '>')
    })
    .flat_map(word)
    .collect()
}

/// The targets of one word.
fn word(word: &str) -> Vec<Target<'_>> {
    match word.split_once("://") {
        Some((before, rest)) => url(before, rest).unwrap_or_default(),
        None => word.split(',').filter_map(|item| host_port(item, None, false)).collect(),
    }
}

/// The hosts of a URL; `before` ends in its scheme (`jdbc:mysql`, `--db=mysql`).
fn url<'a>(before: &str, rest: &'a str) -> Option<Vec<Target<'a>>> {
    let scheme = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?.to_ascii_lowercase();
    let (_, default) = SCHEMES.iter().find(|(name, _)| *name == scheme)?;
    let default = Some(*default).filter(|&port| port != 0);
    let authority = rest.trim_start_matches('/').split(['/', '?', '#', '\\']).next()?;
    let hosts = authority.rsplit('@').next()?;
    let of = |item| {
        let target = host_port(item, default, true)?;
        Some(Target { url: true, udp: scheme == "udp", ..target })
    };
    Some(hosts.split(',').filter_map(of).collect())
}

/// `host`, `host:port` or `[v6]:port`; `bare` allows the port to be missing.
fn host_port(text: &str, default: Option<u16>, bare: bool) -> Option<Target<'_>> {
    let target = |host, port| Some(Target { host, port, url: false, udp: false });
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return target(host, rest.strip_prefix(':').and_then(number).or(default));
    }
    match text.split_once(':') {
        Some((host, port)) => {
            // A path may follow without a scheme: `backend:80/health`.
            let port = number(port.split('/').next().unwrap_or(port))?;
            is_host(host).then(|| target(host, Some(port)))?
        }
        None if bare && is_host(text) => target(text, default),
        None => None,
    }
}

/// A port number: 1–65535, digits only.
pub(super) fn number(text: &str) -> Option<u16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten().filter(|&port| port != 0)
}

/// A plausible host: DNS labels, or an IPv4 address. Not a mere number (`10:30` is a time).
pub(super) fn is_host(text: &str) -> bool {
    let label = |it: &str| {
        !it.is_empty()
            && it.len() <= 63
            && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    if name.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return name.parse::<std::net::Ipv4Addr>().is_ok();
    }
    name.len() <= 253 && name.split('.').all(label)
}

/// Whether one word is the other but for a slip: at most two edits, at most one in words of up to three letters, and not the same.
pub(super) fn near(a: &str, b: &str) -> bool {
    let shorter = a.chars().count().min(b.chars().count());
    let bound = if shorter <= 3 { 1 } else { 2 };
    a != b && distance(a, b, bound).is_some()
}

/// Levenshtein distance, if at most `bound`.
fn distance(a: &str, b: &str, bound: usize) -> Option<usize> {
    let b: Vec<char> = b.chars().take(256).collect();
    if a.chars().count().abs_diff(b.len()) > bound {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let left = next.last().copied().unwrap_or(usize::MAX - 1);
            let diagonal = row.get(j).copied().unwrap_or(usize::MAX - 1);
            next.push((above + 1).min(left + 1).min(diagonal + usize::from(from != *to)));
        }
        row = next;
    }
    row.last().copied().filter(|&it| it <= bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<(&str, Option<u16>)> {
        targets(text).into_iter().map(|it| (it.host, it.port)).collect()
    }

    #[test]
    fn urls_name_hosts_with_their_schemes_ports() {
        assert_eq!(hosts("http://backend"), [("backend", Some(80))]);
        assert_eq!(hosts("https://api.shop/v1?x=y:1"), [("api.shop", Some(443))]);
        assert_eq!(hosts("postgres://user:secret@db/shop"), [("db", Some(5432))]);
        assert_eq!(hosts("jdbc:mysql://db:3307/shop"), [("db", Some(3307))]);
        assert_eq!(hosts("mongodb://a:27017,b/shop"), [("a", Some(27017)), ("b", Some(27017))]);
        assert_eq!(hosts("dns:///api:50051"), [("api", Some(50051))]);
        assert_eq!(hosts("http://[fd00::1]:8080/"), [("fd00::1", Some(8080))]);
        assert_eq!(hosts("file:///etc/hosts"), []);
    }

    #[test]
    fn pairs_need_a_plausible_host_and_a_number() {
        assert_eq!(hosts("cassandra-0:9042,cassandra-1:9042").len(), 2);
        assert_eq!(hosts("user:pass@tcp(db:3306)/shop"), [("db", Some(3306))]);
        assert_eq!(hosts("nc -z db:5432 && curl -s http://web/x"), [("db", Some(5432)), ("web", Some(80))]);
        for not in
            ["10:30", "key:value", ":8080", "nginx:1.27", "a b", "db:70000", "db:0", "-x:80", "12:30:45"]
        {
            assert_eq!(hosts(not), [], "{not}");
        }
    }

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        assert!(near("bakcend", "backend"));
        assert!(near("db", "dbs"));
        assert!(!near("db", "web"));
        assert!(!near("backend", "backend"));
        assert!(!near("shoppingassistantservice", "shippingservice"));
    }
}
