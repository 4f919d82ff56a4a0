//! What the server keeps beside runs.

use std::sync::Arc;

use flowdeck_domain::pipelines::Cron;
use serde_json::{Map, Value, json};

use super::engine::node::Millis;
use super::engine::workflow::rfc3339;
use super::spec::Spec;
use super::table::{Cell, Row};

#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) namespace: String,
    pub(super) tags: Map<String, Value>,
    pub(super) created_at: Millis,
}

#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) pipeline_id: String,
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) code_source_url: String,
    pub(super) package_url: String,
    pub(super) tags: Map<String, Value>,
    pub(super) created_at: Millis,
    /// Which of those made in the same second came first.
    pub(super) order: u64,
    pub(super) spec: Arc<Spec>,
}

#[derive(Clone, Debug)]
pub(super) struct Experiment {
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) namespace: String,
    pub(super) is_archived: bool,
    pub(super) created_at: Millis,
    pub(super) last_run_created_at: Millis,
}

/// When a schedule starts a run.
#[derive(Clone, Debug)]
pub(super) enum Trigger {
    Never,
    Cron(Cron),
    /// Milliseconds.
    Every(Millis),
}

#[derive(Clone, Debug)]
pub(super) struct Schedule {
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) experiment_id: String,
    pub(super) namespace: String,
    /// None where the package came with it.
    pub(super) pipeline_id: Option<String>,
    /// None where each run takes the latest.
    pub(super) version_id: Option<String>,
    pub(super) spec: Arc<Spec>,
    pub(super) runtime_config: Option<Value>,
    pub(super) service_account: String,
    pub(super) max_concurrency: i64,
    pub(super) no_catchup: bool,
    pub(super) is_enabled: bool,
    /// As it was given.
    pub(super) trigger_json: Value,
    pub(super) trigger: Trigger,
    pub(super) from: Option<Millis>,
    pub(super) until: Option<Millis>,
    pub(super) created_at: Millis,
    pub(super) updated_at: Millis,
    /// The last time that it started a run, or was made or enabled at.
    pub(super) last: Millis,
    pub(super) n_started: u64,
}

/// Sets what is not empty.
fn put(json: &mut Value, key: &str, text: &str) {
    if !text.is_empty() {
        json[key] = json!(text);
    }
}

impl Pipeline {
    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "pipeline_id": self.id, "display_name": self.display_name, "name": self.name,
            "created_at": rfc3339(self.created_at),
        });
        put(&mut json, "description", &self.description);
        put(&mut json, "namespace", &self.namespace);
        if !self.tags.is_empty() {
            json["tags"] = json!(self.tags);
        }
        json
    }
}

impl Version {
    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "pipeline_id": self.pipeline_id, "pipeline_version_id": self.id, "display_name": self.display_name,
            "name": self.name, "created_at": rfc3339(self.created_at), "pipeline_spec": self.spec.json(),
        });
        put(&mut json, "description", &self.description);
        put(&mut json, "code_source_url", &self.code_source_url);
        if !self.package_url.is_empty() {
            json["package_url"] = json!({ "pipeline_url": self.package_url });
        }
        if !self.tags.is_empty() {
            json["tags"] = json!(self.tags);
        }
        json
    }
}

impl Experiment {
    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "experiment_id": self.id, "display_name": self.display_name, "created_at": rfc3339(self.created_at),
            "storage_state": self.storage_state(), "last_run_created_at": rfc3339(self.last_run_created_at),
        });
        put(&mut json, "description", &self.description);
        put(&mut json, "namespace", &self.namespace);
        json
    }

    pub(super) fn storage_state(&self) -> &'static str {
        if self.is_archived { "ARCHIVED" } else { "AVAILABLE" }
    }
}

impl Schedule {
    pub(super) fn json(&self) -> Value {
        let mut json = json!({
            "recurring_run_id": self.id, "display_name": self.display_name,
            "max_concurrency": self.max_concurrency.to_string(), "trigger": self.trigger_json,
            "mode": if self.is_enabled { "ENABLE" } else { "DISABLE" },
            "created_at": rfc3339(self.created_at), "updated_at": rfc3339(self.updated_at),
            "status": if self.is_enabled { "ENABLED" } else { "DISABLED" },
            "namespace": self.namespace, "experiment_id": self.experiment_id,
        });
        put(&mut json, "description", &self.description);
        // A schedule that takes the latest version is told without one.
        if self.pipeline_id.is_none() || self.version_id.is_some() {
            put(&mut json, "service_account", &self.service_account);
        }
        match (&self.pipeline_id, &self.version_id) {
            (Some(pipeline), Some(version)) => {
                json["pipeline_version_reference"] =
                    json!({ "pipeline_id": pipeline, "pipeline_version_id": version });
            }
            (Some(pipeline), None) => {
                json["pipeline_version_reference"] = json!({ "pipeline_id": pipeline });
            }
            (None, _) => json["pipeline_spec"] = self.spec.json(),
        }
        if let Some(config) = &self.runtime_config {
            json["runtime_config"] = config.clone();
        }
        if self.no_catchup {
            json["no_catchup"] = json!(true);
        }
        json
    }

