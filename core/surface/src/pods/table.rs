use std::collections::{BTreeMap, BTreeSet, HashMap};

use flowdeck_client::kubernetes::{Change, Event, Pod, Watched};
use flowdeck_client::{Failure, Namespace, PodName};

use super::line::{EventLine, PodLine};
use crate::words::Words;

/// Which pod, whichever namespaces are watched.
type Key = (Namespace, PodName);

/// Events of a namespace that are shown at most.
const MOST_EVENTS: usize = 200;

/// What pods are sorted by.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PodOrder {
    /// By name.
    #[default]
    Name,
    /// Those in trouble first.
    Trouble,
    /// The youngest first.
    Age,
}

impl PodOrder {
    /// The next one round.
    pub fn next(self) -> Self {
        match self {
            Self::Name => Self::Trouble,
            Self::Trouble => Self::Age,
            Self::Age => Self::Name,
        }
    }

    /// What it is called behind `by`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Trouble => "trouble",
            Self::Age => "age",
        }
    }
}

/// The pods of a namespace, or of all, kept up to date.
#[derive(Debug, Default)]
pub struct PodTable {
    pods: BTreeMap<Key, Pod>,
    /// What happened, by event; the events of one pod are looked up by what they happened to.
    events: Vec<Event>,
    of_pod: HashMap<Key, Vec<Event>>,
    lines: BTreeMap<Key, PodLine>,
    rows: Vec<Key>,
    find: String,
    order: PodOrder,
    is_known: bool,
    interruption: Option<Failure>,
}

impl PodTable {
    /// Takes what the watch of pods tells.
    pub fn take_pods(&mut self, told: Watched<Pod>) {
        match told {
            Watched::All(pods) => {
                self.pods = pods.into_iter().map(|pod| (key_of(&pod), pod)).collect();
                let keys: Vec<Key> = self.pods.keys().cloned().collect();
                self.lines.clear();
                keys.iter().for_each(|key| self.write_line(key));
                (self.is_known, self.interruption) = (true, None);
            }
            Watched::Changed(changes) => {
                for change in changes {
                    let key = key_of(change.object());
                    match change {
                        Change::Put(pod) => {
                            self.pods.insert(key.clone(), pod);
                            self.write_line(&key);
                        }
                        // A pod that was made again under the same name is another one.
                        Change::Removed(gone) => {
                            if self.pods.get(&key).is_some_and(|pod| pod.uid == gone.uid) {
                                self.pods.remove(&key);
                                self.lines.remove(&key);
                            }
                        }
                    }
                }
                self.interruption = None;
            }
            Watched::Interrupted(failure) => self.interruption = Some(failure),
            Watched::Resumed => self.interruption = None,
        }
        self.arrange();
    }

    /// Takes what the watch of events tells: it says why pods wait.
    pub fn take_events(&mut self, told: Watched<Event>) {
        let touched: BTreeSet<Key> = match told {
            Watched::All(events) => {
                let before = std::mem::replace(&mut self.events, events);
                before.iter().chain(&self.events).filter_map(pod_of).collect()
            }
            Watched::Changed(changes) => {
                let mut touched = BTreeSet::new();
                for change in changes {
                    let event = change.object();
                    touched.extend(pod_of(event));
                    self.events.retain(|known| !is_same(known, event));
                    if let Change::Put(event) = change {
                        self.events.push(event);
                    }
                }
                touched
            }
            Watched::Interrupted(_) | Watched::Resumed => return,
        };
        Event::sort(&mut self.events);
        for key in &touched {
            let own = self
                .events
                .iter()
                .filter(|event| pod_of(event).as_ref() == Some(key));
            let own: Vec<Event> = own.cloned().collect();
            self.of_pod.insert(key.clone(), own);
            self.write_line(key);
        }
        self.arrange();
    }

    /// Shows pods with these words alone.
    pub fn find(&mut self, words: &str) {
        words.clone_into(&mut self.find);
        self.arrange();
    }

    /// The words that shown pods have.
    pub fn wanted(&self) -> &str {
        &self.find
    }

    /// Sorts by something else.
    pub fn sort(&mut self, order: PodOrder) {
        self.order = order;
        self.arrange();
    }

    /// What they are sorted by.
    pub fn order(&self) -> PodOrder {
        self.order
    }

