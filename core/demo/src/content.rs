//! What the store holds: a small company's year of training, one module for each of its experiments.

mod assistant;
mod credit;
mod demand;
mod dialogue;
mod evaluation;
mod live;
mod picking;
mod registry;
mod scratch;
mod surface;
mod team;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::Lifecycle;

pub(crate) use live::{Growing, LIVE_LOG, LIVE_RUN_TAG};

use crate::random::Random;
use crate::record::{Content, ExperimentRecord, Pairs};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The tag of the default experiment that says which seed made the store.
pub(crate) const SEED_TAG: &str = "flowdeck.demo.seed";

/// Chance and the present, which every module starts from.
pub(crate) struct Scene {
    pub(crate) random: Random,
    pub(crate) seed: u64,
    pub(crate) now: Timestamp,
}

impl Scene {
    pub(crate) fn new(seed: u64, now: Timestamp) -> Self {
        Self {
            random: Random::new(seed),
            seed,
            now,
        }
    }

    pub(crate) fn days_ago(&self, days: f64) -> Timestamp {
        Timestamp(self.now.0 - (days * DAY as f64) as i64)
    }

    /// An active experiment whose note is this, made so many days ago.
    fn experiment(&self, id: i64, name: &str, days: f64, note: &str) -> ExperimentRecord {
        let made = self.days_ago(days);
        ExperimentRecord {
            id,
            name: name.to_owned(),
            lifecycle: Lifecycle::Active,
            creation_time: made,
            last_update_time: made,
            tags: Pairs::default().with("mlflow.note.content", note),
            runs: Vec::new(),
            logged_models: Vec::new(),
            traces: Vec::new(),
        }
    }
}

/// Everything, as it stands at `scene.now`.
pub(crate) fn content(scene: &Scene) -> Content {
    let mut default = scene.experiment(0, "Default", 320.0, "");
    default.tags = Pairs::default().with(SEED_TAG, scene.seed);
    let assistant = assistant::experiment(scene);
    let evaluation = evaluation::experiment(scene, &assistant.logged_models);
    let experiments = vec![
        default,
        surface::experiment(scene),
        assistant,
        credit::experiment(scene),
        demand::experiment(scene),
        picking::experiment(scene),
        evaluation,
        scratch::experiment(scene),
    ];
    let models = registry::models(scene, &experiments);
    Content { experiments, models }
}
