use clap::Args;
use flowdeck_surface::client::promotion::{AuditEntry, EntryState, Step, Undo as Taken, Undoable};
use flowdeck_surface::client::{Listing, ModelName, Result, Session, Warning};
use flowdeck_surface::registry::change_words;
use serde::Serialize;

use super::promote::StepView;
use crate::cli::args::YesArg;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;
use crate::cli::output::json;

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Name of a model; all of them unless given
    name: Option<String>,
    /// Changes of every registry rather than of this one
    #[arg(long)]
    everywhere: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Undo {
    /// Name of a model; the last change of any unless given
    name: Option<String>,
    /// Take this change back, by its id in `models audit`, rather than the last
    #[arg(long, value_name = "ID", conflicts_with = "name")]
    change: Option<String>,
    /// Show what would be done and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    yes: YesArg,
}

/// Lists the changes that flowdeck made, the newest first.
pub(crate) async fn list(cx: &Context, args: &Audit) -> Outcome {
    let session = cx.session()?;
    let (mut entries, warnings) = session.audit_log()?.entries()?;
    entries.retain(|entry| {
        let wanted = args.name.as_ref().is_none_or(|name| entry.model.as_str() == name);
        wanted && (args.everywhere || session.is_of_this_registry(entry))
    });
    entries.reverse();
    let listing = Listing {
        items: entries,
        more: false,
        warnings,
    };
    cx.write_list(&listing, None, &Default::default())
}

/// Takes the last change back.
pub(crate) async fn undo(cx: &Context, args: &Undo) -> Outcome {
    let session = cx.session()?;
    let which = match &args.change {
        Some(id) => Undoable::Change(id.clone()),
        None => Undoable::Last(args.name.as_deref().map(ModelName::from)),
    };
    let undo = session.preview_undo(&which).await?;
    let entry = &undo.entry;
    if cx.form() == Form::People {
        let at = cx.style().clock.date_time(entry.time);
        let what = format!("{} of {} by {} at {at}", entry.target, entry.model, entry.user);
        cx.note(&format!("Taking back: {what} ({}).", entry.word()));
        for word in undo.words() {
            cx.note(&format!("Change: {word}"));
        }
    }
    if !args.dry_run {
        let question = format!("take back the change of {} of {}?", entry.target, entry.model);
        cx.confirm(session.policy(), &args.yes, &question)?;
    }
    let id = if args.dry_run {
        None
    } else {
        take_back(cx, &session, &undo).await?
    };
    match cx.form() {
        Form::People => Ok(()),
        Form::Json | Form::Csv => json::write_thing(
            cx.out(),
            &UndoView {
                model: entry.model.as_str(),
                undoes: &entry.id,
                applied: id.is_some(),
                id: id.as_deref(),
                changes: StepView::of_undo(&undo),
            },
        ),
    }
}

/// Does it and says what was done; answers with its id.
async fn take_back(cx: &Context, session: &Session, undo: &Taken) -> Result<Option<String>> {
    let outcome = session.take_back(undo, &|_| {}).await?;
    if cx.form() == Form::People {
        let words = undo.words();
        for word in &words {
            cx.note(&format!("Done: {} {word}.", undo.entry.model));
        }
        if words.is_empty() {
            cx.note("There was nothing to change.");
        }
    }
    Ok(outcome.id)
}

/// Says which changes broke off half-way, and how to go on.
pub(crate) fn report_unfinished(cx: &Context, session: &Session) {
    let Ok(entries) = session.unfinished_changes() else {
        return;
    };
    for entry in entries {
        let at = cx.style().clock.date_time(entry.time);
        let what = format!(
            "the change of {} of {} by {} at {at} broke off half-way",
            entry.target, entry.model, entry.user
        );
        let undo = format!("`flowdeck models undo {}`", entry.model);
        let sentence = if entry.steps.is_empty() {
            format!("{what} ({}): {undo} finishes it", change_words(&entry).join(", "))
        } else {
            let (done, open) = entry.steps.split_at(entry.steps_done.min(entry.steps.len()));
            format!(
                "{what} (done: {}; open: {}): promote again to finish it, or take it back with {undo}",
                listed(done),
                listed(open)
            )
        };
        cx.warn(&[Warning::new(sentence)]);
    }
}

fn listed(steps: &[Step]) -> String {
    match steps {
        [] => "none".to_owned(),
        steps => steps
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[derive(Serialize)]
struct UndoView<'a> {
    model: &'a str,
    undoes: &'a str,
    applied: bool,
    id: Option<&'a str>,
    changes: Vec<StepView<'a>>,
}

/// A change of the audit log as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    id: &'a str,
    time: i64,
    user: &'a str,
    context: Option<&'a str>,
    store: &'a str,
    action: &'a str,
    model: &'a str,
    target: &'a str,
    version: Option<&'a str>,
    state: &'static str,
    message: Option<&'a str>,
    undoes: Option<&'a str>,
    settled_by: Option<&'a str>,
    before: &'a flowdeck_surface::client::promotion::State,
    after: &'a flowdeck_surface::client::promotion::State,
    changes: Vec<StepView<'a>>,
    steps_done: usize,
}

impl Noun for AuditEntry {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "changes";
    const IN_TABLE: &'static [&'static str] = &[
        "time", "user", "action", "model", "target", "version", "changes", "state",
    ];

    fn view(&self) -> View<'_> {
        View {
            id: &self.id,
            time: self.time.0,
            user: &self.user,
            context: self.context.as_deref(),
            store: &self.store,
            action: &self.action,
            model: self.model.as_str(),
            target: &self.target,
            version: self.version.as_ref().map(AsRef::as_ref),
            state: self.word(),
            message: match &self.state {
                EntryState::Failed(message) | EntryState::Refused(message) => Some(message),
                EntryState::Done | EntryState::Interrupted => None,
            },
            undoes: self.undoes.as_deref(),
            settled_by: self.settled_by.as_deref(),
            before: &self.before,
            after: &self.after,
            changes: self.steps.iter().map(StepView::of).collect(),
            steps_done: self.steps_done,
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("time", "Time", Shape::Whole, |it: &Self| {
                Cell::time(Some(it.time))
            }),
            Column::new("user", "By", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.user))
            }),
            Column::new("context", "Context", Shape::Flexible, |it: &Self| {
                Cell::text(it.context.as_deref())
            }),
            Column::new("action", "Action", Shape::Whole, |it: &Self| {
                Cell::text(Some(&it.action))
            }),
            Column::new("model", "Model", Shape::Flexible, |it: &Self| {
                Cell::text(Some(it.model.as_str()))
            }),
            Column::new("target", "Target", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.target))
            }),
            Column::new("version", "Version", Shape::Number, |it: &Self| {
                Cell::text(it.version.as_ref().map(AsRef::as_ref))
            }),
            Column::new("changes", "Changes", Shape::Flexible, |it: &Self| {
                Cell::joined(change_words(it).into_iter())
            }),
            Column::new("state", "State", Shape::Whole, |it: &Self| {
                Cell::text(Some(it.word()))
            }),
            Column::new("id", "Id", Shape::Whole, |it: &Self| Cell::text(Some(&it.id))),
            Column::new("store", "Store", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.store))
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
