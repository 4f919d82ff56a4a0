//! `flowdeck versions`

mod change;
mod compare;
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
    /// Register a version, from a run, a logged model or where files lie
    Create(change::Create),
    /// Show or set the description, in Markdown
    Describe(change::Describe),
    /// Set tags of a version
    Tag(change::SetTags),
    /// Remove tags of a version
    Untag(change::RemoveTags),
    /// Delete a version, for good
    Delete(change::Delete),
    /// Lay versions side by side
    Compare(compare::Compare),
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
            Self::Create(args) => change::create(cx, args).await,
            Self::Describe(args) => change::describe(cx, args).await,
            Self::Tag(args) => change::set_tags(cx, args).await,
            Self::Untag(args) => change::remove_tags(cx, args).await,
            Self::Delete(args) => change::delete(cx, args).await,
            Self::Compare(args) => compare::run(cx, args).await,
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
