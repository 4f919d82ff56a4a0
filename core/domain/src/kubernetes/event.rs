use crate::id::Namespace;
use crate::time::Timestamp;

/// Something that happened to an object, as a controller, the scheduler or a kubelet wrote it down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Event {
    /// Kind of the object: `Pod`.
    pub kind: String,
    /// Name of the object.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<Namespace>,
    /// One word: `FailedScheduling`.
    pub reason: String,
    /// A sentence.
    pub message: String,
    /// Whether it is a warning. What is none may be bad news all the same.
    pub is_warning: bool,
    /// How often it happened, at least 1.
    pub count: u32,
    /// When it first happened.
    pub first_seen: Option<Timestamp>,
    /// When it last happened: the newest of the times that old and new writers set.
    pub last_seen: Option<Timestamp>,
    /// Who wrote it.
    pub reporter: String,
}

impl Event {
    /// Puts events in order of time, the latest last.
    pub fn sort(events: &mut [Self]) {
        events.sort_by_key(|event| (event.last_seen, event.first_seen));
    }
}
