//! A region as a function of its own, and the call in its place.

use super::region::{Exit, Region};
use std::collections::BTreeMap;
use walrus::{
    FunctionBuilder, FunctionId, LocalFunction, LocalId, Module, ValType,
    ir::{
        BinaryOp, Binop, Block, Br, BrIf, Call, Const, IfElse, Instr, InstrLocId, InstrSeqId, LocalGet,
        LocalSet, Loop, Return, Unreachable, Value,
    },
};

/// Makes a region a function, and calls that where it was.
pub(super) fn take_out(region: &Region, module: &mut Module, id: FunctionId) -> FunctionId {
    let type_of = |local: &LocalId| module.locals.get(*local).ty();
    let params: Vec<ValType> = region.params.iter().map(type_of).collect();
    let mut results: Vec<ValType> = region.results.iter().map(type_of).collect();
    let several = region.exits.len() > 1;
    results.extend(region.carried.into_iter().chain(several.then_some(ValType::I32)));
    let out = Out {
        carried: region.carried.map(|ty| module.locals.add(ty)),
        way: several.then(|| module.locals.add(ValType::I32)),
    };

    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    let body = builder.dangling_instr_seq(None).id();
    let function = module.funcs.get(id).kind.unwrap_local();
    let mut copy = Copy { region, function, builder, body, twins: BTreeMap::new(), out };
    let instructions = function.block(region.sequence).instrs.get(region.start..region.end);
    for (instruction, _) in instructions.unwrap_or_default() {
        copy.instruction(body, instruction);
    }
    copy.leave(body, Exit::End);
    let mut builder = copy.builder;
    let mut entry = builder.func_body();
    entry.instr(Block { seq: body });
    if region.exits.is_empty() {
        entry.unreachable();
    }
    for local in out.locals(region) {
        entry.local_get(local);
    }
    let made = builder.finish(region.params.clone(), &mut module.funcs);
    call(region, out, made, module.funcs.get_mut(id).kind.unwrap_local_mut());
    made
}

/// What comes out besides the region's results.
#[derive(Clone, Copy)]
struct Out {
    /// The value some exits take along.
    carried: Option<LocalId>,
    /// The number of the exit, where there are several.
    way: Option<LocalId>,
}

impl Out {
    fn locals(self, region: &Region) -> impl DoubleEndedIterator<Item = LocalId> {
        region.results.iter().copied().chain(self.carried).chain(self.way)
    }
}

/// Copies instructions of a function into another.
struct Copy<'r> {
    region: &'r Region,
    function: &'r LocalFunction,
    builder: FunctionBuilder,
    /// The sequence that is left to leave the region.
    body: InstrSeqId,
    /// The copies of sequences inside the region.
    twins: BTreeMap<InstrSeqId, InstrSeqId>,
    out: Out,
}

