//! What was said of traces.

use flowdeck_domain::search::{AssessmentRow, TraceRecord};
use flowdeck_domain::tracking::{Assessment, AssessmentKind, TraceInfo};
use rusqlite::Row;

use super::database::Reader;
use super::fault::Fault;
use super::rows;
use super::trace_rows::{Places, each};

/// What the metadata of an assessment contains that speaks for a whole session.
const OF_SESSION: &str = "\"mlflow.trace.session\":";

/// Adds the assessments of traces, in the order they were made.
pub(super) fn add_assessments(
    reader: &Reader,
    infos: &mut [TraceInfo],
    places: &Places,
) -> Result<(), Fault> {
    let columns = "assessment_id, name, assessment_type, value, rationale, source_type, source_id, \
                   created_timestamp, span_id";
    each(
        reader,
        "assessments",
        "trace_id",
        columns,
        places,
        |place, row| {
            infos[place].assessments.push(assessment(row));
        },
    )
}

/// Adds what searches look at.
pub(super) fn add_assessment_rows(
    reader: &Reader,
    records: &mut [TraceRecord],
    places: &Places,
) -> Result<(), Fault> {
    let number = if reader.schema().has_column("assessments", "aggregate_value") {
        "CASE WHEN is_numeric_value THEN aggregate_value END"
    } else {
        "CASE WHEN json_valid(value) AND json_type(value) IN ('integer', 'real') THEN json_extract(value, '$') END"
    };
    let columns = format!("assessment_type, name, value, {number}, valid, assessment_metadata");
    each(
        reader,
        "assessments",
        "trace_id",
        &columns,
        places,
        |place, row| {
            records[place].assessments.push(AssessmentRow {
                kind: rows::string_or_empty(row, 1),
                name: rows::string_or_empty(row, 2),
                value: rows::string_or_empty(row, 3),
                number: rows::number(row, 4),
                valid: rows::flag(row, 5, true),
                of_session: rows::text(row, 6).is_some_and(|metadata| metadata.contains(OF_SESSION)),
            });
        },
    )
}

fn assessment(row: &Row<'_>) -> Assessment {
    Assessment {
        id: rows::string_or_empty(row, 1),
        name: rows::string_or_empty(row, 2),
        kind: match &*rows::text(row, 3).unwrap_or_default() {
            "feedback" => AssessmentKind::Feedback,
            "expectation" => AssessmentKind::Expectation,
            _ => AssessmentKind::Other,
        },
        value: rows::string(row, 4),
        rationale: rows::string(row, 5),
        source_type: rows::string(row, 6),
        source_id: rows::string(row, 7),
        create_time: rows::timestamp(row, 8),
        span_id: rows::string(row, 9),
    }
}
