//! `flowdeck experiments`

mod noun;

use clap::{Args, Subcommand};
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::{Experiment, Tag};
use flowdeck_surface::client::{Session, TagKey};

use super::args::{ListArgs, ViewArg, YesArg, tag};
use super::context::{Context, Form};
use super::exit::Outcome;
use super::note::{NoteArg, note_of};
use super::output::column::Noun;

/// What can be done with experiments.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List experiments
    #[command(visible_alias = "ls")]
    List(List),
    /// Show one experiment
    Get(One),
    /// Make an experiment
    Create(Create),
    /// Give an experiment another name
    Rename(Rename),
    /// Delete an experiment with its runs; it can be restored
    Delete(Delete),
    /// Take a deletion back
    Restore(One),
    /// Set tags of an experiment
    Tag(SetTags),
    /// Remove tags of an experiment
    Untag(RemoveTags),
    /// Show or set the note of an experiment, in Markdown
    Note(Note),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    list: ListArgs,
    /// Which lifecycle stages
    #[arg(long, value_enum, default_value_t)]
    view: ViewArg,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Name or id; the id wins
    experiment: String,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its name, unique in the store
    name: String,
    /// Where its runs put their artifacts; the store chooses unless given
    #[arg(long, value_name = "URI")]
    artifact_location: Option<String>,
    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
}

#[derive(Debug, Args)]
pub(crate) struct Rename {
    /// Name or id; the id wins
    experiment: String,
    /// The new name
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Name or id; the id wins
    experiment: String,
    #[command(flatten)]
    yes: YesArg,
}

#[derive(Debug, Args)]
pub(crate) struct SetTags {
    /// Name or id; the id wins
    experiment: String,
    /// The tags
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveTags {
    /// Name or id; the id wins
    experiment: String,
    /// Keys of the tags
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Note {
    /// Name or id; the id wins
    experiment: String,
    #[command(flatten)]
    text: NoteArg,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, args).await,
            Self::Get(One { experiment }) => {
                let found = cx.session()?.experiment(experiment).await?;
                cx.write_thing(&found)
            }
            Self::Create(args) => create(cx, args).await,
            Self::Rename(args) => rename(cx, args).await,
            Self::Delete(args) => delete(cx, args).await,
            Self::Restore(One { experiment }) => restore(cx, experiment).await,
            Self::Tag(args) => set_tags(cx, args).await,
            Self::Untag(args) => remove_tags(cx, args).await,
            Self::Note(args) => note(cx, args).await,
        }
    }
}

async fn list(cx: &Context, args: &List) -> Outcome {
    let columns = Experiment::columns(&args.list.column_names())?;
    let request = args.list.request(View::from(args.view));
    let session = cx.session()?;
    let listing = cx
        .found(&session, session.experiments(&request), &request)
        .await?;
    cx.write_list(&listing, columns, &request)
}

async fn create(cx: &Context, args: &Create) -> Outcome {
    let session = cx.session()?;
    let location = args.artifact_location.as_deref();
    let id = session
        .writer()
        .create_experiment(&args.name, location, &args.tags)
        .await?;
    if cx.form() == Form::People {
        cx.note(&format!("Made experiment {} with this id:", args.name));
        return cx.write_text(id.as_str());
    }
    cx.write_thing(&session.experiment(id.as_str()).await?)
}

async fn rename(cx: &Context, args: &Rename) -> Outcome {
    let session = cx.session()?;
    let experiment = session.experiment(&args.experiment).await?;
    session
        .writer()
        .rename_experiment(&experiment.id, &args.name)
        .await?;
    let sentence = format!("Experiment {} is now called {}.", experiment.id, args.name);
    changed(cx, &session, &experiment, &sentence).await
}

async fn delete(cx: &Context, args: &Delete) -> Outcome {
    let session = cx.session()?;
    let experiment = session.experiment(&args.experiment).await?;
    cx.confirm(
        session.policy(),
        &args.yes,
        &format!(
            "delete experiment {} ({}) with its runs?",
            experiment.id, experiment.name
        ),
    )?;
    session.writer().delete_experiment(&experiment.id).await?;
    let sentence = format!(
        "Deleted experiment {} ({}); `experiments restore {}` takes it back.",
        experiment.id, experiment.name, experiment.id
    );
    changed(cx, &session, &experiment, &sentence).await
}

async fn restore(cx: &Context, name_or_id: &str) -> Outcome {
    let session = cx.session()?;
    let experiment = session.experiment(name_or_id).await?;
    session.writer().restore_experiment(&experiment.id).await?;
    let sentence = format!("Restored experiment {} ({}).", experiment.id, experiment.name);
    changed(cx, &session, &experiment, &sentence).await
}

async fn set_tags(cx: &Context, args: &SetTags) -> Outcome {
    let session = cx.session()?;
    let experiment = session.experiment(&args.experiment).await?;
    for tag in &args.tags {
        session.writer().set_experiment_tag(&experiment.id, tag).await?;
    }
    let keys: Vec<_> = args.tags.iter().map(|tag| tag.key.as_str()).collect();
    let sentence = format!("Set {} of experiment {}.", keys.join(", "), experiment.id);
    changed(cx, &session, &experiment, &sentence).await
}

async fn remove_tags(cx: &Context, args: &RemoveTags) -> Outcome {
    let session = cx.session()?;
    let experiment = session.experiment(&args.experiment).await?;
    for key in &args.keys {
        let key = TagKey::from(key.as_str());
        session
            .writer()
            .delete_experiment_tag(&experiment.id, key.as_str())
            .await?;
    }
    let sentence = format!(
        "Removed {} of experiment {}.",
        args.keys.join(", "),
        experiment.id
    );
    changed(cx, &session, &experiment, &sentence).await
}

async fn note(cx: &Context, args: &Note) -> Outcome {
    let session = cx.session()?;
    let experiment = session.experiment(&args.experiment).await?;
    let Some(text) = note_of(&args.text)? else {
        return cx.write_note(experiment.note());
    };
    session.set_experiment_note(&experiment.id, &text).await?;
    let sentence = format!("Set the note of experiment {}.", experiment.id);
    changed(cx, &session, &experiment, &sentence).await
}

/// Says that an experiment was changed; programs get it as it is now.
async fn changed(cx: &Context, session: &Session, before: &Experiment, sentence: &str) -> Outcome {
    if cx.form() == Form::People {
        cx.note(sentence);
        return Ok(());
    }
    cx.write_thing(&session.experiment(before.id.as_str()).await?)
}
