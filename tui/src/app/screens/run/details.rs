//! What is shown of the selected entry beside the list, or in full.

use flowdeck_surface::client::tracking::{DatasetInput, LoggedModel, Run, TraceInfo};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::preview::dataset_groups;
use flowdeck_surface::run_overview::facts;
use flowdeck_surface::timeline::tokens_of;
use flowdeck_surface::{format, status};

use super::{RunPage, Tab};
use crate::app::viewer::Viewer;
use crate::app::viewer::block::{Block, Told, of_fields};

/// What the viewer beside the list shows; another one means that it is made anew.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Subject {
    pub(super) tab: Tab,
    /// Key, id or path of the entry.
    pub(super) name: String,
    /// What stood in it.
    pub(super) text: String,
}

impl RunPage {
    /// The selected entry, as far as it can be shown at once; a file has to be read first.
    pub(super) fn subject(&self) -> Option<Subject> {
        let run = self.known();
        let subject = |name: &str, text: &str| {
            Some(Subject {
                tab: self.tab,
                name: name.to_owned(),
                text: text.to_owned(),
            })
        };
        if self.tab == Tab::Overview {
            return subject("note", run.note().unwrap_or_default());
        }
        let &place = self.rows.get(self.cursor().selected)?;
        match self.tab {
            Tab::Params => run
                .params
                .get(place)
                .and_then(|param| subject(param.key.as_str(), &param.value)),
            Tab::Tags => run
                .tags
                .get(place)
                .and_then(|tag| subject(tag.key.as_str(), &tag.value)),
            Tab::Datasets => {
                let dataset = &run.datasets.get(place)?.dataset;
                subject(&dataset.name, &dataset.digest)
            }
            Tab::Models => {
                let (id, _) = self.model_at(place)?;
                let told = self.model(id).map_or(0, |model| model.last_updated_timestamp.0);
                subject(id.as_str(), &told.to_string())
            }
            Tab::Children => {
                let (_, child) = self.nested.get(place)?;
                subject(child.info.id.as_str(), child.info.status.word())
            }
            Tab::Traces => {
                let trace = self.traces.shown()?.items.get(place)?;
                subject(trace.id.as_str(), trace.state.word())
            }
            Tab::Overview | Tab::Metrics | Tab::System | Tab::Files => None,
        }
    }

