use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::engine::node::{Millis, Node, Plan, node_id};
use super::engine::pods::Shown;
use super::engine::script::Script;
use super::engine::workflow::{Owner, rfc3339, workflow};
use super::ids;
use super::spec::Spec;
use super::table::{Cell, Row};

/// What a run was made of.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Version {
        pipeline_id: String,
        version_id: String,
    },
    /// A package that came with it.
    Package,
}

/// A run, over all of its time.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) experiment_id: String,
    pub(super) namespace: String,
    pub(super) is_archived: bool,
    pub(super) source: Source,
    pub(super) spec: Arc<Spec>,
    /// Parameters and root as they were given; none where nothing was.
    pub(super) runtime_config: Option<Value>,
    pub(super) service_account: String,
    pub(super) created_at: Millis,
    pub(super) scheduled_at: Millis,
    pub(super) recurring_run_id: Option<String>,
    pub(super) plugins_input: Option<Value>,
    pub(super) plugins_output: Option<Value>,
    pub(super) script: Script,
    /// What was played: one more after each retry.
    pub(super) goes: Vec<Go>,
    pub(super) terminated_at: Option<Millis>,
    /// How long after something happened the server hears of it.
    pub(super) lag: Millis,
    /// What the cluster was told.
    pub(super) shown: Shown,
    /// Whether the pods were taken away.
    pub(super) is_collected: bool,
    /// The present, as of the last time that the server looked.
    pub(super) now: Millis,
}

/// One go of a run.
#[derive(Clone, Debug)]
pub(super) struct Go {
    pub(super) plan: Plan,
    pub(super) from: Millis,
}

impl Run {
    pub(super) fn plan(&self) -> &Plan {
        &self.goes[self.goes.len() - 1].plan
    }

    /// Whether the server has heard of the workflow at all.
    pub(super) fn is_reported(&self) -> bool {
        self.now >= self.created_at + self.lag
    }

    pub(super) fn ended_at(&self) -> Option<Millis> {
        self.plan()
            .end()
            .filter(|end| *end <= self.now && self.is_reported())
    }

