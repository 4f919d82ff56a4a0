//! How a table is wanted, as a value that an address can hold: only what differs from how a table is at first.
//!
//! It says the same as [`Settings`], marks apart, by the names of columns; a name that ends in `*` means all that begin
//! so. The rules of what an action does to it are those of the table itself: the table takes the wish up, is acted on,
//! and tells what is wanted then.

use std::collections::BTreeMap;

use flowdeck_client::RunId;
use flowdeck_client::tracking::Goal;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::settings::{Delta, Nesting, Settings, Statistic};
use super::{Anchor, ColumnId, RunTable};
use crate::run_cell::{Direction, RunSort};
use crate::run_column::RunColumn;

/// Columns up to which they are all named once one of them is moved.
const MOST_NAMED: usize = 400;

/// How a table is wanted.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TableWish {
    /// Words that runs must have.
    pub find: String,
    /// What it is sorted by, the first first.
    pub sort: Vec<WishedSort>,
    /// What it is grouped by.
    pub group_by: Vec<String>,
    /// What a group says of a metric, as [`Statistic::word`] spells it; empty for the mean.
    pub statistic: String,
    /// `always` or `never`; empty for nested as long as nothing is sorted or found.
    pub nesting: String,
    /// Whether columns in which all runs are the same are left out.
    pub only_differing: bool,
    /// Which values are good, `min` or `max`, by name of the metric.
    pub goals: BTreeMap<String, String>,
    /// Id of the run that others are held against.
    pub baseline: Option<String>,
    /// What is said beside it: `percent` or `none`; empty for both.
    pub delta: String,
    /// The columns to show, in order; empty for those that a table shows at first.
    pub columns: Vec<String>,
    /// Columns to show beside them.
    pub shown: Vec<String>,
    /// Columns to leave out.
    pub hidden: Vec<String>,
    /// Columns that stay at the left.
    pub pinned: Vec<String>,
    /// Ids of runs below which everything is left out.
    pub folded_runs: Vec<String>,
    /// Groups of which the runs are left out, by what they have in common.
    pub folded_groups: Vec<Vec<String>>,
}

/// A column that a table is sorted by.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WishedSort {
    /// Its name.
    pub column: String,
    /// Whether the greatest stands first.
    pub descending: bool,
}

