//! What stands in the rows of each tab.

use std::borrow::Cow;

use flowdeck_surface::client::tracking::{LoggedModel, Metric, MetricPoint, Run, TraceInfo};
use flowdeck_surface::client::{ModelId, RunId};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::run_overview::facts;
use flowdeck_surface::run_table::SYSTEM_METRICS;
use flowdeck_surface::text::{fitted_key, has_words};
use flowdeck_surface::ticks::short_count;
use flowdeck_surface::timeline::tokens_of;
use flowdeck_surface::tone::Tone;
use flowdeck_surface::{format, markdown, status};
use ratatui::layout::Rect;

use super::curve::Extremes;
use super::{RunPage, Tab};
use crate::app::context::Look;
use crate::app::viewer::block::Told;
use crate::app::widgets::table::{GAP, TableCell, TableColumn};

/// Cells of a number, and of the step it was logged at.
const NUMBER: u16 = 10;
const STEP: u16 = 7;

/// What a column of metrics shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum MetricColumn {
    Key,
    Last,
    Step,
    Least,
    LeastStep,
    Greatest,
    GreatestStep,
}

/// Where a row of the overview leads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Link {
    /// To another run.
    Run(RunId),
    /// To the experiment's runs.
    Experiment,
    /// To a logged model.
    Model(ModelId),
    /// To a model version, by its place among those of the run.
    Version(usize),
    /// To another tab.
    Tab(Tab),
}

impl RunPage {
    /// How many entries a tab has in all; none where that is not known yet.
    pub(super) fn n_entries(&self, tab: Tab) -> Option<usize> {
        let run = self.known();
        let is_system = |metric: &&Metric| metric.key.as_str().starts_with(SYSTEM_METRICS);
        Some(match tab {
            Tab::Overview => return None,
            Tab::Metrics => run.metrics.iter().filter(|metric| !is_system(metric)).count(),
            Tab::System => run.metrics.iter().filter(is_system).count(),
            Tab::Params => run.params.len(),
            Tab::Tags => run.tags.len(),
            Tab::Datasets => run.datasets.len(),
            Tab::Models => run.model_outputs.len() + run.model_inputs.len(),
            Tab::Children => self.children.shown()?.items.len(),
            Tab::Files => self.files.n_outermost()?,
            Tab::Traces => self.traces.shown()?.items.len(),
        })
    }

    /// The entries of the tab in view that have the wanted words, in order.
    pub(super) fn find_rows(&mut self) {
        if self.tab == Tab::Files {
            self.files.arrange(&self.find);
            self.rows = (0..self.files.rows().len()).collect();
            return;
        }
        let run = self.known();
        let find = self.find.as_str();
        let has = |texts: &[&str]| has_words(find, texts.iter().copied());
        self.rows = match self.tab {
            Tab::Metrics | Tab::System => {
                let metrics = run.metrics.iter().enumerate();
                metrics
                    .filter(|(_, metric)| {
                        metric.key.as_str().starts_with(SYSTEM_METRICS) == (self.tab == Tab::System)
                            && has(&[metric.key.as_str()])
                    })
                    .map(|(place, _)| place)
                    .collect()
            }
            _ => {
                let texts = self.texts();
                let found = texts
                    .iter()
                    .enumerate()
                    .filter(|(_, (label, text))| has(&[label, text]));
                found.map(|(place, _)| place).collect()
            }
        };
    }

