use flowdeck_surface::client::{self, Result};
use flowdeck_surface::notice::Notice;
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;

/// A context of the configuration, or why it cannot be used.
pub(crate) struct ContextRow {
    pub(crate) name: String,
    pub(crate) is_current: bool,
    pub(crate) read: Result<client::Context>,
}

/// A context as JSON. `sign_in` says where a secret is found, never the secret.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    name: &'a str,
    current: bool,
    tracking: Option<&'a str>,
    registry: Option<&'a str>,
    workspace: Option<&'a str>,
    pipelines: Option<&'a str>,
    kube_context: Option<&'a str>,
    namespace: Option<&'a str>,
    ingress: Option<&'a str>,
    sign_in: Option<String>,
    read_only: bool,
    production: bool,
    ssh_host: Option<&'a str>,
    problem: Option<String>,
}

impl ContextRow {
    fn text(&self, of: fn(&client::Context) -> &Option<String>) -> Option<&str> {
        of(self.read.as_ref().ok()?).as_deref()
    }

    fn flag(&self, of: fn(&client::Context) -> bool) -> bool {
        self.read.as_ref().is_ok_and(of)
    }

    fn sign_in(&self) -> Option<String> {
        Some(self.read.as_ref().ok()?.sign_in.describe())
    }

    fn problem(&self) -> Option<String> {
        self.read
            .as_ref()
            .err()
            .map(|failure| Notice::of(failure).sentence)
    }

    /// What is particular to it, in a few words.
    fn notes(&self) -> Vec<&'static str> {
        let flags = [
            (self.flag(|it| it.read_only), "read-only"),
            (self.flag(|it| it.production), "production"),
        ];
        let said = flags.into_iter().filter(|(is, _)| *is).map(|(_, word)| word);
        said.collect()
    }
}

impl Noun for ContextRow {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "contexts";
    const IN_TABLE: &'static [&'static str] = &["current", "name", "tracking", "sign_in", "notes", "problem"];

    fn view(&self) -> View<'_> {
        View {
            name: &self.name,
            current: self.is_current,
            tracking: self.text(|it| &it.tracking),
            registry: self.text(|it| &it.registry),
            workspace: self.text(|it| &it.workspace),
            pipelines: self.text(|it| &it.pipelines),
            kube_context: self.text(|it| &it.kube_context),
            namespace: self.text(|it| &it.namespace),
            ingress: self.text(|it| &it.ingress),
            sign_in: self.sign_in(),
            read_only: self.flag(|it| it.read_only),
            production: self.flag(|it| it.production),
            ssh_host: self.text(|it| &it.connection.ssh_host),
            problem: self.problem(),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("current", "", Shape::Whole, |it: &Self| {
                Cell::text(it.is_current.then_some("*"))
            }),
            Column::new("name", "Name", Shape::Whole, |it: &Self| {
                Cell::text(Some(&it.name))
            }),
            Column::new("tracking", "Tracking", Shape::Flexible, |it: &Self| {
                Cell::text(it.text(|it| &it.tracking))
            }),
            Column::new("registry", "Registry", Shape::Flexible, |it: &Self| {
                Cell::text(it.text(|it| &it.registry))
            }),
            Column::new("pipelines", "Pipelines", Shape::Flexible, |it: &Self| {
                Cell::text(it.text(|it| &it.pipelines))
            }),
            Column::new("kube_context", "Kube context", Shape::Flexible, |it: &Self| {
                Cell::text(it.text(|it| &it.kube_context))
            }),
            Column::new("namespace", "Namespace", Shape::Flexible, |it: &Self| {
                Cell::text(it.text(|it| &it.namespace))
            }),
            Column::new("sign_in", "Sign-in", Shape::Flexible, |it: &Self| {
                Cell::joined(it.sign_in().into_iter())
            }),
            Column::new("ssh_host", "Through", Shape::Flexible, |it: &Self| {
                Cell::text(it.text(|it| &it.connection.ssh_host))
            }),
            Column::new("notes", "Notes", Shape::Whole, |it: &Self| {
                Cell::joined(it.notes().into_iter())
            }),
            Column::new("problem", "Problem", Shape::Flexible, |it: &Self| {
                Cell::joined(it.problem().into_iter())
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }

    fn in_table(things: &[Self]) -> Vec<Column<Self>> {
        let has = |name: &str| match name {
            "notes" => things.iter().any(|it| !it.notes().is_empty()),
            "problem" => things.iter().any(|it| it.read.is_err()),
            _ => true,
        };
        let mut columns = Self::attributes();
        columns.retain(|column| Self::IN_TABLE.contains(&column.name.as_str()) && has(&column.name));
        columns
    }
}
