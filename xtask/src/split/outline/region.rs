//! Whether the end of a sequence can be a function of its own, and with what.

use super::inner;
use super::live::Live;
use std::collections::BTreeSet;
use walrus::{
    FunctionId, LocalFunction, LocalId, Module, ValType,
    ir::{Instr, InstrSeqId, InstrSeqType},
};

/// Fewer instructions than these are not worth a call, and so many more for each local that goes in or comes out. Tests take
/// out all they can.
const WORTH: usize = if cfg!(test) { 1 } else { 8 };
const WORTH_LOCAL: usize = if cfg!(test) { 0 } else { 2 };
/// More locals than these do not travel.
const LOCALS: usize = 200;

/// How a region is left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// By its end.
    End,
    /// By a branch to a sequence around it.
    Branch(InstrSeqId),
    /// By a return.
    Return,
}

impl Exit {
    /// A branch to the region's own sequence ends it, unless that is a loop.
    pub(super) fn by_branch(block: InstrSeqId, own: InstrSeqId, repeats: bool) -> Self {
        if block == own && !repeats { Self::End } else { Self::Branch(block) }
    }
}

/// The end of a sequence, from a place on where nothing waits on the stack.
pub(super) struct Region {
    pub(super) sequence: InstrSeqId,
    pub(super) start: usize,
    /// Past its last instruction that can run.
    pub(super) end: usize,
    /// The locals that go in.
    pub(super) params: Vec<LocalId>,
    /// The locals that come out.
    pub(super) results: Vec<LocalId>,
    /// How it is left, and whether that takes the carried value along.
    pub(super) exits: Vec<(Exit, bool)>,
    /// The value that some exits take along on the stack.
    pub(super) carried: Option<ValType>,
    /// Its sequence is a loop: a branch there starts it again.
    pub(super) repeats: bool,
}

impl Region {
    /// The end of a sequence from `start` or soon after; `None` when it cannot or should not be a function.
    pub(super) fn of(
        module: &Module,
        id: FunctionId,
        live: &mut Live,
        sequence: InstrSeqId,
        start: usize,
    ) -> Option<Self> {
        let function = module.funcs.get(id).kind.unwrap_local();
        let start = level(module, function, sequence, start)?;
        let instructions = &function.block(sequence).instrs;
        let last = instructions.iter().skip(start).position(|(it, _)| is_final(it));
        let end = last.map_or(instructions.len(), |last| start + last + 1);
        let loops = loops(function);
        let repeats = loops.contains(&sequence);
        let mut found = Found::new(sequence, repeats);
        for (instruction, _) in instructions.get(start..end)? {
            found.visit(function, instruction)?;
        }
        if last.is_none() {
            found.leave(Exit::End);
        }

        let (mut exits, mut carried, mut wanted) = (Vec::new(), None, BTreeSet::new());
        for &exit in &found.exits {
            let carries = match exit {
                Exit::End => yields(module, function, sequence).1,
                Exit::Branch(to) if loops.contains(&to) => yields(module, function, to).0,
                Exit::Branch(to) => yields(module, function, to).1,
                Exit::Return => module.types.get(function.ty()).results().to_vec(),
            };
            match (carries.as_slice(), carried) {
                ([], _) => {}
                ([one], None) => carried = Some(*one),
                ([one], Some(other)) if *one == other => {}
                _ => return None,
            }
            // A branch on a condition would leave its value on the stack.
            if !carries.is_empty() && found.conditional.contains(&exit) {
                return None;
            }
            exits.push((exit, !carries.is_empty()));
            wanted.extend(match exit {
                Exit::End => live.after(sequence),
                Exit::Branch(to) => live.target(to),
                Exit::Return => Vec::new(),
            });
        }

        let mut results: Vec<LocalId> = found.sets.intersection(&wanted).copied().collect();
        // What may stay as it was has to go in to come out.
        let concerns = |local: &LocalId| found.reads.contains(local) || results.contains(local);
        let mut params = live.entering(function, sequence, instructions.get(start..)?);
        params.retain(concerns);
        // By type, so that few types of functions are needed.
        params.sort_by_key(|local| module.locals.get(*local).ty());
        results.sort_by_key(|local| module.locals.get(*local).ty());
        let locals = params.len() + results.len();
        if locals > LOCALS || found.count < WORTH + WORTH_LOCAL * locals {
            return None;
        }
        Some(Self { sequence, start, end, params, results, exits, carried, repeats })
    }
}

/// The loops of a function.
fn loops(function: &LocalFunction) -> BTreeSet<InstrSeqId> {
    let mut loops = BTreeSet::new();
    let mut waiting = vec![function.entry_block()];
    while let Some(sequence) = waiting.pop() {
        for (instruction, _) in &function.block(sequence).instrs {
            if let Instr::Loop(repeated) = instruction {
                loops.insert(repeated.seq);
            }
            waiting.extend(inner(instruction));
        }
    }
    loops
}

/// What is found on the way through a region.
struct Found {
    sequence: InstrSeqId,
    repeats: bool,
    /// Sequences inside it.
    inside: BTreeSet<InstrSeqId>,
    /// Locals it may read, and locals it may set.
    reads: BTreeSet<LocalId>,
    sets: BTreeSet<LocalId>,
    exits: Vec<Exit>,
    conditional: Vec<Exit>,
    count: usize,
}

