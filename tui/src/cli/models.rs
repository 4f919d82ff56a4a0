//! `flowdeck models` and `flowdeck prompts`, which are registered models with a tag.

mod audit;
mod change;
mod noun;
mod promote;

pub(crate) use audit::report_unfinished;

use std::io::Write;

use clap::{Args, Subcommand};
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::registry::{PROMPT_TAG, RegisteredModel};
use flowdeck_surface::client::{Failure, FailureKind, ModelName};
use flowdeck_surface::tone::Tone;

use super::args::ListArgs;
use super::context::{Context, Form};
use super::exit::Outcome;
use super::note::lines_of;
use super::output::column::Noun;
use super::output::paint::painted;

/// What can be done with registered models.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List registered models
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one registered model
    Get(One),
    /// Make a registered model
    Create(change::Create),
    /// Give a registered model another name
    Rename(change::Rename),
    /// Show or set the description, in Markdown
    Describe(change::Describe),
    /// Set tags of a registered model
    Tag(change::SetTags),
    /// Remove tags of a registered model
    Untag(change::RemoveTags),
    /// Point an alias at a version, or remove it
    Alias(change::Alias),
    /// Delete a registered model with all its versions, for good
    Delete(change::Delete),
    /// Promote a version to a stage or an alias, guarded and on record
    Promote(promote::Promote),
    /// Restore the state before the last change
    Undo(audit::Undo),
    /// List the changes to the registry that flowdeck made
    Audit(audit::Audit),
}

/// What can be done with prompts.
#[derive(Debug, Subcommand)]
pub(crate) enum PromptVerb {
    /// List prompts
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one prompt
    Get(One),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Its name
    name: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, &args.list, false).await,
            Self::Get(One { name }) => {
                let found = cx.session()?.model(&ModelName::from(name.as_str())).await?;
                cx.write_thing(&found)
            }
            Self::Create(args) => change::create(cx, args).await,
            Self::Rename(args) => change::rename(cx, args).await,
            Self::Describe(args) => change::describe(cx, args).await,
            Self::Tag(args) => change::set_tags(cx, args).await,
            Self::Untag(args) => change::remove_tags(cx, args).await,
            Self::Alias(args) => change::alias(cx, args).await,
            Self::Delete(args) => change::delete(cx, args).await,
            Self::Promote(args) => promote::run(cx, args).await,
            Self::Undo(args) => audit::undo(cx, args).await,
            Self::Audit(args) => audit::list(cx, args).await,
        }
    }
}

impl PromptVerb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, &args.list, true).await,
            Self::Get(One { name }) => {
                let found = cx.session()?.model(&ModelName::from(name.as_str())).await?;
                if !found.is_prompt() {
                    return Err(not_a_prompt(name).into());
                }
                cx.write_thing(&found)?;
                if cx.form() == Form::People {
                    write_texts(cx, &found)?;
                }
                Ok(())
            }
        }
    }
}

/// The tag of a prompt's version that holds its text.
const PROMPT_TEXT_TAG: &str = "mlflow.prompt.text";

/// Writes the texts of a prompt's latest versions.
fn write_texts(cx: &Context, prompt: &RegisteredModel) -> Outcome {
    let colour = cx.style().colour;
    let mut out = cx.out();
    for version in &prompt.latest_versions {
        let text = version
            .tags
            .iter()
            .find(|tag| tag.key.as_str() == PROMPT_TEXT_TAG);
        let Some(text) = text else { continue };
        let title = format!("Version {}", version.version);
        writeln!(out, "\n{}", painted(&title, Tone::Accent, colour))?;
        for line in lines_of(&text.value) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(out.flush()?)
}

fn not_a_prompt(name: &str) -> Failure {
    Failure::new(
        FailureKind::NotFound,
        format!("`{name}` is a registered model and no prompt"),
    )
    .with_hint("see `models get`")
}

async fn list(cx: &Context, args: &ListArgs, prompts: bool) -> Outcome {
    let columns = RegisteredModel::columns(&args.column_names())?;
    let own = args.request(View::Active);
    let mut request = own.clone();
    if prompts {
        request.filter = only_prompts(&own.filter);
    }
    let session = cx.session()?;
    let listing = cx.found(&session, session.models(&request), &own).await?;
    cx.write_list(&listing, columns, &request)
}

/// The filter that finds prompts alone. It stands behind the person's own, whose faults so keep their place.
fn only_prompts(filter: &str) -> String {
    let prompts = format!("tags.`{PROMPT_TAG}` = 'true'");
    if filter.trim().is_empty() {
        prompts
    } else {
        format!("{filter} AND {prompts}")
    }
}
