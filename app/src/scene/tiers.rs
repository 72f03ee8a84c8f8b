//! The column of each unit: its longest call distance from the entry, over calls that manifests declare or imply.

use super::units::Units;
use podyard_engine::session::WorldView;
use std::collections::BTreeSet;

/// Columns of units, and the calls that close a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tiers {
    /// The column of each unit, from 0.
    pub column: Vec<usize>,
    /// Calls (caller, called) that do not count because they close a cycle; calls of a unit to itself are among them.
    pub closing: BTreeSet<(usize, usize)>,
    /// How many columns there are.
    pub columns: usize,
}

impl Tiers {
    /// Ranks the units of a world. Verdicts and traffic have no say.
    pub fn of(world: &WorldView, units: &Units) -> Tiers {
        let count = units.all.len();
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut closing = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut takes_part = vec![false; count];
        for call in &world.calls {
            let from = units.by_object.get(&call.from);
            let to = units.by_object.get(&call.to);
            for unit in from.into_iter().chain(to) {
                takes_part[*unit] = true;
            }
            let (Some(&from), Some(&to)) = (from, to) else { continue };
            if !seen.insert((from, to)) {
                continue;
            }
            if from == to || reaches(&after, to, from) {
                closing.insert((from, to));
            } else {
                after[from].push(to);
            }
        }
        for &gate in &units.gates {
            if let Some(&unit) = units.by_object.get(&world.services[gate].id) {
                takes_part[unit] = true;
            }
        }
        let mut column = longest(&after);
        let last = column.iter().copied().max().unwrap_or(0);
        for (unit, part) in takes_part.iter().enumerate() {
            if !part {
                column[unit] = last;
            }
        }
        Tiers { column, closing, columns: if count == 0 { 0 } else { last + 1 } }
    }
}

fn reaches(after: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; after.len()];
    let mut open = vec![from];
    while let Some(unit) = open.pop() {
        if unit == to {
            return true;
        }
        if !std::mem::replace(&mut seen[unit], true) {
            open.extend(&after[unit]);
        }
    }
    false
}

/// Longest distance from a unit nobody calls; `after` has no cycle.
fn longest(after: &[Vec<usize>]) -> Vec<usize> {
    let mut callers = vec![0_usize; after.len()];
    for &to in after.iter().flatten() {
        callers[to] += 1;
    }
    let mut column = vec![0; after.len()];
    let mut open: Vec<usize> = (0..after.len()).filter(|&unit| callers[unit] == 0).collect();
    while let Some(unit) = open.pop() {
        for &to in &after[unit] {
            column[to] = column[to].max(column[unit] + 1);
            callers[to] -= 1;
            if callers[to] == 0 {
                open.push(to);
            }
        }
    }
    column
}

#[cfg(test)]
mod tests {
    use super::super::worlds;
    use super::*;
    use podyard_engine::session::Verdict;

    fn columns(world: &WorldView) -> Vec<(String, usize)> {
        let units = Units::of(world, &BTreeSet::new());
        let tiers = Tiers::of(world, &units);
        units.all.iter().zip(tiers.column).map(|(unit, column)| (unit.id.clone(), column)).collect()
    }

    #[test]
    fn columns_are_longest_call_distances() {
        let found: Vec<usize> =
            columns(&worlds::corner_shop()).into_iter().map(|(_, column)| column).collect();
        assert_eq!(found, [0, 1, 2, 0]);
    }

    #[test]
    fn the_call_that_closes_a_cycle_does_not_count() {
        let mut world = worlds::corner_shop();
        world.calls.push(worlds::call("StatefulSet/shop/db", "Service/shop/shop", 80, Verdict::Forwarded));
        let units = Units::of(&world, &BTreeSet::new());
        let tiers = Tiers::of(&world, &units);
        assert_eq!(tiers.column, [0, 1, 2, 0]);
        assert_eq!(tiers.closing.iter().copied().collect::<Vec<_>>(), [(2, 0)]);
    }

    #[test]
    fn who_calls_nobody_and_is_called_by_nobody_stands_last() {
        let mut world = worlds::corner_shop();
        world.workloads.push(worlds::workload("Deployment", "shop", "idle", 1));
        assert_eq!(columns(&world).last(), Some(&("Deployment/shop/idle".into(), 2)));
    }

    #[test]
    fn verdicts_move_nothing() {
        let mut world = worlds::corner_shop();
        let before = columns(&world);
        for call in &mut world.calls {
            call.verdicts = vec![(Verdict::Dropped, 9)];
        }
        assert_eq!(columns(&world), before);
    }
}
