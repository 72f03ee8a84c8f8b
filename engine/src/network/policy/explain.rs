//! The reason: the policies as written, test by test, and the first one that fails.

use super::compile::Policy;
use super::decide::{Assumptions, Flow, Seen, reaches_own_node};
use super::{Direction, FailedTest, Isolation, PeerMismatch, Policies, PortMismatch, Reason, RuleMismatch};
use crate::api::{Cidr, Peer, PolicyPort, PolicyRule, PortRef, Selector};
use crate::network::At;
use crate::text::FieldPath;

/// One direction's question.
struct Question<'a> {
    direction: Direction,
    flow: Flow,
    subject: Seen<'a>,
    peer: Seen<'a>,
    assumptions: Assumptions,
}

/// What matched: the peer and the port entry, by place and index; `None` where the rule names none.
struct Match {
    peer: Option<(At, usize)>,
    port: Option<(At, usize)>,
}

impl Policies {
    /// Why a direction passes or blocks.
    pub(super) fn reason(&self, direction: Direction, flow: Flow, assumptions: Assumptions) -> Reason {
        let (subject, peer) = self.ends(direction, flow, assumptions);
        let policies = match self.judged(direction, &subject, &peer, assumptions) {
            Ok(policies) => policies,
            Err(exempt) => return exempt.into(),
        };
        let question = Question { direction, flow, subject, peer, assumptions };
        let mut isolations = Vec::new();
        for policy in policies.iter().filter_map(|&policy| self.tables.policy(policy)) {
            let mut rules = Vec::new();
            let pairs = policy.rules(direction).iter().zip(policy.written_rules(direction));
            for (index, (rule, written)) in pairs.enumerate() {
                let at = policy.at(rule.path.clone());
                match question.test(policy, index, written) {
                    Ok(Match { peer, port }) => {
                        let matched = peer.as_ref().and_then(|(_, index)| written.peers.get(*index).cloned());
                        let place = |it: Option<(At, usize)>| it.map(|(at, _)| at);
                        return Reason::Admitted { rule: at, peer: place(peer), matched, port: place(port) };
                    }
                    Err(test) => rules.push(RuleMismatch { rule: at, test }),
                }
            }
            isolations.push(Isolation { policy: policy.at(policy.written.subject_path()), rules });
        }
        if reaches_own_node(direction, &question.subject, &question.peer, assumptions) {
            return Reason::OwnNode;
        }
        Reason::Isolated { policies: isolations }
    }
}

impl Policy {
    fn at(&self, path: FieldPath) -> At {
        At { object: self.object.clone(), path }
    }
}

impl Question<'_> {
    /// Peers first, then ports.
    fn test(&self, policy: &Policy, rule: usize, written: &PolicyRule) -> Result<Match, FailedTest> {
        let at = |path| policy.at(path);
        let peer = first(
            &written.peers,
            |i| at(policy.written.peer_path(self.direction, rule, i)),
            |i, peer| self.peer_mismatch(policy, rule, i, peer),
        );
        let peer = peer.map_err(FailedTest::Peers)?;
        let port = first(
            &written.ports,
            |i| at(policy.written.port_path(self.direction, rule, i)),
            |_, port| self.port_mismatch(port),
        );
        Ok(Match { peer, port: port.map_err(FailedTest::Ports)? })
    }

    fn peer_mismatch(&self, policy: &Policy, rule: usize, index: usize, peer: &Peer) -> Option<PeerMismatch> {
        match peer {
            Peer::Pods { pods, namespaces } => {
                self.selectors_mismatch(policy, pods.as_ref(), namespaces.as_ref())
            }
            Peer::IpBlock { cidr, except } => self.block_mismatch(cidr, except, |i| {
                let path = policy.written.peer_path(self.direction, rule, index);
                policy.at(path.field("ipBlock").field("except").index(i))
            }),
        }
    }

    /// Namespace, then pod (semantics 7, 8).
    fn selectors_mismatch(
        &self,
        policy: &Policy,
        pods: Option<&Selector>,
        namespaces: Option<&Selector>,
    ) -> Option<PeerMismatch> {
        let Some((_, class)) = self.peer.class else {
            return Some(if self.peer.host_network {
                PeerMismatch::HostNetwork
            } else {
                PeerMismatch::NotAPod
            });
        };
        let elsewhere = match namespaces {
            None if class.namespace != policy.object.namespace => Some(PeerMismatch::OtherNamespace {
                wanted: policy.object.namespace.clone(),
                has: class.namespace.clone(),
            }),
            None => None,
            Some(selector) => selector
                .mismatch(&class.namespace_labels)
                .map(|mismatch| PeerMismatch::Namespace { namespace: class.namespace.clone(), mismatch }),
        };
        elsewhere.or_else(|| pods?.mismatch(&class.labels).map(PeerMismatch::Pod))
    }

    /// An exception takes away from its own block only (semantics 25–27, 38).
    fn block_mismatch(
        &self,
        cidr: &Cidr,
        except: &[Cidr],
        at_except: impl Fn(usize) -> At,
    ) -> Option<PeerMismatch> {
        let Some(address) = self.peer.address else { return Some(PeerMismatch::NoAddress) };
        if self.peer.inside && !self.assumptions.blocks_match_pods {
            return Some(PeerMismatch::BlocksDoNotMatchPods);
        }
        if cidr.network.is_ipv4() != address.is_ipv4() {
            return Some(PeerMismatch::OtherFamily);
        }
        if !cidr.contains(address) {
            return Some(PeerMismatch::OutsideBlock);
        }
        let excepted = except.iter().position(|except| except.contains(address));
        excepted.map(|index| PeerMismatch::Excepted(at_except(index)))
    }

    fn port_mismatch(&self, written: &PolicyPort) -> Option<PortMismatch> {
        let (protocol, port) = (self.flow.protocol, self.flow.port);
        if written.protocol != protocol {
            return Some(PortMismatch::Protocol { wanted: written.protocol });
        }
        match &written.port {
            None => None,
            Some(PortRef::Number(from)) => {
                let (from, to) = (*from, written.end_port.unwrap_or(*from));
                (!(from..=to).contains(&port)).then_some(PortMismatch::Number { from, to })
            }
            Some(PortRef::Name(name)) => {
                let destination = match self.direction {
                    Direction::Ingress => self.subject.class,
                    Direction::Egress => self.peer.class,
                };
                let ports = destination.map(|(_, class)| class.ports.as_slice()).unwrap_or_default();
                let numbers: Vec<u16> =
                    ports.iter().filter(|it| it.0 == *name && it.1 == protocol).map(|it| it.2).collect();
                if numbers.contains(&port) {
                    None
                } else if numbers.is_empty() {
                    Some(PortMismatch::NameUnknown { name: name.clone() })
                } else {
                    Some(PortMismatch::Named { name: name.clone(), numbers })
                }
            }
        }
    }
}

/// The first item without a mismatch; `None` when there are no items; else every item's mismatch.
fn first<T, M>(
    items: &[T],
    at: impl Fn(usize) -> At,
    mismatch: impl Fn(usize, &T) -> Option<M>,
) -> Result<Option<(At, usize)>, Vec<(At, M)>> {
    let mut mismatches = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match mismatch(index, item) {
            None => return Ok(Some((at(index), index))),
            Some(mismatch) => mismatches.push((at(index), mismatch)),
        }
    }
    if mismatches.is_empty() { Ok(None) } else { Err(mismatches) }
}
