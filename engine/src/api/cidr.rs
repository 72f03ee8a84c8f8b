//! Address blocks.

use super::read::{FromNode, Path, Reader, without_zeros};
use crate::Str;
use crate::diagnostic::{Applicability, FixKind, Kind, Severity};
use crate::manifest::Node;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address block. Host bits are masked when it is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    /// The network address.
    pub network: IpAddr,
    /// Prefix length, 0–32 or 0–128.
    pub prefix: u8,
}

impl Cidr {
    /// Masks the host bits; `None` when the prefix is too long for the family.
    pub fn new(address: IpAddr, prefix: u8) -> Option<Self> {
        let network = match address {
            IpAddr::V4(address) if prefix <= 32 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
            }
            IpAddr::V6(address) if prefix <= 128 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
            }
            _ => return None,
        };
        Some(Self { network, prefix })
    }

    /// Whether the address lies in the block; families never mix (semantics 27).
    pub fn contains(&self, address: IpAddr) -> bool {
        self.network.is_ipv4() == address.is_ipv4()
            && Self::new(address, self.prefix).is_some_and(|it| it.network == self.network)
    }

    /// Whether `inner` lies in this block and is smaller (semantics 26).
    pub fn strictly_contains(&self, inner: &Cidr) -> bool {
        inner.prefix > self.prefix && self.contains(inner.network)
    }

    /// Reads `address/prefix` and tells what a server of today has against it (semantics 28).
    fn parse(text: &str) -> Option<(Cidr, Option<&'static str>)> {
        let (address, length) = text.split_once('/')?;
        let (address, zeros) = match address.parse() {
            Ok(address) => (address, false),
            Err(_) => (without_zeros(address)?, true),
        };
        let prefix: u8 = length.parse().ok().filter(|_| length.bytes().all(|it| it.is_ascii_digit()))?;
        let cidr = Cidr::new(address, prefix)?;
        let wrong = match address {
            _ if zeros || (length.len() > 1 && length.starts_with('0')) => {
                Some("must not have leading 0s in IP or prefix length")
            }
            IpAddr::V6(six) if six.to_ipv4_mapped().is_some() => {
                Some("must not have an IPv4-mapped IPv6 address")
            }
            _ if cidr.network != address => Some("must not have bits set beyond the prefix length"),
            _ => None,
        };
        Some((cidr, wrong))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

/// Blocks with host bits or leading zeros are refused since 1.36; of observed objects they are masked with a warning (semantics 28).
impl FromNode for Cidr {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let text = Str::from_node(node, path, reader)?;
        let Some((cidr, wrong)) = Cidr::parse(&text) else {
            let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
            reader.invalid(node, path.owned(), &text, detail);
            return None;
        };
        if let Some(detail) = wrong {
            let severity = if reader.observed { Severity::Warning } else { Severity::Error };
            let kind = Kind::Invalid { path: path.owned(), value: text, detail: detail.into() };
            reader.report(severity, node.span, kind);
            let to = cidr.to_string();
            let kind = FixKind::MaskCidr { to: to.as_str().into() };
            reader.fix(kind, node.span, to, Applicability::Safe);
        }
        Some(cidr)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn host_bits_and_leading_zeros_are_seen() {
        let wrong = |text: &str| Cidr::parse(text).and_then(|it| it.1).unwrap_or("");
        assert_eq!(wrong("10.0.0.0/8"), "");
        assert_eq!(wrong("192.168.242.213/24"), "must not have bits set beyond the prefix length");
        assert_eq!(
            Cidr::parse("192.168.242.213/24").map(|it| it.0.to_string()).as_deref(),
            Some("192.168.242.0/24")
        );
        for zeros in ["010.0.0.0/8", "10.0.0.0/08"] {
            assert_eq!(wrong(zeros), "must not have leading 0s in IP or prefix length", "{zeros}");
        }
        assert_eq!(wrong("::ffff:10.0.0.0/104"), "must not have an IPv4-mapped IPv6 address");
        for bad in ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/+8", "x/8"] {
            assert!(Cidr::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn families_never_mix() {
        let all = Cidr::parse("0.0.0.0/0").unwrap().0;
        assert!(all.contains("203.0.113.9".parse().unwrap()) && !all.contains("::1".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn agrees_with_ipnet(address: [u8; 4], prefix in 0u8..=32, other: [u8; 4]) {
            let own = Cidr::new(IpAddr::from(address), prefix).unwrap();
            let net = ipnet::Ipv4Net::new(address.into(), prefix).unwrap();
            prop_assert_eq!(own.contains(IpAddr::from(other)), net.contains(&Ipv4Addr::from(other)));
            prop_assert_eq!(own.network, IpAddr::V4(net.network()));
        }
    }
}