impl Copy<'_> {
    fn instruction(&mut self, into: InstrSeqId, instruction: &Instr) {
        let copied: Instr = match instruction {
            Instr::Block(block) => Block { seq: self.sequence(block.seq) }.into(),
            Instr::Loop(repeated) => Loop { seq: self.sequence(repeated.seq) }.into(),
            Instr::IfElse(either) => {
                let consequent = self.sequence(either.consequent);
                IfElse { consequent, alternative: self.sequence(either.alternative) }.into()
            }
            Instr::Br(br) => match self.twins.get(&br.block) {
                Some(block) => Br { block: *block }.into(),
                None => return self.jump(into, self.exit(br.block)),
            },
            Instr::BrIf(br) => match self.twins.get(&br.block) {
                Some(block) => BrIf { block: *block }.into(),
                None => {
                    let consequent = self.builder.dangling_instr_seq(None).id();
                    let alternative = self.builder.dangling_instr_seq(None).id();
                    self.jump(consequent, self.exit(br.block));
                    IfElse { consequent, alternative }.into()
                }
            },
            Instr::BrTable(table) => {
                let mut table = table.clone();
                for block in table.blocks.iter_mut().chain([&mut table.default]) {
                    *block = self.twins.get(block).copied().unwrap_or(*block);
                }
                table.into()
            }
            Instr::Return(_) => return self.jump(into, Exit::Return),
            other => other.clone(),
        };
        self.builder.instr_seq(into).instr(copied);
    }

    fn sequence(&mut self, sequence: InstrSeqId) -> InstrSeqId {
        let original = self.function.block(sequence);
        let twin = self.builder.dangling_instr_seq(original.ty).id();
        self.twins.insert(sequence, twin);
        original.instrs.iter().for_each(|(instruction, _)| self.instruction(twin, instruction));
        twin
    }

    /// Where a branch out of the region leads.
    fn exit(&self, block: InstrSeqId) -> Exit {
        Exit::by_branch(block, self.region.sequence, self.region.repeats)
    }

    fn jump(&mut self, into: InstrSeqId, exit: Exit) {
        self.leave(into, exit);
        let body = self.body;
        self.builder.instr_seq(into).br(body);
    }

    /// Keeps what an exit takes along, and its number.
    fn leave(&mut self, into: InstrSeqId, exit: Exit) {
        let exits = self.region.exits.iter().zip(0..);
        let Some(((_, carries), number)) = exits.into_iter().find(|((it, _), _)| *it == exit) else { return };
        let out = self.out;
        let mut sequence = self.builder.instr_seq(into);
        if let Some(carried) = out.carried.filter(|_| *carries) {
            sequence.local_set(carried);
        }
        if let Some(way) = out.way {
            sequence.i32_const(number).local_set(way);
        }
    }
}

/// Calls the function made of a region in its place, takes what comes out, and goes on where that says.
fn call(region: &Region, out: Out, made: FunctionId, function: &mut LocalFunction) {
    let get = |local: LocalId| Instr::from(LocalGet { local });
    let mut now: Vec<Instr> = region.params.iter().copied().map(get).collect();
    now.push(Call { func: made }.into());
    now.extend(out.locals(region).rev().map(|local| Instr::from(LocalSet { local })));
    let along = |carries: bool| out.carried.filter(|_| carries).map(get);
    let end = region.exits.iter().find(|(exit, _)| *exit == Exit::End);
    let others: Vec<_> = region.exits.iter().zip(0..).filter(|((exit, _), _)| *exit != Exit::End).collect();
    for (place, ((exit, carries), number)) in others.iter().enumerate() {
        let jump = match *exit {
            Exit::Branch(block) => Br { block }.into(),
            _ => Return {}.into(),
        };
        let mut jump: Vec<Instr> = along(*carries).into_iter().chain([jump]).collect();
        let surely = end.is_none() && place + 1 == others.len();
        if let Some(way) = out.way.filter(|_| !surely) {
            let (number, is) = (Value::I32(*number), BinaryOp::I32Eq);
            now.extend([get(way), Const { value: number }.into(), Binop { op: is }.into()]);
            jump = match (*exit, *carries) {
                (Exit::Branch(block), false) => vec![BrIf { block }.into()],
                _ => {
                    let builder = function.builder_mut();
                    let mut then = builder.dangling_instr_seq(None);
                    jump.into_iter().for_each(|it| {
                        then.instr(it);
                    });
                    let consequent = then.id();
                    vec![IfElse { consequent, alternative: builder.dangling_instr_seq(None).id() }.into()]
                }
            };
        }
        now.extend(jump);
    }
    if let Some((_, carries)) = end {
        now.extend(along(*carries));
    }
    if region.exits.is_empty() {
        now.push(Unreachable {}.into());
    }
    let instructions = &mut function.block_mut(region.sequence).instrs;
    instructions.truncate(region.start);
    instructions.extend(now.into_iter().map(|it| (it, InstrLocId::default())));
}
