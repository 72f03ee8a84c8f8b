//! Virtual time: traffic over the network of a living cluster.
//!
//! One queue keyed by (time, sequence), one seeded stream of chance per purpose: the same manifests, seed and commands give the same
//! history, natively and in Wasm. Cluster and traffic take turns: whichever falls due first.

mod dice;
mod plan;

pub use plan::{Caller, Plan, StreamKey, outside_address};

use crate::api::ObjectRef;
use crate::cluster::{Cluster, Snapshot, Span, Time};
use crate::connect::{Addresses, Connection, Source, State, Trace, Verdict, connect};
use crate::network::Network;
use crate::program::Call;
use dice::Dice;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// How many flows are kept; older ones are counted only.
pub const KEPT_FLOWS: usize = 10_000;

/// How long a client waits for a connection that nobody answers (`curl --connect-timeout 5`).
pub const CONNECT_TIMEOUT: Span = Span::seconds(5);

/// How many requests may cause one another in a row.
const LONGEST_CHAIN: usize = 8;

/// One connection attempt of the running simulation.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Counts up from 0.
    pub id: u64,
    /// When it started.
    pub start: Time,
    /// When the client knew the result.
    pub end: Time,
    /// Its walk.
    pub trace: Arc<Trace>,
    /// The traffic it belongs to.
    pub stream: Arc<StreamKey>,
    /// The flow whose request caused it.
    pub cause: Option<u64>,
}

impl Flow {
    /// How it ended.
    pub fn verdict(&self) -> Verdict {
        self.trace.verdict
    }
}

/// Something that falls due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Work {
    /// A caller of its own accord starts its next round.
    Round(Caller),
    /// A request that another one caused.
    Request { pod: ObjectRef, call: Call, cause: u64, chain: Vec<ObjectRef> },
}

/// A running simulation.
#[derive(Clone, Debug)]
pub struct Simulation {
    cluster: Cluster,
    now: Time,
    network: Arc<Network>,
    plan: Plan,
    /// Callers with a round in the queue.
    active: BTreeSet<Caller>,
    queue: BinaryHeap<Reverse<(Time, u64, Work)>>,
    sequence: u64,
    state: State,
    endpoints: Dice,
    pacing: Dice,
    flows: VecDeque<Flow>,
    next_flow: u64,
    totals: BTreeMap<Verdict, u64>,
    digest: u64,
}

impl Simulation {
    /// Starts at `now`, the cluster's present.
    pub fn new(cluster: Cluster, seed: u64, now: Time) -> Self {
        let snapshot = cluster.snapshot();
        let mut simulation = Self {
            now,
            network: Network::compile(&snapshot),
            plan: Plan::default(),
            active: BTreeSet::new(),
            queue: BinaryHeap::new(),
            sequence: 0,
            state: State::default(),
            endpoints: Dice::new(seed, "endpoints"),
            pacing: Dice::new(seed, "pacing"),
            flows: VecDeque::new(),
            next_flow: 0,
            totals: BTreeMap::new(),
            digest: FNV_OFFSET,
            cluster,
        };
        simulation.replan(&snapshot);
        simulation
    }

    /// The cluster as it is; changes go through [`Simulation::change`].
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Changes the cluster now; network and traffic follow.
    pub fn change<R>(&mut self, change: impl FnOnce(&mut Cluster, Time) -> R) -> R {
        let result = change(&mut self.cluster, self.now);
        self.follow();
        result
    }

    /// Virtual time.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The data plane as it is.
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Who calls whom of their own accord.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Flows kept, oldest first.
    pub fn flows(&self) -> impl DoubleEndedIterator<Item = &Flow> {
        self.flows.iter()
    }

    /// The flow with this id, while it is kept.
    pub fn flow(&self, id: u64) -> Option<&Flow> {
        let first = self.flows.front()?.id;
        self.flows.get(usize::try_from(id.checked_sub(first)?).ok()?)
    }

