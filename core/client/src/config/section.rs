use std::fmt;

use toml_edit::{Document, TableLike};

use super::entry::{Entry, joined};
use super::file::ConfigFile;
use super::nearest::nearest;
use super::remark::Remark;

/// A table of the file: `[theme]`, `[contexts.lab]`, `{ kind = "bearer" }`.
#[derive(Clone)]
pub struct Section<'a> {
    file: &'a ConfigFile,
    path: String,
    line: usize,
    table: Option<&'a dyn TableLike>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(super) fn root(file: &'a ConfigFile) -> Self {
        Self {
            file,
            path: String::new(),
            line: 1,
            table: file.document.as_ref().map(|document| {
                let table: &dyn TableLike = Document::as_table(document);
                table
            }),
        }
    }

    /// A section that is not there.
    pub(super) fn empty(file: &'a ConfigFile, path: &str) -> Self {
        Self {
            file,
            path: path.to_owned(),
            line: 1,
            table: None,
        }
    }

    /// The table of an entry.
    pub(super) fn of(file: &'a ConfigFile, path: String, line: usize, table: &'a dyn TableLike) -> Self {
        Self {
            file,
            path,
            line,
            table: Some(table),
        }
    }

    /// Its entries, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a, '_> {
        self.table.into_iter().flat_map(move |table| {
            table
                .iter()
                .filter_map(|(name, _)| table.get_key_value(name))
                .map(|(key, item)| Entry::new(self.file, &self.path, key, item))
        })
    }

    /// One of its entries.
    pub fn entry(&self, name: &str) -> Option<Entry<'a>> {
        let (key, item) = self.table?.get_key_value(name)?;
        Some(Entry::new(self.file, &self.path, key, item))
    }

    /// The names that are not among the known ones, each with the nearest of these.
    pub fn unknown(&self, known: &[&str]) -> Vec<Remark> {
        let is_unknown = |entry: &Entry<'_>| !known.contains(&entry.name());
        self.entries()
            .filter(is_unknown)
            .map(|entry| {
                let instead = match nearest(entry.name(), known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", listed(known)),
                };
                entry.remark(&format!("there is no key `{}`; {instead}", entry.path()))
            })
            .collect()
    }

    /// What is wrong with it as a whole: ``[`contexts.lab`] names no store``.
    pub fn remark(&self, what: &str) -> Remark {
        Remark {
            file: self.file.shown(),
            line: self.line,
            message: format!("[{}] {what}", self.path),
        }
    }

    /// Where one of its keys would be: `contexts.lab.tracking`.
    pub fn path_of(&self, name: &str) -> String {
        joined(&self.path, name)
    }
}

/// Its path alone: what it holds may be a secret in the wrong place.
impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.path)
    }
}

/// `a`, `b`, each between back-ticks.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
