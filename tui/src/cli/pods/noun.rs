use std::collections::BTreeMap;

use flowdeck_surface::client::kubernetes::{
    Container, ContainerKind, ContainerState, Event, Pod, Terminated,
};
use flowdeck_surface::client::{PipelineRunId, TaskId};
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::pipelines::rfc3339;

/// A pod and what happened to it, as far as that was asked for.
pub(crate) struct PodRow {
    pub(crate) pod: Pod,
    pub(crate) events: Vec<Event>,
}

/// A pod as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    name: &'a str,
    namespace: &'a str,
    uid: &'a str,
    status: String,
    phase: &'a str,
    reason: Option<&'a str>,
    message: Option<&'a str>,
    ready: String,
    restarts: u32,
    node: Option<&'a str>,
    creation_timestamp: Option<String>,
    start_time: Option<String>,
    deletion_timestamp: Option<String>,
    labels: &'a BTreeMap<String, String>,
    annotations: &'a BTreeMap<String, String>,
    containers: Vec<ContainerView<'a>>,
    run_id: Option<String>,
    task_id: Option<String>,
    summary: String,
}

/// One pod as JSON, with what happened to it.
#[derive(Serialize)]
pub(crate) struct WholeView<'a> {
    #[serde(flatten)]
    pod: View<'a>,
    events: Vec<EventView<'a>>,
}

#[derive(Serialize)]
struct ContainerView<'a> {
    name: &'a str,
    kind: &'static str,
    image: &'a str,
    state: &'a str,
    ready: bool,
    restart_count: u32,
    container_id: Option<&'a str>,
    message: Option<&'a str>,
    terminated: Option<EndView<'a>>,
    last_terminated: Option<EndView<'a>>,
}

#[derive(Serialize)]
struct EndView<'a> {
    exit_code: i32,
    signal: i32,
    reason: &'a str,
    message: &'a str,
    started_at: Option<String>,
    finished_at: Option<String>,
}

#[derive(Serialize)]
struct EventView<'a> {
    r#type: &'static str,
    reason: &'a str,
    message: &'a str,
    count: u32,
    first_seen: Option<String>,
    last_seen: Option<String>,
    reporter: &'a str,
}

fn set(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

impl PodRow {
    /// A pod of a list, of which no events are known.
    pub(crate) fn of(pod: Pod) -> Self {
        Self {
            pod,
            events: Vec::new(),
        }
    }

    fn summary(&self) -> String {
        self.pod.summary(&self.events)
    }

    fn ready(&self) -> String {
        let (ready, all) = self.pod.ready();
        format!("{ready}/{all}")
    }

    /// `main Running, wait Running`
    fn containers(&self) -> impl Iterator<Item = String> {
        self.pod
            .containers
            .iter()
            .map(|container| format!("{} {}", container.name, container.word()))
    }

    /// `Warning FailedScheduling: 0/3 nodes are available`
    fn events(&self) -> impl Iterator<Item = String> {
        self.events
            .iter()
            .map(|event| format!("{}: {}", event.reason, event.message))
    }
}

impl<'a> WholeView<'a> {
    pub(crate) fn of(row: &'a PodRow) -> Self {
        Self {
            pod: row.view(),
            events: row.events.iter().map(event).collect(),
        }
    }
}

fn event(event: &Event) -> EventView<'_> {
    EventView {
        r#type: if event.is_warning { "Warning" } else { "Normal" },
        reason: &event.reason,
        message: &event.message,
        count: event.count,
        first_seen: rfc3339(event.first_seen),
        last_seen: rfc3339(event.last_seen),
        reporter: &event.reporter,
    }
}

fn container(container: &Container) -> ContainerView<'_> {
    ContainerView {
        name: &container.name,
        kind: match container.kind {
            ContainerKind::Init => "init",
            ContainerKind::Sidecar => "sidecar",
            ContainerKind::Main => "main",
            ContainerKind::Ephemeral => "ephemeral",
        },
        image: &container.image,
        state: container.word(),
        ready: container.ready,
        restart_count: container.restart_count,
        container_id: container.container_id.as_deref(),
        message: match &container.state {
            Some(ContainerState::Waiting { message, .. }) => set(message),
            Some(ContainerState::Terminated(ended)) => set(&ended.message),
            _ => None,
        },
        terminated: container.terminated().map(end),
        last_terminated: container.last.as_ref().map(end),
    }
}

fn end(ended: &Terminated) -> EndView<'_> {
    EndView {
        exit_code: ended.exit_code,
        signal: ended.signal,
        reason: &ended.reason,
        message: &ended.message,
        started_at: rfc3339(ended.started_at),
        finished_at: rfc3339(ended.finished_at),
    }
}

impl Noun for PodRow {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "pods";
    const IN_TABLE: &'static [&'static str] = &["name", "ready", "status", "restarts", "created", "summary"];

    fn view(&self) -> View<'_> {
        let pod = &self.pod;
        View {
            name: pod.name.as_str(),
            namespace: pod.namespace.as_str(),
            uid: &pod.uid,
            status: pod.status_word(),
            phase: pod.phase.word(),
            reason: set(&pod.reason),
            message: set(&pod.message),
            ready: self.ready(),
            restarts: pod.restarts(),
            node: pod.node.as_deref(),
            creation_timestamp: rfc3339(pod.created_at),
            start_time: rfc3339(pod.started_at),
            deletion_timestamp: rfc3339(pod.deleted_at),
            labels: &pod.labels,
            annotations: &pod.annotations,
            containers: pod.containers.iter().map(container).collect(),
            run_id: pod.pipeline_run().as_ref().map(PipelineRunId::to_string),
            task_id: pod.argo_node().as_ref().map(TaskId::to_string),
            summary: self.summary(),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("name", "Name", Shape::Whole, |row: &Self| {
                Cell::text(Some(row.pod.name.as_str()))
            }),
            Column::new("namespace", "Namespace", Shape::Whole, |row: &Self| {
                Cell::text(Some(row.pod.namespace.as_str()))
            }),
            Column::new("ready", "Ready", Shape::Whole, |row: &Self| {
                Cell::Text(row.ready().into())
            }),
            Column::new("status", "Status", Shape::Whole, |row: &Self| {
                Cell::State(super::badge(&row.pod))
            }),
            Column::new("restarts", "Restarts", Shape::Number, |row: &Self| {
                Cell::Integer(i64::from(row.pod.restarts()))
            }),
            Column::new("created", "Created", Shape::Whole, |row: &Self| {
                Cell::time(row.pod.created_at)
            }),
            Column::new("node", "Node", Shape::Whole, |row: &Self| {
                Cell::text(row.pod.node.as_deref())
            }),
            Column::new("containers", "Containers", Shape::Flexible, |row: &Self| {
                Cell::joined(row.containers())
            }),
            Column::new("run_id", "Pipeline run", Shape::Whole, |row: &Self| {
                row.pod
                    .pipeline_run()
                    .map_or(Cell::Unset, |run| Cell::Text(run.to_string().into()))
            }),
            Column::new("events", "Events", Shape::Flexible, |row: &Self| {
                Cell::joined(row.events())
            }),
            Column::new("summary", "Summary", Shape::Flexible, |row: &Self| {
                Cell::Text(row.summary().into())
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
