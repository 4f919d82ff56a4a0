use clap::Args;
use flowdeck_surface::client::promotion::{RegistryEdit, VersionEdit};
use flowdeck_surface::client::registry::ModelVersion;
use flowdeck_surface::client::registry::NewVersion;
use flowdeck_surface::client::tracking::Tag;
use flowdeck_surface::client::{Result, Session, VersionReference};

use crate::cli::args::{YesArg, tag};
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::note::{NoteArg, note_of};

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Name of the model
    name: String,
    /// What to register: runs:/RUN/path, models:/m-… (a logged model), or where files lie
    source: String,
    /// Make the registered model if it is not there yet
    #[arg(long)]
    create_model: bool,
    /// The run that made it, where the source does not tell
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// What it is, in Markdown
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A tag to give it; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
}

#[derive(Debug, Args)]
pub(crate) struct Version {
    /// Name of the model
    name: String,
    /// Number of the version
    version: String,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    text: NoteArg,
}

#[derive(Debug, Args)]
pub(crate) struct SetTags {
    #[command(flatten)]
    version: Version,
    /// The tags
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveTags {
    #[command(flatten)]
    version: Version,
    /// Keys of the tags
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    yes: YesArg,
}

impl Version {
    async fn found(&self, session: &Session) -> Result<ModelVersion> {
        let reference = VersionReference::parse(&self.name, Some(&self.version))?;
        session.version(&reference).await
    }
}

/// Registers a version.
pub(crate) async fn create(cx: &Context, args: &Create) -> Outcome {
    let session = cx.session()?;
    let new = NewVersion {
        name: args.name.as_str().into(),
        source: args.source.clone(),
        run_id: args.run.as_deref().map(Into::into),
        run_link: None,
        model_id: None,
        description: args.description.clone(),
        tags: args.tags.clone(),
    };
    let edit = RegistryEdit::Register(new, args.create_model);
    let Some(made) = session.edit_registry(&edit).await? else {
        return Ok(());
    };
    let sentence = format!("Registered version {} of {}.", made.version, made.name);
    changed(cx, &session, &made, &sentence).await
}

/// Shows or sets the description.
pub(crate) async fn describe(cx: &Context, args: &Describe) -> Outcome {
    let session = cx.session()?;
    let version = args.version.found(&session).await?;
    let Some(text) = note_of(&args.text)? else {
        return cx.write_note(version.description.as_deref());
    };
    edit(&session, &version, VersionEdit::Describe(text)).await?;
    let sentence = format!("Set the description of {} {}.", version.name, version.version);
    changed(cx, &session, &version, &sentence).await
}

/// Sets tags.
pub(crate) async fn set_tags(cx: &Context, args: &SetTags) -> Outcome {
    let session = cx.session()?;
    let version = args.version.found(&session).await?;
    edit(&session, &version, VersionEdit::Tag(args.tags.clone())).await?;
    let keys: Vec<_> = args.tags.iter().map(|tag| tag.key.as_str()).collect();
    let sentence = format!("Set {} of {} {}.", keys.join(", "), version.name, version.version);
    changed(cx, &session, &version, &sentence).await
}

/// Removes tags that are there.
pub(crate) async fn remove_tags(cx: &Context, args: &RemoveTags) -> Outcome {
    let session = cx.session()?;
    let version = args.version.found(&session).await?;
    edit(&session, &version, VersionEdit::Untag(args.keys.clone())).await?;
    let sentence = format!(
        "Removed {} of {} {}.",
        args.keys.join(", "),
        version.name,
        version.version
    );
    changed(cx, &session, &version, &sentence).await
}

/// Deletes a version.
pub(crate) async fn delete(cx: &Context, args: &Delete) -> Outcome {
    let session = cx.session()?;
    let version = args.version.found(&session).await?;
    let holds = match version.current_stage.is_active() {
        true => format!(", which holds {}", version.current_stage.word()),
        false => String::new(),
    };
    let question = format!("delete {} {}{holds}, for good?", version.name, version.version);
    cx.confirm(session.policy(), &args.yes, &question)?;
    edit(&session, &version, VersionEdit::Delete).await?;
    cx.note(&format!(
        "Deleted {} {}; its artifacts stay.",
        version.name, version.version
    ));
    Ok(())
}

async fn edit(session: &Session, version: &ModelVersion, edit: VersionEdit) -> Result<()> {
    let edit = RegistryEdit::Version(version.name.clone(), version.version.clone(), edit);
    session.edit_registry(&edit).await.map(drop)
}

/// Says that a version was changed; programs get it as it is now.
async fn changed(cx: &Context, session: &Session, version: &ModelVersion, sentence: &str) -> Outcome {
    match cx.form() {
        Form::People => {
            cx.note(sentence);
            Ok(())
        }
        Form::Json | Form::Csv => {
            let reference = VersionReference::Number(version.name.clone(), version.version.clone());
            cx.write_thing(&session.version(&reference).await?)
        }
    }
}
