//! Writing to a server, which refuses where MLflow refuses.

use async_trait::async_trait;
use flowdeck_domain::port::TrackingWriter;
use flowdeck_domain::tracking::{RUN_NAME_TAG, Tag};
use flowdeck_domain::{ExperimentId, Failure, FailureKind, Result, RunId};
use serde_json::{Value, json};

use super::RestStore;
use super::http::Call;
use super::wire::ExperimentIdWire;

#[async_trait]
impl TrackingWriter for RestStore {
    async fn create_experiment(
        &self,
        name: &str,
        artifact_location: Option<&str>,
        tags: &[Tag],
    ) -> Result<ExperimentId> {
        let mut body = json!({ "name": name });
        if let Some(location) = artifact_location {
            body["artifact_location"] = location.into();
        }
        if !tags.is_empty() {
            body["tags"] = tags
                .iter()
                .map(|tag| json!({ "key": tag.key.as_str(), "value": tag.value }))
                .collect();
        }
        let call = Call::write("api/2.0/mlflow/experiments/create", &body);
        let json = self.inner.http.fetch(&call).await?;
        let answer: ExperimentIdWire<'_> =
            serde_json::from_slice(&json).map_err(|error| self.unreadable(&call, error))?;
        Ok(ExperimentId::from(&*answer.experiment_id.0))
    }

    async fn rename_experiment(&self, id: &ExperimentId, name: &str) -> Result<()> {
        if name.is_empty() {
            return Err(no_name("an experiment"));
        }
        let body = json!({ "experiment_id": id.as_str(), "new_name": name });
        self.write("experiments/update", &body).await
    }

    async fn delete_experiment(&self, id: &ExperimentId) -> Result<()> {
        self.write("experiments/delete", &json!({ "experiment_id": id.as_str() }))
            .await
    }

    async fn restore_experiment(&self, id: &ExperimentId) -> Result<()> {
        self.write("experiments/restore", &json!({ "experiment_id": id.as_str() }))
            .await
    }

    async fn set_experiment_tag(&self, id: &ExperimentId, tag: &Tag) -> Result<()> {
        let body = json!({ "experiment_id": id.as_str(), "key": tag.key.as_str(), "value": tag.value });
        self.write("experiments/set-experiment-tag", &body).await
    }

    async fn delete_experiment_tag(&self, id: &ExperimentId, key: &str) -> Result<()> {
        let body = json!({ "experiment_id": id.as_str(), "key": key });
        self.write("experiments/delete-experiment-tag", &body).await
    }

    /// Through the tag, which sets the name as well. `runs/update` of 1.30 would also set the status back to
    /// RUNNING and the end time to zero where it is sent a name alone.
    async fn rename_run(&self, id: &RunId, name: &str) -> Result<()> {
        if name.is_empty() {
            return Err(no_name("a run"));
        }
        let tag = Tag {
            key: RUN_NAME_TAG.into(),
            value: name.to_owned(),
        };
        self.set_run_tag(id, &tag).await
    }

    async fn set_run_tag(&self, id: &RunId, tag: &Tag) -> Result<()> {
        let body = json!({ "run_id": id.as_str(), "key": tag.key.as_str(), "value": tag.value });
        self.write("runs/set-tag", &body).await
    }

    async fn delete_run_tag(&self, id: &RunId, key: &str) -> Result<()> {
        let body = json!({ "run_id": id.as_str(), "key": key });
        self.write("runs/delete-tag", &body).await
    }

    async fn delete_run(&self, id: &RunId) -> Result<()> {
        self.write("runs/delete", &json!({ "run_id": id.as_str() })).await
    }

    async fn restore_run(&self, id: &RunId) -> Result<()> {
        self.write("runs/restore", &json!({ "run_id": id.as_str() }))
            .await
    }
}

impl RestStore {
    async fn write(&self, path: &str, body: &Value) -> Result<()> {
        let call = Call::write(format!("api/2.0/mlflow/{path}"), body);
        self.inner.http.fetch(&call).await?;
        Ok(())
    }
}

fn no_name(what: &str) -> Failure {
    Failure::new(FailureKind::InvalidInput, format!("{what} needs a name"))
        .with_hint("give at least one letter")
}
