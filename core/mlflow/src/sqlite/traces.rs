//! Traces: searched without spans, and one at a time with them.

use flowdeck_domain::port::TraceQuery;
use flowdeck_domain::search::{Dialect, Search, TraceRecord};
use flowdeck_domain::tracking::{Tag, Trace, TraceInfo, TraceState};
use flowdeck_domain::{Failure, FailureKind, Page, Timestamp, TraceId, Warning};
use rusqlite::{Row, ToSql};

use super::assessments::{add_assessment_rows, add_assessments};
use super::database::Reader;
use super::fault::Fault;
use super::paging::{cut, is_plain};
use super::rows::{self, Names};
use super::runs::numbers;
use super::trace_links::add_links;
use super::trace_metadata::{PROMOTED, PROMOTED_COLUMNS, promoted};
use super::trace_rows::{each, places};
use super::trace_spans::{add_span_rows, spans_of};
use crate::local::page_of;

/// The tag that holds a trace's name, which is a column since MLflow 3.17.
const NAME_TAG: &str = "mlflow.traceName";

/// One page of the traces that a query asks for.
pub(super) fn search(
    reader: &Reader,
    query: &TraceQuery,
    warnings: Vec<Warning>,
) -> Result<Page<TraceInfo>, Fault> {
    supported(reader)?;
    let search = Search::<TraceRecord>::parse(&query.query.filter, &query.query.order_by, Dialect::Sql)?;
    let condition = format!("experiment_id IN ({})", numbers(&query.experiments)?);
    if is_plain(&query.query) {
        let condition = format!("{condition} ORDER BY timestamp_ms DESC, request_id LIMIT ?1 OFFSET ?2");
        let page = cut(&query.query, |limit, offset| {
            load(reader, &condition, &[&limit, &offset])
        })?;
        return Ok(Page { warnings, ..page });
    }
    let infos = load(reader, &condition, &[])?;
    let mut records: Vec<TraceRecord> = infos.into_iter().map(TraceRecord::bare).collect();
    let fields = search.trace_fields();
    let places = places(records.iter().map(|record| &record.info.id));
    if fields.spans {
        add_span_rows(reader, &mut records, &places)?;
    }
    if fields.assessments {
        add_assessment_rows(reader, &mut records, &places)?;
    }
    if fields.links {
        add_links(reader, &mut records, &places)?;
    }
    let page = page_of(search.select(records)?, &query.query, warnings)?;
    Ok(page.map(|record| record.info))
}

/// One trace with its spans.
pub(super) fn one(reader: &Reader, directory: &std::path::Path, id: &TraceId) -> Result<Trace, Fault> {
    supported(reader)?;
    let missing = || {
        Failure::new(FailureKind::NotFound, format!("there is no trace with id {id}"))
            .with_hint("list them with `flowdeck traces list`")
    };
    let mut found = load(reader, "request_id = ?1", &[&id.as_str()])?;
    let info = found.pop().ok_or_else(missing)?;
    let spans = spans_of(reader, directory, &info)?;
    Ok(Trace { info, spans })
}

fn supported(reader: &Reader) -> Result<(), Failure> {
    if reader.schema().has("trace_info") {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::Unsupported,
        "this store has no traces: an MLflow before 2.14 wrote it",
    ))
}

fn load(reader: &Reader, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<TraceInfo>, Fault> {
    let wanted = [
        "request_id",
        "experiment_id",
        "client_request_id",
        "timestamp_ms",
        "execution_time_ms",
        "status",
        "request_preview",
        "response_preview",
        "trace_name",
    ];
    let schema = reader.schema();
    let columns = schema.columns("trace_info", &wanted);
    let promoted_columns = schema.columns("trace_info", PROMOTED_COLUMNS);
    let sql = format!("SELECT {columns}, {promoted_columns} FROM trace_info WHERE {condition}");
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut infos = statement
        .query_map(values, |row| Ok(info(row, wanted.len())))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let places = places(infos.iter().map(|info| &info.id));
    let mut names = Names::default();
    // Names and session ids that older releases wrote as tags and metadata were moved to columns.
    let names_are_columns = schema.has_column("trace_info", "trace_name");
    let promotes = schema.has_column("trace_info", "session_id");
    each(
        reader,
        "trace_tags",
        "request_id",
        "key, value",
        &places,
        |place, row| {
            let tag = rows::tag(row, 1, 2, &mut names);
            if !(names_are_columns && tag.key.as_str() == NAME_TAG) {
                infos[place].tags.push(tag);
            }
        },
    )?;
    each(
        reader,
        "trace_request_metadata",
        "request_id",
        "key, value",
        &places,
        |place, row| {
            let entry = rows::tag(row, 1, 2, &mut names);
            if !(promotes && PROMOTED.contains(&entry.key.as_str())) {
                infos[place].metadata.push(entry);
            }
        },
    )?;
    for info in &mut infos {
        info.tags.sort_by(|one, other| one.key.cmp(&other.key));
        info.metadata.sort_by(|one, other| one.key.cmp(&other.key));
    }
    add_assessments(reader, &mut infos, &places)?;
    Ok(infos)
}

fn info(row: &Row<'_>, promoted_from: usize) -> TraceInfo {
    let mut tags = Vec::new();
    if let Some(name) = rows::string(row, 8) {
        tags.push(Tag {
            key: NAME_TAG.into(),
            value: name,
        });
    }
    TraceInfo {
        id: rows::string_or_empty(row, 0).into(),
        experiment_id: rows::string_or_empty(row, 1).into(),
        client_request_id: rows::string(row, 2),
        request_time: rows::timestamp(row, 3).unwrap_or(Timestamp(0)),
        execution_duration_ms: rows::integer(row, 4),
        state: TraceState::from_word(&rows::text(row, 5).unwrap_or_default()),
        request_preview: rows::string(row, 6),
        response_preview: rows::string(row, 7),
        metadata: promoted(row, promoted_from),
        tags,
        assessments: Vec::new(),
    }
}
