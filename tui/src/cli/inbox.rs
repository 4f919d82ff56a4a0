//! `flowdeck inbox`

use clap::Args;
use flowdeck_surface::client::Listing;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::inbox::{InboxFile, Item, gather};
use flowdeck_surface::status::Badge;
use serde::Serialize;

use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::cell::Cell;
use super::output::column::{Column, Noun, Shape};
use super::output::family::Family;
use crate::app::now;

#[derive(Debug, Args)]
pub(crate) struct Inbox {
    /// Show what was read before, too
    #[arg(long)]
    all: bool,
    /// Leave what is shown unread
    #[arg(long)]
    keep: bool,
}

/// Something that happened to a run, read or not.
struct News {
    item: Item,
    is_unread: bool,
}

/// It as JSON.
#[derive(Serialize)]
struct View {
    run_id: String,
    experiment_id: String,
    run_name: String,
    kind: &'static str,
    time: i64,
    summary: String,
    unread: bool,
}

/// Looks at the store, then shows what happened since the last look.
pub(crate) async fn run(cx: &Context, args: &Inbox) -> Outcome {
    let session = cx.session()?;
    let file = InboxFile::of(&cx.environment, &session.origin().uri);
    let mut memory = file.read();
    let seen = gather(&session, &memory).await?;
    memory.look(&seen, now());
    let n_unread = memory.n_unread();
    let n_shown = if args.all { usize::MAX } else { n_unread };
    let news = memory.items().iter().take(n_shown).enumerate();
    let items: Vec<_> = news
        .map(|(place, item)| News {
            item: item.clone(),
            is_unread: place < n_unread,
        })
        .collect();
    if !args.keep {
        memory.read();
    }
    file.write(&memory)?;
    if items.is_empty() && cx.form() == Form::People {
        cx.note("Nothing happened since the last look.");
        return Ok(());
    }
    let listing = Listing {
        items,
        more: false,
        warnings: Vec::new(),
    };
    cx.write_list(&listing, None, &flowdeck_surface::client::ListRequest::default())
}

impl Noun for News {
    type View<'a> = View;

    const PLURAL: &'static str = "items";
    const IN_TABLE: &'static [&'static str] = &["time", "kind", "run_name", "summary", "run_id"];

    fn view(&self) -> View {
        View {
            run_id: self.item.run().to_string(),
            experiment_id: self.item.experiment().to_string(),
            run_name: self.item.name.clone(),
            kind: self.item.matter.kind(),
            time: self.item.at().0,
            summary: self.item.sentence(&Clock::utc()),
            unread: self.is_unread,
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("time", "Time", Shape::Whole, |it: &Self| Cell::Time(it.item.at())),
            Column::new("kind", "What", Shape::Whole, |it: &Self| {
                Cell::State(Badge {
                    symbol: '•',
                    word: it.item.matter.word().to_owned(),
                    tone: it.item.matter.tone(),
                })
            }),
            Column::new("run_name", "Run", Shape::Flexible, |it: &Self| {
                Cell::text(Some(it.item.name.as_str()))
            }),
            Column::new("summary", "Summary", Shape::Flexible, |it: &Self| {
                Cell::Text(it.item.sentence(&Clock::local()).into())
            }),
            Column::new("run_id", "ID", Shape::Whole, |it: &Self| {
                Cell::Text(it.item.run().to_string().into())
            }),
            Column::new("experiment_id", "Experiment", Shape::Whole, |it: &Self| {
                Cell::Text(it.item.experiment().to_string().into())
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