    /// Whether all there is was told once.
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// Why what is known may be old; none while it is kept up to date.
    pub fn interruption(&self) -> Option<&Failure> {
        self.interruption.as_ref()
    }

    /// How many pods there are, shown or not.
    pub fn n_pods(&self) -> usize {
        self.pods.len()
    }

    /// How many are shown.
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// The line in a row.
    pub fn line(&self, row: usize) -> Option<&PodLine> {
        self.lines.get(self.rows.get(row)?)
    }

    /// The pod in a row.
    pub fn pod(&self, row: usize) -> Option<&Pod> {
        self.pods.get(self.rows.get(row)?)
    }

    /// The row of a pod by its name, where it is shown.
    pub fn row_of(&self, namespace: &Namespace, name: &PodName) -> Option<usize> {
        self.rows
            .iter()
            .position(|key| key.0 == *namespace && key.1 == *name)
    }

    /// What happened to the pod in a row, the latest first.
    pub fn events_of(&self, row: usize) -> Vec<EventLine> {
        let events = self.rows.get(row).and_then(|key| self.of_pod.get(key));
        let events = events.map_or(&[][..], Vec::as_slice);
        events.iter().rev().map(EventLine::of).collect()
    }

    /// What happened to anything here, the latest first.
    pub fn events(&self) -> Vec<EventLine> {
        self.events
            .iter()
            .rev()
            .take(MOST_EVENTS)
            .map(EventLine::naming)
            .collect()
    }

    /// How many run, wait, failed and ended well: `9 running · 2 waiting · 1 failed`; what is none is left out.
    pub fn summary(&self) -> String {
        let mut counts = [0_usize; 4];
        for line in self.lines.values() {
            let pod = &self.pods[&(line.namespace.clone(), line.name.clone())];
            let place = match pod.phase.word() {
                "Running" if line.is_troubled() => 1,
                "Running" => 0,
                "Failed" => 2,
                "Succeeded" => 3,
                _ => 1,
            };
            counts[place] += 1;
        }
        let words = ["running", "waiting", "failed", "done"];
        let told: Vec<String> = counts
            .into_iter()
            .zip(words)
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        told.join(" · ")
    }

    fn write_line(&mut self, key: &Key) {
        let Some(pod) = self.pods.get(key) else { return };
        let events = self.of_pod.get(key).map_or(&[][..], Vec::as_slice);
        // Events outlive a pod: those of one before of the same name say nothing of this one.
        let own: Vec<Event> = events
            .iter()
            .filter(|event| event.last_seen >= pod.created_at)
            .cloned()
            .collect();
        self.lines.insert(key.clone(), PodLine::of(pod, &own));
    }

    fn arrange(&mut self) {
        let mut words = Words::new(&self.find);
        let mut rows: Vec<&PodLine> = self
            .lines
            .values()
            .filter(|line| {
                let others = [
                    line.state.as_str(),
                    &line.reason,
                    &line.node,
                    line.namespace.as_str(),
                ];
                words.are_in(line.name.as_str(), others.into_iter())
            })
            .collect();
        match self.order {
            PodOrder::Name => {}
            PodOrder::Trouble => rows.sort_by_key(|line| !line.is_troubled()),
            PodOrder::Age => rows.sort_by_key(|line| std::cmp::Reverse(line.created_at)),
        }
        self.rows = rows
            .into_iter()
            .map(|line| (line.namespace.clone(), line.name.clone()))
            .collect();
    }
}

fn key_of(pod: &Pod) -> Key {
    (pod.namespace.clone(), pod.name.clone())
}

/// The pod that something happened to.
fn pod_of(event: &Event) -> Option<Key> {
    let namespace = event.namespace.clone().filter(|_| event.kind == "Pod")?;
    Some((namespace, PodName::from(event.name.as_str())))
}

/// Whether two tellings are of the same event: it is told again whenever it happens again.
fn is_same(a: &Event, b: &Event) -> bool {
    (
        &a.kind,
        &a.name,
        &a.namespace,
        &a.reason,
        &a.reporter,
        a.first_seen,
    ) == (
        &b.kind,
        &b.name,
        &b.namespace,
        &b.reason,
        &b.reporter,
        b.first_seen,
    )
}
