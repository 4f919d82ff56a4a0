use std::collections::BTreeMap;

use flowdeck_surface::client::pipelines::{Parameters, Pipeline};
use flowdeck_surface::client::{Namespace, Timestamp};
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;

/// A moment as servers of Kubeflow write it, in whole seconds where it is one; both of their ways to say "not yet" are null.
pub(crate) fn rfc3339(time: Option<Timestamp>) -> Option<String> {
    Some(time?.to_string().replace(".000Z", "Z"))
}

/// Typed values on one line, as `rows=5, lr=0.1`.
pub(crate) fn map(parameters: &Parameters) -> Option<String> {
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={value}"));
    let text = pairs.collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then_some(text)
}

/// A pipeline as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    pipeline_id: &'a str,
    name: &'a str,
    display_name: &'a str,
    description: &'a str,
    namespace: Option<&'a str>,
    created_at: Option<String>,
    tags: &'a BTreeMap<String, String>,
    error: Option<&'a str>,
    summary: String,
}

fn summary(it: &Pipeline) -> String {
    match &it.error {
        Some(error) => format!("cannot be read: {error}"),
        None => it.description.clone(),
    }
}

impl Noun for Pipeline {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "pipelines";
    const IN_TABLE: &'static [&'static str] = &["pipeline_id", "display_name", "created_at", "summary"];

    fn view(&self) -> View<'_> {
        View {
            pipeline_id: self.id.as_str(),
            name: &self.name,
            display_name: &self.display_name,
            description: &self.description,
            namespace: self.namespace.as_ref().map(Namespace::as_str),
            created_at: rfc3339(self.created_at),
            tags: &self.tags,
            error: self.error.as_deref(),
            summary: summary(self),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("pipeline_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("display_name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.display_name))
            }),
            Column::new("created_at", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.created_at)
            }),
            Column::new("namespace", "Namespace", Shape::Whole, |it: &Self| {
                Cell::text(it.namespace.as_ref().map(Namespace::as_str))
            }),
            Column::new("summary", "Summary", Shape::Flexible, |it: &Self| {
                Cell::Text(summary(it).into())
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
