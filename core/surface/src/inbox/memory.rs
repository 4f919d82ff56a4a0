//! What is remembered from look to look.

use std::collections::{BTreeMap, BTreeSet};

use flowdeck_client::tracking::{Metric, Run, RunStatus};
use flowdeck_client::{RunId, Timestamp};
use serde::{Deserialize, Serialize};

use super::gather::Seen;
use super::item::Item;
use super::rules;

/// Items that are kept.
const N_KEPT: usize = 200;

/// How far the first look goes back, in milliseconds: a day.
const FIRST_LOOK_MS: i64 = 24 * 60 * 60 * 1_000;

/// What is remembered from look to look.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    looked_at: Option<i64>,
    /// When a person last read the items.
    read_at: Option<i64>,
    /// The runs that went on at the last look.
    watched: BTreeMap<String, Watched>,
    /// What happened, the latest first.
    items: Vec<Item>,
}

/// What is remembered of a run that goes on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Watched {
    /// The kinds of matters that were told.
    told: BTreeSet<String>,
    /// The least value of each metric of which less is better.
    best: BTreeMap<String, f64>,
}

impl Memory {
    /// What was remembered as a text; nothing where the text is none of ours.
    pub fn of_text(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// It as a text to be kept.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From when on runs that ended are news.
    pub fn since(&self, now: Timestamp) -> Timestamp {
        Timestamp(self.looked_at.unwrap_or(now.0 - FIRST_LOOK_MS))
    }

    /// The runs that went on at the last look.
    pub fn watched(&self) -> impl Iterator<Item = RunId> + '_ {
        self.watched.keys().map(|id| id.as_str().into())
    }

    /// What happened, the latest first.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// How many of the items nobody has read yet; they stand first.
    pub fn n_unread(&self) -> usize {
        let read_at = self.read_at.unwrap_or(i64::MIN);
        self.items.iter().take_while(|item| item.at().0 > read_at).count()
    }

    /// A person has read the items.
    pub fn read(&mut self) {
        let latest = self.items.first().map(|item| item.at().0);
        self.read_at = self.read_at.max(latest);
    }

    /// The metrics of a run whose histories a look has to read, as [`super::gather()`] does.
    pub(super) fn suspects<'a>(&'a self, run: &'a Run) -> Vec<&'a Metric> {
        let known = self.watched.get(run.info.id.as_str());
        rules::suspects(run, known.map(|known| &known.best))
    }

    /// Looks at runs: those that go on with their metrics, and some that ended. Answers with how much is new.
    pub fn look(&mut self, seen: &Seen, now: Timestamp) -> usize {
        let since = self.since(now);
        let mut news = Vec::new();
        let mut watched = std::mem::take(&mut self.watched);
        for run in &seen.runs {
            let id = run.info.id.as_str();
            let known = watched.remove(id);
            match rules::ended(&run.info.status) {
                Some(matter) => {
                    let is_late = run.info.end_time.is_some_and(|end| end > since);
                    let is_told = self.is_told(id, matter.kind());
                    if (known.is_some() || is_late) && !is_told {
                        news.push(self.item(run, matter, now));
                    }
                }
                None if run.info.status == RunStatus::Running => {
                    let mut known = known.unwrap_or_default();
                    let matters = rules::going_on(run, &seen.trends, &mut known.best, now);
                    // What is over may come again, and is told again then.
                    known
                        .told
                        .retain(|kind| matters.iter().any(|matter| matter.kind() == kind));
                    for matter in matters {
                        if known.told.insert(matter.kind().to_owned()) {
                            news.push(self.item(run, matter, now));
                        }
                    }
                    self.watched.insert(id.to_owned(), known);
                }
                None => {}
            }
        }
        let n_news = news.len();
        self.items.splice(0..0, news);
        self.items.sort_by_key(|item| std::cmp::Reverse(item.at()));
        self.items.truncate(N_KEPT);
        self.looked_at = Some(now.0);
        n_news
    }

    fn item(&self, run: &Run, matter: super::Matter, now: Timestamp) -> Item {
        let info = &run.info;
        let name = if info.name.is_empty() {
            info.id.as_str()
        } else {
            &info.name
        };
        Item::new(&info.id, &info.experiment_id, name, matter, now)
    }

    fn is_told(&self, run: &str, kind: &str) -> bool {
        let run = RunId::from(run);
        self.items
            .iter()
            .any(|item| item.matter.kind() == kind && item.run() == run)
    }
}
