//! The experiments that pipeline runs are grouped in.
//!
//! ```text
//!  flowdeck › Experiments › Pipeline experiments
//!  2 experiments
//!   Experiment   Last run      Made          Description
//!   Default      11-23 13:41   11-23 13:40   All runs created without …
//! ```

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::pipelines::{PipelineExperiment, Storage};
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::{Listing, Namespace};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;

use super::pipeline_runs::PipelineRuns;
use crate::app::context::{Cx, Go, Look};
use crate::app::fetch::not_empty;
use crate::app::pipelines::acting::Said;
use crate::app::pipelines::columns::Wish;
use crate::app::pipelines::list::{Changing, List, Listed};
use crate::app::pipelines::{Asked, Deed, Told};
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::table::TableCell;

/// The experiments of pipelines.
pub(crate) type PipelineExperiments = List<AllExperiments>;

/// All experiments of a view.
#[derive(Default)]
pub(crate) struct AllExperiments {
    view: View,
}

impl Listed for AllExperiments {
    type Item = PipelineExperiment;

    const NOUN: (&'static str, &'static str) = ("experiment", "experiments");
    const COLUMNS: &'static [Wish] = &[
        Wish {
            title: "Experiment",
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
            rank: 4,
        },
        Wish {
            title: "Last run",
            least: 11,
            most: 11,
            is_right: false,
            rank: 1,
        },
        Wish {
            title: "Made",
            least: 11,
            most: 11,
            is_right: false,
            rank: 2,
        },
        Wish {
            title: "Description",
            least: 12,
            most: 60,
            is_right: false,
            rank: 3,
        },
    ];

    fn crumb(&self) -> String {
        "Pipeline experiments".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::PipelineExperiments, Scope::List, Scope::Everywhere]
    }

    fn asked(&self) -> Asked {
        Asked::Experiments(self.view)
    }

    fn take(&mut self, told: Told) -> Option<Listing<PipelineExperiment>> {
        match told {
            Told::Experiments(listing) => Some(listing),
            _ => None,
        }
    }

    fn id(item: &PipelineExperiment) -> String {
        item.id.to_string()
    }

    fn texts(item: &PipelineExperiment) -> (&str, Vec<&str>) {
        (&item.display_name, vec![item.id.as_str(), &item.description])
    }

    fn cell<'a>(&'a self, item: &'a PipelineExperiment, column: usize, look: &Look<'_>) -> TableCell<'a> {
        let time = |at: Option<flowdeck_surface::client::Timestamp>| {
            let text = at.map(|at| look.clock.compact(at, look.now));
            TableCell::new(text.unwrap_or_default(), Tone::Muted)
        };
        match column {
            0 if item.storage == Storage::Archived => {
                TableCell::new(format!("○ {} (archived)", item.display_name), Tone::Muted)
            }
            0 => TableCell::new(item.display_name.as_str(), Tone::Plain),
            1 => TableCell::new(item.namespace.as_ref().map_or("", Namespace::as_str), Tone::Muted),
            2 => time(item.last_run_created_at),
            3 => time(item.created_at),
            _ => TableCell::new(item.description.as_str(), Tone::Muted),
        }
    }

    fn empty(&self) -> (&'static str, Option<&'static str>) {
        match self.view {
            View::Deleted => ("No experiment is archived.", Some("v shows those that are not.")),
            _ => ("There is no experiment on this server yet.", Some("c makes one.")),
        }
    }

    fn remark(&self) -> Option<String> {
        match self.view {
            View::Active => None,
            View::Deleted => Some("archived".to_owned()),
            View::All => Some("archived and not".to_owned()),
        }
    }

    fn open(&self, item: &PipelineExperiment, cx: &mut Cx<'_>) {
        let runs = PipelineRuns::of_experiment(item.id.clone(), &item.display_name);
        cx.go = Some(Go::To(Box::new(runs)));
    }

    fn act(&mut self, action: Action, _: &[&PipelineExperiment], doing: &mut Changing, cx: &mut Cx<'_>) {
        match action {
            Action::View => {
                self.view = match self.view {
                    View::Active => View::Deleted,
                    View::Deleted => View::All,
                    View::All => View::Active,
                };
                doing.is_stale = true;
            }
            Action::Create => {
                let form = Form::new("Create an experiment of pipelines", "create")
                    .field(Field::text("Name", "").checked(not_empty))
                    .field(Field::text("Description", ""));
                let make = |fields: &[String]| match fields {
                    [name, description] => Ok(Deed::CreateExperiment(
                        name.trim().to_owned(),
                        description.clone(),
                    )),
                    _ => Err(Notice::saying("The form is not whole.")),
                };
                doing.acting.form(
                    form,
                    make,
                    Said {
                        verb: "Made",
                        noun: "experiment",
                    },
                    cx,
                );
            }
            _ => {}
        }
    }

    fn web_path(&self, item: Option<&PipelineExperiment>) -> String {
        item.map_or_else(
            || "#/experiments".to_owned(),
            |item| format!("#/experiments/details/{}", item.id),
        )
    }
}