/// Whether a name is meant by one that may end in `*`.
fn is_meant(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

impl RunTable {
    /// Arranges the table as wanted. What is named and not known is passed over.
    pub fn be(&mut self, wish: &TableWish) {
        let known = |names: &[String]| -> Vec<RunColumn> {
            names
                .iter()
                .filter_map(|name| RunColumn::parse(name).ok())
                .collect()
        };
        let learn = |table: &mut Self, columns: Vec<RunColumn>| -> Vec<ColumnId> {
            columns
                .into_iter()
                .map(|column| table.data.catalog.learn_column(column))
                .collect()
        };
        let chosen = learn(self, known(&wish.columns));
        let pinned = learn(self, known(&wish.pinned));
        let catalog = &self.data.catalog;
        let mut settings = settings_of(wish);
        if chosen.is_empty() {
            settings.layout.follow(catalog);
            pinned.iter().for_each(|id| settings.layout.toggle_pin(*id));
        } else {
            settings.layout.choose(&chosen, &pinned, catalog);
        }
        for (patterns, is_shown) in [(&wish.shown, true), (&wish.hidden, false)] {
            if !patterns.is_empty() {
                let meant = |id: &ColumnId| {
                    let name = catalog.column(*id).to_string();
                    patterns.iter().any(|pattern| is_meant(pattern, &name))
                };
                let ids: Vec<ColumnId> = catalog.ids().filter(meant).collect();
                settings.layout.show(&ids, is_shown);
            }
        }
        let runs = wish
            .folded_runs
            .iter()
            .filter_map(|id| self.data.slot(&RunId::from(id.as_str())));
        let folded_runs: FxHashSet<_> = runs.collect();
        let folded_groups: FxHashSet<_> = wish.folded_groups.iter().cloned().collect();
        let is_same = self.settings == settings
            && self.find == wish.find
            && self.folded_runs == folded_runs
            && self.folded_groups == folded_groups;
        if is_same {
            return;
        }
        self.settings = settings;
        self.find.clone_from(&wish.find);
        (self.folded_runs, self.folded_groups) = (folded_runs, folded_groups);
        self.arrange();
    }

    /// What is wanted of it but for its columns, which stay as `before` has them.
    pub fn wish(&self, before: &TableWish) -> TableWish {
        let settings = &self.settings;
        let sort = settings.sort.iter().map(|by| WishedSort {
            column: by.column.to_string(),
            descending: by.direction == Direction::Descending,
        });
        let goals = settings.goals.iter().map(|(column, goal)| {
            let word = match goal {
                Goal::Min => "min",
                Goal::Max => "max",
            };
            (column.to_string(), word.to_owned())
        });
        let mut folded_runs: Vec<_> = self.folded_runs.iter().collect();
        folded_runs.sort_unstable();
        let mut folded_groups: Vec<_> = self.folded_groups.iter().cloned().collect();
        folded_groups.sort_unstable();
        TableWish {
            sort: sort.collect(),
            group_by: settings.group_by.iter().map(ToString::to_string).collect(),
            statistic: match settings.statistic {
                Statistic::Mean => String::new(),
                statistic => statistic.word().to_owned(),
            },
            nesting: match settings.nesting {
                Nesting::InStoreOrder => "",
                Nesting::Always => "always",
                Nesting::Never => "never",
            }
            .to_owned(),
            only_differing: settings.only_differing,
            goals: goals.collect(),
            baseline: settings.baseline.as_ref().map(ToString::to_string),
            delta: match settings.delta {
                Delta::Both => "",
                Delta::Percent => "percent",
                Delta::None => "none",
            }
            .to_owned(),
            folded_runs: folded_runs
                .into_iter()
                .map(|slot| self.info(*slot).id.to_string())
                .collect(),
            folded_groups,
            ..before.clone()
        }
    }

    /// The line of a run that is listed.
    pub fn line_of_run(&self, id: &str) -> Option<usize> {
        self.line_of(&Anchor::Run(self.slot(&id.into())?))
    }

    /// What the runs of a group have in common, by the columns it is grouped by.
    pub fn group_key(&self, group: usize) -> &[String] {
        &self.groups[group].key
    }

    /// The runs of a group, in the order of the table.
    pub fn group_runs(&self, group: usize) -> &[super::Slot] {
        &self.groups[group].rows
    }

    /// The names of all columns that are shown, unless they are too many to name.
    pub fn named_columns(&self) -> Option<Vec<String>> {
        let name = |id: &ColumnId| self.data.catalog.column(*id).to_string();
        (self.shown.len() <= MOST_NAMED).then(|| self.shown.iter().map(name).collect())
    }
}

impl TableWish {
    /// Shows a column, or all whose names begin so where it ends in `*`.
    pub fn show(&mut self, name: &str) {
        self.hidden
            .retain(|pattern| pattern != name && !is_meant(name, pattern));
        if !self.columns.is_empty() && !name.ends_with('*') {
            self.columns.push(name.to_owned());
        } else if !self.shown.iter().any(|pattern| pattern == name) {
            self.shown.push(name.to_owned());
        }
    }

    /// Leaves a column out, or all whose names begin so.
    pub fn hide(&mut self, name: &str) {
        self.shown
            .retain(|pattern| pattern != name && !is_meant(name, pattern));
        self.pinned.retain(|pinned| !is_meant(name, pinned));
        let n_before = self.columns.len();
        self.columns.retain(|column| !is_meant(name, column));
        if self.columns.len() == n_before && !self.hidden.iter().any(|pattern| pattern == name) {
            self.hidden.push(name.to_owned());
        }
    }

    /// Lets a column stay at the left, or no longer.
    pub fn toggle_pin(&mut self, name: &str) {
        if self.pinned.iter().any(|pinned| pinned == name) {
            self.pinned.retain(|pinned| pinned != name);
        } else {
            self.pinned.push(name.to_owned());
        }
    }
}

fn settings_of(wish: &TableWish) -> Settings {
    let columns = |names: &[String]| {
        names
            .iter()
            .filter_map(|name| RunColumn::parse(name).ok())
            .collect()
    };
    let sort = wish.sort.iter().filter_map(|by| {
        Some(RunSort {
            column: RunColumn::parse(&by.column).ok()?,
            direction: if by.descending {
                Direction::Descending
            } else {
                Direction::Ascending
            },
        })
    });
    let goals = wish.goals.iter().filter_map(|(name, goal)| {
        let goal = match goal.as_str() {
            "min" => Goal::Min,
            "max" => Goal::Max,
            _ => return None,
        };
        Some((RunColumn::parse(name).ok()?, goal))
    });
    let statistics = [Statistic::Min, Statistic::Max, Statistic::Count, Statistic::Range];
    let statistic = statistics
        .into_iter()
        .find(|statistic| statistic.word() == wish.statistic);
    Settings {
        sort: sort.collect(),
        group_by: columns(&wish.group_by),
        statistic: statistic.unwrap_or_default(),
        nesting: match wish.nesting.as_str() {
            "always" => Nesting::Always,
            "never" => Nesting::Never,
            _ => Nesting::InStoreOrder,
        },
        only_differing: wish.only_differing,
        goals: goals.collect(),
        baseline: wish.baseline.as_deref().map(Into::into),
        delta: delta_of(&wish.delta),
        ..Settings::default()
    }
}

/// What is said beside a baseline, by its word.
pub(crate) fn delta_of(word: &str) -> Delta {
    match word {
        "percent" => Delta::Percent,
        "none" => Delta::None,
        _ => Delta::Both,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, listed, run, table};
    use super::*;

    fn some() -> RunTable {
        table(vec![
            run("a", &[("val/loss", 0.3), ("val/acc", 0.9)], &[("lr", "1")]),
            run("b", &[("val/loss", 0.1), ("val/acc", 0.5)], &[("lr", "2")]),
        ])
    }

    fn titles(table: &RunTable) -> Vec<&str> {
        table
            .shown()
            .iter()
            .map(|id| table.catalog().column(*id).title())
            .collect()
    }

    #[test]
    fn a_table_acted_on_tells_a_wish_that_makes_another_table_the_same() {
        let mut one = some();
        one.sort_by(&column("metrics.val/loss"));
        one.sort_also_by(&column("params.lr"));
        one.toggle_baseline(0);
        one.change(|settings| {
            settings.statistic = Statistic::Range;
            settings.only_differing = true;
        });
        let wish = one.wish(&TableWish::default());
        let mut other = some();
        other.be(&wish);
        assert_eq!(other.wish(&TableWish::default()), wish);
        assert_eq!(listed(&other), listed(&one));
        assert_eq!(wish.baseline.as_deref(), Some("a"));
        other.be(&TableWish::default());
        assert_eq!(listed(&other), ["a", "b"]);
    }

    #[test]
    fn columns_are_shown_and_hidden_by_the_start_of_their_names() {
        let mut table = some();
        let mut wish = TableWish::default();
        wish.hide("metrics.val/*");
        table.be(&wish);
        assert!(!titles(&table).contains(&"val/acc"));
        wish.show("metrics.val/*");
        wish.hide("metrics.val/acc");
        table.be(&wish);
        assert!(titles(&table).contains(&"val/loss") && !titles(&table).contains(&"val/acc"));
        wish.toggle_pin("params.lr");
        table.be(&wish);
        assert_eq!(titles(&table)[..2], ["Run", "lr"]);
        wish.columns = vec!["metrics.val/acc".to_owned(), "status".to_owned()];
        wish.hidden.clear();
        wish.shown.clear();
        wish.pinned.clear();
        table.be(&wish);
        assert_eq!(titles(&table), ["Run", "val/acc", "Status"]);
    }
}