    /// Label and text of each entry of the tab in view, to be searched.
    fn texts(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let run = self.known();
        match self.tab {
            Tab::Overview => {
                let told = self.overview(&Clock::utc()).into_iter();
                told.map(|(told, _)| (told.label.into(), told.text.into()))
                    .collect()
            }
            Tab::Params => {
                let params = run.params.iter();
                params
                    .map(|param| (param.key.as_str().into(), param.value.as_str().into()))
                    .collect()
            }
            Tab::Tags => {
                let tags = run.tags.iter();
                tags.map(|tag| (tag.key.as_str().into(), tag.value.as_str().into()))
                    .collect()
            }
            Tab::Datasets => {
                let inputs = run.datasets.iter();
                inputs
                    .map(|input| {
                        (
                            input.dataset.name.as_str().into(),
                            input.dataset.digest.as_str().into(),
                        )
                    })
                    .collect()
            }
            Tab::Models => (0..run.model_outputs.len() + run.model_inputs.len())
                .filter_map(|place| {
                    let (id, _) = self.model_at(place)?;
                    let name = self.model(id).map_or("", |model| model.name.as_str());
                    Some((name.into(), id.as_str().into()))
                })
                .collect(),
            Tab::Children => {
                let runs = self.nested.iter();
                runs.map(|(_, run)| (run.name().into(), run.info.id.as_str().into()))
                    .collect()
            }
            Tab::Traces => {
                let traces = self.traces.shown().into_iter().flat_map(|traces| &traces.items);
                traces
                    .map(|trace| (trace_label(trace).into(), trace.id.as_str().into()))
                    .collect()
            }
            Tab::Metrics | Tab::System | Tab::Files => Vec::new(),
        }
    }

    /// The rows of the overview, with where they lead.
    pub(super) fn overview(&self, clock: &Clock) -> Vec<(Told, Option<Link>)> {
        let run = self.known();
        let mut rows: Vec<(Told, Option<Link>)> = facts(run, clock)
            .into_iter()
            .map(|fact| {
                let mut told = Told::from(fact);
                if told.label == "Note" {
                    told.text = markdown::summary(&told.text);
                }
                let link = self.link_of(&told);
                (told, link)
            })
            .collect();
        for (place, version) in self.versions.shown().into_iter().flatten().enumerate() {
            let stage = version.current_stage.word();
            let stage = if stage == "None" {
                String::new()
            } else {
                format!(" {stage}")
            };
            let aliases: String = version.aliases.iter().map(|alias| format!(" @{alias}")).collect();
            let text = format!("{} version {}{aliases}{stage}", version.name, version.version);
            rows.push((Told::new("Registered", text), Some(Link::Version(place))));
        }
        rows
    }

    fn link_of(&self, told: &Told) -> Option<Link> {
        let run = self.known();
        match told.label.as_str() {
            "Parent run" => run.parent_id().map(Link::Run),
            "Experiment" => Some(Link::Experiment),
            "Dataset" => Some(Link::Tab(Tab::Datasets)),
            "Logged model" => {
                let made = run.model_outputs.iter().map(|output| &output.model_id);
                made.into_iter()
                    .find(|id| told.text.starts_with(id.as_str()))
                    .cloned()
                    .map(Link::Model)
            }
            _ => None,
        }
    }

    /// A logged model of the run, by its place in the tab: those it made, then those it used.
    pub(super) fn model_at(&self, place: usize) -> Option<(&ModelId, String)> {
        let run = self.known();
        if let Some(made) = run.model_outputs.get(place) {
            return Some((&made.model_id, format!("made at step {}", made.step)));
        }
        let used = run.model_inputs.get(place - run.model_outputs.len())?;
        Some((&used.model_id, "used".to_owned()))
    }

    /// What the store told of a logged model.
    pub(super) fn model(&self, id: &ModelId) -> Option<&LoggedModel> {
        let models = self.models.shown()?;
        models.items.iter().find(|model| model.id == *id)
    }

