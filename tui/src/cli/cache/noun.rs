use std::collections::BTreeMap;
use std::path::PathBuf;

use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::cache::{Census, Kind, Sync};
use flowdeck_surface::format;
use serde::Serialize;

use crate::cli::output::cell::Cell;
use crate::cli::output::column::{Column, Noun, Shape};
use crate::cli::output::family::Family;

/// The cache of one context.
pub(crate) struct CacheRow {
    pub(crate) context: String,
    pub(crate) store: String,
    pub(crate) file: PathBuf,
    pub(crate) size_bytes: u64,
    pub(crate) size_limit: u64,
    pub(crate) census: Census,
    pub(crate) syncs: Vec<Sync>,
}

/// It as JSON.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    context: &'a str,
    store: &'a str,
    file: String,
    size_bytes: u64,
    size_limit: u64,
    oldest: Option<i64>,
    newest: Option<i64>,
    counts: BTreeMap<String, usize>,
    histories: usize,
    points: usize,
    syncs: Vec<SyncView<'a>>,
}

#[derive(Serialize)]
struct SyncView<'a> {
    subject: &'a str,
    started_at: i64,
    finished_at: Option<i64>,
    n_done: usize,
    n_all: usize,
}

impl CacheRow {
    fn count(&self, kind: Kind) -> usize {
        self.census
            .counts
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or(0, |(_, n)| *n)
    }

    /// Syncs, each with how far it came where it is not finished.
    fn synced(&self) -> impl Iterator<Item = String> {
        self.syncs.iter().map(|sync| match sync.finished_at {
            Some(_) => sync.subject.clone(),
            None => format!(
                "{} (not finished: {} of {})",
                sync.subject, sync.n_done, sync.n_all
            ),
        })
    }
}

fn number(n: usize) -> Cell<'static> {
    i64::try_from(n).map_or(Cell::Unset, Cell::Integer)
}

fn size(bytes: u64) -> Cell<'static> {
    Cell::Text(format::size(bytes).into())
}

impl Noun for CacheRow {
    type View<'a> = View<'a>;

    const PLURAL: &'static str = "caches";
    const IN_TABLE: &'static [&'static str] = &[
        "context",
        "store",
        "size",
        "oldest",
        "newest",
        "runs",
        "histories",
        "syncs",
    ];

    fn view(&self) -> View<'_> {
        let named = Kind::ALL
            .iter()
            .map(|(kind, plural)| (plural.replace(' ', "_"), self.count(*kind)));
        let (oldest, newest) = self.census.read.unzip();
        View {
            context: &self.context,
            store: &self.store,
            file: self.file.display().to_string(),
            size_bytes: self.size_bytes,
            size_limit: self.size_limit,
            oldest: oldest.map(Timestamp::as_millis),
            newest: newest.map(Timestamp::as_millis),
            counts: named.collect(),
            histories: self.census.n_histories,
            points: self.census.n_points,
            syncs: self
                .syncs
                .iter()
                .map(|sync| SyncView {
                    subject: &sync.subject,
                    started_at: sync.started_at.as_millis(),
                    finished_at: sync.finished_at.map(Timestamp::as_millis),
                    n_done: sync.n_done,
                    n_all: sync.n_all,
                })
                .collect(),
        }
    }

    fn attributes() -> Vec<Column<Self>> {
        vec![
            Column::new("context", "Context", Shape::Whole, |it: &Self| {
                Cell::text(Some(&it.context))
            }),
            Column::new("store", "Store", Shape::Flexible, |it: &Self| {
                Cell::text(Some(&it.store))
            }),
            Column::new("size", "Size", Shape::Number, |it: &Self| size(it.size_bytes)),
            Column::new("size_limit", "Limit", Shape::Number, |it: &Self| {
                size(it.size_limit)
            }),
            Column::new("oldest", "Oldest", Shape::Whole, |it: &Self| {
                Cell::time(it.census.read.map(|(oldest, _)| oldest))
            }),
            Column::new("newest", "Newest", Shape::Whole, |it: &Self| {
                Cell::time(it.census.read.map(|(_, newest)| newest))
            }),
            Column::new("experiments", "Experiments", Shape::Number, |it: &Self| {
                number(it.count(Kind::Experiment))
            }),
            Column::new("runs", "Runs", Shape::Number, |it: &Self| {
                number(it.count(Kind::Run))
            }),
            Column::new("histories", "Histories", Shape::Number, |it: &Self| {
                number(it.census.n_histories)
            }),
            Column::new("points", "Points", Shape::Number, |it: &Self| {
                number(it.census.n_points)
            }),
            Column::new("models", "Models", Shape::Number, |it: &Self| {
                number(it.count(Kind::Model))
            }),
            Column::new("traces", "Traces", Shape::Number, |it: &Self| {
                number(it.count(Kind::Trace))
            }),
            Column::new("artifacts", "Artifacts", Shape::Number, |it: &Self| {
                number(it.count(Kind::Artifact))
            }),
            Column::new("syncs", "Synced", Shape::Flexible, |it: &Self| {
                Cell::joined(it.synced())
            }),
            Column::new("file", "File", Shape::Flexible, |it: &Self| {
                Cell::joined(std::iter::once(it.file.display().to_string()))
            }),
        ]
    }

    fn families() -> Vec<Family<Self>> {
        Vec::new()
    }
}
