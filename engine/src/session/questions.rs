//! What a session is asked: walks, targets, objects, the matrix. Nothing here changes the world.

use super::ends::{self, End, Unusable};
use super::{MatrixCell, MatrixView, Session, TargetView, TargetsView, Update, inspect, walk, world};
use crate::analysis;
use crate::api::Protocol;
use crate::cluster::is_system_namespace;
use crate::connect::{Trace, connect_every, other_profiles};
use crate::explain;

impl Session {
    pub(super) fn walk(&self, from: &str, to: &str, port: Option<u16>, protocol: Option<&str>) -> Update {
        let network = self.network();
        match self.trace(from, to, port, protocol) {
            Ok(mut trace) => {
                let others = trace.depends_on_plugin.is_some().then(|| other_profiles(network, &trace));
                if let (Some(others), Some((_, verdicts))) = (others, &mut trace.depends_on_plugin) {
                    *verdicts = others;
                }
                Update::Walk(Box::new(walk::walk(&trace, network, &self.files)))
            }
            Err(unusable) => Update::Refused(refusal(&unusable)),
        }
    }

    /// The way that shows most: of all endpoints the one with the worst verdict.
    fn trace(
        &self,
        from: &str,
        to: &str,
        port: Option<u16>,
        protocol: Option<&str>,
    ) -> Result<Trace, Unusable> {
        let network = self.network();
        let snapshot = &network.snapshot;
        let (from, to) = (ends::find(from, snapshot)?, ends::find(to, snapshot)?);
        let connection = ends::connection(&from, &to, port, protocol.and_then(parse_protocol), network)?;
        let outcomes = analysis::outcomes(network, std::slice::from_ref(&connection));
        outcomes.worst.ok_or_else(|| Unusable::Unknown(connection.port.to_string()))
    }

    pub(super) fn targets(&self, from: &str) -> Update {
        let network = self.network();
        let snapshot = &network.snapshot;
        let source = match ends::find(from, snapshot) {
            Ok(source) => source,
            Err(unusable) => return Update::Refused(refusal(&unusable)),
        };
        let services =
            snapshot.services.iter().map(|it| (End::Service(it.object.clone()), it.object.clone()));
        let workloads = snapshot.workloads.iter().filter_map(|it| {
            Some((End::Pod(ends::representative(snapshot, &it.object)?), it.object.clone()))
        });
        let mut targets = Vec::new();
        for (end, object) in services.chain(workloads).filter(|(_, it)| !is_system_namespace(&it.namespace)) {
            let Ok(connection) = ends::connection(&source, &end, None, None, network) else { continue };
            let ways = connect_every(network, &connection);
            let Some((_, worst)) = ways.iter().max_by_key(|(_, it)| analysis::severity(it.verdict)) else {
                continue;
            };
            targets.push(TargetView {
                id: object.to_string(),
                label: object.name.to_string(),
                port: connection.port,
                protocol: connection.protocol.name().to_owned(),
                verdict: world::verdict(worst.verdict),
                plugin: worst.depends_on_plugin.is_some(),
            });
        }
        Update::Targets(TargetsView { from: from.to_owned(), targets })
    }

    pub(super) fn inspect(&self, id: &str) -> Update {
        let found =
            ends::reference(id).and_then(|object| inspect::inspect(&object, self.network(), &self.files));
        match found {
            Some(view) => Update::Inspect(Box::new(view)),
            None => Update::Refused(refusal(&Unusable::Unknown(id.to_owned()))),
        }
    }

    pub(super) fn matrix(&self, port: Option<u16>, protocol: Option<&str>) -> Update {
        let protocol = protocol.and_then(parse_protocol).unwrap_or_default();
        let found = analysis::matrix(self.network(), port.map(|port| (port, protocol)));
        let cells = found.cells.into_iter().map(|row| {
            row.into_iter()
                .map(|cell| MatrixCell {
                    of: cell.of,
                    allowed: cell.allowed,
                    verdict: cell.verdict.map(world::verdict),
                })
                .collect()
        });
        Update::Matrix(Box::new(MatrixView {
            port,
            protocol: protocol.name().to_owned(),
            cells: cells.collect(),
            ends: found.ends.iter().map(ToString::to_string).collect(),
        }))
    }
}

/// `TCP`, `udp`, ….
fn parse_protocol(name: &str) -> Option<Protocol> {
    [Protocol::Tcp, Protocol::Udp, Protocol::Sctp, Protocol::Icmp]
        .into_iter()
        .find(|it| it.name().eq_ignore_ascii_case(name))
}

fn refusal(unusable: &Unusable) -> String {
    explain::refusal(match unusable {
        Unusable::Unknown(name) => explain::Refusal::Unknown(name),
        Unusable::NoPods(name) => explain::Refusal::NoPods(name),
        Unusable::NoSource(name) => explain::Refusal::NoSource(name),
        Unusable::NoPort(name) => explain::Refusal::NoPort(name),
    })
}
