//! Two modules from one: functions that leave the first half live in the second, which fills the function table with them.

use super::watch::inner;
use crate::Result;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportId, ImportKind, ImportedFunction, LocalFunction, Module, TableId, TypeId, ValType,
    ir::{self, Call, CallIndirect, Const, Instr, InstrSeqType, UnaryOp, Value, Visitor},
    passes::gc,
};

/// What the second half imports the first one's items from.
const FIRST: &str = "first";
/// The exported flag that the second half is there.
const THERE: &str = "later";
/// The import that fetches the second half.
const FETCH: &str = "fetch_later";

/// An item of the first half that the second one uses, by its number.
pub(super) enum Needed {
    Function(usize),
    Global(usize),
    Table(usize),
    Memory,
}

/// Which functions leave the first half, and where the function table has them.
pub(super) struct Plan {
    table: usize,
    /// Functions that leave, by number.
    leaving: BTreeSet<usize>,
    /// Their slots in the function table: those they have, or one more for those that are only called.
    slots: BTreeMap<usize, Vec<u64>>,
    /// Those that only one place calls.
    once: BTreeSet<usize>,
    /// How large the function table gets.
    size: u64,
}

impl Plan {
    /// What leaves: functions that are not said to stay, and that nobody outside asks for.
    pub(super) fn of(module: &Module, stays: &BTreeMap<FunctionId, bool>) -> Result<Self> {
        let ids = all(module);
        let numbers: BTreeMap<FunctionId, usize> = ids.iter().enumerate().map(|(n, id)| (*id, n)).collect();
        let exported = module.exports.iter().filter_map(|it| match it.item {
            ExportItem::Function(id) => Some(id),
            _ => None,
        });
        let staying: BTreeSet<FunctionId> = exported.chain(module.start).collect();
        let leaves = |id: &FunctionId| stays.get(id) == Some(&false) && !staying.contains(id);
        let leaving: BTreeSet<usize> = ids.iter().filter(|id| leaves(id)).map(|id| numbers[id]).collect();

        let table = module.tables.main_function_table().map_err(|error| error.to_string())?;
        let table = table.ok_or("The module has no function table.")?;
        let mut size = module.tables.get(table).initial;
        let mut slots: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        for (slot, id) in filled(module, table)? {
            if leaving.contains(&numbers[&id]) {
                slots.entry(numbers[&id]).or_default().push(slot);
            }
        }
        let mut once = BTreeSet::new();
        for (id, function) in module.funcs.iter_local() {
            if leaving.contains(&numbers[&id]) {
                continue;
            }
            for called in calls(function) {
                let number = numbers[&called];
                if leaving.contains(&number) && !slots.contains_key(&number) {
                    slots.insert(number, vec![size]);
                    once.insert(number);
                    size += 1;
                } else {
                    once.remove(&number);
                }
            }
        }
        let table = module.tables.iter().position(|it| it.id() == table).unwrap_or(0);
        Ok(Self { table, leaving, slots, once, size })
    }

