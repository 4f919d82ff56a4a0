//! The list of all columns to choose from: by family and by what stands before a slash, found by a few letters.

use rustc_hash::FxHashSet;

use super::{ColumnId, RunTable};
use crate::fuzzy::Fuzzy;
use crate::run_column::RunColumn;

/// A column or a group of columns in the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Entry {
    /// A family, or the keys that begin alike.
    Group {
        /// `metrics`, `metrics.val/`.
        name: String,
        /// How deep it stands: 0 for a family.
        depth: u16,
        /// The columns in it.
        ids: Vec<ColumnId>,
        /// Whether they are left out of the list.
        is_folded: bool,
    },
    /// A column.
    Column {
        /// Which.
        id: ColumnId,
        /// How deep it stands.
        depth: u16,
    },
}

/// The list of columns, as far as it is unfolded and found.
#[derive(Debug, Default)]
pub struct Chooser {
    entries: Vec<Entry>,
    /// Groups that are not as they are at first.
    turned: FxHashSet<String>,
    words: String,
}

/// Columns of a group from which on it is folded at first.
const MANY: usize = 24;

impl Chooser {
    /// A list of all columns.
    pub fn of(table: &RunTable) -> Self {
        let mut chooser = Self::default();
        chooser.list(table);
        chooser
    }

    /// A list of the columns that have these words; `turned` are the groups that are not as they are at first.
    pub fn with(table: &RunTable, words: &str, turned: &[String]) -> Self {
        let mut chooser = Self {
            entries: Vec::new(),
            turned: turned.iter().cloned().collect(),
            words: words.to_owned(),
        };
        chooser.list(table);
        chooser
    }

    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The words that keys must have.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// Lists only keys that have these words, the best first.
    pub fn find(&mut self, words: &str, table: &RunTable) {
        words.clone_into(&mut self.words);
        self.list(table);
    }

    /// Folds or unfolds a group.
    pub fn toggle_fold(&mut self, entry: usize, table: &RunTable) {
        if let Some(Entry::Group { name, .. }) = self.entries.get(entry) {
            let name = name.clone();
            if !self.turned.remove(&name) {
                self.turned.insert(name);
            }
            self.list(table);
        }
    }

    /// The columns that an entry stands for.
    pub fn ids_at(&self, entry: usize) -> &[ColumnId] {
        match self.entries.get(entry) {
            Some(Entry::Group { ids, .. }) => ids,
            Some(Entry::Column { id, .. }) => std::slice::from_ref(id),
            None => &[],
        }
    }

    /// Makes the list anew.
    pub fn list(&mut self, table: &RunTable) {
        self.entries.clear();
        let order = table.settings().layout.order();
        let catalog = table.catalog();
        if !self.words.trim().is_empty() {
            let names = order.iter().map(|id| catalog.column(*id).title());
            let found = Fuzzy::of_paths(&self.words).ranked(names);
            self.entries.extend(found.into_iter().map(|place| Entry::Column {
                id: order[place],
                depth: 0,
            }));
            return;
        }
        for family in ["attributes", "metrics", "params", "tags"] {
            let ids = order.iter().copied();
            let ids: Vec<_> = ids
                .filter(|id| family_of(catalog.column(*id)) == family)
                .collect();
            if !ids.is_empty() {
                self.list_family(family, ids, table);
            }
        }
    }

    fn list_family(&mut self, family: &str, ids: Vec<ColumnId>, table: &RunTable) {
        let is_open = self.group(family.to_owned(), 0, ids.clone(), false);
        if !is_open {
            return;
        }
        let mut prefixes: Vec<(&str, Vec<ColumnId>)> = Vec::new();
        let mut places = rustc_hash::FxHashMap::default();
        let catalog = table.catalog();
        let mut alone = Vec::new();
        for id in ids {
            match prefix(catalog.column(id)) {
                Some(prefix) => {
                    let place = *places.entry(prefix).or_insert_with(|| {
                        prefixes.push((prefix, Vec::new()));
                        prefixes.len() - 1
                    });
                    prefixes[place].1.push(id);
                }
                None => alone.push(id),
            }
        }
        for (prefix, ids) in prefixes {
            if ids.len() == 1 {
                alone.extend(ids);
                continue;
            }
            let is_many = ids.len() > MANY;
            let name = format!("{family}.{prefix}");
            if self.group(name, 1, ids.clone(), is_many) {
                self.entries
                    .extend(ids.into_iter().map(|id| Entry::Column { id, depth: 2 }));
            }
        }
        alone.sort_by_key(|id| table.place_in_order(*id));
        self.entries
            .extend(alone.into_iter().map(|id| Entry::Column { id, depth: 1 }));
    }

