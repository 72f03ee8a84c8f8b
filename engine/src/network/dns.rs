//! Names: what the cluster's DNS answers, and the search list a pod walks (service-semantics 82–101).

use crate::Str;
use crate::api::ObjectRef;
use std::net::IpAddr;

/// Compiled names.
#[derive(Debug, Default)]
pub struct Dns {}

/// Why a name resolves, or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The target is an address already.
    Literal,
    /// The name of a Service, in one of its forms.
    Service {
        /// The Service.
        service: ObjectRef,
        /// The full name that answered.
        name: Str,
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// A headless Service: the addresses of its ready pods.
    Headless {
        /// The Service.
        service: ObjectRef,
        /// The full name that answered.
        name: Str,
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// A pod's own name below a Service.
    Pod {
        /// The pod.
        pod: ObjectRef,
        /// The full name that answered.
        name: Str,
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// An ExternalName Service: another name.
    ExternalName {
        /// The Service.
        service: ObjectRef,
        /// The name it stands for.
        canonical: Str,
    },
    /// A name outside the cluster; Podyard gives it an address of its own making.
    Outside {
        /// Names tried before it.
        tried: Vec<Str>,
    },
    /// `localhost`.
    Localhost,
    /// No such name.
    NotFound {
        /// Every name tried.
        tried: Vec<Str>,
        /// A name that nearly fits.
        nearest: Option<Str>,
        /// The Service exists but has no ready endpoint to give (headless).
        empty: Option<ObjectRef>,
    },
    /// DNS did not answer: its own connection was dropped.
    NoAnswer,
}

/// What a look-up gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Addresses; empty when the name is not found.
    pub addresses: Vec<IpAddr>,
    /// Why.
    pub reason: Reason,
}