    /// Replaces what leaves by a way through the function table.
    pub(super) fn first_half(&self, module: &mut Module) -> Result {
        let ids = all(module);
        let table = self.enlarge(module);
        let fetch = module.imports.iter().find(|it| it.name.contains(FETCH)).map(|it| it.kind.clone());
        let Some(ImportKind::Function(fetch)) = fetch else {
            return Err(format!("The module does not import `{FETCH}`."));
        };
        let zero = ConstExpr::Value(Value::I32(0));
        let there = module.globals.add_local(ValType::I32, true, false, zero);
        module.exports.add(THERE, there);
        let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
        builder.func_body().global_get(there).unop(UnaryOp::I32Eqz).if_else(
            InstrSeqType::Simple(None),
            |then| {
                then.call(fetch);
            },
            |_| {},
        );
        let ensure = builder.finish(Vec::new(), &mut module.funcs);

        let mut ways: BTreeMap<FunctionId, [Instr; 3]> = BTreeMap::new();
        for &number in &self.leaving {
            let Some(slot) = self.slots.get(&number).and_then(|slots| slots.first()) else { continue };
            let slot = i32::try_from(*slot).map_err(|_| "The function table is too large.")?;
            let (id, ty) = (ids[number], module.funcs.get(ids[number]).ty());
            let way: [Instr; 3] = [
                Call { func: ensure }.into(),
                Const { value: Value::I32(slot) }.into(),
                CallIndirect { ty, table }.into(),
            ];
            if self.once.contains(&number) {
                ways.insert(id, way);
                continue;
            }
            let (params, results) = signature(module, ty);
            let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
            let args: Vec<_> = params.iter().map(|ty| module.locals.add(*ty)).collect();
            let mut body = builder.func_body();
            for arg in &args {
                body.local_get(*arg);
            }
            for instruction in way {
                body.instr(instruction);
            }
            module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(args));
        }
        for id in
            ids.iter().enumerate().filter(|(number, _)| !self.leaving.contains(number)).map(|(_, id)| id)
        {
            if let FunctionKind::Local(function) = &mut module.funcs.get_mut(*id).kind {
                lead(function, &ways);
            }
        }
        Ok(())
    }

    /// Keeps what leaves, imports the rest; gives what it needs of the first half.
    pub(super) fn second_half(&self, module: &mut Module) -> Result<Vec<(ImportId, Needed)>> {
        let ids = all(module);
        let table = self.enlarge(module);
        module.start = None;
        for id in module.exports.iter().map(|it| it.id()).collect::<Vec<_>>() {
            module.exports.delete(id);
        }
        for id in module.elements.iter().map(|it| it.id()).collect::<Vec<_>>() {
            module.elements.delete(id);
        }
        for id in module.data.iter().map(|it| it.id()).collect::<Vec<_>>() {
            module.data.delete(id);
        }
        module.tables.iter_mut().for_each(|it| it.elem_segments.clear());
        module.memories.iter_mut().for_each(|it| it.data_segments.clear());

        let mut needed = BTreeMap::new();
        for (number, id) in ids.iter().enumerate().filter(|(number, _)| !self.leaving.contains(number)) {
            let ty = module.funcs.get(*id).ty();
            if let FunctionKind::Import(own) = &module.funcs.get(*id).kind {
                module.imports.delete(own.import);
            }
            let import = module.imports.add(FIRST, "", *id);
            module.funcs.get_mut(*id).kind = FunctionKind::Import(ImportedFunction { import, ty });
            needed.insert(import, Needed::Function(number));
        }
        for (number, id) in module.globals.iter().map(|it| it.id()).enumerate().collect::<Vec<_>>() {
            let import = module.imports.add(FIRST, "", id);
            module.globals.get_mut(id).kind = GlobalKind::Import(import);
            needed.insert(import, Needed::Global(number));
        }
        for (number, id) in module.tables.iter().map(|it| it.id()).enumerate().collect::<Vec<_>>() {
            let import = module.imports.add(FIRST, "", id);
            module.tables.get_mut(id).import = Some(import);
            needed.insert(import, Needed::Table(number));
        }
        let memory = module.get_memory_id().map_err(|error| error.to_string())?;
        let import = module.imports.add(FIRST, "", memory);
        module.memories.get_mut(memory).import = Some(import);
        needed.insert(import, Needed::Memory);

        self.fill(module, table, &ids);
        gc::run(module);
        let used: BTreeSet<ImportId> = module.imports.iter().map(walrus::Import::id).collect();
        Ok(needed.into_iter().filter(|(import, _)| used.contains(import)).collect())
    }

    fn enlarge(&self, module: &mut Module) -> TableId {
        let table = module.tables.iter().nth(self.table).map(walrus::Table::id);
        let table = table.unwrap_or_else(|| unreachable!("it was found in this module"));
        let sized = module.tables.get_mut(table);
        sized.initial = self.size;
        sized.maximum = sized.maximum.map(|maximum| maximum.max(self.size));
        table
    }

    /// Fills the slots of what left, run by run.
    fn fill(&self, module: &mut Module, table: TableId, ids: &[FunctionId]) {
        let all =
            self.slots.iter().flat_map(|(number, slots)| slots.iter().map(|slot| (*slot, ids[*number])));
        let mut runs: Vec<(u64, Vec<FunctionId>)> = Vec::new();
        for (slot, id) in all.collect::<BTreeMap<u64, FunctionId>>() {
            match runs.last_mut() {
                Some((start, run)) if *start + run.len() as u64 == slot => run.push(id),
                _ => runs.push((slot, vec![id])),
            }
        }
        for (start, run) in runs {
            let offset = ConstExpr::Value(Value::I32(i32::try_from(start).unwrap_or(i32::MAX)));
            let kind = ElementKind::Active { table, offset };
            let element = module.elements.add(kind, ElementItems::Functions(run));
            module.tables.get_mut(table).elem_segments.insert(element);
        }
    }
}

