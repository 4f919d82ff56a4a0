use flowdeck_surface::client::registry::{ModelAlias, ModelVersion, RegisteredModel};
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::output::json::{Pairs, Tags, millis, tags};

/// A registered model as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    name: &'a str,
    description: Option<&'a str>,
    creation_timestamp: Option<i64>,
    last_updated_timestamp: Option<i64>,
    tags: Tags<'a>,
    aliases: Pairs<'a, ModelAlias, &'a str>,
    latest_versions: Vec<<ModelVersion as Noun>::View<'a>>,
}

impl Noun for RegisteredModel {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "models";
    const IN_TABLE: &'static [&'static str] = &[
        "name",
        "latest_versions",
        "aliases",
        "last_updated_timestamp",
        "description",
    ];

    fn view(&self) -> View<'_> {
        View {
            name: self.name.as_str(),
            description: self.description.as_deref(),
            creation_timestamp: millis(self.creation_timestamp),
            last_updated_timestamp: millis(self.last_updated_timestamp),
            tags: tags(&self.tags),
            aliases: Pairs::new(&self.aliases, |alias| (&alias.alias, alias.version.as_str())),
            latest_versions: self.latest_versions.iter().map(Noun::view).collect(),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("name", "Name", Shape::Flexible, |it: &Self| {
                Cell::text(Some(it.name.as_str()))
            }),
            Column::new(
                "latest_versions",
                "Latest versions",
                Shape::Flexible,
                |it: &Self| Cell::joined(it.latest_versions.iter().map(with_stage)),
            ),
            Column::new("aliases", "Aliases", Shape::Flexible, |it: &Self| {
                let written = |alias: &ModelAlias| format!("@{} → {}", alias.alias, alias.version);
                Cell::joined(it.aliases.iter().map(written))
            }),
            Column::new("creation_timestamp", "Created", Shape::Whole, |it: &Self| {
                Cell::time(it.creation_timestamp)
            }),
            Column::new("last_updated_timestamp", "Updated", Shape::Whole, |it: &Self| {
                Cell::time(it.last_updated_timestamp)
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

/// `3 Production`, or the number alone where the version holds no stage.
fn with_stage(version: &ModelVersion) -> String {
    use flowdeck_surface::client::registry::Stage;
    match &version.current_stage {
        Stage::None => version.version.to_string(),
        stage => format!("{} {}", version.version, stage.word()),
    }
}
