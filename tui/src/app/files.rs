//! The artifacts of a run or a model as a tree: a directory is read when it is opened, and fails by itself.

use std::collections::{BTreeMap, BTreeSet};

use flowdeck_surface::client::Failure;
use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactKind, ArtifactPath, ArtifactRoot};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::has_words;
use flowdeck_surface::tone::Tone;

use super::context::Cx;
use super::effect::Question;
use super::loadable::Loadable;
use super::message::{Answer, Reply};
use super::ticket::Ticket;

/// The tree, of which only what was opened is known.
#[derive(Debug, Default)]
pub(crate) struct FileTree {
    root: Option<ArtifactRoot>,
    directories: BTreeMap<ArtifactPath, Loadable<Vec<ArtifactEntry>>>,
    open: BTreeSet<ArtifactPath>,
    rows: Vec<FileRow>,
}

/// A row of the tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FileRow {
    /// How deep it stands.
    pub(crate) depth: usize,
    /// The file or directory; none where a row says how a directory stands.
    pub(crate) entry: Option<ArtifactEntry>,
    /// Its name, or what is said.
    pub(crate) label: String,
    /// Its size, where it has one.
    pub(crate) size: String,
    /// What it means.
    pub(crate) tone: Tone,
}

impl FileTree {
    /// Shows the artifacts of a root: those of another are forgotten.
    pub(crate) fn show(&mut self, root: ArtifactRoot, cx: &mut Cx<'_>) {
        if self.root.as_ref() != Some(&root) {
            self.give_up(cx);
            *self = Self {
                root: Some(root),
                ..Self::default()
            };
        }
        if !self.directories.contains_key(&ArtifactPath::root()) {
            self.ask(ArtifactPath::root(), cx);
        }
    }

    fn ask(&mut self, path: ArtifactPath, cx: &mut Cx<'_>) {
        let Some(root) = self.root.clone() else { return };
        let directory = self.directories.entry(path.clone()).or_default();
        directory.ask(Question::Artifacts(root, path), cx);
    }

    /// Reads all that is open once more.
    pub(crate) fn refresh(&mut self, cx: &mut Cx<'_>) {
        let known: Vec<ArtifactPath> = self.directories.keys().cloned().collect();
        for path in known {
            if path.is_root() || self.open.contains(&path) {
                self.ask(path, cx);
            } else {
                self.directories.remove(&path);
            }
        }
    }

    /// Opens or closes a directory.
    pub(crate) fn toggle(&mut self, path: &ArtifactPath, cx: &mut Cx<'_>) {
        if self.open.remove(path) {
            return;
        }
        self.open.insert(path.clone());
        let is_known = self
            .directories
            .get(path)
            .is_some_and(|directory| directory.shown().is_some() || directory.is_asking());
        if !is_known {
            self.ask(path.clone(), cx);
        }
    }

    /// Whether a directory is open.
    pub(crate) fn is_open(&self, path: &ArtifactPath) -> bool {
        self.open.contains(path)
    }

    /// Waits for nothing any more.
    pub(crate) fn give_up(&mut self, cx: &mut Cx<'_>) {
        for directory in self.directories.values_mut() {
            directory.give_up(cx);
        }
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.directories
            .values()
            .any(|directory| directory.awaits(ticket))
    }

    /// Takes what lies in a directory, or why it cannot be told.
    pub(crate) fn reply(&mut self, reply: Reply) {
        let waiting = self
            .directories
            .values_mut()
            .find(|directory| directory.awaits(reply.ticket));
        let Some(directory) = waiting else { return };
        match reply.answer {
            Ok(Answer::Artifacts(mut entries)) => {
                // Directories first, each by name, as people look for files.
                entries.sort_by_key(|entry| entry.kind != ArtifactKind::Directory);
                directory.show(entries, reply.at);
            }
            Ok(_) => {}
            Err(failure) => directory.fail(failure),
        }
    }

    /// Why not even the outermost directory could be read.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        let root = self.directories.get(&ArtifactPath::root())?;
        root.failure().filter(|_| root.shown().is_none())
    }

    /// Whether the outermost directory is still being read.
    pub(crate) fn is_reading(&self) -> bool {
        self.directories
            .get(&ArtifactPath::root())
            .is_some_and(|root| root.shown().is_none() && root.is_asking())
    }

    /// How much lies in the outermost directory, once it was read.
    pub(crate) fn n_outermost(&self) -> Option<usize> {
        self.directories.get(&ArtifactPath::root())?.shown().map(Vec::len)
    }

    /// Finds the rows that are in view: what is open, or what has the words with all that it lies in.
    pub(crate) fn arrange(&mut self, words: &str) {
        let mut rows = Vec::new();
        self.add_rows(&ArtifactPath::root(), 0, words, &mut rows);
        self.rows = rows;
    }

    /// Adds the rows of a directory; answers whether any has the words.
    fn add_rows(&self, path: &ArtifactPath, depth: usize, words: &str, rows: &mut Vec<FileRow>) -> bool {
        let Some(directory) = self.directories.get(path) else {
            return false;
        };
        let said = |label: String, tone| FileRow {
            depth,
            entry: None,
            label,
            size: String::new(),
            tone,
        };
        if let Some(failure) = directory.failure() {
            rows.push(said(Notice::of(failure).sentence, Tone::Bad));
        }
        let Some(entries) = directory.shown() else {
            if depth > 0 && directory.is_asking() {
                rows.push(said("reading …".to_owned(), Tone::Active));
            }
            return false;
        };
        if entries.is_empty() && depth > 0 {
            rows.push(said("empty".to_owned(), Tone::Muted));
        }
        let mut has_any = false;
        for entry in entries {
            let before = rows.len();
            rows.push(row_of(entry, depth));
            let mut has = has_words(words, std::iter::once(entry.path.as_str()));
            let is_open = !words.is_empty() || self.open.contains(&entry.path);
            // What was read can be found, open or not.
            if is_open && entry.kind == ArtifactKind::Directory {
                has |= self.add_rows(&entry.path, depth + 1, words, rows);
            }
            if !has {
                rows.truncate(before);
            }
            has_any |= has;
        }
        has_any
    }

    /// The rows in view.
    pub(crate) fn rows(&self) -> &[FileRow] {
        &self.rows
    }
}

fn row_of(entry: &ArtifactEntry, depth: usize) -> FileRow {
    let (label, size, tone) = match entry.kind {
        ArtifactKind::Directory => (format!("{}/", entry.path.name()), String::new(), Tone::Accent),
        ArtifactKind::File { size_bytes } => (
            entry.path.name().to_owned(),
            size_bytes.map(format::size).unwrap_or_default(),
            Tone::Plain,
        ),
    };
    FileRow {
        depth,
        entry: Some(entry.clone()),
        label,
        size,
        tone,
    }
}
