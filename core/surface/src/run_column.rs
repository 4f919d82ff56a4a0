//! The columns that a table of runs can have, on a screen as on the command line.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use flowdeck_client::port::{Keys, RunFields};
use flowdeck_client::tracking::{Run, RunInfo};
use flowdeck_client::{Failure, FailureKind, Result, Timestamp};

/// A column of a table of runs.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum RunColumn {
    /// Something every run has.
    Attribute(RunAttribute),
    /// The latest value of a metric.
    Metric(Arc<str>),
    /// A param.
    Param(Arc<str>),
    /// A tag.
    Tag(Arc<str>),
}

/// What every run has, by the names of MLflow's REST API.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum RunAttribute {
    /// Its id.
    RunId,
    /// Its name.
    RunName,
    /// The experiment it belongs to.
    ExperimentId,
    /// The system user who started it.
    UserId,
    /// How it stands.
    Status,
    /// When it began.
    StartTime,
    /// When it ended.
    EndTime,
    /// How long it ran.
    Duration,
    /// Root of its artifacts.
    ArtifactUri,
    /// Whether it stands or was deleted.
    LifecycleStage,
    /// Names of the datasets it used.
    Datasets,
}

impl RunAttribute {
    /// Every attribute, in the order a table shows them.
    pub const ALL: [Self; 11] = [
        Self::RunName,
        Self::Status,
        Self::StartTime,
        Self::EndTime,
        Self::Duration,
        Self::UserId,
        Self::RunId,
        Self::ExperimentId,
        Self::ArtifactUri,
        Self::LifecycleStage,
        Self::Datasets,
    ];

    /// Whether runs share it, so that they can be grouped by it: of times and ids each has its own.
    pub const fn can_group(self) -> bool {
        match self {
            Self::RunName
            | Self::ExperimentId
            | Self::UserId
            | Self::Status
            | Self::LifecycleStage
            | Self::Datasets => true,
            Self::RunId | Self::StartTime | Self::EndTime | Self::Duration | Self::ArtifactUri => false,
        }
    }

    /// The name it is asked for by and stands under in JSON and CSV.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RunId => "run_id",
            Self::RunName => "run_name",
            Self::ExperimentId => "experiment_id",
            Self::UserId => "user_id",
            Self::Status => "status",
            Self::StartTime => "start_time",
            Self::EndTime => "end_time",
            Self::Duration => "duration",
            Self::ArtifactUri => "artifact_uri",
            Self::LifecycleStage => "lifecycle_stage",
            Self::Datasets => "datasets",
        }
    }

    /// The title over its column.
    pub const fn title(self) -> &'static str {
        match self {
            Self::RunId => "Run ID",
            Self::RunName => "Run",
            Self::ExperimentId => "Experiment",
            Self::UserId => "User",
            Self::Status => "Status",
            Self::StartTime => "Started",
            Self::EndTime => "Ended",
            Self::Duration => "Duration",
            Self::ArtifactUri => "Artifacts",
            Self::LifecycleStage => "Lifecycle",
            Self::Datasets => "Datasets",
        }
    }
}

/// What stands in a cell, before it is written for anybody.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// The run has no such thing.
    Unset,
    /// Text.
    Text(Cow<'a, str>),
    /// A metric's value.
    Number(f64),
    /// A moment.
    Time(Timestamp),
    /// A duration in milliseconds.
    Millis(i64),
}

