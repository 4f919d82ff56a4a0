use clap::Args;
use flowdeck_surface::client::tracking::Tag;
use flowdeck_surface::client::{Result, RunId, Session};

use crate::cli::args::{YesArg, tag};
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::note::{NoteArg, note_of};
use crate::cli::output::json;

#[derive(Debug, Args)]
pub(crate) struct Rename {
    /// Id of the run
    run: String,
    /// The new name
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct SetTags {
    /// Id of the run
    run: String,
    /// The tags
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<Tag>,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveTags {
    /// Id of the run
    run: String,
    /// Keys of the tags
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Note {
    /// Id of the run
    run: String,
    #[command(flatten)]
    text: NoteArg,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    /// Ids of the runs
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<String>,
    #[command(flatten)]
    yes: YesArg,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// Ids of the runs
    #[arg(required = true, value_name = "RUN")]
    runs: Vec<String>,
}

/// Gives a run another name.
pub(crate) async fn rename(cx: &Context, args: &Rename) -> Outcome {
    let (session, id) = (cx.session()?, RunId::from(args.run.as_str()));
    session.writer().rename_run(&id, &args.name).await?;
    changed(
        cx,
        &session,
        &id,
        &format!("Run {id} is now called {}.", args.name),
    )
    .await
}

/// Sets tags.
pub(crate) async fn set_tags(cx: &Context, args: &SetTags) -> Outcome {
    let (session, id) = (cx.session()?, RunId::from(args.run.as_str()));
    for tag in &args.tags {
        session.writer().set_run_tag(&id, tag).await?;
    }
    let keys: Vec<_> = args.tags.iter().map(|tag| tag.key.as_str()).collect();
    changed(
        cx,
        &session,
        &id,
        &format!("Set {} of run {id}.", keys.join(", ")),
    )
    .await
}

/// Removes tags.
pub(crate) async fn remove_tags(cx: &Context, args: &RemoveTags) -> Outcome {
    let (session, id) = (cx.session()?, RunId::from(args.run.as_str()));
    for key in &args.keys {
        session.writer().delete_run_tag(&id, key).await?;
    }
    let sentence = format!("Removed {} of run {id}.", args.keys.join(", "));
    changed(cx, &session, &id, &sentence).await
}

/// Shows or sets the note.
pub(crate) async fn note(cx: &Context, args: &Note) -> Outcome {
    let (session, id) = (cx.session()?, RunId::from(args.run.as_str()));
    let Some(text) = note_of(&args.text)? else {
        return cx.write_note(session.run(&id).await?.note());
    };
    session.set_run_note(&id, &text).await?;
    changed(cx, &session, &id, &format!("Set the note of run {id}.")).await
}

/// Deletes runs, one after the other, once all of them were found and the person agreed.
pub(crate) async fn delete(cx: &Context, args: &Delete) -> Outcome {
    let session = cx.session()?;
    let ids = found(&session, &args.runs).await?;
    let question = match ids.as_slice() {
        [(id, name)] => format!("delete run {id} ({name})?"),
        several => format!("delete {} runs?", several.len()),
    };
    cx.confirm(session.policy(), &args.yes, &question)?;
    for (id, name) in &ids {
        session.writer().delete_run(id).await?;
        let sentence = format!("Deleted run {id} ({name}); `runs restore {id}` takes it back.");
        changed(cx, &session, id, &sentence).await?;
    }
    Ok(())
}

/// Takes deletions back.
pub(crate) async fn restore(cx: &Context, args: &Restore) -> Outcome {
    let session = cx.session()?;
    for (id, name) in found(&session, &args.runs).await? {
        session.writer().restore_run(&id).await?;
        changed(cx, &session, &id, &format!("Restored run {id} ({name}).")).await?;
    }
    Ok(())
}

async fn found(session: &Session, ids: &[String]) -> Result<Vec<(RunId, String)>> {
    let ids: Vec<_> = ids.iter().map(|id| RunId::from(id.as_str())).collect();
    let runs = session.runs_by_id(&ids).await?;
    Ok(runs
        .iter()
        .map(|run| (run.info.id.clone(), run.name().to_owned()))
        .collect())
}

/// Says that a run was changed; programs get each one as it is now, one object a line.
async fn changed(cx: &Context, session: &Session, id: &RunId, sentence: &str) -> Outcome {
    use crate::cli::output::column::Noun;
    match cx.form() {
        Form::People => {
            cx.note(sentence);
            Ok(())
        }
        Form::Json => json::write_line(cx.out(), &session.run(id).await?.view()),
        Form::Csv => cx.write_thing(&session.run(id).await?),
    }
}