    /// What people call the selected entry, where that is not what tells it apart.
    pub(super) fn entry_name(&self) -> Option<String> {
        let &place = self.rows.get(self.cursor().selected)?;
        let name = match self.tab {
            Tab::Models => self.model(self.model_at(place)?.0)?.name.as_str(),
            Tab::Children => self.nested.get(place)?.1.name(),
            Tab::Traces => self.traces.shown()?.items.get(place)?.name()?,
            _ => return None,
        };
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// The viewer of a subject.
    pub(super) fn viewer_of(&self, subject: &Subject) -> Option<Viewer> {
        let run = self.known();
        let &place = self.rows.get(self.cursor().selected).unwrap_or(&0);
        Some(match self.tab {
            Tab::Overview => Viewer::of_blocks(match run.note().filter(|note| !note.trim().is_empty()) {
                Some(note) => vec![Block::Markdown(note.to_owned())],
                None => vec![Block::remark("There is no note. `E` writes one, in Markdown.")],
            }),
            Tab::Tags if subject.name == flowdeck_surface::client::tracking::NOTE_TAG => {
                Viewer::of_blocks(vec![Block::Markdown(subject.text.clone())])
            }
            Tab::Params | Tab::Tags => Viewer::of_value(&subject.text),
            Tab::Datasets => Viewer::of_blocks(of_dataset(run.datasets.get(place)?)),
            Tab::Models => {
                let (id, role) = self.model_at(place)?;
                Viewer::of_blocks(match self.model(id) {
                    Some(model) => of_model(model, &Clock::local()),
                    None => vec![Block::Facts(vec![
                        Told::new("Model ID", id.as_str()),
                        Told::new("Role", role),
                    ])],
                })
            }
            Tab::Children => Viewer::of_blocks(of_run(&self.nested.get(place)?.1)),
            Tab::Traces => Viewer::of_blocks(of_trace(self.traces.shown()?.items.get(place)?)),
            Tab::Metrics | Tab::System | Tab::Files => return None,
        })
    }
}

/// A run in short: what it is, its metrics, its params.
fn of_run(run: &Run) -> Vec<Block> {
    let mut blocks = vec![Block::Facts(
        facts(run, &Clock::local())
            .into_iter()
            .take(6)
            .map(Told::from)
            .collect(),
    )];
    if !run.metrics.is_empty() {
        blocks.push(Block::heading("Metrics"));
        let told = run
            .metrics
            .iter()
            .map(|metric| Told::new(metric.key.as_str(), format::number(metric.value, 12)));
        blocks.push(Block::Facts(told.collect()));
    }
    if !run.params.is_empty() {
        blocks.push(Block::heading("Params"));
        blocks.push(Block::pairs(
            run.params
                .iter()
                .map(|param| (param.key.as_str(), param.value.as_str())),
        ));
    }
    blocks
}

/// A dataset: what it was used for, its columns, its profile, where it came from.
fn of_dataset(input: &DatasetInput) -> Vec<Block> {
    let dataset = &input.dataset;
    let mut told = vec![
        Told::new("Name", dataset.name.as_str()),
        Told::new("Digest", dataset.digest.as_str()),
    ];
    told.extend(input.context().map(|context| Told::new("Used for", context)));
    told.push(Told::new("Source type", dataset.source_type.as_str()));
    let mut blocks = vec![Block::Facts(told)];
    let groups = dataset_groups(dataset);
    blocks.push(Block::heading("Schema"));
    match (&dataset.schema, groups.is_empty()) {
        (_, false) => blocks.extend(groups.iter().map(of_fields)),
        (Some(schema), true) => blocks.push(Block::text(pretty(schema))),
        (None, true) => blocks.push(Block::remark("It was logged without one.")),
    }
    if let Some(profile) = &dataset.profile {
        blocks.push(Block::heading("Profile"));
        blocks.push(json_facts(profile));
    }
    blocks.push(Block::heading("Source"));
    blocks.push(json_facts(&dataset.source));
    blocks
}

/// A JSON object as labels and texts, anything else as it is written.
pub(crate) fn json_facts(json: &str) -> Block {
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json) {
        Ok(values) if !values.is_empty() => Block::Facts(
            values
                .into_iter()
                .map(|(key, value)| {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    Told::new(key, text)
                })
                .collect(),
        ),
        _ => Block::text(json),
    }
}

/// JSON over several lines; other text as it is.
pub(crate) fn pretty(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| json.to_owned())
}

