//! Any sequence of changes: no address twice, counts converge, a replay is the same.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
    Scale(u8, u32, u8),
    Drop(u8),
    Pod(u8, u8),
    Observed(u8, u8),
    Kill(u8),
    Wait(u16),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        (0..3u8, 0..6u32, 0..2u8).prop_map(|(app, n, image)| Op::Scale(app, n, image)),
        (0..3u8).prop_map(Op::Drop),
        (0..4u8, 0..3u8).prop_map(|(name, app)| Op::Pod(name, app)),
        (0..4u8, 2..9u8).prop_map(|(name, ip)| Op::Observed(name, ip)),
        any::<u8>().prop_map(Op::Kill),
        (0..3000u16).prop_map(Op::Wait),
    ]
}

fn play(ops: &[Op], mut check: impl FnMut(&Cluster)) -> Cluster {
    let mut it = cluster(7);
    for op in ops {
        match op {
            Op::Scale(app, n, image) => {
                put(&mut it, deployment(&format!("d{app}"), *n, &format!("nginx:{image}")));
            }
            Op::Drop(app) => {
                it.delete(&deployment(&format!("d{app}"), 0, "").reference(), it.now);
            }
            Op::Pod(name, app) => {
                put(&mut it, pod(&format!("p{name}"), &format!("d{app}")));
            }
            Op::Observed(name, ip) => {
                put(&mut it, observed(&format!("o{name}"), "node-1", &format!("10.244.{}.{ip}", 1 + name)));
            }
            Op::Kill(nth) => {
                let pods = it.snapshot().pods.clone();
                if let Some(pod) = pods.get(usize::from(*nth) % pods.len().max(1)) {
                    it.delete(&pod.object, it.now);
                }
            }
            Op::Wait(millis) => it.advance(it.now + Span::millis(u64::from(*millis))),
        }
        check(&it);
    }
    it
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_address_twice_and_counts_converge(ops in prop::collection::vec(op(), 1..24)) {
        let mut it = play(&ops, |it| {
            let snapshot = it.snapshot();
            let ips: Vec<_> = snapshot.pods.iter().flat_map(|it| it.ips.clone()).collect();
            let distinct: std::collections::BTreeSet<_> = ips.iter().collect();
            assert_eq!(distinct.len(), ips.len(), "{ips:?}");
        });
        let snapshot = settle(&mut it);
        for workload in snapshot.workloads.iter() {
            let own = snapshot.pods.iter().filter(|it| it.workload == workload.object && !it.terminating);
            prop_assert_eq!(own.count(), workload.wanted as usize, "{}", &workload.object);
        }
        for node in it.nodes.values() {
            let here = snapshot.pods.iter().filter(|it| it.node.as_ref() == Some(&node.state.name));
            prop_assert_eq!(here.count(), node.pods as usize);
        }
    }

    #[test]
    fn a_replay_is_the_same(ops in prop::collection::vec(op(), 1..16)) {
        let mut one = play(&ops, |_| ());
        // Looking at it in between changes nothing.
        let mut other = play(&ops, |it| { it.clone().settle(Time(u64::MAX)); });
        let (one, other) = (settle(&mut one), settle(&mut other));
        prop_assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
}
