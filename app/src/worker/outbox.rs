//! What is sent next, which answers still count, and when a crash has come twice.
//!
//! One request is under way at a time. What waits behind it is merged, so that typing or a slow engine never piles
//! requests up, and an answer that a newer question has overtaken is dropped.

use podyard_engine::session::Command;
use std::collections::VecDeque;

/// What a command is about: of two waiting commands about the same thing only the newer is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Topic {
    /// The whole world anew: whatever waits is pointless.
    Open,
    /// One file's text.
    Edit(String),
    /// Time going on.
    Advance,
    /// A walk, of a flow or of two ends.
    Walk,
    /// Targets of a source.
    Targets,
    /// An inspected object.
    Inspect,
    /// All pairs.
    Matrix,
    /// Each of its own.
    Once,
}

impl Topic {
    fn of(command: &Command) -> Self {
        match command {
            Command::Open { .. } => Self::Open,
            Command::Edit { file, .. } => Self::Edit(file.clone()),
            Command::Advance { .. } => Self::Advance,
            Command::Walk { .. } | Command::WalkFlow { .. } => Self::Walk,
            Command::Targets { .. } => Self::Targets,
            Command::Inspect { .. } => Self::Inspect,
            Command::Matrix { .. } => Self::Matrix,
            _ => Self::Once,
        }
    }

    /// Its answer replaces the last one as a whole and means nothing once a newer question was asked.
    fn is_question(&self) -> bool {
        matches!(self, Self::Walk | Self::Targets | Self::Inspect | Self::Matrix)
    }
}

/// Commands that wait, and the one under way.
#[derive(Debug, Default)]
pub struct Outbox {
    last: u64,
    under_way: Option<(u64, Command)>,
    waiting: VecDeque<Command>,
    crashed_on: Option<Command>,
}

/// What to do after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterCrash {
    /// Start again with the documents.
    Restart,
    /// The same input stopped it twice: stay stopped and say so.
    Stay,
}

impl Outbox {
    /// Puts a command in line, in the place of an older one it makes pointless.
    pub fn push(&mut self, command: Command) {
        let topic = Topic::of(&command);
        match topic {
            Topic::Open => self.waiting.clear(),
            // Edits may merge only while nothing between them asked the cluster to take the text.
            Topic::Edit(_) => {
                let from =
                    self.waiting.iter().rposition(|c| Topic::of(c) == Topic::Once).map_or(0, |at| at + 1);
                let older = self.waiting.iter().skip(from).position(|c| Topic::of(c) == topic);
                if let Some(waiting) = older.and_then(|at| self.waiting.get_mut(from + at)) {
                    *waiting = command;
                    return;
                }
            }
            Topic::Advance => {
                if let (Command::Advance { micros }, Some(Command::Advance { micros: more })) =
                    (&command, self.waiting.back_mut())
                {
                    *more = more.saturating_add(*micros);
                    return;
                }
            }
            Topic::Once => {}
            _ => self.waiting.retain(|c| Topic::of(c) != topic),
        }
        self.waiting.push_back(command);
    }

    /// The next command to send, with its id, unless one is under way.
    pub fn take_next(&mut self) -> Option<(u64, Command)> {
        if self.under_way.is_some() {
            return None;
        }
        let command = self.waiting.pop_front()?;
        self.last += 1;
        self.under_way = Some((self.last, command.clone()));
        Some((self.last, command))
    }

    /// An answer came: whether it still counts.
    pub fn answered(&mut self, id: u64) -> bool {
        match self.under_way.take() {
            Some((expected, command)) if expected == id => {
                let topic = Topic::of(&command);
                // Time that goes on well says nothing about later; another text does.
                let well = self.crashed_on.as_ref().is_some_and(|crashed| match Topic::of(crashed) {
                    Topic::Advance => matches!(topic, Topic::Edit(_)),
                    _ => *crashed == command,
                });
                if well {
                    self.crashed_on = None;
                }
                let overtaken = self.waiting.iter().any(|c| {
                    let waiting = Topic::of(c);
                    waiting == Topic::Open || (topic.is_question() && waiting == topic)
                });
                !overtaken
            }
            other => {
                self.under_way = other;
                false
            }
        }
    }

    /// The engine stopped. What waited is void: it starts again from the documents.
    pub fn crashed(&mut self) -> AfterCrash {
        self.waiting.clear();
        let command = self.under_way.take().map(|(_, command)| command);
        let twice = match (&command, &self.crashed_on) {
            // However much time: the same text stops it each time it gets so far.
            (Some(Command::Advance { .. }), Some(Command::Advance { .. })) => true,
            (Some(now), Some(before)) => now == before,
            _ => false,
        };
        if twice {
            return AfterCrash::Stay;
        }
        self.crashed_on = command;
        AfterCrash::Restart
    }