    /// Flows so far, by verdict.
    pub fn totals(&self) -> &BTreeMap<Verdict, u64> {
        &self.totals
    }

    /// A digest of the whole history: equal runs, equal digests.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// When something falls due next.
    pub fn next_event(&self) -> Option<Time> {
        let traffic = self.queue.peek().map(|Reverse((time, ..))| *time);
        match (traffic, self.cluster.next_event()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Runs up to `until`, events at `until` included.
    pub fn advance(&mut self, until: Time) {
        while let Some(due) = self.next_event().filter(|due| *due <= until) {
            self.now = self.now.max(due);
            if self.cluster.next_event().is_some_and(|event| event <= due) {
                self.cluster.advance(due);
                self.follow();
            }
            while self.queue.peek().is_some_and(|Reverse((time, ..))| *time <= due) {
                let Some(Reverse((_, _, work))) = self.queue.pop() else { break };
                self.carry_out(work);
            }
        }
        self.now = self.now.max(until);
    }

    /// Lets the cluster come up without anybody watching: no traffic meanwhile. Gives the time that took, at most `limit`.
    pub fn settle(&mut self, limit: Span) -> Span {
        let before = self.now;
        self.now = self.cluster.settle(before + limit).max(before);
        self.follow();
        self.now - before
    }

    /// Takes over the cluster's state after it may have changed.
    fn follow(&mut self) {
        let snapshot = self.cluster.snapshot();
        if !Arc::ptr_eq(&snapshot, &self.network.snapshot) {
            self.network = Network::compile(&snapshot);
            self.replan(&snapshot);
        }
    }

    fn replan(&mut self, snapshot: &Snapshot) {
        self.plan = Plan::of(snapshot);
        for caller in self.plan.callers().cloned().collect::<Vec<_>>() {
            if self.active.insert(caller.clone()) {
                let start = self.now + self.pacing.between(Span::millis(0), Span::millis(400));
                self.push(start, Work::Round(caller));
            }
        }
    }

    fn push(&mut self, time: Time, work: Work) {
        self.sequence += 1;
        self.queue.push(Reverse((time, self.sequence, work)));
    }

    fn carry_out(&mut self, work: Work) {
        match work {
            Work::Round(caller) => self.round(caller),
            Work::Request { pod, call, cause, chain } => {
                let stream = self.plan.stream(&chain, &call);
                let connection = connection(Source::Pod(pod), &call);
                self.request(connection, stream, Some(cause), &chain);
            }
        }
    }

    /// A caller's next round: all its calls once, then a pause; never two rounds at a time.
    fn round(&mut self, caller: Caller) {
        let Some(calls) = self.plan.calls(&caller).map(<[_]>::to_vec) else {
            self.active.remove(&caller);
            return;
        };
        let mut last = self.now;
        match &caller {
            Caller::Outside(_) => {
                let visitor = IpAddr::V4(Ipv4Addr::new(198, 51, 100, self.pacing.below(200) as u8 + 10));
                for stream in calls {
                    if let Some(connection) = stream.from_outside(visitor, &self.network.snapshot) {
                        last = last.max(self.request(connection, stream, None, &[]));
                    }
                }
            }
            Caller::Workload(workload) => {
                let pods = running_pods(&self.network.snapshot, workload);
                if !pods.is_empty() {
                    let pod = pods.get(self.pacing.below(pods.len())).cloned();
                    for (pod, stream) in
                        pod.into_iter().flat_map(|pod| calls.iter().map(move |it| (pod.clone(), it)))
                    {
                        let chain = [workload.clone()];
                        let connection = Connection {
                            source: Source::Pod(pod),
                            target: stream.target(),
                            port: stream.port,
                            protocol: stream.protocol,
                            enter: None,
                        };
                        last = last.max(self.request(connection, stream.clone(), None, &chain));
                    }
                }
            }
        }
        let pause = self.pacing.between(Span::millis(350), Span::millis(650));
        self.push(last + pause, Work::Round(caller));
    }

    /// Tries one connection; what it causes downstream is put in the queue. Gives the time at which the client knows.
    fn request(
        &mut self,
        connection: Connection,
        stream: Arc<StreamKey>,
        cause: Option<u64>,
        chain: &[ObjectRef],
    ) -> Time {
        self.state.now = self.now;
        let trace = Arc::new(connect(&self.network, &connection, &mut self.state, &mut self.endpoints));
        let walked = trace.hops.iter().fold(Span(0), |sum, hop| Span(sum.0.saturating_add(hop.took.0)));
        let took = match trace.verdict {
            Verdict::Dropped => CONNECT_TIMEOUT,
            _ => self.pacing.between(Span(walked.0 * 9 / 10), Span(walked.0 * 12 / 10 + 1)),
        };
        let (start, end) = (self.now, self.now + took);
        let id = self.next_flow;
        self.next_flow += 1;
        *self.totals.entry(trace.verdict).or_default() += 1;
        if trace.verdict == Verdict::Forwarded && chain.len() < LONGEST_CHAIN {
            self.cause(&trace, end, id, chain);
        }
        let flow = Flow { id, start, end, trace, stream, cause };
        self.record(&flow);
        if self.flows.len() == KEPT_FLOWS {
            self.flows.pop_front();
        }
        self.flows.push_back(flow);
        end
    }

    /// A request that arrived causes the calls of the pod it arrived at.
    fn cause(&mut self, trace: &Trace, arrived: Time, id: u64, chain: &[ObjectRef]) {
        let snapshot = self.network.snapshot.clone();
        let Some(pod) = trace.destination.as_ref().and_then(|it| snapshot.pod(it)) else { return };
        if pod.calls.is_empty() || chain.contains(&pod.workload) {
            return;
        }
        let mut longer = chain.to_vec();
        longer.push(pod.workload.clone());
        for call in pod.calls.iter() {
            let when = arrived + self.pacing.between(Span::millis(5), Span::millis(40));
            let work = Work::Request {
                pod: pod.object.clone(),
                call: call.clone(),
                cause: id,
                chain: longer.clone(),
            };
            self.push(when, work);
        }
    }

    fn record(&mut self, flow: &Flow) {
        let mut digest = Digest(self.digest);
        digest.number(flow.id);
        digest.number(flow.start.0);
        digest.number(flow.end.0);
        digest.number(flow.trace.verdict as u64);
        digest.number(flow.trace.hops.len() as u64);
        digest.number(flow.cause.map_or(0, |cause| cause + 1));
        digest.text(&flow.stream.host);
        if let Some(Addresses { source, destination }) = flow.trace.hops.last().map(|hop| hop.after) {
            digest.text(&source.map(|it| it.to_string()).unwrap_or_default());
            digest.text(&destination.map(|it| it.to_string()).unwrap_or_default());
        }
        self.digest = digest.0;
    }
}

/// A pod's call as a connection.
fn connection(source: Source, call: &Call) -> Connection {
    Connection {
        source,
        target: plan::target(&call.host),
        port: call.port,
        protocol: call.protocol,
        enter: None,
    }
}

/// Pods of a workload that run and are not being deleted.
fn running_pods(snapshot: &Snapshot, workload: &ObjectRef) -> Vec<ObjectRef> {
    snapshot
        .pods
        .iter()
        .filter(|pod| {
            pod.workload == *workload && pod.phase == crate::api::Phase::Running && !pod.terminating
        })
        .map(|pod| pod.object.clone())
        .collect()
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a: enough to tell two histories apart, the same everywhere.
struct Digest(u64);

impl Digest {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    fn number(&mut self, number: u64) {
        number.to_le_bytes().into_iter().for_each(|byte| self.byte(byte));
    }
    fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        self.byte(0xff);
    }
}
