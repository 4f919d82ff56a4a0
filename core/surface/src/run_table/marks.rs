//! Marks: the runs that the next action is for. They stay through every filter, order and refresh.

use flowdeck_client::RunId;

use super::{Line, RunTable, Slot};

impl RunTable {
    /// Marks the runs of a line, or takes their marks where all have one.
    pub fn toggle_mark(&mut self, line: usize) {
        let slots = self.slots_at(line);
        let is_marked = !slots.iter().all(|slot| self.marked.contains(slot));
        for slot in slots {
            if is_marked {
                self.marked.insert(slot);
            } else {
                self.marked.remove(&slot);
            }
        }
    }

    /// Marks all runs that are listed, or takes their marks where all have one.
    pub fn mark_all(&mut self) {
        if self.rows.iter().all(|slot| self.marked.contains(slot)) {
            self.rows.iter().for_each(|slot| {
                self.marked.remove(slot);
            });
        } else {
            self.marked.extend(self.rows.iter().copied());
        }
    }

    /// Marks the runs that are listed and have no mark, and takes the marks of those that have one.
    pub fn invert_marks(&mut self) {
        for slot in &self.rows {
            if !self.marked.remove(slot) {
                self.marked.insert(*slot);
            }
        }
    }

    /// Takes all marks.
    pub fn clear_marks(&mut self) {
        self.marked.clear();
    }

    /// Whether a run is marked.
    pub fn is_marked(&self, slot: Slot) -> bool {
        self.marked.contains(&slot)
    }

    /// Whether all runs of a line are marked.
    pub fn is_line_marked(&self, line: usize) -> bool {
        let slots = self.slots_at(line);
        !slots.is_empty() && slots.iter().all(|slot| self.marked.contains(slot))
    }

    /// The runs that are marked, in the order in which they were seen first.
    pub fn marked(&self) -> Vec<Slot> {
        let mut marked: Vec<Slot> = self.marked.iter().copied().collect();
        marked.sort_unstable();
        marked
    }

    /// Marks these runs, as far as they were seen, and no others.
    pub fn mark_only<'a>(&mut self, ids: impl Iterator<Item = &'a RunId>) {
        let slots: Vec<Slot> = ids.filter_map(|id| self.slot(id)).collect();
        self.marked = slots.into_iter().collect();
    }

    /// How many runs are marked, and how many of them are listed.
    pub fn n_marked(&self) -> (usize, usize) {
        let is_listed = |slot: &&Slot| self.is_listed.get(**slot as usize).copied().unwrap_or(false);
        (self.marked.len(), self.marked.iter().filter(is_listed).count())
    }

    /// The runs that an action is for: those that are marked, in the order of the table and then those that are not
    /// listed; where none is, those of the line.
    pub fn chosen(&self, line: usize) -> Vec<Slot> {
        if self.marked.is_empty() {
            return self.slots_at(line);
        }
        let listed = self
            .rows
            .iter()
            .copied()
            .filter(|slot| self.marked.contains(slot));
        let mut chosen: Vec<Slot> = listed.collect();
        let mut others: Vec<Slot> = self.marked.iter().copied().collect();
        others.retain(|slot| !self.is_listed[*slot as usize]);
        others.sort_unstable();
        chosen.extend(others);
        chosen
    }

    /// The runs of a line: one, or those of a group.
    fn slots_at(&self, line: usize) -> Vec<Slot> {
        match self.line(line) {
            Some(Line::Run { slot, .. }) => vec![slot],
            Some(Line::Group { group, .. }) => self.groups[group].rows.clone(),
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, run, table};
    use super::super::{RunTable, Slot};

    fn some() -> RunTable {
        table(vec![
            run("a", &[("loss", 0.3)], &[("m", "x")]),
            run("b", &[("loss", 0.1)], &[("m", "y")]),
            run("c", &[("loss", 0.2)], &[("m", "x")]),
        ])
    }

    fn chosen(table: &RunTable) -> Vec<&str> {
        let ids = table.chosen(0).into_iter();
        ids.map(|slot: Slot| table.info(slot).id.as_str()).collect()
    }

    #[test]
    fn marks_stay_through_words_order_and_refresh() {
        let mut table = some();
        table.toggle_mark(0);
        table.toggle_mark(2);
        table.sort_by(&column("metrics.loss"));
        table.sort_by(&column("metrics.loss"));
        assert_eq!(chosen(&table), ["c", "a"]);
        table.find("run-c");
        assert_eq!((chosen(&table), table.n_marked()), (vec!["c", "a"], (2, 1)));
        table.find("");
        table.begin_reading(None);
        table.take(vec![run("new", &[], &[]), run("a", &[], &[])]);
        table.finish_reading();
        assert_eq!(chosen(&table), ["a", "c"]);
    }

    #[test]
    fn marks_are_taken_over_from_elsewhere() {
        let mut table = some();
        table.toggle_mark(0);
        table.mark_only(["b".into(), "gone".into()].iter());
        let ids: Vec<_> = table
            .marked()
            .iter()
            .map(|slot| table.info(*slot).id.as_str())
            .collect();
        assert_eq!(ids, ["b"]);
    }

    #[test]
    fn all_none_and_the_others() {
        let mut table = some();
        assert_eq!(chosen(&table), ["a"], "without a mark the line in hand is meant");
        table.toggle_mark(1);
        table.invert_marks();
        assert_eq!(chosen(&table), ["a", "c"]);
        table.mark_all();
        assert_eq!(table.n_marked().0, 3);
        table.mark_all();
        assert_eq!(table.n_marked().0, 0);
    }

    #[test]
    fn a_group_is_marked_as_a_whole() {
        let mut table = some();
        table.toggle_group_by(&column("params.m"));
        table.toggle_mark(0);
        assert_eq!(chosen(&table), ["a", "c"]);
        assert!(table.is_line_marked(0) && !table.is_line_marked(3));
        table.toggle_mark(0);
        assert_eq!(table.n_marked().0, 0);
    }
}
