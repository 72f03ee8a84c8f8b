//! Ports as they are written: `PORT` or `PORT/PROTO`.

const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

/// A port and the protocol beside it, with words when one of them is none.
pub(crate) fn parse(text: &str) -> Result<(u16, Option<String>), String> {
    let (number, protocol) = match text.split_once('/') {
        Some((number, protocol)) => (number, Some(protocol.to_ascii_uppercase())),
        None => (text, None),
    };
    let port = number.parse().ok().filter(|port| *port > 0);
    let port = port.ok_or_else(|| format!("{number:?} is no port: write a number from 1 to 65535"))?;
    match protocol {
        Some(it) if !PROTOCOLS.contains(&&*it) => {
            Err(format!("{it:?} is no protocol here: write TCP, UDP or SCTP"))
        }
        protocol => Ok((port, protocol)),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn ports_have_a_number_and_perhaps_a_protocol() {
        assert_eq!(parse("80"), Ok((80, None)));
        assert_eq!(parse("53/udp"), Ok((53, Some("UDP".to_owned()))));
        for wrong in ["", "0", "65536", "http", "80/", "80/http", "80/tcp/x"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
