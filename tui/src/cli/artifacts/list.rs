use std::io::Write;

use clap::Args;
use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_surface::client::{Failure, FailureKind, Result, Session};
use flowdeck_surface::format;
use futures::{StreamExt, TryStreamExt, stream};
use serde::Serialize;

use super::Owner;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Shape};
use crate::cli::output::{csv, json};
use flowdeck_surface::text::harmless;

/// Directories that are listed at once.
const LISTED_AT_ONCE: usize = 8;

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    owner: Owner,
    /// A directory or file below the artifact root
    path: Option<String>,
    /// List what is in directories too
    #[arg(long, short)]
    recursive: bool,
}

/// Lists artifacts.
pub(crate) async fn run(cx: &Context, args: &List) -> Outcome {
    let session = cx.session()?;
    let (root, path) = args.owner.place(&session, args.path.as_deref()).await?;
    let mut entries = at(&session, &root, &path).await?;
    if args.recursive {
        entries = with_all_below(&session, &root, entries).await?;
    }
    match cx.form() {
        Form::Json => write_json(cx, &entries),
        Form::Csv => csv::write(cx.out(), &entries, &columns()),
        Form::People if entries.is_empty() => {
            cx.note("There are no artifacts.");
            Ok(())
        }
        Form::People => write_lines(cx, &entries),
    }
}

/// What is below a path; a file stands for itself.
async fn at(session: &Session, root: &ArtifactRoot, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
    let below = session.list_artifacts(root, path).await?;
    if !below.is_empty() || path.is_root() {
        return Ok(below);
    }
    // Nothing below: a file, an empty directory, or nothing at all. Its parent knows.
    let parent = match path.as_str().rsplit_once('/') {
        Some((parent, _)) => ArtifactPath::parse(parent)?,
        None => ArtifactPath::root(),
    };
    let beside = session.list_artifacts(root, &parent).await?;
    match beside.into_iter().find(|entry| entry.path == *path) {
        Some(entry) if entry.kind == ArtifactKind::Directory => Ok(Vec::new()),
        Some(file) => Ok(vec![file]),
        None => Err(Failure::new(
            FailureKind::NotFound,
            format!("there is no artifact `{path}`"),
        )),
    }
}

async fn with_all_below(
    session: &Session,
    root: &ArtifactRoot,
    entries: Vec<ArtifactEntry>,
) -> Result<Vec<ArtifactEntry>> {
    let directories = |entries: &[ArtifactEntry]| -> Vec<ArtifactPath> {
        let of_kind = entries
            .iter()
            .filter(|entry| entry.kind == ArtifactKind::Directory);
        of_kind.map(|entry| entry.path.clone()).collect()
    };
    let mut waiting = directories(&entries);
    let mut all = entries;
    while !waiting.is_empty() {
        let level: Vec<ArtifactEntry> = stream::iter(&waiting)
            .map(|path| session.list_artifacts(root, path))
            .buffered(LISTED_AT_ONCE)
            .try_concat()
            .await?;
        waiting = directories(&level);
        all.extend(level);
    }
    all.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(all)
}

/// An artifact as JSON.
#[derive(Serialize)]
struct View<'a> {
    path: &'a str,
    is_dir: bool,
    file_size: Option<u64>,
}

fn size_of(entry: &ArtifactEntry) -> Option<u64> {
    match entry.kind {
        ArtifactKind::File { size_bytes } => size_bytes,
        ArtifactKind::Directory => None,
    }
}

fn write_json(cx: &Context, entries: &[ArtifactEntry]) -> Outcome {
    let mut array = json::Array::new(cx.out())?;
    for entry in entries {
        array.push(&View {
            path: entry.path.as_str(),
            is_dir: entry.kind == ArtifactKind::Directory,
            file_size: size_of(entry),
        })?;
    }
    array.close()
}

fn columns() -> [Column<ArtifactEntry>; 3] {
    [
        Column::new("path", "", Shape::Flexible, |entry: &ArtifactEntry| {
            Cell::text(Some(entry.path.as_str()))
        }),
        Column::new("is_dir", "", Shape::Whole, |entry: &ArtifactEntry| {
            let is_dir = entry.kind == ArtifactKind::Directory;
            Cell::text(Some(if is_dir { "true" } else { "false" }))
        }),
        Column::new("file_size", "", Shape::Number, |entry: &ArtifactEntry| {
            size_of(entry).map_or(Cell::Unset, |size| Cell::Text(size.to_string().into()))
        }),
    ]
}

/// Sizes in front, so that paths stay whole however long they are; a directory ends in a slash.
fn write_lines(cx: &Context, entries: &[ArtifactEntry]) -> Outcome {
    let mut out = cx.out();
    for entry in entries {
        let size = size_of(entry).map(format::size).unwrap_or_default();
        let slash = if entry.kind == ArtifactKind::Directory {
            "/"
        } else {
            ""
        };
        writeln!(out, "{size:>8}  {}{slash}", harmless(entry.path.as_str()))?;
    }
    Ok(out.flush()?)
}
