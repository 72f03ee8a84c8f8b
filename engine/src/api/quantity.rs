//! Quantities: `500m`, `1.5Gi`, `1e3` (apimachinery `resource.Quantity`).

use super::read::{FromNode, Path, Reader, reads};
use crate::manifest::{Node, Value, decimal};

/// `resources` of a container; only its spelling is looked at.
#[derive(Default)]
pub(super) struct Resources {
    limits: Quantities,
    requests: Quantities,
}

/// Quantities by resource.
#[derive(Default)]
struct Quantities;

reads!(Resources { limits: "limits", requests: "requests" } also ["claims"]);

impl FromNode for Quantities {
    fn from_node(node: &Node, path: &Path<'_>, reader: &mut Reader) -> Option<Self> {
        for entry in reader.object(node, path)? {
            let here = path.field(&entry.key);
            let text = match &entry.value.value {
                Value::Null | Value::Integer(_) | Value::Float(_) => continue,
                Value::String(text) => text,
                _ => {
                    reader.wrong_type(&entry.value, &here, "quantity");
                    continue;
                }
            };
            match amount(text) {
                None => {
                    let detail = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
                    reader.invalid(&entry.value, here.owned(), text, detail);
                }
                Some(amount)
                    if amount % 1.0 != 0.0 && matches!(&*entry.key, "memory" | "ephemeral-storage") =>
                {
                    let words = format!(
                        "{}[{}]: fractional byte value {text:?} is invalid, must be an integer",
                        path.owned(),
                        entry.key
                    );
                    reader.warn(entry.value.span, &words);
                }
                Some(_) => {}
            }
        }
        Some(Self)
    }
}

/// The amount, near enough to see fractions; `None` when the text is no quantity.
fn amount(text: &str) -> Option<f64> {
    let end =
        text.find(|it: char| !it.is_ascii_digit() && !matches!(it, '.' | '+' | '-')).unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(end)?;
    let number = decimal(number)?;
    let scale = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            exponent.parse::<i32>().ok()?;
            return decimal(text);
        }
    };
    Some(number * scale)
}

#[cfg(test)]
mod tests {
    use super::amount;
    use crate::api::fixture::{errors, read};
    use crate::diagnostic::Kind;

    #[test]
    fn quantities_have_a_number_and_a_known_suffix() {
        for good in ["1", "0.5", "500m", "1.5Gi", "1e3", "2E", "-1", "+3k", "5E-1"] {
            assert!(amount(good).is_some(), "{good}");
        }
        for bad in ["", "1GB", "1 Gi", "Gi", "1.2.3", "1ei", "500 m", "1e"] {
            assert!(amount(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn half_a_byte_is_a_warning() {
        let text = |limits: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: c, image: i, resources: {{limits: {limits}}}}}]}}\n"
            )
        };
        let (objects, found) = read(&text("{memory: 512m, cpu: 500m}"));
        assert_eq!((objects.len(), found.len()), (1, 1));
        assert!(
            matches!(&found[0].kind, Kind::Warned { message } if message.starts_with("spec.containers[0].resources.limits[memory]"))
        );
        assert!(read(&text("{memory: 512Mi, cpu: 0.5}")).1.is_empty());
        assert_eq!(
            errors(&text("{memory: 1GB, cpu: true}")),
            ["spec.containers[0].resources.limits.memory", "spec.containers[0].resources.limits.cpu"]
        );
    }
}
