//! `flowdeck cache`

mod noun;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use flowdeck_surface::client::cache::{info, look_into, remove};
use flowdeck_surface::client::logs::LogStore;
use flowdeck_surface::client::offline::{CacheSettings, cache_dir};
use flowdeck_surface::client::{Failure, FailureKind, Listing, Policy, Result, Warning};
use flowdeck_surface::format;
use serde::Serialize;

use super::args::YesArg;
use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::json;
use noun::CacheRow;

/// What can be done with what was kept for offline use.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Say what was kept of which server, and which syncs broke off
    Info(Which),
    /// Delete what was kept; it costs only time
    Clear(Clear),
}

#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Name of a context; all of them unless given
    context: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Clear {
    #[command(flatten)]
    which: Which,
    /// Delete the logs that were kept instead; those of pods that are gone can be had nowhere else
    #[arg(long)]
    logs: bool,
    #[command(flatten)]
    yes: YesArg,
}

/// What was cleared, as JSON.
#[derive(Serialize)]
struct Cleared {
    n_caches: usize,
    n_logs: usize,
    n_bytes: u64,
}

impl Verb {
    /// Does it.
    pub(crate) fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::Info(which) => show(cx, which),
            Self::Clear(args) => clear(cx, args),
        }
    }
}

fn show(cx: &Context, which: &Which) -> Outcome {
    let settings = CacheSettings::load(&cx.environment);
    cx.warn(&settings.warnings);
    let (rows, warnings) = rows(cx, &settings, which.context.as_deref())?;
    if let (Some(_), [row]) = (&which.context, &*rows) {
        cx.warn(&warnings);
        return cx.write_thing(row);
    }
    let listing = Listing {
        items: rows,
        more: false,
        warnings,
    };
    cx.write_list(&listing, None, &Default::default())
}

/// Deletes logs, which asks wherever there are any.
fn clear_logs(cx: &Context, args: &Clear) -> Outcome {
    let context = args.which.context.as_deref();
    let Some(store) = cx.environment.state_dir.as_deref().map(LogStore::of) else {
        return Ok(());
    };
    let found = store.usage(context);
    let logs = if found.n_logs == 1 { "log" } else { "logs" };
    if found.n_logs > 0 {
        let size = format::size(found.n_bytes);
        let question = format!("delete {} kept {logs}, {size}, for good?", found.n_logs);
        cx.confirm(&Policy::default(), &args.yes, &question)?;
    }
    let gone = store.clear(context).map_err(|error| {
        Failure::new(
            FailureKind::System,
            format!("cannot delete the kept logs: {error}"),
        )
        .caused_by(error)
    })?;
    match cx.form() {
        Form::People => {
            cx.note(&format!(
                "Deleted {} {logs}, {}.",
                gone.n_logs,
                format::size(gone.n_bytes)
            ));
            Ok(())
        }
        Form::Json | Form::Csv => json::write_thing(
            cx.out(),
            &Cleared {
                n_caches: 0,
                n_logs: gone.n_logs,
                n_bytes: gone.n_bytes,
            },
        ),
    }
}

fn clear(cx: &Context, args: &Clear) -> Outcome {
    if args.logs {
        return clear_logs(cx, args);
    }
    let settings = CacheSettings::load(&cx.environment);
    let files = match &args.which.context {
        Some(context) => rows(cx, &settings, Some(context))?
            .0
            .into_iter()
            .map(|row| row.file)
            .collect(),
        None => files(cx, &settings)?,
    };
    let n_bytes = files
        .iter()
        .filter_map(|file| info(file))
        .map(|info| info.size_bytes)
        .sum();
    if !files.is_empty() {
        let question = format!("delete {} kept for offline use?", format::size(n_bytes));
        cx.confirm(&Policy::default(), &args.yes, &question)?;
    }
    for file in &files {
        remove(file).map_err(|error| {
            let message = format!("cannot delete the cache {}: {error}", file.display());
            Failure::new(FailureKind::System, message).caused_by(error)
        })?;
    }
    match cx.form() {
        Form::People => {
            cx.note(&format!("Deleted {}.", format::size(n_bytes)));
            Ok(())
        }
        Form::Json | Form::Csv => json::write_thing(
            cx.out(),
            &Cleared {
                n_caches: files.len(),
                n_logs: 0,
                n_bytes,
            },
        ),
    }
}

/// The caches that there are, by context; those that cannot be read are told.
fn rows(
    cx: &Context,
    settings: &CacheSettings,
    context: Option<&str>,
) -> Result<(Vec<CacheRow>, Vec<Warning>)> {
    let (mut rows, mut warnings) = (Vec::new(), Vec::new());
    for file in files(cx, settings)? {
        match row(&file, settings) {
            Ok(row) => rows.push(row),
            Err(failure) => warnings.push(Warning::new(failure.message().to_owned())),
        }
    }
    rows.sort_by(|one, other| (&one.context, &one.file).cmp(&(&other.context, &other.file)));
    if let Some(name) = context {
        rows.retain(|row| row.context == name);
        if rows.is_empty() {
            let message = format!("nothing is kept of a context named `{name}`");
            return Err(Failure::new(FailureKind::NotFound, message)
                .with_hint("`flowdeck cache info` lists what is kept"));
        }
    }
    Ok((rows, warnings))
}

fn row(file: &Path, settings: &CacheSettings) -> Result<CacheRow> {
    let size_bytes = info(file).map_or(0, |info| info.size_bytes);
    look_into(file, |reading| {
        Ok(CacheRow {
            context: reading.about("context")?.unwrap_or_default(),
            store: reading.about("store")?.unwrap_or_default(),
            file: file.to_owned(),
            size_bytes,
            size_limit: settings.size_limit,
            census: reading.census()?,
            syncs: reading.syncs()?,
        })
    })
}

/// The files of the directory with all caches; none where nothing was kept yet.
fn files(cx: &Context, settings: &CacheSettings) -> Result<Vec<PathBuf>> {
    // What is kept is told of and deleted whether or not the configuration wants more of it.
    let enabled = CacheSettings {
        enabled: true,
        ..settings.clone()
    };
    let Some(directory) = cache_dir(&enabled, &cx.environment) else {
        return Ok(Vec::new());
    };
    let entries = match directory.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            let message = format!("cannot read the cache directory {}: {error}", directory.display());
            return Err(Failure::new(FailureKind::System, message).caused_by(error));
        }
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "db"))
        .collect();
    files.sort();
    Ok(files)
}
