//! Where a policy's parts stand in its manifest.

use super::Direction;
use crate::api::NetworkPolicy;
use crate::text::FieldPath;

/// Field paths of a policy.
pub(super) trait Paths {
    fn subject_path(&self) -> FieldPath;
    fn rule_path(&self, direction: Direction, rule: usize) -> FieldPath;
    fn peer_path(&self, direction: Direction, rule: usize, peer: usize) -> FieldPath;
    fn port_path(&self, direction: Direction, rule: usize, port: usize) -> FieldPath;
}

impl Paths for NetworkPolicy {
    fn subject_path(&self) -> FieldPath {
        FieldPath::root().field("spec").field("podSelector")
    }
    fn rule_path(&self, direction: Direction, rule: usize) -> FieldPath {
        let section = match direction {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        };
        FieldPath::root().field("spec").field(section).index(rule)
    }
    fn peer_path(&self, direction: Direction, rule: usize, peer: usize) -> FieldPath {
        let peers = match direction {
            Direction::Ingress => "from",
            Direction::Egress => "to",
        };
        self.rule_path(direction, rule).field(peers).index(peer)
    }
    fn port_path(&self, direction: Direction, rule: usize, port: usize) -> FieldPath {
        self.rule_path(direction, rule).field("ports").index(port)
    }
}
