use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::watch;

/// Which object: its resource, its namespace (empty for those of the whole cluster) and its name. In the order of lists.
pub(super) type Key = (String, String, String);

/// Changes that are kept to be watched; older ones are forgotten, as a real server's are.
const KEPT: usize = 10_000;

/// How a cluster came to be as it is.
#[derive(Debug)]
pub(super) struct Journal {
    /// The newest resource version.
    pub(super) version: u64,
    /// The oldest version that can be watched from.
    pub(super) oldest: u64,
    changes: VecDeque<Change>,
    bell: watch::Sender<u64>,
}

/// One change of one object.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) version: u64,
    pub(super) key: Key,
    pub(super) before: Option<Arc<Value>>,
    pub(super) after: Option<Arc<Value>>,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            version: 1,
            oldest: 1,
            changes: VecDeque::new(),
            bell: watch::Sender::default(),
        }
    }
}

impl Journal {
    /// Notes a change that has the newest version, and rings for those who watch.
    pub(super) fn note(&mut self, key: Key, before: Option<Arc<Value>>, after: Option<Arc<Value>>) {
        let version = self.version;
        self.changes.push_back(Change {
            version,
            key,
            before,
            after,
        });
        if self.changes.len() > KEPT
            && let Some(gone) = self.changes.pop_front()
        {
            self.oldest = gone.version;
        }
        self.bell.send_replace(version);
    }

    /// Forgets all changes so far: whoever goes on from before has to begin again.
    pub(super) fn forget(&mut self) {
        self.changes.clear();
        self.oldest = self.version;
    }

    /// Wakes those who watch though nothing changed.
    pub(super) fn ring(&self) {
        self.bell.send_replace(self.version);
    }

    pub(super) fn bell(&self) -> watch::Receiver<u64> {
        self.bell.subscribe()
    }

    /// Changes after a version, the oldest first.
    pub(super) fn since(&self, version: u64) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.version > version)
    }

    /// Takes objects as they are now back to what they were at a version.
    pub(super) fn rewind(&self, objects: &mut BTreeMap<Key, Arc<Value>>, resource: &str, version: u64) {
        let later = self
            .changes
            .iter()
            .rev()
            .take_while(|change| change.version > version)
            .filter(|change| change.key.0 == resource);
        for change in later {
            match &change.before {
                Some(before) => objects.insert(change.key.clone(), Arc::clone(before)),
                None => objects.remove(&change.key),
            };
        }
    }
}