/// A logged model with its params, and its metrics for each dataset.
pub(crate) fn of_model(model: &LoggedModel, clock: &Clock) -> Vec<Block> {
    let badge = status::of_logged_model(&model.status);
    let mut told = vec![Told::new("Status", badge.word).toned(badge.tone)];
    let mut add = |label: &str, text: Option<String>| {
        told.extend(
            text.filter(|text| !text.is_empty())
                .map(|text| Told::new(label, text)),
        );
    };
    add("Message", model.status_message.clone());
    add("Name", Some(model.name.clone()));
    add("Type", model.model_type.clone());
    add("Created", Some(clock.date_time(model.creation_timestamp)));
    add("Changed", Some(clock.date_time(model.last_updated_timestamp)));
    add("Model ID", Some(model.id.to_string()));
    add(
        "Source run",
        model.source_run_id.as_ref().map(ToString::to_string),
    );
    add("Experiment", Some(model.experiment_id.to_string()));
    add("Artifacts", Some(model.artifact_uri.clone()));
    let mut blocks = vec![Block::Facts(told)];
    if !model.metrics.is_empty() {
        blocks.push(Block::heading("Metrics"));
        let titles = ["Metric", "Value", "Step", "Dataset"].map(str::to_owned).to_vec();
        let rows = model.metrics.iter().map(|metric| {
            let origin = metric.origin.as_deref();
            let dataset = origin
                .and_then(|origin| origin.dataset_name.clone())
                .unwrap_or_default();
            vec![
                metric.key.to_string(),
                format::number(metric.value, 12),
                metric.step.to_string(),
                dataset,
            ]
        });
        blocks.push(Block::Rows(titles, rows.collect()));
    }
    let params = model
        .params
        .iter()
        .map(|param| (param.key.as_str(), param.value.as_str()));
    let tags = model
        .tags
        .iter()
        .map(|tag| (tag.key.as_str(), tag.value.as_str()));
    if !model.params.is_empty() {
        blocks.push(Block::heading("Params"));
        blocks.push(Block::pairs(params));
    }
    if !model.tags.is_empty() {
        blocks.push(Block::heading("Tags"));
        blocks.push(Block::pairs(tags));
    }
    blocks
}

/// A trace in short: state, what was asked and answered, what was said of it.
pub(crate) fn of_trace(trace: &TraceInfo) -> Vec<Block> {
    let clock = Clock::local();
    let badge = status::of_trace(&trace.state);
    let mut told = vec![Told::new("State", badge.word).toned(badge.tone)];
    let mut add = |label: &str, text: Option<String>| {
        told.extend(
            text.filter(|text| !text.is_empty())
                .map(|text| Told::new(label, text)),
        );
    };
    add("Name", trace.name().map(str::to_owned));
    add("Requested", Some(clock.date_time(trace.request_time)));
    add("Duration", trace.execution_duration_ms.map(format::duration));
    add(
        "Tokens",
        tokens_of(trace)
            .map(|tokens| format!("{} ({} in, {} out)", tokens.total, tokens.input, tokens.output)),
    );
    add("Trace ID", Some(trace.id.to_string()));
    add("Client request", trace.client_request_id.clone());
    add("Run", trace.run_id().map(|id| id.to_string()));
    let mut blocks = vec![Block::Facts(told)];
    for (title, text) in [
        ("Request", &trace.request_preview),
        ("Response", &trace.response_preview),
    ] {
        if let Some(text) = text.as_deref().filter(|text| !text.is_empty()) {
            blocks.push(Block::heading(title));
            blocks.push(Block::text(pretty(text)));
        }
    }
    blocks.extend(of_assessments(trace));
    let pairs = |tags: &[flowdeck_surface::client::tracking::Tag]| {
        Block::Facts(
            tags.iter()
                .map(|tag| Told::new(tag.key.as_str(), tag.value.as_str()))
                .collect(),
        )
    };
    if !trace.tags.is_empty() {
        blocks.push(Block::heading("Tags"));
        blocks.push(pairs(&trace.tags));
    }
    if !trace.metadata.is_empty() {
        blocks.push(Block::heading("Metadata"));
        blocks.push(pairs(&trace.metadata));
    }
    blocks
}

fn of_assessments(trace: &TraceInfo) -> Vec<Block> {
    if trace.assessments.is_empty() {
        return Vec::new();
    }
    let titles = ["Assessment", "Value", "By", "Why"].map(str::to_owned).to_vec();
    let rows = trace.assessments.iter().map(|assessment| {
        let by = [assessment.source_type.as_deref(), assessment.source_id.as_deref()];
        vec![
            assessment.name.clone(),
            assessment.value.clone().unwrap_or_default(),
            by.into_iter().flatten().collect::<Vec<_>>().join(" "),
            assessment.rationale.clone().unwrap_or_default(),
        ]
    });
    vec![Block::heading("Assessments"), Block::Rows(titles, rows.collect())]
}