    /// The user asks for another try.
    pub fn forgive(&mut self) {
        self.crashed_on = None;
    }

    /// Time going on is waiting or under way: no need to ask again.
    pub fn advancing(&self) -> bool {
        let under_way = self.under_way.iter().map(|(_, command)| command);
        under_way.chain(&self.waiting).any(|c| matches!(c, Command::Advance { .. }))
    }

    /// The id of the request under way.
    pub fn under_way(&self) -> Option<u64> {
        self.under_way.as_ref().map(|(id, _)| *id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str) -> Command {
        Command::Edit { file: "a".into(), text: text.into() }
    }
    fn open() -> Command {
        Command::Open { files: vec![], seed: 1 }
    }
    fn inspect(object: &str) -> Command {
        Command::Inspect { object: object.into() }
    }
    fn sent(outbox: &mut Outbox) -> Vec<Command> {
        let mut out = vec![];
        while let Some((id, command)) = outbox.take_next() {
            outbox.answered(id);
            out.push(command);
        }
        out
    }

    #[test]
    fn one_at_a_time() {
        let mut outbox = Outbox::default();
        outbox.push(Command::Apply);
        outbox.push(Command::Step);
        let (id, _) = outbox.take_next().unwrap();
        assert_eq!(outbox.take_next(), None);
        assert!(outbox.answered(id));
        assert_eq!(outbox.take_next(), Some((id + 1, Command::Step)));
    }

    #[test]
    fn edits_merge_but_not_across_apply() {
        let mut outbox = Outbox::default();
        for command in [edit("1"), edit("2"), Command::Apply, edit("3"), edit("4")] {
            outbox.push(command);
        }
        assert_eq!(sent(&mut outbox), [edit("2"), Command::Apply, edit("4")]);
    }

    #[test]
    fn time_adds_up() {
        let mut outbox = Outbox::default();
        outbox.push(Command::Advance { micros: 5 });
        outbox.push(Command::Advance { micros: 7 });
        assert!(outbox.advancing());
        assert_eq!(sent(&mut outbox), [Command::Advance { micros: 12 }]);
        assert!(!outbox.advancing());
    }

    #[test]
    fn a_late_answer_is_dropped() {
        let mut outbox = Outbox::default();
        outbox.push(inspect("a"));
        let (id, _) = outbox.take_next().unwrap();
        outbox.push(inspect("b"));
        assert!(!outbox.answered(id), "a newer question waits");
        let (newer, _) = outbox.take_next().unwrap();
        assert!(!outbox.answered(id), "answered already");
        assert!(outbox.answered(newer));
    }

    #[test]
    fn an_open_voids_everything_before_it() {
        let mut outbox = Outbox::default();
        outbox.push(edit("1"));
        let (id, _) = outbox.take_next().unwrap();
        outbox.push(Command::Apply);
        outbox.push(open());
        assert!(!outbox.answered(id));
        assert_eq!(sent(&mut outbox), [open()]);
    }

    #[test]
    fn twice_on_the_same_input_stays_stopped() {
        let mut outbox = Outbox::default();
        outbox.push(inspect("a"));
        outbox.take_next();
        assert_eq!(outbox.crashed(), AfterCrash::Restart);
        outbox.push(open());
        sent(&mut outbox);
        outbox.push(inspect("a"));
        outbox.take_next();
        assert_eq!(outbox.crashed(), AfterCrash::Stay);
    }

    #[test]
    fn time_that_stops_it_again_and_again_stays_stopped() {
        let mut outbox = Outbox::default();
        for (micros, after) in [(50_000, AfterCrash::Restart), (51_000, AfterCrash::Stay)] {
            for command in [open(), Command::Advance { micros: 49_000 }] {
                outbox.push(command);
                sent(&mut outbox);
            }
            outbox.push(Command::Advance { micros });
            outbox.take_next();
            assert_eq!(outbox.crashed(), after);
        }
    }

    #[test]
    fn another_text_may_try_its_time_again() {
        let mut outbox = Outbox::default();
        for text in ["1", "2"] {
            outbox.push(edit(text));
            sent(&mut outbox);
            outbox.push(Command::Advance { micros: 50_000 });
            outbox.take_next();
            assert_eq!(outbox.crashed(), AfterCrash::Restart);
        }
    }

    #[test]
    fn another_input_may_try_again() {
        let mut outbox = Outbox::default();
        outbox.push(open());
        outbox.take_next();
        assert_eq!(outbox.crashed(), AfterCrash::Restart);
        outbox.push(inspect("a"));
        outbox.take_next();
        assert_eq!(outbox.crashed(), AfterCrash::Restart);
    }
}
