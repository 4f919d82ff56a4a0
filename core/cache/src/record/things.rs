//! The fields of each thing, in the order in which the file has them.

use bytes::Bytes;
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind};
use flowdeck_domain::registry::{ModelAlias, ModelVersion, RegisteredModel, Stage};
use flowdeck_domain::tracking::{
    Assessment, AssessmentKind, Dataset, DatasetInput, Experiment, Lifecycle, LoggedModel, LoggedModelStatus,
    Metric, MetricOrigin, ModelInput, ModelOutput, Param, Run, RunInfo, RunStatus, Span, SpanEvent, Tag,
    TraceInfo, TraceState,
};

use super::codec::{Cursor, Stored, write_number};
use super::kind::{Artifact, Directory, Spans};

macro_rules! stored {
    ($($name:ident { $($field:ident),* $(,)? })*) => {$(
        impl Stored for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }

            fn read(from: &mut Cursor<'_>) -> Option<Self> {
                Some(Self { $($field: Stored::read(from)?),* })
            }
        }
    )*};
}

stored! {
    Tag { key, value }
    Param { key, value }
    Metric { key, value, timestamp, step, origin }
    MetricOrigin { model_id, run_id, dataset_name, dataset_digest }
    Dataset { name, digest, source_type, source, schema, profile }
    DatasetInput { dataset, tags }
    ModelInput { model_id }
    ModelOutput { model_id, step }
    Experiment { id, name, artifact_location, lifecycle, creation_time, last_update_time, tags }
    RunInfo {
        id, experiment_id, name, user_id, status, start_time, end_time, artifact_uri, lifecycle,
    }
    Run { info, params, metrics, tags, datasets, model_inputs, model_outputs }
    LoggedModel {
        id, experiment_id, name, model_type, source_run_id, status, status_message, artifact_uri,
        creation_timestamp, last_updated_timestamp, params, metrics, tags,
    }
    TraceInfo {
        id, experiment_id, client_request_id, request_time, execution_duration_ms, state, request_preview,
        response_preview, metadata, tags, assessments,
    }
    Assessment {
        id, name, kind, value, rationale, source_type, source_id, create_time, span_id,
    }
    Span {
        id, parent_id, name, start_time_ns, end_time_ns, status, status_message, attributes, events,
    }
    SpanEvent { name, time_ns, attributes }
    Spans { trace, spans }
    RegisteredModel {
        name, creation_timestamp, last_updated_timestamp, description, latest_versions, tags, aliases,
    }
    ModelAlias { alias, version }
    ModelVersion {
        name, version, creation_timestamp, last_updated_timestamp, current_stage, description, source, run_id,
        run_link, model_id, status, status_message, user_id, tags, aliases, storage_location,
    }
    ArtifactEntry { path, kind }
    Directory { owner, path, entries }
    Artifact { owner, path, bytes }
}

/// States are kept as the words of their servers, so that a word from a newer server stays what it is.
macro_rules! stored_words {
    ($($name:ident)*) => {$(
        impl Stored for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let word = self.word();
                write_number(word.len() as u64, out);
                out.extend_from_slice(word.as_bytes());
            }

            fn read(from: &mut Cursor<'_>) -> Option<Self> {
                let n = usize::try_from(from.number()?).ok()?;
                Some(Self::from_word(std::str::from_utf8(from.take(n)?).ok()?))
            }
        }
    )*};
}

stored_words! { RunStatus LoggedModelStatus TraceState Stage }

impl Stored for Lifecycle {
    fn write(&self, out: &mut Vec<u8>) {
        (*self == Self::Deleted).write(out);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        bool::read(from).map(|is_deleted| if is_deleted { Self::Deleted } else { Self::Active })
    }
}

impl Stored for AssessmentKind {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Feedback => 0,
            Self::Expectation => 1,
            Self::Other => 2,
        });
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        match from.take(1)? {
            [0] => Some(Self::Feedback),
            [1] => Some(Self::Expectation),
            [2] => Some(Self::Other),
            _ => None,
        }
    }
}

