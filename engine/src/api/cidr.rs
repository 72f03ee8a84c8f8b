//! Address blocks.

use super::read::{FromNode, Path, Reader};
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

    /// Reads `address/prefix`; leading zeros are tolerated, host bits are told of.
    fn parse(text: &str) -> Option<(Cidr, bool)> {
        let (address, prefix) = text.split_once('/')?;
        let (address, zeros) = match address.parse() {
            Ok(address) => (address, false),
            Err(_) => (without_zeros(address)?, true),
        };
        let digits = prefix.bytes().all(|it| it.is_ascii_digit()) && prefix.len() <= 3;
        let prefix: u8 = prefix.parse().ok().filter(|_| digits)?;
        let cidr = Cidr::new(address, prefix)?;
        Some((cidr, zeros || cidr.network != address))
    }
}

/// `010.0.0.1` as Go once read it: decimal.
fn without_zeros(address: &str) -> Option<IpAddr> {
    let parts: Vec<u8> = address.split('.').map(|it| it.parse().ok()).collect::<Option<_>>()?;
    let octets: [u8; 4] = parts.try_into().ok()?;
    Some(IpAddr::from(octets))
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
        let Some((cidr, masked)) = Cidr::parse(&text) else {
            let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
            reader.invalid(node, path.owned(), &text, detail);
            return None;
        };
        if masked {
            let detail = "must not have bits set beyond the prefix length";
            let severity = if reader.observed { Severity::Warning } else { Severity::Error };
            let kind = Kind::Invalid { path: path.owned(), value: text, detail: detail.into() };
            reader.report(severity, node.span, kind);
            let to = cidr.to_string();
            reader.fix(
                FixKind::MaskCidr { to: to.as_str().into() },
                node.span,
                to.clone(),
                Applicability::Safe,
            );
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
        assert_eq!(Cidr::parse("10.0.0.0/8").map(|it| it.1), Some(false));
        assert_eq!(
            Cidr::parse("192.168.242.213/24").map(|it| (it.0.to_string(), it.1)),
            Some(("192.168.242.0/24".to_owned(), true))
        );
        assert_eq!(Cidr::parse("010.0.0.0/8").map(|it| it.1), Some(true));
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
