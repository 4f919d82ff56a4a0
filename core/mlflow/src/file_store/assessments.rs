//! Feedback and expectations on a trace, `assessments/<id>.yaml`.

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::{Assessment, AssessmentKind};
use serde::Deserialize;

use super::fs::{Dir, Kind};
use super::meta_file::{self, NoMeta};
use super::section::why;
use super::yaml::first_line;

const FOLDER: &str = "assessments";

#[derive(Deserialize)]
struct WireAssessment {
    assessment_id: Option<String>,
    assessment_name: Option<String>,
    feedback: Option<WireValue>,
    expectation: Option<WireValue>,
    issue: Option<WireIssue>,
    rationale: Option<String>,
    source: Option<WireSource>,
    create_time: Option<String>,
    span_id: Option<String>,
}

#[derive(Deserialize)]
struct WireValue {
    value: Option<serde_json::Value>,
    serialized_value: Option<WireSerialized>,
}

#[derive(Deserialize)]
struct WireSerialized {
    value: Option<String>,
}

#[derive(Deserialize)]
struct WireIssue {
    issue_name: Option<String>,
}

#[derive(Deserialize)]
struct WireSource {
    source_type: Option<String>,
    source_id: Option<String>,
}

/// The assessments of the trace in this directory, oldest first.
pub(super) fn read(trace: &Dir, now_ns: i64, warnings: &mut Vec<String>) -> Vec<Assessment> {
    let entries = match trace.dir(FOLDER).and_then(|folder| folder.entries()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            warnings.push(format!("folder {FOLDER} {}", why(&error)));
            return Vec::new();
        }
    };
    let mut assessments = Vec::new();
    for entry in entries {
        let Some(id) = entry
            .name
            .strip_suffix(".yaml")
            .filter(|_| entry.kind == Kind::File)
        else {
            continue;
        };
        let read = match meta_file::read(trace, &format!("{FOLDER}/{}", entry.name), now_ns) {
            Ok((_, text)) => parse(&text, id),
            Err(NoMeta::Missing) => continue,
            Err(NoMeta::Unreadable(reason)) => Err(reason),
        };
        match read {
            Ok(assessment) => assessments.push(assessment),
            Err(reason) => warnings.push(format!("assessment `{id}` {reason}, skipped")),
        }
    }
    assessments.sort_by(|one, other| (one.create_time, &one.id).cmp(&(other.create_time, &other.id)));
    assessments
}

fn parse(text: &str, id: &str) -> Result<Assessment, String> {
    let wire: WireAssessment = serde_saphyr::from_str(text)
        .map_err(|error| format!("is malformed: {}", first_line(&error.to_string())))?;
    let (kind, value) = match (wire.expectation, wire.feedback, wire.issue) {
        (Some(value), _, _) => (AssessmentKind::Expectation, json_of(value)),
        (None, Some(value), _) => (AssessmentKind::Feedback, json_of(value)),
        (None, None, issue) => {
            let name = issue.and_then(|issue| issue.issue_name);
            (
                AssessmentKind::Other,
                name.map(|name| serde_json::Value::from(name).to_string()),
            )
        }
    };
    let (source_type, source_id) = wire
        .source
        .map_or((None, None), |source| (source.source_type, source.source_id));
    Ok(Assessment {
        id: wire.assessment_id.unwrap_or_else(|| id.to_owned()),
        name: wire.assessment_name.ok_or("has no assessment_name")?,
        kind,
        value,
        rationale: wire.rationale,
        source_type,
        source_id,
        create_time: wire.create_time.as_deref().and_then(Timestamp::parse_rfc3339),
        span_id: wire.span_id,
    })
}

/// Lists and maps are written as JSON in a text, plain values as YAML.
fn json_of(value: WireValue) -> Option<String> {
    let serialized = value.serialized_value.and_then(|serialized| serialized.value);
    serialized.or_else(|| value.value.map(|value| value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_json_however_they_were_written() {
        for (value, kind, json) in [
            (
                "feedback:\n  value: true\n",
                AssessmentKind::Feedback,
                Some("true"),
            ),
            ("feedback:\n  value: 0.5\n", AssessmentKind::Feedback, Some("0.5")),
            (
                "feedback:\n  value: 'yes'\n",
                AssessmentKind::Feedback,
                Some("\"yes\""),
            ),
            (
                "feedback:\n  error:\n    error_code: E\n",
                AssessmentKind::Feedback,
                None,
            ),
            (
                "expectation:\n  serialized_value:\n    value: '{\"a\": [1]}'\n",
                AssessmentKind::Expectation,
                Some("{\"a\": [1]}"),
            ),
            (
                "issue:\n  issue_name: slow\n",
                AssessmentKind::Other,
                Some("\"slow\""),
            ),
        ] {
            let read = parse(&format!("assessment_id: a\nassessment_name: n\n{value}"), "a").unwrap();
            assert_eq!((read.kind, read.value.as_deref()), (kind, json), "{value}");
        }
        assert_eq!(
            parse("assessment_id: a\n", "a").unwrap_err(),
            "has no assessment_name"
        );
    }
}
