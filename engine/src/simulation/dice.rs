//! Chance: seeded PCG streams, one per purpose.

use crate::cluster::Span;
use crate::connect::Choose;
use rand_core::Rng;
use rand_pcg::Lcg64Xsh32;

/// A stream of chance.
#[derive(Clone, Debug)]
pub(crate) struct Dice(Lcg64Xsh32);

impl Dice {
    /// The stream for one purpose: other purposes never disturb it.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let stream =
            purpose.bytes().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Self(Lcg64Xsh32::new(seed, stream))
    }

    /// A number below `of`; 0 when `of` is 0. The bias of the modulo is below 2⁻³² × `of`.
    pub(crate) fn below(&mut self, of: usize) -> usize {
        let of = of.max(1) as u64;
        (self.0.next_u64() % of) as usize
    }

    /// A length of time in `[least, most]`.
    pub(crate) fn between(&mut self, least: Span, most: Span) -> Span {
        let width = most.0.saturating_sub(least.0).saturating_add(1);
        Span(least.0.saturating_add(self.0.next_u64() % width.max(1)))
    }
}

impl Choose for Dice {
    fn choose(&mut self, of: usize) -> usize {
        self.below(of)
    }
}
