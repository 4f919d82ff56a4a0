//! Traces, `<experiment>/traces/<id>`.

use std::path::{Path, PathBuf};

use flowdeck_domain::port::{TraceQuery, View};
use flowdeck_domain::search::{Dialect, Search, TraceRecord};
use flowdeck_domain::tracking::{Span, Trace, TraceInfo};
use flowdeck_domain::{Page, Result, TraceId, Warning};

use super::assessments;
use super::entries::{Entry, read_each};
use super::experiments::place_of;
use super::failures::{damaged, not_found, unreadable};
use super::folders::{TAGS, TRACE_METADATA, texts};
use super::fs::{Dir, Kind};
use super::layout::{Place, Root};
use super::meta_file::{self, NoMeta};
use super::names::is_entry;
use super::section::why;
use super::trace_meta;
use crate::local::page_of;
use crate::spans::decode_spans;

const TRACES: &str = "traces";
const INFO: &str = "trace_info.yaml";
const SPANS: &str = "artifacts/traces.json";

/// The tag that tells where the spans of a trace lie, where that is not beside it.
const LOCATION_TAG: &str = "mlflow.artifactLocation";

/// Largest file of spans that is read, in bytes.
const SPANS_LIMIT_BYTES: u64 = 1 << 30;

/// Traces that match, one page, without spans.
pub(super) fn search(root: &Root, query: &TraceQuery) -> Result<Page<TraceInfo>> {
    let search = Search::<TraceRecord>::parse(&query.query.filter, &query.query.order_by, Dialect::File)?;
    let directory = root.open()?;
    let (mut found, mut warnings) = (Vec::new(), Vec::new());
    for id in &query.experiments {
        let place = place_of(root, &directory, id)?;
        of_experiment(root, &directory, &place, &mut found, &mut warnings);
    }
    let records = found.into_iter().map(TraceRecord::bare).collect();
    let page = page_of(search.select(records)?, &query.query, warnings)?;
    Ok(page.map(|record| record.info))
}

/// One trace with its spans.
pub(super) fn by_id(root: &Root, id: &TraceId) -> Result<Trace> {
    let missing = || not_found("trace", id.as_str());
    if !is_entry(id.as_str()) {
        return Err(missing());
    }
    let directory = root.open()?;
    for place in root.places(&directory, View::All, &mut Vec::new())? {
        let below = format!("{}/{TRACES}/{id}", place.below_root());
        if directory
            .stat(&below)
            .is_ok_and(|stat| stat.kind == Kind::Directory)
        {
            let info = match read(&directory, &below, id.as_str(), root.now_ns()) {
                Ok((info, _)) => info,
                Err(NoMeta::Missing) => return Err(missing()),
                Err(NoMeta::Unreadable(reason)) => return Err(damaged(&root.at(&below).join(INFO), &reason)),
            };
            let spans = spans(root, &below, &info)?;
            return Ok(Trace { info, spans });
        }
    }
    Err(missing())
}

fn of_experiment(
    root: &Root,
    directory: &Dir,
    place: &Place,
    found: &mut Vec<TraceInfo>,
    warnings: &mut Vec<Warning>,
) {
    let traces = format!("{}/{TRACES}", place.below_root());
    let now_ns = root.now_ns();
    // The spans of a trace may come before its info.
    let read = |below: &str, name: &str| read(directory, below, name, now_ns).map(Some);
    found.extend(read_each(root, directory, &traces, INFO, read, warnings));
}

/// Reads a trace without spans, with what was passed over in it.
fn read(root: &Dir, below: &str, name: &str, now_ns: i64) -> Result<Entry<TraceInfo>, NoMeta> {
    let (_, text) = meta_file::read(root, &format!("{below}/{INFO}"), now_ns)?;
    let mut info = trace_meta::parse(&text, name).map_err(NoMeta::Unreadable)?;
    let directory = root.dir(below).map_err(|error| NoMeta::Unreadable(why(&error)))?;
    let mut warnings = Vec::new();
    info.metadata = texts(&directory, TRACE_METADATA, now_ns, &mut warnings);
    info.tags = texts(&directory, TAGS, now_ns, &mut warnings);
    info.assessments = assessments::read(&directory, now_ns, &mut warnings);
    Ok((info, warnings))
}

/// The spans of a trace: beside it, or else in the directory that its tag names, if that is on this machine.
///
/// A trace that goes on, or was cut off, has none yet.
fn spans(root: &Root, below: &str, info: &TraceInfo) -> Result<Vec<Span>> {
    let beside = root.at(below).join(SPANS);
    let location = info.tags.iter().find(|tag| tag.key.as_str() == LOCATION_TAG);
    let elsewhere = location
        .and_then(|tag| local_directory(&tag.value))
        .map(|directory| directory.join("traces.json"));
    for path in std::iter::once(beside).chain(elsewhere) {
        if let Some(json) = read_spans_file(&path)? {
            return decode_spans(&json)
                .map_err(|reason| damaged(&path, &format!("holds no spans: {reason}")));
        }
    }
    // Where they lie in an object store, whoever reads artifacts finds them.
    Ok(Vec::new())
}

fn read_spans_file(path: &Path) -> Result<Option<Vec<u8>>> {
    let not_there = |error: &std::io::Error| {
        matches!(
            error.kind(),
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
        )
    };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if not_there(&error) => return Ok(None),
        Err(error) => return Err(unreadable(path, error)),
    };
    if !metadata.is_file() {
        return Err(damaged(path, "is no file"));
    }
    if metadata.len() > SPANS_LIMIT_BYTES {
        return Err(damaged(
            path,
            &format!("is {} bytes long, too long to be read whole", metadata.len()),
        ));
    }
    match std::fs::read(path) {
        Ok(json) => Ok(Some(json)),
        Err(error) if not_there(&error) => Ok(None),
        Err(error) => Err(unreadable(path, error)),
    }
}

/// The directory that a location names, if it is a path or a `file:` URI.
fn local_directory(location: &str) -> Option<PathBuf> {
    match url::Url::parse(location) {
        Ok(url) if url.scheme() == "file" => url.to_file_path().ok(),
        Ok(_) => None,
        Err(_) => Some(PathBuf::from(location)),
    }
}