    /// Adds a group; answers whether it is unfolded.
    fn group(&mut self, name: String, depth: u16, ids: Vec<ColumnId>, is_folded_at_first: bool) -> bool {
        let is_folded = is_folded_at_first != self.turned.contains(&name);
        self.entries.push(Entry::Group {
            name,
            depth,
            ids,
            is_folded,
        });
        !is_folded
    }
}

impl RunTable {
    fn place_in_order(&self, id: ColumnId) -> usize {
        // Keys that stand alone keep the order of the table; numbers are given in it.
        id.place()
    }
}

/// The family that a column is listed in.
pub fn family_of(column: &RunColumn) -> &'static str {
    match column {
        RunColumn::Attribute(_) => "attributes",
        RunColumn::Metric(_) => "metrics",
        RunColumn::Param(_) => "params",
        RunColumn::Tag(_) => "tags",
    }
}

/// What stands before the first slash of a key, with it; of a tag also before the first dot, as in `mlflow.`.
fn prefix(column: &RunColumn) -> Option<&str> {
    let (key, signs): (_, &[char]) = match column {
        RunColumn::Attribute(_) => return None,
        RunColumn::Metric(key) | RunColumn::Param(key) => (key, &['/']),
        RunColumn::Tag(key) => (key, &['/', '.']),
    };
    let end = key.find(signs)?;
    (end > 0).then(|| &key[..=end])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{run, table};
    use super::*;

    fn names(chooser: &Chooser, table: &RunTable) -> Vec<String> {
        let name = |entry: &Entry| match entry {
            Entry::Group {
                name,
                depth,
                is_folded,
                ..
            } => {
                let mark = if *is_folded { "▸" } else { "▾" };
                format!("{}{mark} {name}", " ".repeat(usize::from(*depth)))
            }
            Entry::Column { id, depth } => {
                format!(
                    "{}{}",
                    " ".repeat(usize::from(*depth)),
                    table.catalog().column(*id).title()
                )
            }
        };
        chooser.entries().iter().map(name).collect()
    }

    fn some() -> RunTable {
        let metrics = [
            ("val/loss", 1.0),
            ("val/acc", 1.0),
            ("loss", 1.0),
            ("odd/one", 1.0),
        ];
        table(vec![run("a", &metrics, &[("lr", "1")])])
    }

    #[test]
    fn keys_that_begin_alike_stand_together_and_fold() {
        let table = some();
        let mut chooser = Chooser::of(&table);
        chooser.toggle_fold(0, &table);
        assert_eq!(
            names(&chooser, &table)[..8],
            [
                "▸ attributes",
                "▾ metrics",
                " ▾ metrics.val/",
                "  val/acc",
                "  val/loss",
                " loss",
                " odd/one",
                "▾ params"
            ]
        );
        chooser.toggle_fold(2, &table);
        assert_eq!(
            names(&chooser, &table)[1..4],
            ["▾ metrics", " ▸ metrics.val/", " loss"]
        );
        assert_eq!(chooser.ids_at(2).len(), 2);
    }

    #[test]
    fn a_few_letters_find_a_key_wherever_it_stands() {
        let table = some();
        let mut chooser = Chooser::of(&table);
        chooser.find("vlo", &table);
        assert_eq!(names(&chooser, &table), ["val/loss"]);
        chooser.find("", &table);
        assert!(chooser.entries().len() > 8);
    }
}
