//! What a person means by a word: an id, else a name if only one thing has it.

use flowdeck_domain::pipelines::{
    Pipeline, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun, Task,
};
use flowdeck_domain::port::Predicate;
use flowdeck_domain::{Failure, FailureKind, PipelineId, Result};

use super::{Pipelines, PipelinesListRequest};
use crate::list::Listing;

/// Of how many things of one name the ids are told.
const TOLD: usize = 10;

impl Pipelines {
    /// A pipeline by id or name.
    ///
    /// # Errors
    /// None or several have the name.
    pub async fn pipeline(&self, word: &str) -> Result<Pipeline> {
        if is_id(word) {
            match self.reader.pipeline(&word.into()).await {
                Err(failure) if failure.kind() == FailureKind::NotFound => {}
                answer => return answer,
            }
        }
        match self.reader.pipeline_by_name(word, self.namespace.as_ref()).await {
            Err(failure) if failure.kind() == FailureKind::NotFound => {}
            answer => return answer,
        }
        let found = self.pipelines(&called("display_name", word)).await?;
        only("pipeline", word, found, |it| it.id.to_string())
    }

    /// A version of a pipeline by id or name; the latest where none is named.
    ///
    /// # Errors
    /// None or several have the name.
    pub async fn pipeline_version(
        &self,
        pipeline: &PipelineId,
        word: Option<&str>,
    ) -> Result<PipelineVersion> {
        let Some(word) = word else {
            let latest = PipelinesListRequest {
                limit: Some(1),
                ..PipelinesListRequest::default()
            };
            let found = self.pipeline_versions(pipeline, &latest).await?;
            return found.items.into_iter().next().ok_or_else(|| {
                Failure::new(
                    FailureKind::NotFound,
                    format!("pipeline {pipeline} has no version yet"),
                )
                .with_hint("`flowdeck pipelines upload FILE --to PIPELINE` adds one")
            });
        };
        if is_id(word) {
            match self.reader.pipeline_version(pipeline, &word.into()).await {
                Err(failure) if failure.kind() == FailureKind::NotFound => {}
                answer => return answer,
            }
        }
        let found = self
            .pipeline_versions(pipeline, &called("display_name", word))
            .await?;
        only("version", word, found, |it| it.id.to_string())
    }

    /// An experiment by id or name.
    ///
    /// # Errors
    /// None or several have the name.
    pub async fn pipeline_experiment(&self, word: &str) -> Result<PipelineExperiment> {
        if is_id(word) {
            match self.reader.pipeline_experiment(&word.into()).await {
                Err(failure) if failure.kind() == FailureKind::NotFound => {}
                answer => return answer,
            }
        }
        let found = self.pipeline_experiments(&called("display_name", word)).await?;
        only("experiment", word, found, |it| it.id.to_string())
    }

    /// The experiment that new runs go to: the one named, else the one that the environment names.
    ///
    /// # Errors
    /// None or several have the name.
    pub async fn experiment_for_runs(&self, named: Option<&str>) -> Result<Option<PipelineExperiment>> {
        match named.or(self.experiment.as_deref()) {
            Some(word) => self.pipeline_experiment(word).await.map(Some),
            None => Ok(None),
        }
    }

    /// A run by id or name, with its tasks.
    ///
    /// # Errors
    /// None or several have the name: then their ids are told.
    pub async fn pipeline_run(&self, word: &str) -> Result<PipelineRun> {
        if is_id(word) {
            return self.reader.pipeline_run(&word.into()).await;
        }
        let found = self.pipeline_runs(&called("display_name", word)).await?;
        let run = only("pipeline run", word, found, |it| it.id.to_string())?;
        self.reader.pipeline_run(&run.id).await
    }

    /// A schedule by id or name.
    ///
    /// # Errors
    /// None or several have the name.
    pub async fn recurring_run(&self, word: &str) -> Result<RecurringRun> {
        if is_id(word) {
            return self.reader.recurring_run(&word.into()).await;
        }
        let found = self.recurring_runs(&called("display_name", word)).await?;
        only("schedule", word, found, |it| it.id.to_string())
    }
}

/// The task of a run that a person means.
///
/// # Errors
/// None or several are meant: then their ids are told.
pub fn task_of<'a>(run: &'a PipelineRun, word: &str) -> Result<&'a Task> {
    let listing = Listing {
        items: run.tasks.named(word),
        more: false,
        warnings: Vec::new(),
    };
    only("task", word, listing, |task| {
        format!("{} ({})", task.id, run.tasks.place(task))
    })
}

fn called(key: &str, name: &str) -> PipelinesListRequest {
    PipelinesListRequest {
        predicates: vec![Predicate::equals(key, name)],
        limit: Some(TOLD),
        ..PipelinesListRequest::default()
    }
}

fn only<T>(what: &str, word: &str, found: Listing<T>, id: impl Fn(&T) -> String) -> Result<T> {
    let mut items = found.items;
    match items.len() {
        0 => Err(Failure::new(
            FailureKind::NotFound,
            format!("there is no {what} `{word}`"),
        )),
        1 => Ok(items.remove(0)),
        several => {
            let ids: Vec<String> = items.iter().map(id).collect();
            let count = if found.more {
                format!("more than {several}")
            } else {
                several.to_string()
            };
            Err(Failure::new(
                FailureKind::InvalidInput,
                format!("{count} are called `{word}`, so it is not clear which {what} is meant"),
            )
            .with_hint(format!("name one by its id: {}", ids.join(", "))))
        }
    }
}

/// Ids are UUIDs, whatever store keeps them.
fn is_id(word: &str) -> bool {
    let parts: Vec<usize> = word.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && word.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_several_have_is_told_with_their_ids() {
        let listing = |items: &[&'static str]| Listing {
            items: items.to_vec(),
            more: false,
            warnings: Vec::new(),
        };
        let id = |it: &&str| (*it).to_owned();
        assert_eq!(only("run", "x", listing(&["a"]), id).ok(), Some("a"));
        let failure = only("run", "x", listing(&["a", "b"]), id).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::InvalidInput);
        assert_eq!(failure.hint(), Some("name one by its id: a, b"));
        let failure = only("run", "x", listing(&[]), id).unwrap_err();
        assert_eq!(
            (failure.kind(), failure.message()),
            (FailureKind::NotFound, "there is no run `x`")
        );
    }

    #[test]
    fn only_a_uuid_is_taken_for_an_id() {
        assert!(is_id("62d46b18-c853-4e33-a26f-bf74fdb0b40d"));
        for name in [
            "churn",
            "churn-2026-11-23-x",
            "62d46b18c8534e33a26fbf74fdb0b40d",
            "",
        ] {
            assert!(!is_id(name), "{name}");
        }
    }
}
