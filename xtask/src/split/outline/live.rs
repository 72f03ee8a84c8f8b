//! Which locals are read later than a place, before they are set again.

use std::collections::BTreeMap;
use walrus::{
    LocalFunction, LocalId,
    ir::{Instr, InstrLocId, InstrSeqId},
};

/// A set of a function's locals.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Locals(Vec<u64>);

impl Locals {
    fn of(number: usize) -> (usize, u64) {
        (number / 64, 1 << (number % 64))
    }
    fn insert(&mut self, number: usize) {
        let (word, bit) = Self::of(number);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }
    fn remove(&mut self, number: usize) {
        let (word, bit) = Self::of(number);
        if let Some(word) = self.0.get_mut(word) {
            *word &= !bit;
        }
    }
    fn contains(&self, number: usize) -> bool {
        let (word, bit) = Self::of(number);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
    fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }
}

/// What is live at the ends of a function's sequences, and where branches to them lead.
#[derive(Default)]
pub(super) struct Live {
    numbers: BTreeMap<LocalId, usize>,
    /// After the last instruction of a sequence.
    ends: BTreeMap<InstrSeqId, Locals>,
    /// Where a branch to a sequence leads: its end, or the beginning of a loop.
    targets: BTreeMap<InstrSeqId, Locals>,
}

impl Live {
    /// Looks at a whole function.
    pub(super) fn of(function: &LocalFunction) -> Self {
        let mut live = Self::default();
        let entry = function.entry_block();
        live.targets.insert(entry, Locals::default());
        live.before(function, entry, Locals::default());
        live
    }

    /// The locals that are live before instructions at the end of a sequence.
    pub(super) fn entering(
        &mut self,
        function: &LocalFunction,
        sequence: InstrSeqId,
        instructions: &[(Instr, InstrLocId)],
    ) -> Vec<LocalId> {
        let after = self.ends.get(&sequence).cloned().unwrap_or_default();
        let before = self.through(function, instructions, after);
        self.named(&before)
    }

    /// The locals that are live after a sequence's end.
    pub(super) fn after(&self, sequence: InstrSeqId) -> Vec<LocalId> {
        self.ends.get(&sequence).map(|it| self.named(it)).unwrap_or_default()
    }

    /// The locals that are live where a branch to a sequence leads.
    pub(super) fn target(&self, sequence: InstrSeqId) -> Vec<LocalId> {
        self.targets.get(&sequence).map(|it| self.named(it)).unwrap_or_default()
    }

    fn named(&self, locals: &Locals) -> Vec<LocalId> {
        self.numbers.iter().filter(|(_, number)| locals.contains(**number)).map(|(local, _)| *local).collect()
    }

    fn before(&mut self, function: &LocalFunction, sequence: InstrSeqId, after: Locals) -> Locals {
        self.ends.insert(sequence, after.clone());
        self.through(function, &function.block(sequence).instrs, after)
    }

    /// What is live before instructions, given what is after them.
    fn through(&mut self, function: &LocalFunction, all: &[(Instr, InstrLocId)], after: Locals) -> Locals {
        let mut now = after;
        for (instruction, _) in all.iter().rev() {
            match instruction {
                Instr::LocalGet(walrus::ir::LocalGet { local }) => {
                    let number = self.number(*local);
                    now.insert(number);
                }
                Instr::LocalSet(walrus::ir::LocalSet { local })
                | Instr::LocalTee(walrus::ir::LocalTee { local }) => {
                    let number = self.number(*local);
                    now.remove(number);
                }
                Instr::Br(br) => now = self.at(br.block),
                Instr::BrIf(br) => now.add(&self.at(br.block)),
                Instr::BrTable(table) => {
                    now = self.at(table.default);
                    table.blocks.iter().for_each(|block| now.add(&self.at(*block)));
                }
                Instr::Return(_) | Instr::Unreachable(_) => now = Locals::default(),
                Instr::Block(block) => {
                    self.targets.insert(block.seq, now.clone());
                    now = self.before(function, block.seq, now);
                }
                Instr::IfElse(either) => {
                    let after = now.clone();
                    now = Locals::default();
                    for arm in [either.consequent, either.alternative] {
                        self.targets.insert(arm, after.clone());
                        let before = self.before(function, arm, after.clone());
                        now.add(&before);
                    }
                }
                Instr::Loop(repeated) => {
                    let after = now;
                    now = Locals::default();
                    // A round can only make more of them live, so this ends.
                    loop {
                        self.targets.insert(repeated.seq, now.clone());
                        let mut before = self.before(function, repeated.seq, after.clone());
                        before.add(&now);
                        if before == now {
                            break;
                        }
                        now = before;
                    }
                }
                _ => {}
            }
        }
        now
    }

    fn at(&self, sequence: InstrSeqId) -> Locals {
        self.targets.get(&sequence).cloned().unwrap_or_default()
    }

    fn number(&mut self, local: LocalId) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(local).or_insert(next)
    }
}
