//! Calls of all pods, inferred again when a Service, a ConfigMap or a template changed.

use super::{Cluster, PodKey, ServiceState};
use crate::Str;
use crate::api::{ConfigMap, Kind, ObjectRef, Protocol, Resource};
use crate::program::{self, Call, Names};
use crate::text::FieldPath;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The cluster's names, as programs are checked against them.
struct Directory<'a>(&'a Cluster);

impl Directory<'_> {
    fn service(&self, namespace: &str, name: &str) -> Option<&ServiceState> {
        self.0.services.get(&(namespace.into(), name.into())).map(|it| &**it)
    }
}

impl Names for Directory<'_> {
    fn service_ports(&self, host: &str, namespace: &str) -> Option<Vec<(u16, Protocol)>> {
        let host = host.strip_suffix('.').unwrap_or(host);
        let host = host.strip_suffix(".cluster.local").unwrap_or(host);
        let short = host.strip_suffix(".svc").unwrap_or(host);
        let parts: Vec<&str> = short.split('.').collect();
        let found = match *parts.as_slice() {
            [service] if short == host => self.service(namespace, service),
            // `SERVICE.NAMESPACE`, or `POD.SERVICE` of the own namespace.
            [first, second] => self.service(second, first).or_else(|| self.service(namespace, second)),
            [_, service, namespace] => self.service(namespace, service),
            _ => None,
        };
        Some(found?.spec.ports.iter().map(|it| (it.port, it.protocol)).collect())
    }
    fn services(&self, namespace: &str) -> Vec<Str> {
        let start: PodKey = (namespace.into(), "".into());
        let here = self.0.services.range(start..).take_while(|it| *it.0.0 == *namespace);
        here.map(|it| it.0.1.clone()).collect()
    }
    fn config_map(&self, namespace: &str, name: &str) -> Option<&ConfigMap> {
        let reference = ObjectRef { kind: Kind::ConfigMap, namespace: namespace.into(), name: name.into() };
        match &self.0.store.get(&reference)?.object.resource {
            Resource::ConfigMap(map) => Some(map),
            _ => None,
        }
    }
}

impl Cluster {
    /// Infers calls again, if something changed for them.
    pub(super) fn infer_calls(&mut self) {
        if !std::mem::take(&mut self.work.calls) {
            return;
        }
        let names = Directory(self);
        let spec = FieldPath::root().field("spec");
        let mut inferred: BTreeMap<ObjectRef, Arc<[Call]>> = BTreeMap::new();
        for controller in self.controllers.values() {
            let prefix = controller.origin.template.join(&spec);
            let calls = program::calls(&controller.origin.object, &prefix, &controller.spec, &names);
            inferred.insert(controller.object.clone(), calls.into());
        }
        let mut pods: Vec<(PodKey, Arc<[Call]>)> = Vec::new();
        for (key, record) in &self.pods {
            let pod = &record.state;
            let own = pod.origin.object == pod.object;
            let calls = match pod.owner.as_ref().and_then(|it| inferred.get(it)) {
                Some(calls) if !own => calls.clone(),
                _ => {
                    let prefix = pod.origin.template.join(&spec);
                    program::calls(&pod.origin.object, &prefix, &pod.spec, &names).into()
                }
            };
            if calls != pod.calls {
                pods.push((key.clone(), calls));
            }
        }
        let changed = !pods.is_empty();
        for (key, calls) in pods {
            if let Some(record) = self.pods.get_mut(&key) {
                Arc::make_mut(&mut record.state).calls = calls;
            }
        }
        for (object, calls) in inferred {
            if let Some(controller) = self.controllers.get_mut(&object)
                && controller.calls != calls
            {
                controller.calls = calls;
            }
        }
        if changed {
            self.touch();
        }
    }
}
