//! Sets of ports, as `TCP 80,443; UDP *` states them.

use super::expect::parse_protocol;
use podyard_engine::api::Protocol;

/// Open ports: protocol, first, last.
#[derive(Clone, Debug, Default)]
pub(super) struct Ports(Vec<(Protocol, u16, u16)>);

impl Ports {
    /// `all`, `none`, or `TCP 80,443,8000-8010; UDP *`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        const ALL: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
        match text {
            "all" => return Ok(Self(ALL.into_iter().map(|protocol| (protocol, 1, u16::MAX)).collect())),
            "none" => return Ok(Self::default()),
            _ => {}
        }
        let mut ports = Vec::new();
        for part in text.split(';') {
            let (protocol, ranges) =
                part.trim().split_once(' ').ok_or_else(|| format!("no ports in {part}"))?;
            let protocol = parse_protocol(protocol)?;
            for range in ranges.split(',').map(str::trim) {
                let number = |text: &str| text.parse::<u16>().map_err(|_| format!("not a port: {text}"));
                let (first, last) = match range.split_once('-') {
                    _ if range == "*" => (1, u16::MAX),
                    Some((first, last)) => (number(first)?, number(last)?),
                    None => (number(range)?, number(range)?),
                };
                ports.push((protocol, first, last));
            }
        }
        Ok(Self(ports))
    }

    pub(super) fn contain(&self, protocol: Protocol, port: u16) -> bool {
        self.0.iter().any(|&(its, first, last)| its == protocol && (first..=last).contains(&port))
    }

    /// Where the set begins and ends.
    pub(super) fn edges(&self) -> impl Iterator<Item = u16> {
        self.0.iter().flat_map(|&(_, first, last)| [first, last])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_read_as_written() {
        let ports = Ports::parse("TCP 80,8000-8010; UDP *").unwrap();
        assert!(ports.contain(Protocol::Tcp, 80) && ports.contain(Protocol::Tcp, 8010));
        assert!(!ports.contain(Protocol::Tcp, 81) && !ports.contain(Protocol::Sctp, 80));
        assert!(ports.contain(Protocol::Udp, 1) && ports.contain(Protocol::Udp, u16::MAX));
        assert!(Ports::parse("all").unwrap().contain(Protocol::Sctp, 9));
        assert!(!Ports::parse("none").unwrap().contain(Protocol::Tcp, 80));
        assert!(Ports::parse("TCP eighty").is_err());
    }
}
