use std::collections::BTreeMap;

use flowdeck_surface::client::pipelines::{PipelineInput, PipelineVersion};
use serde::Serialize;
use serde_json::Value;

use super::rfc3339;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;

/// A version of a pipeline as JSON: its inputs rather than the whole document.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    pipeline_id: &'a str,
    pipeline_version_id: &'a str,
    name: &'a str,
    display_name: &'a str,
    description: &'a str,
    created_at: Option<String>,
    code_source_url: Option<&'a str>,
    tags: &'a BTreeMap<String, String>,
    error: Option<&'a str>,
    sdk_version: Option<&'a str>,
    inputs: Vec<Input<'a>>,
    summary: String,
}

/// What a run may be given.
#[derive(Serialize)]
struct Input<'a> {
    name: &'a str,
    r#type: &'static str,
    default: Option<&'a Value>,
    optional: bool,
    required: bool,
    description: &'a str,
    choices: &'a [Value],
}

impl<'a> Input<'a> {
    fn of(input: &'a PipelineInput) -> Self {
        Self {
            name: &input.name,
            r#type: input.kind.word(),
            default: input.default.as_ref(),
            optional: input.is_optional,
            required: input.is_required(),
            description: &input.description,
            choices: &input.choices,
        }
    }
}

/// `3 inputs, 1 of them required; 4 tasks`.
fn summary(it: &PipelineVersion) -> String {
    if let Some(error) = &it.error {
        return format!("cannot be read: {error}");
    }
    let Some(spec) = &it.spec else {
        return String::new();
    };
    if spec.is_workflow {
        return "a workflow of Kubeflow Pipelines 1".to_owned();
    }
    let plural = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let required = spec.form().filter(|input| input.is_required()).count();
    let inputs = match required {
        0 => plural(spec.form().count(), "input"),
        _ => format!("{}, {required} required", plural(spec.form().count(), "input")),
    };
    format!("{inputs}; {}", plural(spec.tasks.len(), "task"))
}

impl Noun for PipelineVersion {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "versions";
    const IN_TABLE: &'static [&'static str] =
        &["pipeline_version_id", "display_name", "created_at", "summary"];

    fn view(&self) -> View<'_> {
        let spec = self.spec.as_deref();
        View {
            pipeline_id: self.pipeline_id.as_str(),
            pipeline_version_id: self.id.as_str(),
            name: &self.name,
            display_name: &self.display_name,
            description: &self.description,
            created_at: rfc3339(self.created_at),
            code_source_url: self.code_source_url.as_deref(),
            tags: &self.tags,
            error: self.error.as_deref(),
            sdk_version: spec.and_then(|spec| spec.sdk_version.as_deref()),
            inputs: spec.map_or_else(Vec::new, |spec| spec.form().map(Input::of).collect()),
            summary: summary(self),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("pipeline_version_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("display_name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.display_name))
            }),
            Column::new("created_at", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.created_at)
            }),
            Column::new("summary", "Summary", Shape::Flexible, |it: &Self| {
                Cell::Text(summary(it).into())
            }),
            Column::new("description", "Description", Shape::Flexible, |it: &Self| {
                Cell::text(Some(it.description.as_str()).filter(|text| !text.is_empty()))
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