    /// The columns of the tab in view.
    pub(super) fn columns(&self, inner: Rect) -> Vec<TableColumn<'static>> {
        let room = inner.width.saturating_sub(2);
        let titled = |title: &'static str, width: u16, is_right: bool| TableColumn {
            title: title.into(),
            width,
            is_right,
            ..TableColumn::default()
        };
        let rest = |taken: u16| room.saturating_sub(taken).max(1);
        match self.tab {
            Tab::Metrics | Tab::System => metric_columns(room)
                .into_iter()
                .map(|(column, width)| titled(title_of(column), width, column != MetricColumn::Key))
                .collect(),
            Tab::Overview => {
                let label = 12.min(room / 2);
                vec![titled("", label, false), titled("", rest(label + GAP), false)]
            }
            Tab::Params | Tab::Tags => {
                let label = self.widest_key().min(room * 3 / 5).max(3);
                vec![
                    titled("Key", label, false),
                    titled("Value", rest(label + GAP), false),
                ]
            }
            Tab::Datasets => vec![
                titled("Dataset", rest(12 + 10 + 12 + 3 * GAP), false),
                titled("Context", 12, false),
                titled("Digest", 10, false),
                titled("Source", 12, false),
            ],
            Tab::Models => vec![
                titled("Model", rest(16 + 10 + 14 + 3 * GAP), false),
                titled("Role", 16, false),
                titled("Status", 10, false),
                titled("Type", 14, false),
            ],
            Tab::Children => vec![
                titled("Run", rest(12 + 11 + 10 + 3 * GAP), false),
                titled("Status", 12, false),
                titled("Started", 11, false),
                titled("Duration", 10, true),
            ],
            Tab::Files => vec![titled("Name", rest(9 + GAP), false), titled("Size", 9, true)],
            Tab::Traces => vec![
                titled("Trace", rest(13 + 10 + 8 + 11 + 4 * GAP), false),
                titled("State", 13, false),
                titled("Duration", 10, true),
                titled("Tokens", 8, true),
                titled("Time", 11, false),
            ],
        }
    }

    /// The widest key in cells, of the first few hundred.
    fn widest_key(&self) -> u16 {
        let run = self.known();
        let width = |key: &str| flowdeck_surface::text::width_cells(key);
        let widest = self.rows.iter().take(500).filter_map(|&place| match self.tab {
            Tab::Params => run.params.get(place).map(|param| width(param.key.as_str())),
            _ => run.tags.get(place).map(|tag| width(tag.key.as_str())),
        });
        u16::try_from(widest.max().unwrap_or(0)).unwrap_or(u16::MAX)
    }

    /// The cells of an entry.
    pub(super) fn cells<'a>(
        &'a self,
        place: usize,
        columns: &[TableColumn<'_>],
        look: &Look<'_>,
    ) -> Vec<TableCell<'a>> {
        let clock = look.clock;
        let plain = |text: &'a str| TableCell::new(text, Tone::Plain);
        let muted = |text: String| TableCell::new(text, Tone::Muted);
        let run = self.known();
        match self.tab {
            Tab::Overview => {
                self.overview(clock)
                    .into_iter()
                    .nth(place)
                    .map_or_else(Vec::new, |(told, link)| {
                        let tone = if link.is_some() { Tone::Accent } else { told.tone };
                        vec![muted(told.label), TableCell::new(told.text, tone)]
                    })
            }
            Tab::Metrics | Tab::System => run.metrics.get(place).map_or_else(Vec::new, |metric| {
                let room: u16 = columns.iter().map(|column| column.width + GAP).sum();
                let shown = metric_columns(room.saturating_sub(GAP)).into_iter();
                shown
                    .map(|(column, width)| self.metric_cell(metric, column, width, look))
                    .collect()
            }),
            Tab::Params => run.params.get(place).map_or_else(Vec::new, |param| {
                vec![plain(param.key.as_str()), plain(&param.value)]
            }),
            Tab::Tags => run.tags.get(place).map_or_else(Vec::new, |tag| {
                let tone = if tag.key.as_str().starts_with("mlflow.") {
                    Tone::Muted
                } else {
                    Tone::Plain
                };
                vec![
                    TableCell::new(tag.key.as_str(), tone),
                    TableCell::new(tag.value.as_str(), tone),
                ]
            }),
            Tab::Datasets => run.datasets.get(place).map_or_else(Vec::new, |input| {
                vec![
                    plain(&input.dataset.name),
                    plain(input.context().unwrap_or_default()),
                    TableCell::new(input.dataset.digest.as_str(), Tone::Muted),
                    TableCell::new(input.dataset.source_type.as_str(), Tone::Muted),
                ]
            }),
            Tab::Models => self.model_cells(place),
            Tab::Children => self.nested.get(place).map_or_else(Vec::new, |(depth, child)| {
                let mut cells = run_cells(child, clock);
                cells[0].text = format!("{}{}", "  ".repeat(*depth), cells[0].text).into();
                cells
            }),
            Tab::Files => self.files.rows().get(place).map_or_else(Vec::new, |row| {
                let mark = match &row.entry {
                    Some(entry) if row.tone == Tone::Accent && self.files.is_open(&entry.path) => "▾ ",
                    Some(_) if row.tone == Tone::Accent => "▸ ",
                    _ => "  ",
                };
                let label = format!("{}{mark}{}", "  ".repeat(row.depth), row.label);
                vec![
                    TableCell::new(label, row.tone),
                    TableCell::new(row.size.as_str(), Tone::Muted),
                ]
            }),
            Tab::Traces => {
                let traces = self.traces.shown();
                let trace = traces.and_then(|traces| traces.items.get(place));
                trace.map_or_else(Vec::new, |trace| trace_cells(trace, clock))
            }
        }
    }

    fn model_cells(&self, place: usize) -> Vec<TableCell<'_>> {
        let Some((id, role)) = self.model_at(place) else {
            return Vec::new();
        };
        let role = TableCell::new(role, Tone::Muted);
        match self.model(id) {
            Some(model) => {
                let badge = status::of_logged_model(&model.status);
                vec![
                    TableCell::new(model.name.as_str(), Tone::Accent),
                    role,
                    TableCell::new(format!("{} {}", badge.symbol, badge.word), badge.tone),
                    TableCell::new(model.model_type.as_deref().unwrap_or_default(), Tone::Muted),
                ]
            }
            None => vec![TableCell::new(id.as_str(), Tone::Plain), role],
        }
    }

    fn metric_cell<'a>(
        &'a self,
        metric: &'a Metric,
        column: MetricColumn,
        width: u16,
        look: &Look<'_>,
    ) -> TableCell<'a> {
        let value = |value: f64| {
            let tone = if value.is_finite() {
                Tone::Plain
            } else {
                Tone::Warning
            };
            TableCell::new(format::number(value, usize::from(NUMBER)), tone)
        };
        let step = |step: i64| TableCell::new(format!("@{}", short_count(step as f64)), Tone::Muted);
        let of = |point: Option<MetricPoint>, tell: &dyn Fn(MetricPoint) -> TableCell<'a>| {
            point.map_or_else(TableCell::default, tell)
        };
        let told = match column {
            MetricColumn::Key | MetricColumn::Last | MetricColumn::Step => Extremes::Nothing,
            _ => self.extremes_of(metric, look.histories),
        };
        let (least, greatest) = match told {
            Extremes::Both(least, greatest) => (least, greatest),
            Extremes::Awaited => return TableCell::new("…", Tone::Muted),
            Extremes::Nothing => (None, None),
        };
        match column {
            MetricColumn::Key => {
                let key = metric.key.as_str();
                let key = if self.tab == Tab::System {
                    key.strip_prefix(SYSTEM_METRICS).unwrap_or(key)
                } else {
                    key
                };
                TableCell::new(fitted_key(key, usize::from(width)), Tone::Plain)
            }
            MetricColumn::Last => value(metric.value),
            MetricColumn::Step => step(metric.step),
            MetricColumn::Least => of(least, &|point| value(point.value)),
            MetricColumn::LeastStep => of(least, &|point| step(point.step)),
            MetricColumn::Greatest => of(greatest, &|point| value(point.value)),
            MetricColumn::GreatestStep => of(greatest, &|point| step(point.step)),
        }
    }
}

