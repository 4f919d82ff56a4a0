//! The list of pipelines.
//!
//! ```text
//!  flowdeck › Experiments › Pipelines
//!  3 pipelines
//!   Pipeline         Tags        Description                    Made
//!   churn-training   team=crm    trains and scores the model    11-23 13:40
//! ```

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::pipelines::Pipeline;
use flowdeck_surface::client::{Listing, Namespace};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;

use super::pipeline_versions::PipelineVersions;
use crate::app::context::{Cx, Go, Look};
use crate::app::fetch::not_empty;
use crate::app::pipelines::acting::Said;
use crate::app::pipelines::columns::Wish;
use crate::app::pipelines::launching::Purpose;
use crate::app::pipelines::list::{Changing, List, Listed};
use crate::app::pipelines::{Asked, Deed, TemplateOf, Told, Upload};
use crate::app::widgets::dialog::confirm::Confirm;
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::table::TableCell;

/// The list of pipelines.
pub(crate) type Pipelines = List<AllPipelines>;

/// All pipelines of the namespace, or the shared ones.
#[derive(Default)]
pub(crate) struct AllPipelines;

/// Whose pipeline it becomes, as the form says.
const SHARED: &str = "everybody's";

impl Listed for AllPipelines {
    type Item = Pipeline;

    const NOUN: (&'static str, &'static str) = ("pipeline", "pipelines");
    const COLUMNS: &'static [Wish] = &[
        Wish {
            title: "Pipeline",
            least: 16,
            most: 60,
            is_right: false,
            rank: 0,
        },
        Wish {
            title: "Namespace",
            least: 9,
            most: 24,
            is_right: false,
            rank: 3,
        },
        Wish {
            title: "Tags",
            least: 6,
            most: 30,
            is_right: false,
            rank: 4,
        },
        Wish {
            title: "Description",
            least: 12,
            most: 60,
            is_right: false,
            rank: 2,
        },
        Wish {
            title: "Made",
            least: 11,
            most: 11,
            is_right: false,
            rank: 1,
        },
    ];

    fn crumb(&self) -> String {
        "Pipelines".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Pipelines, Scope::List, Scope::Everywhere]
    }

    fn asked(&self) -> Asked {
        Asked::Pipelines
    }

    fn take(&mut self, told: Told) -> Option<Listing<Pipeline>> {
        match told {
            Told::Pipelines(listing) => Some(listing),
            _ => None,
        }
    }

    fn id(item: &Pipeline) -> String {
        item.id.to_string()
    }

    fn texts(item: &Pipeline) -> (&str, Vec<&str>) {
        let mut others = vec![item.id.as_str(), &item.name, &item.description];
        others.extend(item.tags.iter().flat_map(|(key, value)| [key.as_str(), value]));
        (&item.display_name, others)
    }

    fn cell<'a>(&'a self, item: &'a Pipeline, column: usize, look: &Look<'_>) -> TableCell<'a> {
        match column {
            0 => TableCell::new(item.display_name.as_str(), Tone::Plain),
            1 => TableCell::new(item.namespace.as_ref().map_or("", Namespace::as_str), Tone::Muted),
            2 => {
                let tags = item.tags.iter().map(|(key, value)| format!("{key}={value}"));
                TableCell::new(tags.collect::<Vec<_>>().join(" "), Tone::Plain)
            }
            3 => match &item.error {
                Some(error) => TableCell::new(error.as_str(), Tone::Warning),
                None => TableCell::new(item.description.as_str(), Tone::Muted),
            },
            _ => {
                let made = item.created_at.map(|at| look.clock.compact(at, look.now));
                TableCell::new(made.unwrap_or_default(), Tone::Muted)
            }
        }
    }

    fn empty(&self) -> (&'static str, Option<&'static str>) {
        (
            "There is no pipeline on this server yet.",
            Some("U uploads one: a compiled file or an address."),
        )
    }

    fn open(&self, item: &Pipeline, cx: &mut Cx<'_>) {
        cx.go = Some(Go::To(Box::new(PipelineVersions::of_pipeline(item))));
    }

    fn act(&mut self, action: Action, chosen: &[&Pipeline], doing: &mut Changing, cx: &mut Cx<'_>) {
        match (action, chosen.first()) {
            (Action::Upload, _) => upload(doing, cx),
            (Action::Create, Some(first)) => {
                doing
                    .launching
                    .begin(TemplateOf::Latest(first.id.clone()), Purpose::Run, cx);
            }
            (Action::Schedule, Some(first)) => {
                doing
                    .launching
                    .begin(TemplateOf::Latest(first.id.clone()), Purpose::Schedule, cx);
            }
            (Action::Delete, Some(_)) => delete(chosen, doing, cx),
            _ => {}
        }
    }

    fn web_path(&self, item: Option<&Pipeline>) -> String {
        item.map_or_else(
            || "#/pipelines".to_owned(),
            |item| format!("#/pipelines/details/{}", item.id),
        )
    }
}

fn upload(doing: &mut Changing, cx: &mut Cx<'_>) {
    let form = Form::new("Upload a pipeline", "upload")
        .about("A compiled pipeline: .yaml, .json, .zip or .tar.gz, 32 MB at most, or an address that the server reads.")
        .field(Field::text("File or address", "").checked(not_empty))
        .field(Field::text("Name · empty for the file's", ""))
        .field(Field::text("Description", ""))
        .field(Field::choice(
            "Where the server has namespaces, it is",
            vec!["the namespace's".to_owned(), SHARED.to_owned()],
            0,
        ));
    let make = |fields: &[String]| match fields {
        [package, name, description, whose] => Ok(Deed::Upload(Upload {
            to: None,
            package: package.clone(),
            name: name.clone(),
            description: description.clone(),
            is_shared: whose == SHARED,
        })),
        _ => Err(Notice::saying("The form is not whole.")),
    };
    doing.acting.form(
        form,
        make,
        Said {
            verb: "Uploaded",
            noun: "pipeline",
        },
        cx,
    );
}

fn delete(chosen: &[&Pipeline], doing: &mut Changing, cx: &mut Cx<'_>) {
    let what = match chosen {
        [one] => format!("pipeline {}", one.display_name),
        all => format!("{} pipelines", format::count(all.len())),
    };
    let confirm = Confirm::new(format!("Delete {what}?"), "delete").line(
        "All versions go with it, for good. Runs stay and point at nothing; schedules of it fail from then on.",
        Tone::Plain,
    );
    let ids = chosen.iter().map(|pipeline| pipeline.id.clone()).collect();
    let said = Said {
        verb: "Deleted",
        noun: "pipeline",
    };
    doing
        .acting
        .confirm(confirm, Deed::DeletePipelines(ids), said, cx);
}