/// Exports from the first half what the second one needs, and names it in both.
///
/// The memory's name is the build's, so that halves of different builds never meet.
pub(super) fn join(
    first: &mut Module,
    later: &mut Module,
    needed: Vec<(ImportId, Needed)>,
    build: &str,
) -> Result {
    let ids = all(first);
    let globals: Vec<_> = first.globals.iter().map(walrus::Global::id).collect();
    let tables: Vec<_> = first.tables.iter().map(walrus::Table::id).collect();
    let memory = first.get_memory_id().map_err(|error| error.to_string())?;
    let mut items = Vec::new();
    for (import, item) in needed {
        let item = match item {
            Needed::Function(number) => ids.get(number).map(|id| ExportItem::Function(*id)),
            Needed::Global(number) => globals.get(number).map(|id| ExportItem::Global(*id)),
            Needed::Table(number) => tables.get(number).map(|id| ExportItem::Table(*id)),
            Needed::Memory => Some(ExportItem::Memory(memory)),
        };
        items.push((import, item.ok_or("The halves do not fit.")?));
    }
    // In the order in which functions are written, the largest first: numbers that grow compress well.
    items.sort_by_key(|(import, item)| match item {
        ExportItem::Function(id) => match &first.funcs.get(*id).kind {
            FunctionKind::Local(function) => (1, Reverse(function.size()), Some(*id), *import),
            _ => (0, Reverse(0), Some(*id), *import),
        },
        _ => (2, Reverse(0), None, *import),
    });
    for (number, (import, item)) in items.into_iter().enumerate() {
        let name = if matches!(item, ExportItem::Memory(_)) { build.to_owned() } else { short(number) };
        first.exports.add(&name, item);
        later.imports.get_mut(import).name = name;
    }
    Ok(())
}

/// Lets a function's calls of others go another way.
fn lead(function: &mut LocalFunction, ways: &BTreeMap<FunctionId, [Instr; 3]>) {
    let mut waiting = vec![function.entry_block()];
    while let Some(sequence) = waiting.pop() {
        let instructions = &mut function.block_mut(sequence).instrs;
        for (instruction, place) in std::mem::take(instructions) {
            waiting.extend(inner(&instruction));
            let way = if let Instr::Call(call) = &instruction { ways.get(&call.func) } else { None };
            match way {
                Some(way) => instructions.extend(way.iter().map(|it| (it.clone(), place))),
                None => instructions.push((instruction, place)),
            }
        }
    }
}

/// All functions, imported ones first; equal numbers in modules read from the same bytes.
fn all(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(walrus::Function::id).collect()
}

/// What the function table holds, slot by slot.
fn filled(module: &Module, table: TableId) -> Result<Vec<(u64, FunctionId)>> {
    let mut found = Vec::new();
    for element in module.elements.iter() {
        let ElementKind::Active { table: filled, offset } = &element.kind else { continue };
        if *filled != table {
            continue;
        }
        let ConstExpr::Value(Value::I32(start)) = offset else {
            return Err("The function table is filled from an unknown place.".to_owned());
        };
        let slots = u64::from(start.cast_unsigned())..;
        match &element.items {
            ElementItems::Functions(ids) => found.extend(slots.zip(ids.iter().copied())),
            ElementItems::Expressions(_, items) => {
                found.extend(slots.zip(items).filter_map(|(slot, item)| {
                    if let ConstExpr::RefFunc(id) = item { Some((slot, *id)) } else { None }
                }))
            }
        }
    }
    Ok(found)
}

/// The functions a function calls, as often as it does.
fn calls(function: &LocalFunction) -> Vec<FunctionId> {
    #[derive(Default)]
    struct Called(Vec<FunctionId>);
    impl<'i> Visitor<'i> for Called {
        fn visit_function_id(&mut self, function: &FunctionId) {
            self.0.push(*function);
        }
    }
    let mut called = Called::default();
    ir::dfs_in_order(&mut called, function, function.entry_block());
    called.0
}

fn signature(module: &Module, ty: TypeId) -> (Vec<ValType>, Vec<ValType>) {
    let ty = module.types.get(ty);
    (ty.params().to_vec(), ty.results().to_vec())
}

/// The n-th shortest name.
fn short(mut number: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + u8::try_from(number % 26).unwrap_or(0)));
        number /= 26;
        if number == 0 {
            return name;
        }
        number -= 1;
    }
}