impl Found {
    fn new(sequence: InstrSeqId, repeats: bool) -> Self {
        Self {
            sequence,
            repeats,
            inside: BTreeSet::new(),
            reads: BTreeSet::new(),
            sets: BTreeSet::new(),
            exits: Vec::new(),
            conditional: Vec::new(),
            count: 0,
        }
    }

    /// Looks at an instruction; `None` when it cannot travel.
    fn visit(&mut self, function: &LocalFunction, instruction: &Instr) -> Option<()> {
        self.count += 1;
        match instruction {
            Instr::LocalGet(get) => {
                self.reads.insert(get.local);
            }
            Instr::LocalSet(walrus::ir::LocalSet { local })
            | Instr::LocalTee(walrus::ir::LocalTee { local }) => {
                self.sets.insert(*local);
            }
            Instr::Br(br) if !self.inside.contains(&br.block) => {
                self.leave(Exit::by_branch(br.block, self.sequence, self.repeats))
            }
            Instr::BrIf(br) if !self.inside.contains(&br.block) => {
                self.leave(Exit::by_branch(br.block, self.sequence, self.repeats));
                self.conditional.push(Exit::by_branch(br.block, self.sequence, self.repeats));
            }
            Instr::BrTable(table) => {
                if table.blocks.iter().chain([&table.default]).any(|it| !self.inside.contains(it)) {
                    return None;
                }
            }
            Instr::Return(_) => self.leave(Exit::Return),
            other => drop(effect_is_known(other)?),
        }
        for sequence in inner(instruction) {
            self.inside.insert(sequence);
            for (instruction, _) in &function.block(sequence).instrs {
                self.visit(function, instruction)?;
            }
        }
        Some(())
    }

    fn leave(&mut self, exit: Exit) {
        if !self.exits.contains(&exit) {
            self.exits.push(exit);
        }
    }
}

/// The first place from `start` on where nothing waits on the stack.
fn level(module: &Module, function: &LocalFunction, sequence: InstrSeqId, start: usize) -> Option<usize> {
    let mut height = yields(module, function, sequence).0.len();
    for ((instruction, _), at) in function.block(sequence).instrs.iter().zip(0..) {
        if at >= start && height == 0 {
            return Some(at);
        }
        if is_final(instruction) {
            return None;
        }
        let (pops, pushes) = effect(module, function, instruction)?;
        height = height.checked_sub(pops)? + pushes;
    }
    None
}

/// Nothing after it in its sequence runs.
fn is_final(instruction: &Instr) -> bool {
    matches!(instruction, Instr::Br(_) | Instr::BrTable(_) | Instr::Return(_) | Instr::Unreachable(_))
}

/// What a sequence takes from the stack and leaves there.
fn yields(module: &Module, function: &LocalFunction, sequence: InstrSeqId) -> (Vec<ValType>, Vec<ValType>) {
    match function.block(sequence).ty {
        InstrSeqType::Simple(result) => (Vec::new(), result.into_iter().collect()),
        InstrSeqType::MultiValue(ty) => {
            let ty = module.types.get(ty);
            (ty.params().to_vec(), ty.results().to_vec())
        }
    }
}

/// How many values an instruction takes from the stack, and how many it leaves; `None` for those that compilers do not write
/// here.
fn effect(module: &Module, function: &LocalFunction, instruction: &Instr) -> Option<(usize, usize)> {
    let of = |sequence, more: usize| {
        let (params, results) = yields(module, function, sequence);
        (params.len() + more, results.len())
    };
    let of_type = |ty, more: usize| {
        let ty = module.types.get(ty);
        (ty.params().len() + more, ty.results().len())
    };
    Some(match instruction {
        Instr::Block(block) => of(block.seq, 0),
        Instr::Loop(repeated) => of(repeated.seq, 0),
        Instr::IfElse(either) => of(either.consequent, 1),
        Instr::Call(call) => of_type(module.funcs.get(call.func).ty(), 0),
        Instr::CallIndirect(call) => of_type(call.ty, 1),
        other => effect_is_known(other)?,
    })
}

/// [`effect`] of the instructions that have always the same one; nothing for those that go elsewhere.
fn effect_is_known(instruction: &Instr) -> Option<(usize, usize)> {
    Some(match instruction {
        Instr::Const(_)
        | Instr::LocalGet(_)
        | Instr::GlobalGet(_)
        | Instr::MemorySize(_)
        | Instr::TableSize(_)
        | Instr::RefNull(_)
        | Instr::RefFunc(_) => (0, 1),
        Instr::Unop(_)
        | Instr::LocalTee(_)
        | Instr::Load(_)
        | Instr::MemoryGrow(_)
        | Instr::TableGet(_)
        | Instr::RefIsNull(_) => (1, 1),
        Instr::LocalSet(_) | Instr::GlobalSet(_) | Instr::Drop(_) | Instr::BrIf(_) => (1, 0),
        Instr::Binop(_) | Instr::TableGrow(_) => (2, 1),
        Instr::Store(_) | Instr::TableSet(_) => (2, 0),
        Instr::Select(_) => (3, 1),
        Instr::MemoryCopy(_) | Instr::MemoryFill(_) | Instr::TableFill(_) => (3, 0),
        Instr::Block(_)
        | Instr::Loop(_)
        | Instr::IfElse(_)
        | Instr::Call(_)
        | Instr::CallIndirect(_)
        | Instr::Br(_)
        | Instr::BrTable(_)
        | Instr::Return(_)
        | Instr::Unreachable(_) => (0, 0),
        _ => return None,
    })
}
