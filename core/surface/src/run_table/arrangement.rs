//! How a person arranged the table, as a value that undo goes back to.

use rustc_hash::FxHashSet;

use super::{RunTable, Settings, Slot};

/// How a person arranged the table: its settings, the words to find, marks and folds.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrangement {
    settings: Settings,
    find: String,
    marked: FxHashSet<Slot>,
    folded_runs: FxHashSet<Slot>,
    folded_groups: FxHashSet<Vec<String>>,
}

impl RunTable {
    /// How a person arranged it.
    pub fn arrangement(&self) -> Arrangement {
        Arrangement {
            settings: self.settings.clone(),
            find: self.find.clone(),
            marked: self.marked.clone(),
            folded_runs: self.folded_runs.clone(),
            folded_groups: self.folded_groups.clone(),
        }
    }

    /// Arranges it as it was. Columns that turned up since stand where they would have stood then.
    pub fn put_back(&mut self, arrangement: &Arrangement) {
        let Arrangement {
            settings,
            find,
            marked,
            folded_runs,
            folded_groups,
        } = arrangement.clone();
        (self.settings, self.find, self.marked) = (settings, find, marked);
        (self.folded_runs, self.folded_groups) = (folded_runs, folded_groups);
        self.settings.layout.follow(&self.data.catalog);
        self.arrange();
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, run, table};

    #[test]
    fn what_was_learnt_since_stays_when_the_table_is_arranged_as_it_was() {
        let mut table = table(vec![
            run("a", &[("loss", 0.3)], &[]),
            run("b", &[("loss", 0.1)], &[]),
        ]);
        let before = table.arrangement();
        table.sort_by(&column("metrics.loss"));
        table.find("run-a");
        table.toggle_mark(0);
        table.learn(&[run("c", &[("auc", 0.5)], &[])]);
        assert_ne!(table.arrangement(), before);
        table.put_back(&before);
        assert_eq!(
            (table.n_lines(), table.found_by(), table.n_marked().0),
            (2, "", 0)
        );
        let auc = table.catalog().id(&column("metrics.auc")).expect("it was learnt");
        assert!(table.shown().contains(&auc));
    }
}
