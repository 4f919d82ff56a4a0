//! Runs below the runs they are nested in.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Line;
use super::cells::Slot;

/// Levels that are indented; a run nested more deeply stands at the last.
const DEEPEST: u16 = 32;

/// The lines of a tree. `rows` are sorted; so are the runs below each other. A run whose parent is not listed stands at
/// the root, and so does one of a ring of runs that name each other.
pub(super) fn lines(rows: &[Slot], parents: &FxHashMap<Slot, Slot>, folded: &FxHashSet<Slot>) -> Vec<Line> {
    let listed: FxHashSet<Slot> = rows.iter().copied().collect();
    let mut children: FxHashMap<Slot, Vec<Slot>> = FxHashMap::default();
    let mut roots = Vec::new();
    for &slot in rows {
        match parents
            .get(&slot)
            .filter(|&&parent| parent != slot && listed.contains(&parent))
        {
            Some(&parent) => children.entry(parent).or_default().push(slot),
            None => roots.push(slot),
        }
    }
    let mut walk = Walk {
        children: &children,
        folded,
        seen: FxHashSet::default(),
        lines: Vec::with_capacity(rows.len()),
    };
    roots.into_iter().for_each(|root| walk.descend(root));
    if walk.seen.len() < rows.len() {
        // What is left names each other in a ring.
        rows.iter().for_each(|&slot| walk.descend(slot));
    }
    walk.lines
}

struct Walk<'a> {
    children: &'a FxHashMap<Slot, Vec<Slot>>,
    folded: &'a FxHashSet<Slot>,
    seen: FxHashSet<Slot>,
    lines: Vec<Line>,
}

impl Walk<'_> {
    fn descend(&mut self, root: Slot) {
        let mut waiting = vec![(root, 0, true)];
        while let Some((slot, depth, is_shown)) = waiting.pop() {
            if !self.seen.insert(slot) {
                continue;
            }
            let children = self.children.get(&slot).map_or(&[][..], Vec::as_slice);
            let is_folded = self.folded.contains(&slot);
            if is_shown {
                self.lines.push(Line::Run {
                    slot,
                    depth,
                    n_children: children.len() as u32,
                    is_folded,
                });
            }
            let below = |&child: &Slot| (child, (depth + 1).min(DEEPEST), is_shown && !is_folded);
            waiting.extend(children.iter().rev().map(below));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{child, column, listed, run, table};
    use super::super::{Nesting, RunTable};
    use crate::run_cell::{Direction, RunSort};

    fn tree() -> RunTable {
        table(vec![
            child("c2", "p", &[("acc", 0.9)]),
            run("q", &[("acc", 0.2)], &[]),
            child("g", "c1", &[("acc", 0.1)]),
            child("c1", "p", &[("acc", 0.5)]),
            run("p", &[("acc", 0.3)], &[]),
            child("orphan", "elsewhere", &[]),
        ])
    }

    #[test]
    fn runs_stand_below_the_runs_they_are_nested_in_and_orphans_at_the_root() {
        let mut table = tree();
        assert_eq!(listed(&table), ["q", "p", ">c2", ">c1", ">>g", "orphan"]);
        table.toggle_fold(1);
        assert_eq!(listed(&table), ["q", "p", "orphan"]);
        table.fold_all();
        assert_eq!(listed(&table).len(), 6);
        table.fold_all();
        assert_eq!(listed(&table), ["q", "p", "orphan"]);
    }

    #[test]
    fn who_sorts_wants_the_best_first_unless_the_tree_is_asked_for() {
        let mut table = tree();
        let sort = vec![RunSort {
            column: column("metrics.acc"),
            direction: Direction::Descending,
        }];
        table.change(|settings| settings.sort = sort);
        assert_eq!(listed(&table), ["c2", "c1", "p", "q", "g", "orphan"]);
        table.change(|settings| settings.nesting = Nesting::Always);
        assert_eq!(listed(&table), ["p", ">c2", ">c1", ">>g", "q", "orphan"]);
        table.change(|settings| settings.nesting = Nesting::Never);
        assert_eq!(listed(&table)[0], "c2");
    }

    #[test]
    fn runs_that_name_each_other_in_a_ring_are_all_listed_once() {
        let table = table(vec![
            child("a", "b", &[]),
            child("b", "a", &[]),
            child("self", "self", &[]),
            run("r", &[], &[]),
        ]);
        let mut ids = listed(&table);
        assert_eq!(ids, ["self", "r", "a", ">b"]);
        ids.dedup();
        assert_eq!(ids.len(), 4);
    }

    #[test]
    fn a_very_deep_tree_is_listed_whole() {
        let deep = (0..5_000).map(|n| child(&format!("{n}"), &format!("{}", n + 1), &[]));
        assert_eq!(table(deep.collect()).n_lines(), 5_000);
    }
}
