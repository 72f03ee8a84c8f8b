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
        && let Some(number) = decimal(&plain)
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

/// A decimal number: `-1.5e3`. The standard library's way to read one weighs more than all other scalars together; this one
/// is exact for up to 15 digits and exponents up to 22, and near enough for what manifests hold beyond that.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut digits, mut shift) = (0u64, exponent);
    for (digit, behind) in whole.chars().map(|it| (it, false)).chain(fraction.chars().map(|it| (it, true))) {
        let digit = u64::from(digit.to_digit(10)?);
        match digits.checked_mul(10).and_then(|it| it.checked_add(digit)) {
            Some(more) => {
                digits = more;
                shift = shift.saturating_sub(i64::from(behind));
            }
            None => shift = shift.saturating_add(i64::from(!behind)),
        }
    }
    let mut power = 1.0;
    // Past 400 the result is 0 or infinite anyhow.
    for _ in 0..shift.unsigned_abs().min(400) {
        power *= 10.0;
    }
    let size = digits as f64;
    let size = if digits == 0 {
        0.0
    } else if shift < 0 {
        size / power
    } else {
        size * power
    };
    Some(if negative { -size } else { size })
}

/// A number as Go writes one where a key has to be text; nine decimals at most.
pub(super) fn number_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    if value.is_infinite() {
        return format!("{}Inf", if value < 0.0 { "-" } else { "+" });
    }
    // The cast saturates.
    let billionths = (value.abs() * 1e9).round() as u128;
    let text = format!("{}.{:09}", billionths / 1_000_000_000, billionths % 1_000_000_000);
    format!("{sign}{}", text.trim_end_matches('0').trim_end_matches('.'))
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

    #[test]
    fn decimals_are_read_as_the_standard_library_reads_them() {
        for text in [
            "0",
            "1",
            "-1.5",
            "+3.",
            ".5",
            "1e3",
            "1E-3",
            "123456789.125",
            "0.1",
            "1e22",
            "9007199254740993",
            "1.7976931348623157e3",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        for text in ["", ".", "1e", "e5", "1.2.3", "-", "1_0", "0x1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(
            (decimal("1e999"), decimal("1e-999"), decimal("0e999")),
            (Some(f64::INFINITY), Some(0.0), Some(0.0))
        );
    }

    #[test]
    fn numbers_as_keys_are_plain() {
        let texts = [1.5, -0.25, 3.0, 1.1, f64::INFINITY].map(number_text);
        assert_eq!(texts, ["1.5", "-0.25", "3", "1.1", "+Inf"]);
    }
}
