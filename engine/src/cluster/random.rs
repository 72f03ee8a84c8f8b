//! Seeded streams, one per purpose and object: adding one workload never renames another's pods.

use crate::Str;
use crate::api::PodTemplate;
use rand_core::Rng;
use rand_pcg::Pcg32;
use std::hash::{Hash, Hasher};

/// Kubernetes' alphabet for generated names: no vowels, no 0, 1, 3 (control-plane-semantics 11).
const ALPHABET: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";

/// A stream of random numbers.
pub(super) struct Stream(Pcg32);

impl Stream {
    /// The stream of one purpose and object; `nth` tells apart what an object asks for repeatedly.
    pub(super) fn new(seed: u64, purpose: &str, object: &str, nth: u64) -> Self {
        let mut state = fnv64(seed ^ 0xcbf2_9ce4_8422_2325, purpose.as_bytes());
        state = fnv64(state, &[0]);
        state = fnv64(state, object.as_bytes());
        state = fnv64(state, &nth.to_le_bytes());
        Self(Pcg32::new(state, fnv64(seed, purpose.as_bytes())))
    }
    /// A number below `bound`; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let wide = u64::from(self.0.next_u32()) * u64::from(bound);
        u32::try_from(wide >> 32).unwrap_or(0)
    }
    /// Five characters, as `generateName` adds them.
    pub(super) fn suffix(&mut self) -> String {
        let letter = |at: u32| ALPHABET.get(at as usize).copied().map_or('b', char::from);
        (0..5).map(|_| letter(self.below(27))).collect()
    }
}

/// FNV-1a, 64 bits, going on from `state`.
fn fnv64(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The pod-template-hash: FNV-32a in decimal, each digit one of `456789bcdf` (control-plane-semantics 87). `collisions` is how
/// many other templates have had that of 0 already.
pub(super) fn template_hash(template: &PodTemplate, collisions: u32) -> Str {
    let mut hasher = Fnv32(0x811c_9dc5);
    template.hash(&mut hasher);
    if collisions > 0 {
        collisions.hash(&mut hasher);
    }
    let hash = hasher.0;
    let digit = |c: char| {
        c.to_digit(10).and_then(|at| b"456789bcdf".get(at as usize)).copied().map_or('4', char::from)
    };
    hash.to_string().chars().map(digit).collect::<String>().into()
}

/// FNV-1a, 32 bits, the same on every platform: sizes count as 64 bits.
struct Fnv32(u32);

impl Hasher for Fnv32 {
    fn finish(&self) -> u64 {
        self.0.into()
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    }
    fn write_u16(&mut self, number: u16) {
        self.write(&number.to_le_bytes());
    }
    fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }
    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Labels, PodSpec};

    #[test]
    fn streams_depend_on_every_part_of_their_key() {
        let suffix = |seed, purpose, object, nth| Stream::new(seed, purpose, object, nth).suffix();
        let one = suffix(1, "name", "a", 0);
        assert_eq!(one, suffix(1, "name", "a", 0));
        assert_eq!(one.len(), 5);
        for other in [suffix(2, "name", "a", 0), suffix(1, "start", "a", 0), suffix(1, "name", "b", 0)] {
            assert_ne!(one, other);
        }
        assert_ne!(one, suffix(1, "name", "a", 1));
    }

    #[test]
    fn hashes_look_like_kubernetes() {
        let labelled = |value: &str| PodTemplate {
            labels: Labels::new([("app".into(), value.into())]),
            annotations: Labels::default(),
            spec: PodSpec::default(),
        };
        let hash = template_hash(&labelled("x"), 0);
        assert!(hash.len() <= 10 && hash.chars().all(|c| "456789bcdf".contains(c)), "{hash}");
        assert_eq!(hash, template_hash(&labelled("x"), 0));
        assert_ne!(hash, template_hash(&labelled("y"), 0));
        assert_ne!(hash, template_hash(&labelled("x"), 1));
    }
}