/// The columns of metrics that there is room for; the key has the rest, and the room tells most where it is little.
fn metric_columns(room: u16) -> Vec<(MetricColumn, u16)> {
    const LEAST_KEY: u16 = 14;
    let mut shown = [true, true, false, false, false, false, false];
    let all = [
        (MetricColumn::Key, 0),
        (MetricColumn::Last, NUMBER),
        (MetricColumn::Step, STEP),
        (MetricColumn::Least, NUMBER),
        (MetricColumn::LeastStep, STEP),
        (MetricColumn::Greatest, NUMBER),
        (MetricColumn::GreatestStep, STEP),
    ];
    let mut taken = NUMBER + GAP;
    // Least and greatest are of use together, and so are their steps.
    for group in [&[2][..], &[3, 5], &[4, 6]] {
        let wanted: u16 = group.iter().map(|&place| all[place].1 + GAP).sum();
        if taken + wanted + LEAST_KEY > room {
            break;
        }
        taken += wanted;
        group.iter().for_each(|&place| shown[place] = true);
    }
    let columns = all.iter().zip(shown).filter(|(_, is_shown)| *is_shown);
    columns
        .map(|(&(column, width), _)| match column {
            MetricColumn::Key => (column, room.saturating_sub(taken).max(1)),
            _ => (column, width),
        })
        .collect()
}

