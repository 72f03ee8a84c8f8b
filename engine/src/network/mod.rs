//! The data plane compiled from a snapshot, immutable: names, Services, policy, routes.
//!
//! Each part owns its reason enum: facts as data, with the object and the field path that decided.

pub mod dns;
pub mod policy;
pub mod route;
pub mod service;

use crate::api::ObjectRef;
use crate::cluster::Snapshot;
use crate::text::FieldPath;
use std::sync::Arc;

/// A field of an object: what a reason points at. Its span is looked up when shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The object.
    pub object: ObjectRef,
    /// The field.
    pub path: FieldPath,
}

/// The compiled data plane.
#[derive(Debug)]
pub struct Network {
    /// What it was compiled from.
    pub snapshot: Arc<Snapshot>,
    /// Names.
    pub dns: dns::Dns,
    /// Service addresses and their endpoints.
    pub services: service::Services,
    /// Policies.
    pub policy: policy::Policies,
    /// Who has which address; nodes and the ways between them.
    pub routes: route::Routes,
}

impl Network {
    /// Compiles a snapshot.
    pub fn compile(_snapshot: &Arc<Snapshot>) -> Arc<Network> {
        todo!()
    }
}
