use flowdeck_surface::client::tracking::Experiment;
use flowdeck_surface::status;
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::output::json::{Tags, millis, tags};

/// An experiment as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    experiment_id: &'a str,
    name: &'a str,
    artifact_location: &'a str,
    lifecycle_stage: &'static str,
    creation_time: Option<i64>,
    last_update_time: Option<i64>,
    tags: Tags<'a>,
}

impl Noun for Experiment {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "experiments";
    const IN_TABLE: &'static [&'static str] =
        &["experiment_id", "name", "lifecycle_stage", "last_update_time"];

    fn view(&self) -> View<'_> {
        View {
            experiment_id: self.id.as_str(),
            name: &self.name,
            artifact_location: &self.artifact_location,
            lifecycle_stage: self.lifecycle.word(),
            creation_time: millis(self.creation_time),
            last_update_time: millis(self.last_update_time),
            tags: tags(&self.tags),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("experiment_id", "ID", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.id.as_str()))
            }),
            Column::new("name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.name))
            }),
            Column::new("lifecycle_stage", "Lifecycle", Shape::Whole, |it: &Self| {
                Cell::State(status::of_lifecycle(it.lifecycle))
            }),
            Column::new("creation_time", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.creation_time)
            }),
            Column::new("last_update_time", "Updated", Shape::Whole, |it: &Self| {
                Cell::time(it.last_update_time)
            }),
            Column::new("artifact_location", "Artifacts", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.artifact_location))
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        vec![Family::tags(|it| &it.tags)]
    }
}
