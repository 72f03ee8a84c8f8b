//! One mark per verdict (ux.md §5), as path data in a box of 16 × 16: told apart by shape alone.

use podyard_engine::session::Verdict;

/// A verdict's mark. *Plugin-dependent* is a mark on a verdict, not a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Glyph {
    /// How the connection ended.
    Verdict(Verdict),
    /// It ends so under the chosen profile; other plugins answer otherwise.
    Plugin,
}

/// A family of verdicts: what the client lives through. One colour each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// It gets through.
    Works,
    /// Silence.
    Silent,
    /// Somebody refuses.
    Answered,
    /// It never left.
    Never,
    /// The answer is open.
    Open,
}

/// A piece of a glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// SVG path data.
    pub d: &'static str,
    /// Filled; else stroked, 2 wide.
    pub filled: bool,
}

const fn filled(d: &'static str) -> Stroke {
    Stroke { d, filled: true }
}
const fn line(d: &'static str) -> Stroke {
    Stroke { d, filled: false }
}

const RING: &str = "M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2Z";

impl Glyph {
    /// The mark of a connection.
    pub fn of(verdict: Verdict, plugin: bool) -> Self {
        if plugin { Glyph::Plugin } else { Glyph::Verdict(verdict) }
    }

    /// What is drawn.
    pub fn strokes(self) -> &'static [Stroke] {
        match self {
            Glyph::Verdict(Verdict::Forwarded) => {
                &const { [filled("M8 2.5A5.5 5.5 0 1 1 8 13.5A5.5 5.5 0 1 1 8 2.5Z")] }
            }
            Glyph::Verdict(Verdict::Dropped) => {
                &const {
                    [line(
                        "M10 2.3A6 6 0 0 1 13.7 6M13.7 10A6 6 0 0 1 10 13.7M6 13.7A6 6 0 0 1 2.3 10M2.3 6A6 6 0 0 1 6 2.3",
                    )]
                }
            }
            Glyph::Verdict(Verdict::Rejected) => {
                &const { [line("M2.5 2.5H13.5V13.5H2.5Z"), line("M5 8H11")] }
            }
            Glyph::Verdict(Verdict::Refused) => &const { [filled("M1.5 8L13 2V14Z")] },
            Glyph::Verdict(Verdict::Unresolved) => {
                &const { [line(RING), line("M6.2 6.6A1.9 1.9 0 1 1 8 8.4V9.2"), filled("M7 10.4H9V12.2H7Z")] }
            }
            Glyph::Verdict(Verdict::Unroutable) => {
                &const { [line("M1.5 8H6L12.5 2.5M6 8L10 11.4"), line("M7.9 13.5L12.1 9.3")] }
            }
            Glyph::Verdict(Verdict::Ambiguous) => {
                &const {
                    [
                        line("M5.8 3.7A4.3 4.3 0 1 1 5.8 12.3A4.3 4.3 0 1 1 5.8 3.7Z"),
                        line("M10.2 3.7A4.3 4.3 0 1 1 10.2 12.3A4.3 4.3 0 1 1 10.2 3.7Z"),
                    ]
                }
            }
            Glyph::Plugin => &const { [line(RING), filled("M8 2A6 6 0 0 0 8 14Z")] },
        }
    }

    /// The word that confirms the shape.
    pub fn word(self) -> &'static str {
        match self {
            Glyph::Verdict(Verdict::Forwarded) => "Forwarded",
            Glyph::Verdict(Verdict::Dropped) => "Dropped",
            Glyph::Verdict(Verdict::Rejected) => "Rejected",
            Glyph::Verdict(Verdict::Refused) => "Refused",
            Glyph::Verdict(Verdict::Unresolved) => "Name not found",
            Glyph::Verdict(Verdict::Unroutable) => "No route",
            Glyph::Verdict(Verdict::Ambiguous) => "Ambiguous",
            Glyph::Plugin => "Depends on plugin",
        }
    }

    /// Its family.
    pub fn family(self) -> Family {
        match self {
            Glyph::Verdict(Verdict::Forwarded) => Family::Works,
            Glyph::Verdict(Verdict::Dropped) => Family::Silent,
            Glyph::Verdict(Verdict::Rejected | Verdict::Refused) => Family::Answered,
            Glyph::Verdict(Verdict::Unresolved | Verdict::Unroutable) => Family::Never,
            Glyph::Verdict(Verdict::Ambiguous) | Glyph::Plugin => Family::Open,
        }
    }

    /// The class that colours it: `v-works`.
    pub fn class(self) -> &'static str {
        self.family().class()
    }
}

impl Family {
    /// Every family, in the legend's order.
    pub const ALL: [Family; 5] =
        [Family::Works, Family::Silent, Family::Answered, Family::Never, Family::Open];

    /// Class and custom property (with `--`) of its colour.
    pub fn class(self) -> &'static str {
        match self {
            Family::Works => "v-works",
            Family::Silent => "v-silent",
            Family::Answered => "v-answered",
            Family::Never => "v-never",
            Family::Open => "v-open",
        }
    }
}

/// How bad, for drawing the worst outermost: 0 works.
pub fn badness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Forwarded => 0,
        Verdict::Ambiguous => 1,
        Verdict::Refused => 2,
        Verdict::Rejected => 3,
        Verdict::Unroutable => 4,
        Verdict::Unresolved => 5,
        Verdict::Dropped => 6,
    }
}

/// All verdicts, in the legend's order.
pub const VERDICTS: [Verdict; 7] = [
    Verdict::Forwarded,
    Verdict::Dropped,
    Verdict::Rejected,
    Verdict::Refused,
    Verdict::Unresolved,
    Verdict::Unroutable,
    Verdict::Ambiguous,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_verdict_has_its_own_shape_and_word() {
        let all = VERDICTS.map(Glyph::Verdict).into_iter().chain([Glyph::Plugin]);
        let shapes: BTreeSet<String> = all.clone().map(|glyph| format!("{:?}", glyph.strokes())).collect();
        let words: BTreeSet<&str> = all.map(Glyph::word).collect();
        assert_eq!((shapes.len(), words.len()), (8, 8));
    }
}
