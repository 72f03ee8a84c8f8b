//! Two modules from one: functions that leave the first half live in the second, which fills the function table with them.

use crate::Result;
use std::collections::{BTreeMap, BTreeSet};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportKind, ImportedFunction, InstrSeqBuilder, LocalFunction, Module, TableId, TypeId, ValType,
    ir::{self, InstrSeqType, UnaryOp, Value, Visitor},
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
        for (id, function) in module.funcs.iter_local() {
            if leaving.contains(&numbers[&id]) {
                continue;
            }
            for called in calls(function) {
                let number = numbers[&called];
                if leaving.contains(&number) && !slots.contains_key(&number) {
                    slots.insert(number, vec![size]);
                    size += 1;
                }
            }
        }
        let table = module.tables.iter().position(|it| it.id() == table).unwrap_or(0);
        Ok(Self { table, leaving, slots, size })
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
        let mut ways: BTreeMap<TypeId, FunctionId> = BTreeMap::new();
        for &number in &self.leaving {
            let ty = module.funcs.get(ids[number]).ty();
            let Some(slot) = self.slots.get(&number).and_then(|slots| slots.first()) else { continue };
            let way = *ways.entry(ty).or_insert_with(|| {
                let (params, results) = signature(module, ty);
                let asked: Vec<ValType> = params.iter().copied().chain([ValType::I32]).collect();
                let mut builder = FunctionBuilder::new(&mut module.types, &asked, &results);
                let args: Vec<_> = asked.iter().map(|ty| module.locals.add(*ty)).collect();
                let mut body = builder.func_body();
                body.global_get(there).unop(UnaryOp::I32Eqz);
                let call = |then: &mut InstrSeqBuilder<'_>| {
                    then.call(fetch);
                };
                body.if_else(InstrSeqType::Simple(None), call, |_| {});
                args.iter().for_each(|arg| {
                    body.local_get(*arg);
                });
                body.call_indirect(ty, table);
                builder.finish(args, &mut module.funcs)
            });
            let (params, results) = signature(module, ty);
            let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
            let args: Vec<_> = params.iter().map(|ty| module.locals.add(*ty)).collect();
            let mut body = builder.func_body();
            args.iter().for_each(|arg| {
                body.local_get(*arg);
            });
            body.i32_const(i32::try_from(*slot).map_err(|_| "The function table is too large.")?).call(way);
            module.funcs.get_mut(ids[number]).kind = FunctionKind::Local(builder.local_func(args));
        }
        Ok(())
    }

    /// Keeps what leaves, imports the rest; gives what it needs of the first half, by the names it asks for.
    pub(super) fn second_half(&self, module: &mut Module) -> Result<Vec<(String, Needed)>> {
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
        let mut named = Vec::new();
        for (import, item) in needed {
            if module.imports.iter().any(|it| it.id() == import) {
                let name = short(named.len());
                module.imports.get_mut(import).name.clone_from(&name);
                named.push((name, item));
            }
        }
        Ok(named)
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

/// Exports from the first half what the second one needs, by name.
pub(super) fn export(first: &mut Module, needed: Vec<(String, Needed)>) -> Result {
    let ids = all(first);
    let globals: Vec<_> = first.globals.iter().map(walrus::Global::id).collect();
    let tables: Vec<_> = first.tables.iter().map(walrus::Table::id).collect();
    let memory = first.get_memory_id().map_err(|error| error.to_string())?;
    for (name, item) in needed {
        let item = match item {
            Needed::Function(number) => ids.get(number).map(|id| ExportItem::Function(*id)),
            Needed::Global(number) => globals.get(number).map(|id| ExportItem::Global(*id)),
            Needed::Table(number) => tables.get(number).map(|id| ExportItem::Table(*id)),
            Needed::Memory => Some(ExportItem::Memory(memory)),
        };
        first.exports.add(&name, item.ok_or("The halves do not fit.")?);
    }
    Ok(())
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

/// The functions a function names.
fn calls(function: &LocalFunction) -> BTreeSet<FunctionId> {
    #[derive(Default)]
    struct Called(BTreeSet<FunctionId>);
    impl<'i> Visitor<'i> for Called {
        fn visit_function_id(&mut self, function: &FunctionId) {
            self.0.insert(*function);
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
