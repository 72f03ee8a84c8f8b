//! The messages between page and worker: postcard bytes with a version and a request id.

use podyard_engine::session::{Command, Update, VERSION};
use serde::{Deserialize, Serialize};

/// A command on its way to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// [`VERSION`] of the sender.
    pub version: u32,
    /// Grows with every request of a page.
    pub id: u64,
    /// What is asked.
    pub command: Command,
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    /// It is listening, and speaks this version.
    Ready(u32),
    /// What request `id` changed, in order.
    Answer {
        /// The request's id.
        id: u64,
        /// What changed.
        updates: Vec<Update>,
    },
    /// It is about to stop: the panic's words.
    Stopping(String),
}

/// Bytes that the other end does not understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not a message at all.
    Bytes,
    /// A message of another version.
    Version(u32),
}

impl Request {
    /// A request of this version.
    pub fn new(id: u64, command: Command) -> Self {
        Self { version: VERSION, id, command }
    }

    /// As bytes; empty when they cannot be written, which the other end refuses.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// From bytes of the same version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        let (version, _) = postcard::take_from_bytes::<u32>(bytes).map_err(|_| Unreadable::Bytes)?;
        if version != VERSION {
            return Err(Unreadable::Version(version));
        }
        postcard::from_bytes(bytes).map_err(|_| Unreadable::Bytes)
    }
}

impl Message {
    /// As bytes; empty when they cannot be written, which the other end refuses.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// From bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Unreadable> {
        postcard::from_bytes(bytes).map_err(|_| Unreadable::Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podyard_engine::session::WorldView;

    #[test]
    fn a_request_survives_the_wire() {
        let request = Request::new(7, Command::Edit { file: "a.yaml".into(), text: "kind: Pod\n".into() });
        assert_eq!(Request::from_bytes(&request.to_bytes()), Ok(request));
    }

    #[test]
    fn a_message_survives_the_wire() {
        let world = WorldView { version: 3, time: 12_480_000, ..Default::default() };
        let message = Message::Answer { id: 9, updates: vec![Update::World(Box::new(world))] };
        assert_eq!(Message::from_bytes(&message.to_bytes()), Ok(message));
    }

    #[test]
    fn another_version_is_named() {
        let mut request = Request::new(1, Command::Apply);
        request.version = VERSION + 1;
        assert_eq!(Request::from_bytes(&request.to_bytes()), Err(Unreadable::Version(VERSION + 1)));
    }

    #[test]
    fn garbage_is_refused() {
        assert_eq!(Request::from_bytes(&[]), Err(Unreadable::Bytes));
        assert_eq!(Message::from_bytes(&[250, 1, 2]), Err(Unreadable::Bytes));
    }
}
