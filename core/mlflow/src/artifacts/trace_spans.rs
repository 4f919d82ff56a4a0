//! Spans that a trace keeps among its artifacts, wherever those lie.

use flowdeck_domain::artifact::{ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::ArtifactReader;
use flowdeck_domain::tracking::{Span, TraceInfo};
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::TryStreamExt;

use super::place::Address;
use crate::spans::decode_spans;

/// The tag that says where the artifacts of a trace are.
const LOCATION_TAG: &str = "mlflow.artifactLocation";

/// The file of spans below it.
const FILE: &str = "traces.json";

/// Largest file of spans that is read, in bytes.
const LIMIT_BYTES: usize = 1 << 30;

fn location(info: &TraceInfo) -> Option<&str> {
    let mut tags = info.tags.iter();
    tags.find(|tag| tag.key.as_str() == LOCATION_TAG)
        .map(|tag| tag.value.as_str())
}

/// Whether a trace keeps its artifacts in an object store or on a web server, where no local store looks.
pub fn keeps_spans_elsewhere(info: &TraceInfo) -> bool {
    let address = location(info).map(Address::parse);
    matches!(
        address,
        Some(Ok(Address::Object(_) | Address::Web(_) | Address::Other(_)))
    )
}

/// The spans of a trace, read from its artifacts; none where it has no such file.
///
/// # Errors
/// The place cannot be read from here, or holds no spans.
pub async fn read_spans(reader: &dyn ArtifactReader, info: &TraceInfo) -> Result<Vec<Span>> {
    let Some(uri) = location(info) else {
        return Ok(Vec::new());
    };
    let root = ArtifactRoot {
        owner: ArtifactOwner::Trace(info.id.clone()),
        uri: uri.to_owned(),
    };
    let file = ArtifactPath::parse(FILE)?;
    let mut pieces = match reader.read(&root, &file).await {
        Ok(pieces) => pieces,
        Err(failure) if failure.kind() == FailureKind::NotFound => return Ok(Vec::new()),
        Err(failure) => return Err(failure),
    };
    let damaged = |why: &str| {
        Failure::new(
            FailureKind::Damaged,
            format!("the spans of trace {} cannot be read: {why}", info.id),
        )
    };
    let mut json = Vec::new();
    while let Some(piece) = pieces.try_next().await? {
        json.extend_from_slice(&piece);
        if json.len() > LIMIT_BYTES {
            return Err(damaged("their file is too long to be read whole"));
        }
    }
    decode_spans(&json).map_err(|why| damaged(&why))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use flowdeck_domain::Timestamp;
    use flowdeck_domain::tracking::{Tag, TraceState};

    use super::*;
    use crate::artifacts::Artifacts;

    fn trace(location: Option<&str>) -> TraceInfo {
        let tag = |uri: &str| Tag {
            key: LOCATION_TAG.into(),
            value: uri.to_owned(),
        };
        TraceInfo {
            id: "tr-1".into(),
            experiment_id: "0".into(),
            client_request_id: None,
            request_time: Timestamp(0),
            execution_duration_ms: None,
            state: TraceState::Ok,
            request_preview: None,
            response_preview: None,
            metadata: Vec::new(),
            tags: location.map(tag).into_iter().collect(),
            assessments: Vec::new(),
        }
    }

    #[test]
    fn places_that_no_local_store_looks_in_are_told_apart() {
        for (uri, elsewhere) in [
            ("s3://bucket/0/traces/tr-1/artifacts", true),
            ("gs://bucket/x", true),
            ("https://files.example/x", true),
            ("/lab/mlruns/0/traces/tr-1/artifacts", false),
            ("file:///lab/x", false),
            ("mlflow-artifacts:/0/traces/tr-1", false),
        ] {
            assert_eq!(keeps_spans_elsewhere(&trace(Some(uri))), elsewhere, "{uri}");
        }
        assert!(!keeps_spans_elsewhere(&trace(None)));
    }

    #[tokio::test]
    async fn spans_are_read_from_the_artifacts_and_a_file_of_others_is_said_to_be_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let reader = Artifacts::new(None, dir.path(), BTreeMap::new());
        let info = trace(Some(&dir.path().display().to_string()));
        assert_eq!(read_spans(&reader, &info).await.unwrap(), []);
        let span = r#"{"name": "a", "span_id": "AAAAAAAAAAE=", "trace_id": "AAAAAAAAAAAAAAAAAAAAAQ==", "start_time_unix_nano": 1, "end_time_unix_nano": 2, "attributes": {}}"#;
        std::fs::write(dir.path().join(FILE), format!(r#"{{"spans": [{span}]}}"#)).unwrap();
        let spans = read_spans(&reader, &info).await.unwrap();
        assert_eq!((spans.len(), spans[0].name.as_str()), (1, "a"));
        std::fs::write(dir.path().join(FILE), "no json").unwrap();
        let failure = read_spans(&reader, &info).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Damaged);
    }
}
