use flowdeck_surface::client::tracking::{Assessment, AssessmentKind, TraceInfo};
use flowdeck_surface::status;
use serde::Serialize;
use serde_json::Value;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::output::json::{Tags, embedded, millis, tags};

/// A trace as JSON, without its spans.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    trace_id: &'a str,
    client_request_id: Option<&'a str>,
    experiment_id: &'a str,
    request_time: i64,
    execution_duration: Option<i64>,
    state: &'a str,
    request_preview: Option<&'a str>,
    response_preview: Option<&'a str>,
    trace_metadata: Tags<'a>,
    tags: Tags<'a>,
    assessments: Vec<AssessmentView<'a>>,
}

/// An assessment as JSON; what it does not say is null.
#[derive(Serialize)]
pub(crate) struct AssessmentView<'a> {
    assessment_id: &'a str,
    assessment_name: &'a str,
    feedback: Option<Said>,
    expectation: Option<Said>,
    rationale: Option<&'a str>,
    source: Source<'a>,
    create_time: Option<i64>,
    span_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Said {
    value: Value,
}

#[derive(Serialize)]
struct Source<'a> {
    source_type: Option<&'a str>,
    source_id: Option<&'a str>,
}

impl<'a> AssessmentView<'a> {
    fn of(assessment: &'a Assessment) -> Self {
        let said = |kind| {
            (assessment.kind == kind).then(|| Said {
                value: assessment.value.as_deref().map_or(Value::Null, embedded),
            })
        };
        Self {
            assessment_id: &assessment.id,
            assessment_name: &assessment.name,
            feedback: said(AssessmentKind::Feedback),
            expectation: said(AssessmentKind::Expectation),
            rationale: assessment.rationale.as_deref(),
            source: Source {
                source_type: assessment.source_type.as_deref(),
                source_id: assessment.source_id.as_deref(),
            },
            create_time: millis(assessment.create_time),
            span_id: assessment.span_id.as_deref(),
        }
    }
}

impl Noun for TraceInfo {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "traces";
    const IN_TABLE: &'static [&'static str] = &[
        "trace_id",
        "name",
        "state",
        "request_time",
        "execution_duration",
        "request_preview",
    ];

    fn view(&self) -> View<'_> {
        View {
            trace_id: self.id.as_str(),
            client_request_id: self.client_request_id.as_deref(),
            experiment_id: self.experiment_id.as_str(),
            request_time: self.request_time.as_millis(),
            execution_duration: self.execution_duration_ms,
            state: self.state.word(),
            request_preview: self.request_preview.as_deref(),
            response_preview: self.response_preview.as_deref(),
            trace_metadata: tags(&self.metadata),
            tags: tags(&self.tags),
            assessments: self.assessments.iter().map(AssessmentView::of).collect(),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("trace_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("name", "Name", Shape::Flexible, |it: &Self| Cell::text(it.name())),
            Column::new("state", "State", Shape::Whole, |it: &Self| {
                Cell::State(status::of_trace(&it.state))
            }),
            Column::new("request_time", "Requested", Shape::Whole, |it: &Self| {
                Cell::Time(it.request_time)
            }),
            Column::new("execution_duration", "Duration", Shape::Number, |it: &Self| {
                it.execution_duration_ms.map_or(Cell::Unset, Cell::Millis)
            }),
            Column::new("experiment_id", "Experiment", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.experiment_id.as_str()))
            }),
            Column::new(
                "client_request_id",
                "Client's id",
                Shape::Flexible,
                |it: &Self| Cell::text(it.client_request_id.as_deref()),
            ),
            Column::new("request_preview", "Request", Shape::Flexible, |it: &Self| {
                Cell::text(it.request_preview.as_deref())
            }),
            Column::new("response_preview", "Response", Shape::Flexible, |it: &Self| {
                Cell::text(it.response_preview.as_deref())
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        vec![
            Family::like_tags("trace_metadata", "Metadata", |it| &it.metadata),
            Family::tags(|it| &it.tags),
        ]
    }
}
