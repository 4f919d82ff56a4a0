//! Changes that people make to several things at once: each is tried, and what could not be done is told with its reason.

use flowdeck_domain::port::TrackingWriter;
use flowdeck_domain::tracking::{NOTE_TAG, Tag};
use flowdeck_domain::{ExperimentId, Failure, FailureKind, Result, RunId};

use crate::session::Session;

/// A change to runs or experiments.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A change to each of some runs.
    Runs(Vec<RunId>, Edit),
    /// A change to each of some experiments.
    Experiments(Vec<ExperimentId>, Edit),
    /// A new experiment of this name.
    CreateExperiment(String),
}

/// A change to one run or experiment.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Another name.
    Rename(String),
    /// A tag set.
    Tag(Tag),
    /// A tag removed.
    Untag(String),
    /// Another note, in Markdown.
    Note(String),
    /// Deleted, an experiment with its runs; it can be restored.
    Delete,
    /// A deletion taken back.
    Restore,
}

/// What became of a change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Things that were changed.
    pub n_done: usize,
    /// Things that were not, each with the reason, in the order they were named.
    pub failed: Vec<Failure>,
}

/// Failures in a row after which the rest is not tried: the store is gone, or nobody may change it.
const HOPELESS: usize = 3;

impl Session {
    /// Makes a change. What was done by the time something fails stays done.
    ///
    /// # Errors
    /// The reason, where nothing at all could be done.
    pub async fn change(&self, change: &Change) -> Result<Changed> {
        let writer = self.writer();
        let mut changed = Changed {
            n_done: 0,
            failed: Vec::new(),
        };
        match change {
            Change::CreateExperiment(name) => {
                writer.create_experiment(name, None, &[]).await?;
                changed.n_done = 1;
            }
            Change::Runs(ids, edit) => {
                for id in ids {
                    if !changed.count(edit.run(writer, id).await) {
                        break;
                    }
                }
            }
            Change::Experiments(ids, edit) => {
                for id in ids {
                    if !changed.count(edit.experiment(writer, id).await) {
                        break;
                    }
                }
            }
        }
        match changed.failed.first() {
            Some(first) if changed.n_done == 0 => Err(first.clone()),
            _ => Ok(changed),
        }
    }
}

impl Changed {
    /// Counts what became of one thing; answers whether it makes sense to go on.
    fn count(&mut self, result: Result<()>) -> bool {
        match result {
            Ok(()) => self.n_done += 1,
            Err(failure) => self.failed.push(failure),
        }
        let is_down = self.failed.last().is_some_and(|failure| {
            matches!(
                failure.kind(),
                FailureKind::Unreachable | FailureKind::SignIn | FailureKind::Permission | FailureKind::Busy
            )
        });
        !(is_down || (self.n_done == 0 && self.failed.len() >= HOPELESS))
    }
}

impl Edit {
    async fn run(&self, writer: &dyn TrackingWriter, id: &RunId) -> Result<()> {
        match self {
            Self::Rename(name) => writer.rename_run(id, name).await,
            Self::Tag(tag) => writer.set_run_tag(id, tag).await,
            Self::Untag(key) => writer.delete_run_tag(id, key).await,
            Self::Note(note) => writer.set_run_tag(id, &note_tag(note)).await,
            Self::Delete => writer.delete_run(id).await,
            Self::Restore => writer.restore_run(id).await,
        }
    }

    async fn experiment(&self, writer: &dyn TrackingWriter, id: &ExperimentId) -> Result<()> {
        match self {
            Self::Rename(name) => writer.rename_experiment(id, name).await,
            Self::Tag(tag) => writer.set_experiment_tag(id, tag).await,
            Self::Untag(key) => writer.delete_experiment_tag(id, key).await,
            Self::Note(note) => writer.set_experiment_tag(id, &note_tag(note)).await,
            Self::Delete => writer.delete_experiment(id).await,
            Self::Restore => writer.restore_experiment(id).await,
        }
    }
}

fn note_tag(note: &str) -> Tag {
    Tag {
        key: NOTE_TAG.into(),
        value: note.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed() -> Changed {
        Changed {
            n_done: 0,
            failed: Vec::new(),
        }
    }

    fn failed(kind: FailureKind) -> Result<()> {
        Err(Failure::new(kind, "no"))
    }

    #[test]
    fn what_fails_for_its_own_reason_does_not_keep_the_others_from_being_tried() {
        let mut changed = changed();
        assert!(changed.count(failed(FailureKind::NotFound)));
        assert!(changed.count(Ok(())));
        assert!((0..10).all(|_| changed.count(failed(FailureKind::InvalidInput))));
        assert_eq!((changed.n_done, changed.failed.len()), (1, 11));
    }

    #[test]
    fn the_rest_is_not_tried_where_the_store_is_gone_or_nothing_works() {
        assert!(!changed().count(failed(FailureKind::Unreachable)));
        let mut hopeless = changed();
        let goes_on: Vec<_> = (0..3)
            .map(|_| hopeless.count(failed(FailureKind::NotFound)))
            .collect();
        assert_eq!(goes_on, [true, true, false]);
    }
}
