//! What the two ends of a walk are called: short names.

use super::Sentence;
use crate::connect::{Place, Source, Target, Trace};

/// The one who asks.
pub(super) fn source(trace: &Trace) -> Sentence {
    match &trace.connection.source {
        Source::Pod(pod) => Sentence::default().object(pod),
        Source::Node(name) => Sentence::of(&**name),
        Source::Outside(address) => Sentence::default().code(address),
    }
}

/// The pod that was or would have been reached, else what was asked for.
pub(super) fn destination(trace: &Trace) -> Sentence {
    match &trace.destination {
        Some(pod) => Sentence::default().object(pod),
        None => asked(trace),
    }
}

/// What the client asked for: the Service, or the name or address as written.
pub(super) fn asked(trace: &Trace) -> Sentence {
    match (&trace.service, &trace.connection.target) {
        (Some(service), _) => Sentence::default().object(service),
        (None, Target::Name(name)) => Sentence::of(&**name),
        (None, Target::Address(address)) => match &trace.destination {
            Some(pod) => Sentence::default().object(pod),
            None => Sentence::default().code(address),
        },
    }
}

/// The host as the client writes it.
pub(super) fn host(trace: &Trace) -> String {
    match &trace.connection.target {
        Target::Name(name) => name.to_string(),
        Target::Address(address) => address.to_string(),
    }
}

/// Who does what a hop tells: `node-1`, `web-x2k9f`.
pub(super) fn actor(place: &Place) -> Sentence {
    match place {
        Place::Pod(pod) => Sentence::default().object(pod),
        Place::Node(name) => Sentence::of(&**name),
        Place::Outside => Sentence::of("the outside"),
    }
}
