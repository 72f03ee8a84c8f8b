//! Takes out of functions what did not run.
//!
//! Instructions of a sequence run one after the other, so what did not run is its end. That end becomes a function of its own:
//! the locals it reads are its parameters, the locals it sets are its results, and one more result says how it was left.

mod copy;
mod live;
mod region;

use super::watch::{inner, segments};
use live::Live;
use region::Region;
use std::collections::BTreeMap;
use walrus::{FunctionId, Module, ir::InstrSeqId};

/// Takes out what did not run; gives for every function with a body, new ones included, whether it stays.
pub(super) fn outline(module: &mut Module, notes: &[u8]) -> BTreeMap<FunctionId, bool> {
    let mut ran = BTreeMap::new();
    let mut notes = notes.iter().map(|note| *note != 0);
    let functions: Vec<_> = module.funcs.iter_local().map(|(id, _)| id).collect();
    for id in functions {
        let segments = segments(module.funcs.get(id).kind.unwrap_local());
        let mut idle: BTreeMap<InstrSeqId, usize> = BTreeMap::new();
        let mut first = None;
        for (sequence, start) in segments {
            let noted = notes.next().unwrap_or(true);
            first.get_or_insert(noted);
            if !noted {
                idle.entry(sequence).or_insert(start);
            }
        }
        ran.insert(id, first.unwrap_or(true));
        if first == Some(true) {
            take_out(module, id, &idle).into_iter().for_each(|taken| {
                ran.insert(taken, false);
            });
        }
    }
    ran
}

/// Takes the idle ends of a function's sequences out of it.
fn take_out(module: &mut Module, id: FunctionId, idle: &BTreeMap<InstrSeqId, usize>) -> Vec<FunctionId> {
    let mut taken = Vec::new();
    let function = module.funcs.get(id).kind.unwrap_local();
    let mut live = Live::of(function);
    let mut waiting = vec![function.entry_block()];
    while let Some(sequence) = waiting.pop() {
        let function = module.funcs.get(id).kind.unwrap_local();
        let instructions = &function.block(sequence).instrs;
        let start = idle.get(&sequence).copied();
        let busy = start.unwrap_or(instructions.len());
        waiting.extend(instructions.iter().take(busy).flat_map(|(instruction, _)| inner(instruction)));
        if let Some(start) = start {
            take_largest(module, id, &mut live, sequence, start, &mut taken);
        }
    }
    taken
}

/// Takes out the end of a sequence, or, where that cannot be, what it can of the sequences in it.
fn take_largest(
    module: &mut Module,
    id: FunctionId,
    live: &mut Live,
    sequence: InstrSeqId,
    start: usize,
    taken: &mut Vec<FunctionId>,
) {
    if let Some(region) = Region::of(module, id, live, sequence, start) {
        taken.push(copy::take_out(&region, module, id));
        return;
    }
    let function = module.funcs.get(id).kind.unwrap_local();
    let instructions = function.block(sequence).instrs.iter().skip(start);
    let inside: Vec<_> = instructions.flat_map(|(instruction, _)| inner(instruction)).collect();
    inside.into_iter().for_each(|sequence| take_largest(module, id, live, sequence, 0, taken));
}
