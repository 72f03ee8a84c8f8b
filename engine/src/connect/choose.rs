//! Who chooses among endpoints.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg32;

/// Which of several endpoints is taken. Simulation and analysis share the one walk.
pub trait Choose {
    /// A number below `of` (`of` ≥ 1).
    fn choose(&mut self, of: usize) -> usize;
}

/// As kube-proxy does: every one as likely as the others (service-semantics 63). The same seed, the same choices.
#[derive(Clone, Debug)]
pub struct Seeded(Pcg32);

impl Seeded {
    /// One stream of choices per seed.
    pub fn new(seed: u64) -> Self {
        Self(Pcg32::seed_from_u64(seed))
    }
}

impl Choose for Seeded {
    fn choose(&mut self, of: usize) -> usize {
        let scaled = u64::from(self.0.next_u32()).wrapping_mul(u64::try_from(of).unwrap_or(u64::MAX)) >> 32;
        usize::try_from(scaled).unwrap_or(0)
    }
}

/// Always the first.
#[derive(Clone, Copy, Debug, Default)]
pub struct First;

impl Choose for First {
    fn choose(&mut self, _of: usize) -> usize {
        0
    }
}

/// Always the same place; the last one where there are not so many.
#[derive(Clone, Copy, Debug)]
pub struct Fixed(pub usize);

impl Choose for Fixed {
    fn choose(&mut self, of: usize) -> usize {
        self.0.min(of.saturating_sub(1))
    }
}

/// The choices of an earlier walk, in order; the first one when they run out.
#[derive(Clone, Debug)]
pub struct Replay<'a>(std::slice::Iter<'a, usize>);

impl<'a> Replay<'a> {
    /// Repeats [`super::Trace::choices`] or [`super::Outcome::choices`].
    pub fn new(choices: &'a [usize]) -> Self {
        Self(choices.iter())
    }
}

impl Choose for Replay<'_> {
    fn choose(&mut self, of: usize) -> usize {
        self.0.next().copied().unwrap_or(0).min(of.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// service-semantics 63: uniform.
    #[test]
    fn seeded_choices_are_even_and_repeatable() {
        let mut counts = [0u32; 3];
        let (mut one, mut other) = (Seeded::new(7), Seeded::new(7));
        for _ in 0..30_000 {
            let choice = one.choose(3);
            assert_eq!(choice, other.choose(3));
            counts[choice] += 1;
        }
        assert!(counts.iter().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }

    #[test]
    fn fixed_and_replayed_choices_stay_below_the_count() {
        assert_eq!(Fixed(5).choose(3), 2);
        let mut replay = Replay::new(&[1, 9]);
        assert_eq!((replay.choose(2), replay.choose(2), replay.choose(2)), (1, 1, 0));
    }
}
