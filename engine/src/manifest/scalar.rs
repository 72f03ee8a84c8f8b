//! Plain scalars as kubectl reads them: YAML 1.1 (`sigs.k8s.io/yaml`, goyaml.v2 `resolve.go`).

use super::Value;

/// What a plain, untagged scalar stands for.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Value::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        _ => {}
    }
    if !text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.')) {
        return Value::String(text.into());
    }
    let plain: String = text.chars().filter(|it| *it != '_').collect();
    if let Some(number) = integer(&plain) {
        return number;
    }
    if is_float(text)
        && let Ok(number) = plain.parse()
    {
        return Value::Float(number);
    }
    Value::String(text.into())
}

/// Decimal, `0x`, `0o`, `0b`, and a leading 0 for octal.
fn integer(text: &str) -> Option<Value> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, body) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, lower.get(2..)?),
        [b'0', b'o', ..] => (8, lower.get(2..)?),
        [b'0', b'b', ..] => (2, lower.get(2..)?),
        [b'0', _, ..] => (8, lower.get(1..)?),
        _ => (10, lower.as_str()),
    };
    if body.is_empty() || body.starts_with(['+', '-']) {
        return None;
    }
    let size = i128::from_str_radix(body, radix).ok()?;
    let number = if negative { -size } else { size };
    match i64::try_from(number) {
        Ok(number) => Some(Value::Integer(number)),
        Err(_) => u64::try_from(number).ok().map(|number| Value::Float(number as f64)),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, underscores aside.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    };
    let digits = |part: &str| part.bytes().all(|it| it.is_ascii_digit() || it == b'_');
    let exponent_fits = exponent.is_none_or(|it| {
        let it = it.strip_prefix(['-', '+']).unwrap_or(it);
        !it.is_empty() && digits(it)
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    exponent_fits && digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        format!("{:?}", resolve(text))
    }

    #[test]
    fn kubectl_reads_yaml_1_1() {
        for (text, wanted) in [
            ("yes", "Bool(true)"),
            ("n", "Bool(false)"),
            ("On", "Bool(true)"),
            ("0777", "Integer(511)"),
            ("0o17", "Integer(15)"),
            ("0b101", "Integer(5)"),
            ("0x1F", "Integer(31)"),
            ("1_000", "Integer(1000)"),
            ("-12", "Integer(-12)"),
            ("+7", "Integer(7)"),
            ("1.10", "Float(1.1)"),
            (".5", "Float(0.5)"),
            ("1e3", "Float(1000.0)"),
            ("08", "Float(8.0)"),
            ("18446744073709551615", "Float(1.8446744073709552e19)"),
            ("~", "Null"),
            ("", "Null"),
            ("1.2.3", "String(\"1.2.3\")"),
            ("10.0.0.1", "String(\"10.0.0.1\")"),
            ("2020-01-01", "String(\"2020-01-01\")"),
            ("1m", "String(\"1m\")"),
            ("-", "String(\"-\")"),
            (".", "String(\".\")"),
            ("0x", "String(\"0x\")"),
            ("--1", "String(\"--1\")"),
            ("truth", "String(\"truth\")"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }
}
