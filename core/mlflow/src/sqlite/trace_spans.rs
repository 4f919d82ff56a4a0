//! Spans of traces: rows of the store, or a file beside the artifacts.

use std::io;
use std::path::{Path, PathBuf};

use flowdeck_domain::search::{SpanRow, TraceRecord};
use flowdeck_domain::tracking::{Span, TraceInfo};
use flowdeck_domain::{Failure, FailureKind, TraceId};
use percent_encoding::percent_decode_str;

use super::database::Reader;
use super::fault::{Fault, tell_io};
use super::rows;
use super::trace_rows::{Places, each};
use crate::spans::{decode_span, decode_spans};

/// The tag that says where the spans are.
const LOCATION_TAG: &str = "mlflow.trace.spansLocation";
/// The tag that says where the artifacts of a trace are.
const ARTIFACTS_TAG: &str = "mlflow.artifactLocation";

/// The spans of one trace, roots first, then by when they began.
///
/// Spans that lie neither in the store nor on this machine are none, with a line in the log.
pub(super) fn spans_of(reader: &Reader, directory: &Path, info: &TraceInfo) -> Result<Vec<Span>, Fault> {
    let tag = |key: &str| {
        let mut tags = info.tags.iter();
        tags.find(|tag| tag.key.as_str() == key)
            .map(|tag| tag.value.as_str())
    };
    if tag(LOCATION_TAG) == Some("TRACKING_STORE") && reader.schema().has("spans") {
        return stored(reader, &info.id);
    }
    let Some(file) = tag(ARTIFACTS_TAG).and_then(|uri| local_directory(uri, directory)) else {
        tracing::info!(trace = %info.id, "its spans are not on this machine");
        return Ok(Vec::new());
    };
    Ok(filed(&file.join("traces.json"), &info.id)?)
}

/// Adds what searches look at of the spans in the store.
pub(super) fn add_span_rows(
    reader: &Reader,
    records: &mut [TraceRecord],
    places: &Places,
) -> Result<(), Fault> {
    let columns = "name, type, status, start_time_unix_nano, content";
    each(reader, "spans", "trace_id", columns, places, |place, row| {
        records[place].spans.push(SpanRow {
            name: rows::string(row, 1),
            span_type: rows::string(row, 2),
            status: rows::string_or_empty(row, 3),
            start_time_ns: rows::integer(row, 4).unwrap_or_default(),
            content: rows::string_or_empty(row, 5),
        });
    })
}

fn stored(reader: &Reader, id: &TraceId) -> Result<Vec<Span>, Fault> {
    let sql = "SELECT content FROM spans WHERE trace_id = ?1 AND content != '' \
               ORDER BY parent_span_id IS NOT NULL, start_time_unix_nano, rowid";
    let mut statement = reader.connection().prepare_cached(sql)?;
    let mut found = statement.query([id.as_str()])?;
    let mut spans = Vec::new();
    while let Some(row) = found.next()? {
        let content = rows::string_or_empty(row, 0);
        spans.push(decode_span(content.as_bytes()).map_err(|why| damaged(id, &why))?);
    }
    Ok(spans)
}

fn filed(path: &Path, id: &TraceId) -> Result<Vec<Span>, Failure> {
    match std::fs::read(path) {
        Ok(json) => decode_spans(&json).map_err(|why| damaged(id, &why)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tracing::info!(trace = %id, path = %path.display(), "its spans are gone");
            Ok(Vec::new())
        }
        Err(error) => Err(tell_io(error, path)),
    }
}

fn damaged(id: &TraceId, why: &str) -> Failure {
    Failure::new(
        FailureKind::Damaged,
        format!("cannot read the spans of trace {id}: {why}"),
    )
    .with_hint("list traces without spans with `flowdeck traces list`")
}

/// The directory that an artifact URI means on this machine; `beside` is where the database lies, which relative
/// paths and a server's own artifact store are looked for in.
fn local_directory(uri: &str, beside: &Path) -> Option<PathBuf> {
    if let Some(rest) = uri.strip_prefix("mlflow-artifacts:") {
        let path = match rest.strip_prefix("//") {
            Some(authority) => authority.split_once('/')?.1,
            None => rest,
        };
        return below(&beside.join("mlartifacts"), path);
    }
    if let Some(rest) = uri.strip_prefix("file:") {
        let path = rest.strip_prefix("//").unwrap_or(rest);
        let path = path.strip_prefix("localhost").unwrap_or(path);
        return Some(beside.join(&*percent_decode_str(path).decode_utf8_lossy()));
    }
    (!uri.contains("://") && !uri.is_empty()).then(|| beside.join(uri))
}

/// A path below a root that does not leave it.
fn below(root: &Path, path: &str) -> Option<PathBuf> {
    let path = flowdeck_domain::artifact::ArtifactPath::parse(path.trim_start_matches('/')).ok()?;
    Some(root.join(path.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifact_uris_on_this_machine_become_directories() {
        let beside = Path::new("/stores/lab");
        for (uri, directory) in [
            ("/a/b", Some("/a/b")),
            ("file:///a/b%20c", Some("/a/b c")),
            ("file://localhost/a", Some("/a")),
            ("./mlruns/0/x", Some("/stores/lab/./mlruns/0/x")),
            (
                "mlflow-artifacts:/1/traces/x",
                Some("/stores/lab/mlartifacts/1/traces/x"),
            ),
            (
                "mlflow-artifacts://host:5000/1/x",
                Some("/stores/lab/mlartifacts/1/x"),
            ),
            ("mlflow-artifacts:/../x", None),
            ("s3://bucket/x", None),
            ("", None),
        ] {
            assert_eq!(
                local_directory(uri, beside).as_deref(),
                directory.map(Path::new),
                "{uri}"
            );
        }
    }
}