    /// The next time after its last; none where it never comes.
    pub(super) fn next(&self) -> Option<Millis> {
        let base = self.from.map_or(self.last, |from| self.last.max(from - 1000));
        let next = match &self.trigger {
            Trigger::Never => None,
            Trigger::Cron(cron) => {
                let mut times = cron.times_after(flowdeck_domain::Timestamp(base));
                times.next().map(|time| time.0)
            }
            Trigger::Every(millis) => Some(base + millis),
        }?;
        self.until.is_none_or(|until| next <= until).then_some(next)
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn seconds(at: Millis) -> Cell {
    Cell::Number(at.div_euclid(1000))
}

fn tag(tags: &Map<String, Value>, column: &str) -> Cell {
    let key = column.trim_start_matches("tags.");
    text(tags.get(key).and_then(Value::as_str).unwrap_or_default())
}

impl Row for Pipeline {
    const TYPE: &'static str = "Pipeline";
    const TABLE: &'static str = "pipelines";
    const HAS_TAGS: bool = true;

    fn column(key: &str) -> Option<&'static str> {
        Some(match key {
            "pipeline_id" | "id" => "UUID",
            "name" => "Name",
            "display_name" => "DisplayName",
            "created_at" => "CreatedAtInSec",
            "description" => "Description",
            "namespace" => "Namespace",
            _ => return None,
        })
    }

    fn cell(&self, column: &str) -> Cell {
        match column {
            "UUID" => text(&self.id),
            "Name" => text(&self.name),
            "DisplayName" => text(&self.display_name),
            "CreatedAtInSec" => seconds(self.created_at),
            "Description" => text(&self.description),
            "Namespace" => text(&self.namespace),
            _ => tag(&self.tags, column),
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Row for Version {
    const TYPE: &'static str = "PipelineVersion";
    const TABLE: &'static str = "pipeline_versions";
    const HAS_TAGS: bool = true;

    fn column(key: &str) -> Option<&'static str> {
        Some(match key {
            "pipeline_version_id" | "id" => "UUID",
            "name" => "Name",
            "display_name" => "DisplayName",
            "created_at" => "CreatedAtInSec",
            "description" => "Description",
            "status" => "Status",
            _ => return None,
        })
    }

    fn cell(&self, column: &str) -> Cell {
        match column {
            "UUID" => text(&self.id),
            "Name" => text(&self.name),
            "DisplayName" => text(&self.display_name),
            "CreatedAtInSec" => seconds(self.created_at),
            "Description" => text(&self.description),
            "Status" => text("READY"),
            _ => tag(&self.tags, column),
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Row for Experiment {
    const TYPE: &'static str = "Experiment";
    const TABLE: &'static str = "experiments";

    fn column(key: &str) -> Option<&'static str> {
        Some(match key {
            "experiment_id" | "id" => "UUID",
            "display_name" | "name" => "Name",
            "created_at" => "CreatedAtInSec",
            "last_run_created_at" => "LastRunCreatedAtInSec",
            "description" => "Description",
            "namespace" => "Namespace",
            "storage_state" => "StorageState",
            _ => return None,
        })
    }

    fn cell(&self, column: &str) -> Cell {
        match column {
            "UUID" => text(&self.id),
            "Name" => text(&self.display_name),
            "LastRunCreatedAtInSec" => seconds(self.last_run_created_at),
            "Description" => text(&self.description),
            "Namespace" => text(&self.namespace),
            "StorageState" => text(self.storage_state()),
            _ => seconds(self.created_at),
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Row for Schedule {
    const TYPE: &'static str = "Job";
    const TABLE: &'static str = "jobs";

    fn column(key: &str) -> Option<&'static str> {
        Some(match key {
            "recurring_run_id" | "id" => "UUID",
            "display_name" | "name" => "DisplayName",
            "created_at" => "CreatedAtInSec",
            "updated_at" => "UpdatedAtInSec",
            "description" => "Description",
            _ => return None,
        })
    }

    fn cell(&self, column: &str) -> Cell {
        match column {
            "UUID" => text(&self.id),
            "DisplayName" => text(&self.display_name),
            "UpdatedAtInSec" => seconds(self.updated_at),
            "Description" => text(&self.description),
            _ => seconds(self.created_at),
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}
