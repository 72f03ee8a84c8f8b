//! Names the cluster makes up: template hashes, pod suffixes. Deterministic: a name depends on the seed and its own owner alone.

use crate::Str;
use crate::api::PodTemplate;

/// The characters Kubernetes uses: no vowels, nothing that looks alike (apimachinery `rand.go`).
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// FNV-1a, 64 bits.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0xff]));
    let sum = bytes.fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // The low bits of FNV are weak for short inputs; fold the high ones in.
    (sum ^ (sum >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (sum >> 31)
}

/// `pod-template-hash`: equal templates, equal hashes.
pub(super) fn template_hash(template: &PodTemplate) -> Str {
    let digits = (hash(&[&format!("{template:?}")]) >> 32).to_string();
    digits.bytes().map(|digit| char_at(u64::from(digit))).collect::<String>().into()
}

/// Five characters that tell the `count`th child of an owner from its siblings.
pub(super) fn suffix(seed: u64, owner: &str, count: u32) -> String {
    let mut left = hash(&[&seed.to_string(), owner, &count.to_string()]);
    let mut out = String::with_capacity(5);
    for _ in 0..5 {
        out.push(char_at(left));
        left /= 27;
    }
    out
}

fn char_at(number: u64) -> char {
    ALPHABET.get((number % 27) as usize).copied().map_or('b', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_depend_on_seed_and_owner_alone() {
        assert_eq!(suffix(1, "web", 0), suffix(1, "web", 0));
        assert_ne!(suffix(1, "web", 0), suffix(1, "web", 1));
        assert_ne!(suffix(1, "web", 0), suffix(2, "web", 0));
        assert_ne!(suffix(1, "web", 0), suffix(1, "api", 0));
        assert!(suffix(7, "x", 3).bytes().all(|it| ALPHABET.contains(&it)));
    }
}
