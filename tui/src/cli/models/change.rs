use clap::Args;
use flowdeck_surface::client::promotion::{ModelEdit, RegistryEdit, Target};
use flowdeck_surface::client::tracking::Tag;
use flowdeck_surface::client::{ModelName, Result, Session, VersionReference};

use super::promote;
use crate::cli::args::{YesArg, tag};
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::note::{NoteArg, note_of};

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its name
    name: String,
    /// What it is for, in Markdown
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A tag to give it; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
}

#[derive(Debug, Args)]
pub(crate) struct Rename {
    /// Its name
    name: String,
    /// The new name
    new_name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// Its name
    name: String,
    #[command(flatten)]
    text: NoteArg,
}

#[derive(Debug, Args)]
pub(crate) struct SetTags {
    /// Its name
    name: String,
    /// The tags
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveTags {
    /// Its name
    name: String,
    /// Keys of the tags
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Alias {
    /// Name of the model
    name: String,
    /// The alias, with or without @
    alias: String,
    /// The version it shall point at
    #[arg(required_unless_present = "delete")]
    version: Option<String>,
    /// Remove the alias
    #[arg(long, conflicts_with = "version")]
    delete: bool,
    #[command(flatten)]
    yes: YesArg,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Its name
    name: String,
    #[command(flatten)]
    yes: YesArg,
}

/// Makes a registered model.
pub(crate) async fn create(cx: &Context, args: &Create) -> Outcome {
    let (session, name) = (cx.session()?, ModelName::from(args.name.as_str()));
    let edit = RegistryEdit::CreateModel {
        name: name.clone(),
        description: args.description.clone(),
        tags: args.tags.clone(),
    };
    session.edit_registry(&edit).await?;
    changed(cx, &session, &name, &format!("Made registered model {name}.")).await
}

/// Gives it another name.
pub(crate) async fn rename(cx: &Context, args: &Rename) -> Outcome {
    let session = cx.session()?;
    let name = known(&session, &args.name).await?;
    let new_name = ModelName::from(args.new_name.as_str());
    edit(&session, &name, ModelEdit::Rename(new_name.clone())).await?;
    let sentence = format!("Registered model {name} is now called {new_name}.");
    changed(cx, &session, &new_name, &sentence).await
}

/// Shows or sets the description.
pub(crate) async fn describe(cx: &Context, args: &Describe) -> Outcome {
    let session = cx.session()?;
    let name = known(&session, &args.name).await?;
    let Some(text) = note_of(&args.text)? else {
        return cx.write_note(session.model(&name).await?.description.as_deref());
    };
    edit(&session, &name, ModelEdit::Describe(text)).await?;
    changed(cx, &session, &name, &format!("Set the description of {name}.")).await
}

/// Sets tags.
pub(crate) async fn set_tags(cx: &Context, args: &SetTags) -> Outcome {
    let session = cx.session()?;
    let name = known(&session, &args.name).await?;
    edit(&session, &name, ModelEdit::Tag(args.tags.clone())).await?;
    let keys: Vec<_> = args.tags.iter().map(|tag| tag.key.as_str()).collect();
    changed(
        cx,
        &session,
        &name,
        &format!("Set {} of {name}.", keys.join(", ")),
    )
    .await
}

/// Removes tags that are there.
pub(crate) async fn remove_tags(cx: &Context, args: &RemoveTags) -> Outcome {
    let session = cx.session()?;
    let name = ModelName::from(args.name.as_str());
    edit(&session, &name, ModelEdit::Untag(args.keys.clone())).await?;
    let sentence = format!("Removed {} of {name}.", args.keys.join(", "));
    changed(cx, &session, &name, &sentence).await
}

/// Points an alias at a version, or removes it. The gates hold here as for a promotion.
pub(crate) async fn alias(cx: &Context, args: &Alias) -> Outcome {
    let session = cx.session()?;
    let name = ModelName::from(args.name.as_str());
    let change = match &args.version {
        None => session.alias_removal(&name, &args.alias).await?,
        Some(version) => {
            let reference = VersionReference::Number(name.clone(), version.as_str().into());
            session
                .preview_promotion(&reference, &Target::alias(&args.alias))
                .await?
                .change()?
        }
    };
    let question = format!("change {} of {name}?", change.target);
    if change.candidate.is_none() || session.policy().production {
        cx.confirm(session.policy(), &args.yes, &question)?;
    }
    promote::apply(cx, &session, &change).await?;
    write(cx, &session, &name).await
}

/// Deletes a registered model with all its versions.
pub(crate) async fn delete(cx: &Context, args: &Delete) -> Outcome {
    let session = cx.session()?;
    let name = known(&session, &args.name).await?;
    let versions = session.versions_of(&name).await?.len();
    let question = format!("delete registered model {name} with {versions} versions, for good?");
    cx.confirm(session.policy(), &args.yes, &question)?;
    edit(&session, &name, ModelEdit::Delete).await?;
    cx.note(&format!("Deleted registered model {name}; its artifacts stay."));
    Ok(())
}

async fn edit(session: &Session, name: &ModelName, edit: ModelEdit) -> Result<()> {
    let edit = RegistryEdit::Model(name.clone(), edit);
    session.edit_registry(&edit).await.map(drop)
}

/// The name of a registered model that is there and no prompt.
async fn known(session: &Session, name: &str) -> Result<ModelName> {
    Ok(session.registered_model(&name.into()).await?.name)
}

/// Says that a model was changed; programs get it as it is now.
async fn changed(cx: &Context, session: &Session, name: &ModelName, sentence: &str) -> Outcome {
    if cx.form() == Form::People {
        cx.note(sentence);
        return Ok(());
    }
    write(cx, session, name).await
}

async fn write(cx: &Context, session: &Session, name: &ModelName) -> Outcome {
    match cx.form() {
        Form::People => Ok(()),
        Form::Json | Form::Csv => cx.write_thing(&session.model(name).await?),
    }
}
