//! `flowdeck versions`

mod noun;

use clap::{Args, Subcommand};
use flowdeck_surface::client::VersionReference;
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::registry::ModelVersion;

use super::args::ListArgs;
use super::context::Context;
use super::exit::Outcome;
use super::output::column::Noun;

/// What can be done with model versions.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List model versions, of one model or of all
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one version: NAME VERSION, NAME@ALIAS or models:/NAME/VERSION
    Get(One),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Name of the model; all of them unless given
    name: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// NAME, NAME@ALIAS or models:/…
    name: String,
    /// Its number, behind a plain NAME
    version: Option<String>,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, args).await,
            Self::Get(One { name, version }) => {
                let reference = VersionReference::parse(name, version.as_deref())?;
                cx.write_thing(&cx.session()?.version(&reference).await?)
            }
        }
    }
}

async fn list(cx: &Context, args: &List) -> Outcome {
    let columns = ModelVersion::columns(&args.list.column_names())?;
    let own = args.list.request(View::Active);
    let mut request = own.clone();
    let session = cx.session()?;
    if let Some(name) = &args.name {
        request.filter = of_model(name, &own.filter);
        // A name that does not exist is a mistake rather than an empty list.
        session.model(&name.as_str().into()).await?;
    }
    let listing = cx.found(&session, session.versions(&request), &own).await?;
    cx.write_list(&listing, columns, &request)
}

/// The filter that finds versions of one model alone, behind the person's own.
fn of_model(name: &str, filter: &str) -> String {
    let quote = if name.contains('\'') { '"' } else { '\'' };
    let of_name = format!("name = {quote}{name}{quote}");
    if filter.trim().is_empty() {
        of_name
    } else {
        format!("{filter} AND {of_name}")
    }
}