impl Stored for ArtifactKind {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Directory => false.write(out),
            Self::File { size_bytes } => {
                true.write(out);
                size_bytes.write(out);
            }
        }
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        Some(if bool::read(from)? {
            Self::File {
                size_bytes: Stored::read(from)?,
            }
        } else {
            Self::Directory
        })
    }
}

impl Stored for Bytes {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(self.len() as u64, out);
        out.extend_from_slice(self);
    }

    fn read(from: &mut Cursor<'_>) -> Option<Self> {
        let n = usize::try_from(from.number()?).ok()?;
        from.take(n).map(Self::copy_from_slice)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use flowdeck_domain::Timestamp;

    use super::*;
    use crate::record::{decoded, encoded};

    fn comes_back<T: Stored + PartialEq + Debug>(thing: &T) {
        let record = encoded(thing);
        let read: Option<T> = decoded(&record, &mut Default::default());
        assert_eq!(read.as_ref(), Some(thing));
        for end in 0..record.len() {
            assert!(decoded::<T>(&record[..end], &mut Default::default()).is_none());
        }
        let mut newer = record;
        newer[0] += 1;
        assert!(decoded::<T>(&newer, &mut Default::default()).is_none());
    }

    fn tag() -> Tag {
        Tag {
            key: "team".into(),
            value: "größe\n2".to_owned(),
        }
    }

    #[test]
    fn a_run_comes_back_as_it_was() {
        let info = RunInfo {
            id: "r1".into(),
            experiment_id: "1".into(),
            name: "a".to_owned(),
            user_id: "ann".into(),
            status: RunStatus::Other("RESTING".into()),
            start_time: Some(Timestamp(-5)),
            end_time: None,
            artifact_uri: "mlflow-artifacts:/1/r1".to_owned(),
            lifecycle: Lifecycle::Deleted,
        };
        let metric = Metric {
            key: "loss".into(),
            value: f64::NEG_INFINITY,
            timestamp: Timestamp(9),
            step: -3,
            origin: Some(Box::default()),
        };
        comes_back(&Run {
            params: vec![Param {
                key: "lr".into(),
                value: "0.1".to_owned(),
            }],
            metrics: vec![metric],
            tags: vec![tag()],
            datasets: vec![DatasetInput {
                dataset: Dataset::default(),
                tags: vec![tag()],
            }],
            model_inputs: vec![ModelInput {
                model_id: "m-1".into(),
            }],
            model_outputs: vec![ModelOutput {
                model_id: "m-2".into(),
                step: 4,
            }],
            ..Run::bare(info)
        });
    }

    #[test]
    fn versions_spans_and_files_come_back_as_they_were() {
        let version = ModelVersion {
            name: "m".into(),
            version: "3".into(),
            creation_timestamp: Some(Timestamp(1)),
            last_updated_timestamp: None,
            current_stage: Stage::Production,
            description: Some("d".to_owned()),
            source: None,
            run_id: Some("r1".into()),
            run_link: None,
            model_id: None,
            status: "READY".to_owned(),
            status_message: None,
            user_id: None,
            tags: vec![tag()],
            aliases: vec!["champion".to_owned()],
            storage_location: None,
        };
        comes_back(&version);
        let event = SpanEvent {
            name: "token".to_owned(),
            time_ns: i64::MAX,
            attributes: vec![("a".to_owned(), "1".to_owned())],
        };
        let span = Span {
            id: "s".to_owned(),
            parent_id: None,
            name: "n".to_owned(),
            start_time_ns: 0,
            end_time_ns: Some(3),
            status: "OK".to_owned(),
            status_message: None,
            attributes: Vec::new(),
            events: vec![event],
        };
        comes_back(&Spans {
            trace: "tr-1".to_owned(),
            spans: vec![span],
        });
        let entry = |path: &str, kind| ArtifactEntry {
            path: flowdeck_domain::artifact::ArtifactPath::parse(path).expect("a path"),
            kind,
        };
        comes_back(&Directory {
            owner: "run:r1".to_owned(),
            path: Default::default(),
            entries: vec![
                entry("model", ArtifactKind::Directory),
                entry("a.png", ArtifactKind::File { size_bytes: Some(7) }),
            ],
        });
        for status in [LoggedModelStatus::UploadFailed, LoggedModelStatus::Ready] {
            comes_back(&status);
        }
    }
}
