//! A copy of a module that notes which of its parts ran.

use super::parse;
use crate::Result;
use walrus::{
    LocalFunction,
    ir::{Const, Instr, InstrSeqId, MemArg, Store, StoreKind, Value},
};

const PAGE: usize = 65_536;

/// A module that notes which of its segments ran: a byte each, in pages of memory of their own.
pub(crate) struct Watched {
    /// The module.
    pub(crate) wasm: Vec<u8>,
    /// Where the first byte is.
    pub(crate) base: u64,
    /// How many bytes there are.
    pub(crate) count: usize,
}

/// Lets every segment note that it ran.
pub(crate) fn watched(wasm: &[u8]) -> Result<Watched> {
    let mut module = parse(wasm)?;
    let memory = module.get_memory_id().map_err(|error| error.to_string())?;
    let base = module.memories.get(memory).initial * PAGE as u64;
    let mut count = 0;
    let functions: Vec<_> = module.funcs.iter_local().map(|(id, _)| id).collect();
    for id in functions {
        let function = module.funcs.get_mut(id).kind.unwrap_local_mut();
        let segments = segments(function);
        // From the end, so that the places before stay where they are.
        for (number, (sequence, start)) in segments.iter().enumerate().rev() {
            let address = i32::try_from(base as usize + count + number).map_err(|error| error.to_string())?;
            let kind = StoreKind::I32_8 { atomic: false };
            let note: [Instr; 3] = [
                Const { value: Value::I32(address) }.into(),
                Const { value: Value::I32(1) }.into(),
                Store { memory, kind, arg: MemArg { align: 1, offset: 0 } }.into(),
            ];
            let note = note.map(|instruction| (instruction, walrus::ir::InstrLocId::default()));
            function.block_mut(*sequence).instrs.splice(*start..*start, note);
        }
        count += segments.len();
    }
    module.memories.get_mut(memory).initial += count.div_ceil(PAGE) as u64;
    Ok(Watched { base, count, wasm: module.emit_wasm() })
}

/// The segments of a function: stretches of instructions that run one after the other once the first does, each by its
/// sequence and its start in there. The function's own beginning is the first.
pub(super) fn segments(function: &LocalFunction) -> Vec<(InstrSeqId, usize)> {
    let mut found = Vec::new();
    let mut waiting = vec![function.entry_block()];
    while let Some(sequence) = waiting.pop() {
        found.push((sequence, 0));
        for ((instruction, _), at) in function.block(sequence).instrs.iter().zip(1..) {
            let inner = inner(instruction);
            if !inner.is_empty() || matches!(instruction, Instr::BrIf(_)) {
                found.push((sequence, at));
            }
            waiting.extend(inner);
        }
    }
    found
}

/// The sequences inside an instruction.
pub(super) fn inner(instruction: &Instr) -> Vec<InstrSeqId> {
    match instruction {
        Instr::Block(block) => vec![block.seq],
        Instr::Loop(repeated) => vec![repeated.seq],
        Instr::IfElse(either) => vec![either.consequent, either.alternative],
        _ => Vec::new(),
    }
}
