use flowdeck_surface::client::registry::ModelVersion;
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::output::json::{Tags, millis, tags};

/// A model version as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    name: &'a str,
    version: &'a str,
    creation_timestamp: Option<i64>,
    last_updated_timestamp: Option<i64>,
    current_stage: &'a str,
    description: Option<&'a str>,
    source: Option<&'a str>,
    run_id: Option<&'a str>,
    run_link: Option<&'a str>,
    model_id: Option<&'a str>,
    status: &'a str,
    status_message: Option<&'a str>,
    user_id: Option<&'a str>,
    tags: Tags<'a>,
    aliases: &'a [String],
}

impl Noun for ModelVersion {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "versions";
    const IN_TABLE: &'static [&'static str] = &[
        "name",
        "version",
        "current_stage",
        "aliases",
        "status",
        "creation_timestamp",
        "run_id",
    ];

    fn view(&self) -> View<'_> {
        View {
            name: self.name.as_str(),
            version: self.version.as_str(),
            creation_timestamp: millis(self.creation_timestamp),
            last_updated_timestamp: millis(self.last_updated_timestamp),
            current_stage: self.current_stage.word(),
            description: self.description.as_deref(),
            source: self.source.as_deref(),
            run_id: self.run_id.as_ref().map(AsRef::as_ref),
            run_link: self.run_link.as_deref(),
            model_id: self.model_id.as_ref().map(AsRef::as_ref),
            status: &self.status,
            status_message: self.status_message.as_deref(),
            user_id: self.user_id.as_deref(),
            tags: tags(&self.tags),
            aliases: &self.aliases,
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("name", "Model", Shape::Flexible, |it: &Self| {
                Cell::text(Some(it.name.as_str()))
            }),
            Column::new("version", "Version", Shape::Number, |it: &Self| {
                Cell::text(Some(it.version.as_str()))
            }),
            Column::new("current_stage", "Stage", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.current_stage.word()))
            }),
            Column::new("aliases", "Aliases", Shape::Flexible, |it: &Self| {
                Cell::joined(it.aliases.iter())
            }),
            Column::new("status", "Status", Shape::Whole, |it: &Self| {
                Cell::text(Some(&it.status))
            }),
            Column::new("status_message", "Message", Shape::Flexible, |it: &Self| {
                Cell::text(it.status_message.as_deref())
            }),
            Column::new("creation_timestamp", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.creation_timestamp)
            }),
            Column::new("last_updated_timestamp", "Updated", Shape::Whole, |it: &Self| {
                Cell::time(it.last_updated_timestamp)
            }),
            Column::new("run_id", "Run", Shape::Whole, |it: &Self| {
                Cell::text(it.run_id.as_ref().map(AsRef::as_ref))
            }),
            Column::new("run_link", "Run link", Shape::Flexible, |it: &Self| {
                Cell::text(it.run_link.as_deref())
            }),
            Column::new("model_id", "Logged model", Shape::Whole, |it: &Self| {
                Cell::text(it.model_id.as_ref().map(AsRef::as_ref))
            }),
            Column::new("user_id", "User", Shape::Flexible, |it: &Self| {
                Cell::text(it.user_id.as_deref())
            }),
            Column::new("source", "Source", Shape::Flexible, |it: &Self| {
                Cell::text(it.source.as_deref())
            }),
            Column::new("description", "Description", Shape::Flexible, |it: &Self| {
                Cell::text(it.description.as_deref())
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        vec![Family::tags(|it| &it.tags)]
    }
}