impl RunColumn {
    /// Reads `start_time`, `metrics.loss`, `params.lr`, `tags.team`, with back-ticks or without.
    ///
    /// # Errors
    /// A name that is no attribute, with those that are.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let (family, key) = text.split_once('.').unwrap_or((text, ""));
        let key = key.trim_matches('`');
        match family {
            "metrics" | "metric" if !key.is_empty() => return Ok(Self::Metric(key.into())),
            "params" | "param" | "parameters" | "parameter" if !key.is_empty() => {
                return Ok(Self::Param(key.into()));
            }
            "tags" | "tag" if !key.is_empty() => return Ok(Self::Tag(key.into())),
            _ => {}
        }
        let name = if matches!(family, "attributes" | "attribute" | "attr" | "run") {
            key
        } else {
            text
        };
        RunAttribute::ALL
            .into_iter()
            .find(|attribute| attribute.name() == name)
            .map(Self::Attribute)
            .ok_or_else(|| {
                let known: Vec<_> = RunAttribute::ALL
                    .iter()
                    .map(|attribute| attribute.name())
                    .collect();
                Failure::new(FailureKind::InvalidInput, format!("there is no column `{text}`")).with_hint(
                    format!(
                        "name metrics.KEY, params.KEY, tags.KEY or one of {}",
                        known.join(", ")
                    ),
                )
            })
    }

    /// The title over the column: the key alone, as its family is told by its place or colour.
    pub fn title(&self) -> &str {
        match self {
            Self::Attribute(attribute) => attribute.title(),
            Self::Metric(key) | Self::Param(key) | Self::Tag(key) => key,
        }
    }

    /// Whether its cells are numbers or times, which stand at the right edge.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Metric(_) | Self::Attribute(RunAttribute::Duration))
    }

    /// What a run has in this column.
    pub fn value<'a>(&self, run: &'a Run) -> Value<'a> {
        let text = |text: Option<&'a str>| text.map_or(Value::Unset, |text| Value::Text(Cow::Borrowed(text)));
        match self {
            Self::Attribute(attribute) => attribute.value(run),
            Self::Metric(key) => run
                .metric(key)
                .map_or(Value::Unset, |metric| Value::Number(metric.value)),
            Self::Param(key) => text(run.param(key)),
            Self::Tag(key) => text(run.tag(key)),
        }
    }

    /// What must be read of runs for these columns, and no more.
    pub fn fields(columns: &[Self]) -> RunFields {
        let keys = |pick: &dyn Fn(&Self) -> Option<Arc<str>>| {
            let picked: Vec<_> = columns.iter().filter_map(pick).collect();
            if picked.is_empty() {
                Keys::None
            } else {
                Keys::Only(picked)
            }
        };
        RunFields {
            params: keys(&|column| {
                if let Self::Param(key) = column {
                    Some(Arc::clone(key))
                } else {
                    None
                }
            }),
            metrics: keys(&|column| {
                if let Self::Metric(key) = column {
                    Some(Arc::clone(key))
                } else {
                    None
                }
            }),
            tags: keys(&|column| {
                if let Self::Tag(key) = column {
                    Some(Arc::clone(key))
                } else {
                    None
                }
            }),
            inputs: columns.contains(&Self::Attribute(RunAttribute::Datasets)),
        }
    }
}

impl RunAttribute {
    fn value(self, run: &Run) -> Value<'_> {
        match self {
            // Old stores keep the name in a tag.
            Self::RunName => Value::Text(Cow::Borrowed(run.name())),
            Self::Datasets if run.datasets.is_empty() => Value::Unset,
            Self::Datasets => {
                let names: Vec<_> = run
                    .datasets
                    .iter()
                    .map(|input| input.dataset.name.as_str())
                    .collect();
                Value::Text(Cow::Owned(names.join(", ")))
            }
            _ => self.value_of(&run.info),
        }
    }

    /// What a run has in it, as far as its info tells: that says nothing of datasets.
    pub fn value_of(self, info: &RunInfo) -> Value<'_> {
        let text = |text| Value::Text(Cow::Borrowed(text));
        let time = |time: Option<Timestamp>| time.map_or(Value::Unset, Value::Time);
        match self {
            Self::RunId => text(info.id.as_str()),
            Self::RunName => text(&info.name),
            Self::ExperimentId => text(info.experiment_id.as_str()),
            Self::UserId => text(&info.user_id),
            Self::Status => text(info.status.word()),
            Self::StartTime => time(info.start_time),
            Self::EndTime => time(info.end_time),
            Self::Duration => info.duration_ms().map_or(Value::Unset, Value::Millis),
            Self::ArtifactUri => text(&info.artifact_uri),
            Self::LifecycleStage => text(info.lifecycle.word()),
            Self::Datasets => Value::Unset,
        }
    }
}

/// The name it is asked for by: `metrics.loss`.
impl fmt::Display for RunColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(attribute) => f.write_str(attribute.name()),
            Self::Metric(key) => write!(f, "metrics.{key}"),
            Self::Param(key) => write!(f, "params.{key}"),
            Self::Tag(key) => write!(f, "tags.{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_reads_back_as_it_is_written() {
        for text in [
            "run_id",
            "start_time",
            "metrics.val/acc",
            "params.lr",
            "tags.mlflow.user",
        ] {
            assert_eq!(
                RunColumn::parse(text)
                    .map(|column| column.to_string())
                    .ok()
                    .as_deref(),
                Some(text)
            );
        }
        assert_eq!(
            RunColumn::parse("metrics.`a b`").ok(),
            Some(RunColumn::Metric("a b".into()))
        );
        let failure = RunColumn::parse("looss").expect_err("no such attribute");
        assert!(failure.hint().is_some_and(|hint| hint.contains("run_name")));
    }

    #[test]
    fn only_what_the_columns_show_is_read() {
        let columns =
            ["run_name", "metrics.loss"].map(|text| RunColumn::parse(text).expect("both are columns"));
        let fields = RunColumn::fields(&columns);
        assert_eq!(fields.metrics, Keys::Only(vec!["loss".into()]));
        assert_eq!(
            (fields.params, fields.tags, fields.inputs),
            (Keys::None, Keys::None, false)
        );
    }
}