const fn title_of(column: MetricColumn) -> &'static str {
    match column {
        MetricColumn::Key => "Metric",
        MetricColumn::Last => "Last",
        MetricColumn::Step => "step",
        MetricColumn::Least => "Min",
        MetricColumn::LeastStep => "at",
        MetricColumn::Greatest => "Max",
        MetricColumn::GreatestStep => "at",
    }
}

/// A run in four cells: name, status, start, duration.
fn run_cells<'a>(run: &'a Run, clock: &Clock) -> Vec<TableCell<'a>> {
    let badge = status::of_run(&run.info.status);
    let name = if run.name().is_empty() {
        run.info.id.as_str()
    } else {
        run.name()
    };
    let started = run.info.start_time.map(|at| clock.short(at)).unwrap_or_default();
    let took = run.info.duration_ms().map(format::duration).unwrap_or_default();
    vec![
        TableCell::new(name, Tone::Accent),
        TableCell::new(format!("{} {}", badge.symbol, badge.word), badge.tone),
        TableCell::new(started, Tone::Muted),
        TableCell::new(took, Tone::Plain),
    ]
}

/// What stands for a trace in a list: what was asked, else its name, else its id.
pub(crate) fn trace_label(trace: &TraceInfo) -> &str {
    let preview = trace
        .request_preview
        .as_deref()
        .filter(|preview| !preview.is_empty());
    preview
        .or_else(|| trace.name())
        .unwrap_or_else(|| trace.id.as_str())
}

/// A trace in five cells: what was asked, state, duration, tokens, time.
pub(crate) fn trace_cells<'a>(trace: &'a TraceInfo, clock: &Clock) -> Vec<TableCell<'a>> {
    let badge = status::of_trace(&trace.state);
    let took = trace
        .execution_duration_ms
        .map(format::duration)
        .unwrap_or_default();
    let tokens = tokens_of(trace)
        .map(|tokens| format::count(tokens.total as usize))
        .unwrap_or_default();
    vec![
        TableCell::new(trace_label(trace), Tone::Accent),
        TableCell::new(format!("{} {}", badge.symbol, badge.word), badge.tone),
        TableCell::new(took, Tone::Plain),
        TableCell::new(tokens, Tone::Muted),
        TableCell::new(clock.short(trace.request_time), Tone::Muted),
    ]
}
