//! How single values are read: scalars, ports, addresses, protocols, lists, label maps.

use super::{FromNode, Path, Reader};
use crate::Str;
use crate::api::{Labels, Protocol};
use crate::diagnostic::{Applicability, FixKind};
use crate::manifest::{Node, Value};
use crate::text::FieldPath;
use std::net::IpAddr;

impl FromNode for Str {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        if node.as_str().is_none() {
            reader.wrong_type(node, path, "string");
        }
        node.as_str().cloned()
    }
}

impl FromNode for bool {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        match node.value {
            Value::Bool(value) => Some(value),
            _ => {
                reader.wrong_type(node, path, "boolean");
                None
            }
        }
    }
}

impl FromNode for i64 {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        match node.value {
            Value::Integer(value) => Some(value),
            // `1e1` and `1.0` are whole once JSON carries them.
            Value::Float(value) if value % 1.0 == 0.0 && value.abs() < 1e15 => Some(value as i64),
            _ => {
                reader.wrong_type(node, path, "integer");
                None
            }
        }
    }
}

/// Whole numbers that may not be negative.
impl FromNode for u32 {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let number = i64::from_node(node, path, reader)?;
        if number > i64::from(i32::MAX) || number < i64::from(i32::MIN) {
            reader.wrong_type(node, path, "integer");
            return None;
        }
        let fits = u32::try_from(number).ok();
        if fits.is_none() {
            let detail = "must be greater than or equal to 0";
            reader.invalid_bare(node.span, path.owned(), &number.to_string(), detail);
        }
        fits
    }
}

/// What a port must be.
pub(in crate::api) const PORT_RANGE: &str = "must be between 1 and 65535, inclusive";

/// Port numbers.
impl FromNode for u16 {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let number = i64::from_node(node, path, reader)?;
        let fits = u16::try_from(number).ok().filter(|it| *it > 0);
        if fits.is_none() {
            reader.invalid_bare(node.span, path.owned(), &number.to_string(), PORT_RANGE);
        }
        fits
    }
}

/// Reads an address as new objects may carry it (control-plane-semantics 39); `None` and a finding when it is refused.
pub(in crate::api) fn address(
    text: &str,
    node: &Node,
    path: FieldPath,
    reader: &mut Reader,
) -> Option<IpAddr> {
    let (found, detail) = match text.parse::<IpAddr>() {
        Ok(IpAddr::V6(six)) if six.to_ipv4_mapped().is_some() => {
            (Some(IpAddr::V6(six)), "must not be an IPv4-mapped IPv6 address")
        }
        Ok(address) => return Some(address),
        Err(_) => match without_zeros(text) {
            Some(address) => (Some(address), "must not have leading 0s"),
            None => (None, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"),
        },
    };
    if found.is_some() && reader.observed {
        // Stored before the server grew strict.
        return found;
    }
    reader.invalid(node, path, text, detail);
    None
}

/// `010.0.0.1` as Go once read it: decimal.
pub(in crate::api) fn without_zeros(address: &str) -> Option<IpAddr> {
    let part = |it: &str| it.parse().ok().filter(|_| it.bytes().all(|byte| byte.is_ascii_digit()));
    let parts: Vec<u8> = address.split('.').map(part).collect::<Option<_>>()?;
    let octets: [u8; 4] = parts.try_into().ok()?;
    Some(IpAddr::from(octets))
}

impl FromNode for IpAddr {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let text = Str::from_node(node, path, reader)?;
        address(&text, node, path.owned(), reader)
    }
}

impl FromNode for Protocol {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        protocol(node, path, reader, &["SCTP", "TCP", "UDP"])
    }
}

/// Reads a protocol; `supported` in the order in which the server lists them here.
pub(in crate::api) fn protocol(
    node: &Node,
    path: &Path<'_>,
    reader: &mut Reader,
    supported: &[&str],
) -> Option<Protocol> {
    let text = Str::from_node(node, path, reader)?;
    match &*text {
        "TCP" | "" => Some(Protocol::Tcp),
        "UDP" => Some(Protocol::Udp),
        "SCTP" => Some(Protocol::Sctp),
        _ => {
            reader.unsupported(node.span, path.owned(), &text, supported);
            let upper = text.to_ascii_uppercase();
            if supported.contains(&upper.as_str()) {
                let kind = FixKind::Rename { to: upper.as_str().into() };
                reader.fix(kind, node.span, upper, Applicability::Safe);
            }
            None
        }
    }
}

impl FromNode for Labels {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        let entries = reader.object(node, path)?;
        let mut pairs = Vec::with_capacity(entries.len());
        for entry in entries {
            let value = match &entry.value.value {
                // A null value is the empty string (semantics 14).
                Value::Null => Some(Str::from("")),
                _ => Str::from_node(&entry.value, &path.field(&entry.key), reader),
            };
            pairs.extend(value.map(|value| (entry.key.clone(), value)));
        }
        Some(Labels::new(pairs))
    }
}

impl<T: FromNode> FromNode for Option<T> {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        T::from_node(node, path, reader).map(Some)
    }
}

/// An item that keeps its place in its list even when it cannot be read.
#[derive(Default)]
pub(in crate::api) struct Kept<T>(pub(in crate::api) Option<T>);

impl<T: FromNode> FromNode for Kept<T> {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        Some(Self(T::from_node(node, path, reader)))
    }
}

impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        match &node.value {
            Value::Sequence(items) => {
                let read = |(i, item): (usize, &Node)| T::from_node(item, &path.index(i), reader);
                Some(items.iter().enumerate().filter_map(read).collect())
            }
            _ => {
                reader.wrong_type(node, path, "list");
                None
            }
        }
    }
}
