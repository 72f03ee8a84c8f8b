//! StatefulSets: one after the other, by ordinal.

use super::*;

fn set(replicas: u32, parallel: bool, image: &str) -> Object {
    let mut template = template("db", image);
    template.spec.containers[0].readiness_probe =
        Some(Probe { handler: ProbeHandler::Exec, initial_delay: 5, period: 10, failure_threshold: 3 });
    let it = StatefulSet {
        replicas,
        service_name: Some("db".into()),
        parallel,
        selector: selector("db"),
        template,
    };
    object(Kind::StatefulSet, "db", Resource::StatefulSet(it))
}

#[test]
fn a_stateful_set_comes_up_in_order() {
    let mut it = cluster(1);
    put(&mut it, set(3, false, "postgres"));
    let mut seen = 0;
    it.advance(it.now);
    while let Some(next) = it.next_event() {
        it.advance(next);
        let snapshot = it.snapshot();
        let pods = names(&snapshot, "db");
        assert!(pods.len() <= seen + 1);
        seen = pods.len();
        let db: Vec<_> = snapshot.pods.iter().filter(|it| it.object.name.starts_with("db-")).collect();
        assert!(db.iter().rev().skip(1).all(|it| it.ready));
    }
    assert_eq!(names(&it.snapshot(), "db"), ["db-0", "db-1", "db-2"]);
    let first = it.snapshot().pods.iter().find(|it| &*it.object.name == "db-0").cloned().expect("db-0");
    assert_eq!(first.spec.hostname.as_deref(), Some("db-0"));
    put(&mut it, set(1, false, "postgres:2"));
    let snapshot = settle(&mut it);
    assert_eq!(names(&snapshot, "db"), ["db-0"]);
    let first = snapshot.pods.iter().find(|it| &*it.object.name == "db-0").expect("db-0");
    assert_eq!(&*first.spec.containers[0].image, "postgres:2");
    let mut parallel = cluster(1);
    put(&mut parallel, set(3, true, "postgres"));
    parallel.advance(Time::default());
    assert_eq!(names(&parallel.snapshot(), "db").len(), 3);
}
