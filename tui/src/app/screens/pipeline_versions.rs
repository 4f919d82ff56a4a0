//! The versions of a pipeline.
//!
//! ```text
//!  flowdeck › Experiments › Pipelines › churn-training
//!  2 versions · trains and scores the model
//!   Version            Tasks  Inputs  Compiled by   Made
//!   churn-training v2      5       3  kfp-2.17.0    11-23 13:40
//! ```

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::pipelines::{Pipeline, PipelineVersion};
use flowdeck_surface::client::{Listing, PipelineId};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::planned_tasks;
use flowdeck_surface::tone::Tone;

use super::pipeline_run::PipelineRunPage;
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

/// The versions of a pipeline.
pub(crate) type PipelineVersions = List<VersionsOf>;

/// The versions of this pipeline.
pub(crate) struct VersionsOf {
    id: PipelineId,
    name: String,
    description: String,
}

impl PipelineVersions {
    /// The versions of a pipeline.
    pub(crate) fn of_pipeline(pipeline: &Pipeline) -> Self {
        Self::of(VersionsOf {
            id: pipeline.id.clone(),
            name: pipeline.display_name.clone(),
            description: pipeline.description.clone(),
        })
    }

    /// The versions of a pipeline of which nothing but its id is known.
    pub(crate) fn by_id(id: PipelineId) -> Self {
        Self::of(VersionsOf {
            name: id.to_string(),
            description: String::new(),
            id,
        })
    }
}

impl Listed for VersionsOf {
    type Item = PipelineVersion;

    const NOUN: (&'static str, &'static str) = ("version", "versions");
    const COLUMNS: &'static [Wish] = &[
        Wish {
            title: "Version",
            least: 16,
            most: 60,
            is_right: false,
            rank: 0,
        },
        Wish {
            title: "Tasks",
            least: 5,
            most: 6,
            is_right: true,
            rank: 2,
        },
        Wish {
            title: "Inputs",
            least: 6,
            most: 6,
            is_right: true,
            rank: 3,
        },
        Wish {
            title: "Compiled by",
            least: 11,
            most: 16,
            is_right: false,
            rank: 5,
        },
        Wish {
            title: "Description",
            least: 12,
            most: 60,
            is_right: false,
            rank: 4,
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
        self.name.clone()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::PipelineVersions, Scope::List, Scope::Everywhere]
    }

    fn asked(&self) -> Asked {
        Asked::Versions(self.id.clone())
    }

    fn take(&mut self, told: Told) -> Option<Listing<PipelineVersion>> {
        match told {
            Told::Versions(pipeline, listing) => {
                self.name.clone_from(&pipeline.display_name);
                self.description.clone_from(&pipeline.description);
                Some(listing)
            }
            _ => None,
        }
    }

    fn id(item: &PipelineVersion) -> String {
        item.id.to_string()
    }

    fn texts(item: &PipelineVersion) -> (&str, Vec<&str>) {
        (
            &item.display_name,
            vec![item.id.as_str(), &item.name, &item.description],
        )
    }

    fn cell<'a>(&'a self, item: &'a PipelineVersion, column: usize, look: &Look<'_>) -> TableCell<'a> {
        let spec = item.spec.as_deref();
        match column {
            0 => TableCell::new(item.display_name.as_str(), Tone::Plain),
            1 => {
                let tasks = spec
                    .filter(|spec| !spec.is_workflow)
                    .map(|spec| planned_tasks(spec).leaves().count());
                TableCell::new(tasks.map(format::count).unwrap_or_default(), Tone::Plain)
            }
            2 => {
                let inputs = spec.map(|spec| format::count(spec.form().count()));
                TableCell::new(inputs.unwrap_or_default(), Tone::Plain)
            }
            3 => {
                let compiler = spec.and_then(|spec| spec.sdk_version.as_deref());
                TableCell::new(compiler.unwrap_or_default(), Tone::Muted)
            }
            4 => match &item.error {
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
            "This pipeline has no version yet.",
            Some("U uploads one: a compiled file or an address."),
        )
    }

    fn remark(&self) -> Option<String> {
        Some(self.description.clone()).filter(|text| !text.is_empty())
    }

    fn open(&self, item: &PipelineVersion, cx: &mut Cx<'_>) {
        match &item.spec {
            Some(spec) if !spec.tasks.is_empty() => {
                cx.go = Some(Go::To(Box::new(PipelineRunPage::of_version(item))));
            }
            Some(spec) if spec.is_workflow => {
                cx.say("It is a workflow of Kubeflow Pipelines 1, which tells no tasks before it runs.");
            }
            _ => cx.say("The server does not tell what this version does."),
        }
    }

    fn act(&mut self, action: Action, chosen: &[&PipelineVersion], doing: &mut Changing, cx: &mut Cx<'_>) {
        let of = |version: &PipelineVersion| TemplateOf::Version(self.id.clone(), version.id.clone());
        match (action, chosen.first()) {
            (Action::Upload, _) => self.upload(doing, cx),
            (Action::Create, Some(first)) => doing.launching.begin(of(first), Purpose::Run, cx),
            (Action::Schedule, Some(first)) => doing.launching.begin(of(first), Purpose::Schedule, cx),
            (Action::Delete, Some(_)) => self.delete(chosen, doing, cx),
            _ => {}
        }
    }

    fn web_path(&self, item: Option<&PipelineVersion>) -> String {
        item.map_or_else(
            || format!("#/pipelines/details/{}", self.id),
            |item| format!("#/pipelines/details/{}/version/{}", self.id, item.id),
        )
    }
}

impl VersionsOf {
    fn upload(&self, doing: &mut Changing, cx: &mut Cx<'_>) {
        let form = Form::new(format!("Upload a version of {}", self.name), "upload")
            .about("A compiled pipeline: .yaml, .json, .zip or .tar.gz, 32 MB at most, or an address that the server reads.")
            .field(Field::text("File or address", "").checked(not_empty))
            .field(Field::text("Name · empty for the file's", ""))
            .field(Field::text("Description", ""));
        let id = self.id.clone();
        let make = move |fields: &[String]| match fields {
            [package, name, description] => Ok(Deed::Upload(Upload {
                to: Some(id.clone()),
                package: package.clone(),
                name: name.clone(),
                description: description.clone(),
                is_shared: false,
            })),
            _ => Err(Notice::saying("The form is not whole.")),
        };
        doing.acting.form(
            form,
            make,
            Said {
                verb: "Uploaded",
                noun: "version",
            },
            cx,
        );
    }

    fn delete(&self, chosen: &[&PipelineVersion], doing: &mut Changing, cx: &mut Cx<'_>) {
        let what = match chosen {
            [one] => format!("version {}", one.display_name),
            all => format!("{} versions", format::count(all.len())),
        };
        let confirm = Confirm::new(format!("Delete {what}?"), "delete").line(
            format!(
                "Of pipeline {}, for good. Runs of it stay and point at nothing.",
                self.name
            ),
            Tone::Plain,
        );
        let ids = chosen.iter().map(|version| version.id.clone()).collect();
        let said = Said {
            verb: "Deleted",
            noun: "version",
        };
        doing
            .acting
            .confirm(confirm, Deed::DeleteVersions(self.id.clone(), ids), said, cx);
    }
}
