//! `flowdeck context`

mod change;
mod noun;
mod secret;
mod test;

use clap::Subcommand;
use flowdeck_surface::client::{Contexts, Listing, Result};

use super::context::{Context, Form};
use super::exit::Outcome;
use noun::ContextRow;

/// What can be done with contexts.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List contexts; the current one is marked
    #[command(visible_alias = "ls")]
    List,
    /// Add a context
    Add(Box<change::Add>),
    /// Change a context; without a change, open the file in $EDITOR
    Edit(Box<change::Edit>),
    /// Make a context the current one
    Use(change::Use),
    /// Remove a context, and its secret from the keyring
    Remove(change::Remove),
    /// Try a context: find its secret, reach its server, sign in
    Test(test::Test),
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List => list(cx),
            Self::Add(args) => change::add(cx, args).await,
            Self::Edit(args) => change::edit(cx, args).await,
            Self::Use(args) => change::make_current(cx, args),
            Self::Remove(args) => change::remove(cx, args).await,
            Self::Test(args) => test::run(cx, args).await,
        }
    }
}

fn list(cx: &Context) -> Outcome {
    let contexts = Contexts::load(&cx.environment)?;
    let rows = contexts.all.iter().map(|(name, read)| ContextRow {
        name: name.clone(),
        is_current: contexts.current.as_deref() == Some(name),
        read: read.clone(),
    });
    let listing = Listing {
        items: rows.collect(),
        more: false,
        warnings: contexts.warnings.clone(),
    };
    if listing.items.is_empty() && cx.form() == Form::People {
        cx.note("No context is configured; `flowdeck context add NAME --tracking URI` adds one.");
        return Ok(());
    }
    cx.write_list(&listing, None, &flowdeck_surface::client::ListRequest::default())
}

/// Writes one context as it is now, or says a sentence to people.
fn changed(cx: &Context, name: &str, sentence: &str) -> Outcome {
    if cx.form() == Form::People {
        cx.note(sentence);
        return Ok(());
    }
    let contexts = Contexts::load(&cx.environment)?;
    let read: Result<_> = contexts.get(name).cloned();
    cx.write_thing(&ContextRow {
        name: name.to_owned(),
        is_current: contexts.current.as_deref() == Some(name),
        read,
    })
}
