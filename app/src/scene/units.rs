//! From objects to *units*: a front door and the owners behind it, drawn and placed as one.

use podyard_engine::session::{CallView, ServiceView, Verdict, WorldView};
use std::collections::{BTreeMap, BTreeSet};

/// The id callers from outside have.
pub const OUTSIDE: &str = "outside";
/// What an external name's id starts with.
pub const HOST: &str = "host:";

/// A front door and what stands behind it. Services that share an owner share a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The first owner's id, or the first Service's.
    pub id: String,
    /// Index of its namespace among [`Units::lanes`].
    pub lane: usize,
    /// Indexes into [`WorldView::services`].
    pub doors: Vec<usize>,
    /// Indexes into [`WorldView::workloads`].
    pub owners: Vec<usize>,
}

/// What the picture places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Units {
    /// Namespaces with a lane of their own, by index into [`WorldView::namespaces`], in order of appearance; system ones last.
    pub lanes: Vec<usize>,
    /// Namespaces folded to their title line.
    pub folded: Vec<usize>,
    /// Units, lane by lane, in file order.
    pub all: Vec<Unit>,
    /// Services outside clients enter by, in file order.
    pub gates: Vec<usize>,
    /// Somebody outside calls.
    pub outside: bool,
    /// External names that are called, in order of the calls.
    pub hosts: Vec<String>,
    /// Unit by the id of a workload or Service.
    pub by_object: BTreeMap<String, usize>,
}

impl Units {
    /// Groups a world. System namespaces stay folded unless `open` names them.
    pub fn of(world: &WorldView, open: &BTreeSet<String>) -> Units {
        let mut units = Units::default();
        units.place_namespaces(world, open);
        let lanes: BTreeMap<&str, usize> = units
            .lanes
            .iter()
            .enumerate()
            .filter_map(|(lane, &at)| Some((world.namespaces.get(at)?.name.as_str(), lane)))
            .collect();
        units.all = grouped(world, &lanes);
        for (at, unit) in units.all.iter().enumerate() {
            let doors = unit.doors.iter().map(|&door| &world.services[door].id);
            let owners = unit.owners.iter().map(|&owner| &world.workloads[owner].id);
            units.by_object.extend(doors.chain(owners).map(|id| (id.clone(), at)));
        }
        units.gates = (0..world.services.len())
            .filter(|&at| {
                is_gate(&world.services[at]) && units.by_object.contains_key(&world.services[at].id)
            })
            .collect();
        units.outside = !units.gates.is_empty() || world.calls.iter().any(|call| call.from == OUTSIDE);
        let mut seen = BTreeSet::new();
        for call in world.calls.iter().filter(|call| leaves_the_cluster(call)) {
            if seen.insert(&call.to) {
                units.hosts.push(call.to.clone());
            }
        }
        units
    }

    fn place_namespaces(&mut self, world: &WorldView, open: &BTreeSet<String>) {
        let used: BTreeSet<&str> = world
            .workloads
            .iter()
            .map(|workload| workload.namespace.as_str())
            .chain(world.services.iter().map(|service| service.namespace.as_str()))
            .collect();
        for system in [false, true] {
            for (at, namespace) in world.namespaces.iter().enumerate().filter(|(_, it)| it.system == system) {
                let empty = !used.contains(namespace.name.as_str());
                if empty && (system || !namespace.declared) {
                    continue;
                }
                if system && !open.contains(&namespace.name) {
                    self.folded.push(at);
                } else {
                    self.lanes.push(at);
                }
            }
        }
    }
}

/// Clients outside the cluster can enter by it.
pub fn is_gate(service: &ServiceView) -> bool {
    matches!(service.kind.as_str(), "LoadBalancer" | "NodePort") || !service.external.is_empty()
}

/// Some of its connections go to a name or address outside.
fn leaves_the_cluster(call: &CallView) -> bool {
    let left = |(verdict, _): &(Verdict, u32)| !matches!(verdict, Verdict::Unresolved | Verdict::Unroutable);
    call.to.starts_with(HOST) && (call.verdicts.is_empty() || call.verdicts.iter().any(left))
}

/// Owners joined by the Services that select them, and Services that select nobody.
fn grouped(world: &WorldView, lanes: &BTreeMap<&str, usize>) -> Vec<Unit> {
    let index: BTreeMap<&str, usize> =
        world.workloads.iter().enumerate().map(|(at, workload)| (workload.id.as_str(), at)).collect();
    let mut leader: Vec<usize> = (0..world.workloads.len()).collect();
    let behind = |service: &ServiceView| -> Vec<usize> {
        service.selects.iter().filter_map(|id| index.get(id.as_str()).copied()).collect()
    };
    for service in &world.services {
        if let [first, rest @ ..] = &behind(service)[..] {
            for other in rest {
                let (a, b) = (leader_of(&leader, *first), leader_of(&leader, *other));
                leader[a.max(b)] = a.min(b);
            }
        }
    }
    let mut units: Vec<Unit> = Vec::new();
    let mut unit_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, workload) in world.workloads.iter().enumerate() {
        let Some(&lane) = lanes.get(workload.namespace.as_str()) else { continue };
        let unit = *unit_of.entry(leader_of(&leader, at)).or_insert_with(|| {
            units.push(Unit { id: workload.id.clone(), lane, doors: Vec::new(), owners: Vec::new() });
            units.len() - 1
        });
        units[unit].owners.push(at);
    }
    for (at, service) in world.services.iter().enumerate() {
        let Some(&lane) = lanes.get(service.namespace.as_str()) else { continue };
        let owner = behind(service).first().map(|&owner| leader_of(&leader, owner));
        match owner.and_then(|owner| unit_of.get(&owner)) {
            Some(&unit) => units[unit].doors.push(at),
            None => {
                units.push(Unit { id: service.id.clone(), lane, doors: vec![at], owners: Vec::new() });
            }
        }
    }
    units.sort_by_key(|unit| unit.lane);
    units
}

fn leader_of(leader: &[usize], mut at: usize) -> usize {
    while leader[at] != at {
        at = leader[at];
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::worlds;
    use super::*;

    #[test]
    fn the_corner_shop_is_five_units() {
        let world = worlds::corner_shop();
        let units = Units::of(&world, &BTreeSet::new());
        let ids: Vec<&str> = units.all.iter().map(|unit| unit.id.as_str()).collect();
        assert_eq!(
            ids,
            ["Deployment/shop/web", "Deployment/shop/api", "StatefulSet/shop/db", "Job/shop/reports"]
        );
        assert_eq!((units.gates.len(), units.outside, units.folded.len()), (1, true, 1));
    }

    #[test]
    fn a_service_over_two_owners_makes_one_unit() {
        let mut world = worlds::corner_shop();
        let api = world.services.iter_mut().find(|service| service.name == "api").expect("api");
        api.selects.push("StatefulSet/shop/db".into());
        let units = Units::of(&world, &BTreeSet::new());
        let both = units.all.iter().find(|unit| unit.owners.len() == 2).expect("a unit of two");
        assert_eq!(both.doors.len(), 2);
    }

    #[test]
    fn names_that_do_not_resolve_are_not_drawn() {
        let mut world = worlds::corner_shop();
        world.calls.push(worlds::call("Job/shop/reports", "host:bakcend", 80, Verdict::Unresolved));
        world.calls.push(worlds::call("Job/shop/reports", "host:mail.example.com", 25, Verdict::Forwarded));
        assert_eq!(Units::of(&world, &BTreeSet::new()).hosts, ["host:mail.example.com"]);
    }
}