    pub(super) fn state(&self) -> &'static str {
        if !self.is_reported() {
            return if self.terminated_at.is_some() {
                "CANCELING"
            } else {
                "PENDING"
            };
        }
        match (self.ended_at(), self.plan().root()) {
            (Some(_), Some(root)) => root.phase.state().unwrap_or("FAILED"),
            _ if self.terminated_at.is_some() => "CANCELING",
            _ => "RUNNING",
        }
    }

    /// The word of v1beta1 for the same.
    pub(super) fn status(&self) -> &'static str {
        match self.state() {
            "PENDING" => "Pending",
            "CANCELING" => "Terminating",
            "RUNNING" => "Running",
            "SUCCEEDED" => "Succeeded",
            _ => "Failed",
        }
    }

    fn state_history(&self) -> Vec<Value> {
        let mut history = vec![(self.created_at, "PENDING")];
        for (at, go) in self.goes.iter().enumerate() {
            let until = self.goes.get(at + 1).map_or(self.now, |next| next.from);
            let begun = if at == 0 { go.from + self.lag } else { go.from };
            let end = go.plan.end();
            if begun <= until && end.is_none_or(|end| end > begun) {
                history.push((begun, "RUNNING"));
            }
            let is_last = at + 1 == self.goes.len();
            if let Some(stopped) = self.terminated_at.filter(|_| is_last) {
                let heard = stopped + self.lag;
                // A stop that is over before anything was reported leaves no trace here.
                if heard <= until && end.is_none_or(|end| heard < end) {
                    history.push((heard, "CANCELING"));
                }
            }
            let heard_end = end.filter(|end| *end <= until && begun <= until);
            if let (Some(end), Some(root)) = (heard_end, go.plan.root()) {
                history.push((end.max(begun), root.phase.state().unwrap_or("FAILED")));
            }
        }
        history
            .into_iter()
            .map(|(at, state)| json!({ "update_time": rfc3339(at), "state": state }))
            .collect()
    }

    /// As v2beta1 tells it.
    pub(super) fn json(&self) -> Value {
        let mut run = json!({
            "experiment_id": self.experiment_id, "run_id": self.id, "display_name": self.display_name,
            "storage_state": if self.is_archived { "ARCHIVED" } else { "AVAILABLE" },
            "service_account": self.service_account, "created_at": rfc3339(self.created_at),
            "scheduled_at": rfc3339(self.scheduled_at), "finished_at": rfc3339(self.ended_at().unwrap_or(0)),
            "state": self.state(), "state_history": self.state_history(),
        });
        match &self.source {
            Source::Version {
                pipeline_id,
                version_id,
            } => {
                run["pipeline_version_reference"] =
                    json!({ "pipeline_id": pipeline_id, "pipeline_version_id": version_id });
            }
            Source::Package => run["pipeline_spec"] = self.spec.json(),
        }
        if !self.description.is_empty() {
            run["description"] = json!(self.description);
        }
        let optional = [
            ("runtime_config", &self.runtime_config),
            ("plugins_input", &self.plugins_input),
            ("plugins_output", &self.plugins_output),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                run[key] = value.clone();
            }
        }
        if let Some(id) = &self.recurring_run_id {
            run["recurring_run_id"] = json!(id);
        }
        run
    }

    /// All that the server was told of nodes: one entry each, in the order of ids that say nothing.
    pub(super) fn task_details(&self) -> Vec<Value> {
        if !self.is_reported() {
            return Vec::new();
        }
        let mut rows: Map<String, Value> = Map::new();
        for (at, go) in self.goes.iter().enumerate() {
            let next = self.goes.get(at + 1).map(|next| next.from);
            let until = next.unwrap_or(self.now);
            // A retry is told with the next report; until then the nodes are as they were.
            if at > 0 && self.now < go.from + self.lag {
                break;
            }
            for node in go.plan.nodes.iter().filter(|node| node.is_there(until)) {
                let id = ids::uuid_of(&[&self.id, &node.name]);
                let earlier = rows.get(&id).map(|row| row["state_history"].clone());
                rows.insert(id.clone(), self.row(&go.plan, node, until, id, earlier));
            }
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn row(&self, plan: &Plan, node: &Node, at: Millis, id: String, earlier: Option<Value>) -> Value {
        let mut history = earlier
            .and_then(|history| history.as_array().cloned())
            .unwrap_or_default();
        let mut tell = |time: Millis, state: Option<&str>| {
            let last = history
                .last()
                .map(|entry| entry.get("state").and_then(Value::as_str).map(str::to_owned));
            if last == Some(state.map(str::to_owned)) {
                return;
            }
            let mut entry = json!({ "update_time": rfc3339(time) });
            if let Some(state) = state {
                entry["state"] = json!(state);
            }
            history.push(entry);
        };
        let heard = node.start.max(self.created_at + self.lag);
        let has_ended = node.has_ended(at);
        if !has_ended || node.end.is_some_and(|end| end > heard) {
            tell(heard, node.phase_at(node.start.max(heard).min(at)).state());
        }
        if has_ended {
            tell(node.end.unwrap_or(heard).max(heard), node.phase.state());
        }
        let mut row = json!({
            "run_id": self.id, "task_id": id, "display_name": node.display_name(),
            "create_time": rfc3339(self.created_at), "start_time": rfc3339(node.start),
            "end_time": node.end.filter(|_| has_ended).map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), rfc3339),
            "state_history": history,
        });
        if let Some(state) = node.phase_at(at).state() {
            row["state"] = json!(state);
        }
        let children: Vec<Value> = node
            .children
            .iter()
            .filter(|child| plan.node(child).is_some_and(|child| child.is_there(at)))
            .map(|child| json!({ "pod_name": node_id(&plan.workflow, child) }))
            .collect();
        if !children.is_empty() {
            row["child_tasks"] = json!(children);
        }
        row
    }

    /// The workflow as the cluster holds it; as it was created where nothing was reported yet.
    pub(super) fn workflow(&self, is_reported: bool) -> Value {
        let owner = Owner {
            run_id: &self.id,
            run_name: &self.display_name,
            namespace: &self.namespace,
            service_account: &self.service_account,
            created: self.created_at,
            is_terminated: self.terminated_at.is_some(),
            schedule: self.recurring_run_id.as_deref(),
            spec: &self.spec,
        };
        workflow(&owner, self.plan(), is_reported.then_some(self.now))
    }

    /// What the main container of a node printed so far, if the node is there and its end was archived.
    pub(super) fn archived_log(&self, node: &Node) -> Option<String> {
        let pod = node.pod.as_ref().filter(|_| node.has_ended(self.now))?;
        let mut text = String::new();
        for (_, line) in &pod.lines {
            text.push_str(line);
            text.push('\n');
        }
        Some(text)
    }

    /// A node by its id or the name of its pod.
    pub(super) fn node_called(&self, name: &str) -> Option<&Node> {
        let plan = self.plan();
        plan.nodes.iter().find(|node| {
            node.is_there(self.now)
                && (node_id(&plan.workflow, &node.name) == name
                    || node.pod.is_some() && super::engine::node::pod_name(&plan.workflow, node) == name)
        })
    }
}

impl Row for Run {
    const TYPE: &'static str = "Run";
    const TABLE: &'static str = "";

    fn column(key: &str) -> Option<&'static str> {
        Some(match key {
            "run_id" | "id" => "UUID",
            "display_name" | "name" => "DisplayName",
            "created_at" => "CreatedAtInSec",
            "finished_at" => "FinishedAtInSec",
            "scheduled_at" => "ScheduledAtInSec",
            "description" => "Description",
            "storage_state" => "StorageState",
            "namespace" => "Namespace",
            "experiment_id" => "ExperimentUUID",
            "state" => "State",
            "status" => "Conditions",
            "recurring_run_id" => "JobUUID",
            "state_history" => "StateHistory",
            "runtime_details" => "PipelineRuntimeManifest",
            _ => return None,
        })
    }

    fn can_follow(column: &str) -> bool {
        !matches!(column, "ExperimentUUID" | "JobUUID" | "StateHistory") && !column.starts_with("metric:")
    }

    fn cell(&self, column: &str) -> Cell {
        let text = |text: &str| Cell::Text(text.to_owned());
        let seconds = |at: Millis| Cell::Number(at.div_euclid(1000));
        match column {
            "UUID" => text(&self.id),
            "DisplayName" => text(&self.display_name),
            "FinishedAtInSec" => seconds(self.ended_at().unwrap_or(0)),
            "ScheduledAtInSec" => seconds(self.scheduled_at),
            "Description" => text(&self.description),
            "StorageState" => text(if self.is_archived { "ARCHIVED" } else { "AVAILABLE" }),
            "Namespace" => text(&self.namespace),
            "ExperimentUUID" => text(&self.experiment_id),
            "State" => text(self.state()),
            "Conditions" => text(self.status()),
            "JobUUID" => text(self.recurring_run_id.as_deref().unwrap_or_default()),
            "CreatedAtInSec" => seconds(self.created_at),
            _ => text(""),
        }
    }

    fn id(&self) -> &str {
        &self.id
    }
}
