use flowdeck_surface::client::Namespace;
use flowdeck_surface::client::pipelines::{PipelineExperiment, Storage};
use serde::Serialize;

use super::rfc3339;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;

/// An experiment of a pipelines server as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    experiment_id: &'a str,
    display_name: &'a str,
    description: &'a str,
    namespace: Option<&'a str>,
    created_at: Option<String>,
    last_run_created_at: Option<String>,
    storage_state: &'static str,
    summary: String,
}

fn summary(it: &PipelineExperiment) -> String {
    match (it.storage, it.last_run_created_at) {
        (Storage::Archived, _) => "archived".to_owned(),
        (Storage::Available, None) => "has no runs yet".to_owned(),
        (Storage::Available, Some(_)) => "has runs".to_owned(),
    }
}

impl Noun for PipelineExperiment {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "experiments";
    const IN_TABLE: &'static [&'static str] =
        &["experiment_id", "display_name", "last_run_created_at", "summary"];

    fn view(&self) -> View<'_> {
        View {
            experiment_id: self.id.as_str(),
            display_name: &self.display_name,
            description: &self.description,
            namespace: self.namespace.as_ref().map(Namespace::as_str),
            created_at: rfc3339(self.created_at),
            last_run_created_at: rfc3339(self.last_run_created_at),
            storage_state: self.storage.word(),
            summary: summary(self),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("experiment_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("display_name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.display_name))
            }),
            Column::new("created_at", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.created_at)
            }),
            Column::new("last_run_created_at", "Last run", Shape::Whole, |it: &Self| {
                Cell::time(it.last_run_created_at)
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
