//! What a user can ask of a session, and what comes back.

use super::view::*;
use serde::{Deserialize, Serialize};

/// The version of [`Command`] and [`Update`]; the two ends of a wire must agree.
pub const VERSION: u32 = 1;

/// A file of the user's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its name, unique in the session.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Something a user asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Start anew with these files: the cluster comes up and settles (all that can get ready is ready), then time stands at 0.
    Open {
        /// The files, in order.
        files: Vec<File>,
        /// Every random choice derives from it.
        seed: u64,
    },
    /// A keystroke: the text of one file is now this. Verdicts and picture are those the text would give; the cluster does not take it yet.
    Edit {
        /// The file; a new name is a new file.
        file: String,
        /// Its whole text.
        text: String,
    },
    /// The file is gone.
    Remove {
        /// The file.
        file: String,
    },
    /// The cluster takes the text as it stands: changes roll out in virtual time.
    Apply,
    /// Virtual time goes on by this many microseconds.
    Advance {
        /// Microseconds.
        micros: u64,
    },
    /// Virtual time goes on to the next thing that happens.
    Step,
    /// Walk a connection and explain it.
    Walk {
        /// As [`Ends`] are written.
        from: String,
        /// As [`Ends`] are written.
        to: String,
        /// The port; the target's first when `None`.
        port: Option<u16>,
        /// `TCP`, `UDP`, `SCTP`.
        protocol: Option<String>,
    },
    /// Walk a flow of the running simulation again, as it was.
    WalkFlow {
        /// Its id.
        flow: u64,
    },
    /// What could be reached from here: every Service and workload with its verdict.
    Targets {
        /// As [`Ends`] are written.
        from: String,
    },
    /// What an object is, and why it is so.
    Inspect {
        /// Its id: `Kind/namespace/name`.
        object: String,
    },
    /// All pairs.
    Matrix {
        /// One port, or the destinations' own ports when `None`.
        port: Option<u16>,
        /// `TCP`, `UDP`, `SCTP`.
        protocol: Option<String>,
    },
}

/// What a session answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Update {
    /// Every finding of every file; replaces the last one.
    Problems(Vec<DiagnosticView>),
    /// The state of the documents of every file; replaces the last one.
    Documents(Vec<DocumentView>),
    /// The world changed; replaces the last one.
    World(Box<WorldView>),
    /// Time went on: new flows since the last update.
    Flows(FlowsView),
    /// A walk.
    Walk(Box<WalkView>),
    /// Targets with their verdicts.
    Targets(TargetsView),
    /// An inspected object.
    Inspect(Box<InspectView>),
    /// All pairs.
    Matrix(Box<MatrixView>),
    /// A command that could not be carried out, in words.
    Refused(String),
}

/// How ends of a connection are written, on the page, on the command line and in tests:
/// `ns/pod`, `ns/deploy/name` (any workload kind or its short name), `name.ns` or any DNS name, an IP address, `node:NAME`, `outside`, or an object's id
/// (`Pod/shop/web-0`, `Service/shop/db`).
///
/// A Service's name means the Service even where nobody could resolve it: from outside it is reached by its external address or node port.
/// Where a connection starts, it means one of the Service's pods.
pub struct Ends;
