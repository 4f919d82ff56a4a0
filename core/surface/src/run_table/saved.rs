//! A view of the table as it is saved and taken up again.

use flowdeck_client::saved_views::{SavedSort, SavedView};
use flowdeck_client::tracking::Goal;

use super::settings::{Delta, Nesting, Settings, Statistic};
use super::{ColumnId, RunTable};
use crate::run_cell::{Direction, RunSort};
use crate::run_column::RunColumn;

impl RunTable {
    /// How the table is now, under a name; what a store judges (filter, view) the caller adds.
    pub fn saved(&self, name: &str) -> SavedView {
        let settings = &self.settings;
        let name_of = |id: &ColumnId| self.catalog().column(*id).to_string();
        let layout = &settings.layout;
        let shown = layout.shown(self.catalog());
        let widths = layout.order().iter();
        let mut goals: Vec<_> = settings
            .goals
            .iter()
            .map(|(column, goal)| (column.to_string(), word(*goal).to_owned()))
            .collect();
        goals.sort();
        let mut sparklines: Vec<_> = settings.sparklines.iter().map(ToString::to_string).collect();
        sparklines.sort();
        SavedView {
            name: name.to_owned(),
            find: self.find.clone(),
            columns: shown.map(|id| name_of(&id)).collect(),
            pinned: layout
                .order()
                .iter()
                .filter(|id| layout.is_pinned(**id))
                .map(name_of)
                .collect(),
            widths: widths
                .filter_map(|id| Some((name_of(id), layout.width(*id)?)))
                .collect(),
            sort: settings.sort.iter().map(saved_sort).collect(),
            group_by: settings.group_by.iter().map(ToString::to_string).collect(),
            statistic: settings.statistic.word().to_owned(),
            nesting: match settings.nesting {
                Nesting::InStoreOrder => "in_store_order",
                Nesting::Always => "always",
                Nesting::Never => "never",
            }
            .to_owned(),
            only_differing: settings.only_differing,
            goals: goals.into_iter().collect(),
            sparklines,
            baseline: settings.baseline.as_ref().map(ToString::to_string),
            delta: match settings.delta {
                Delta::Both => "both",
                Delta::Percent => "percent",
                Delta::None => "none",
            }
            .to_owned(),
            ..SavedView::default()
        }
    }

    /// Takes a saved view up. What it names and this version does not know is passed over.
    pub fn take_up(&mut self, view: &SavedView) {
        let mut ids = |names: &[String]| -> Vec<ColumnId> {
            let columns = names.iter().filter_map(|name| RunColumn::parse(name).ok());
            columns
                .map(|column| self.data.catalog.learn_column(column))
                .collect()
        };
        let (shown, pinned) = (ids(&view.columns), ids(&view.pinned));
        let widths: Vec<_> = view
            .widths
            .iter()
            .flat_map(|(name, width)| ids(std::slice::from_ref(name)).into_iter().map(|id| (id, *width)))
            .collect();
        let catalog = self.data.catalog.clone();
        self.find.clone_from(&view.find);
        self.change(|settings| {
            let mut taken_up = settings_of(view);
            taken_up.layout.choose(&shown, &pinned, &catalog);
            for (id, width) in widths {
                taken_up.layout.set_width(id, width);
            }
            *settings = taken_up;
        });
        self.arrange();
    }
}

fn settings_of(view: &SavedView) -> Settings {
    let columns = |names: &[String]| -> Vec<RunColumn> {
        names
            .iter()
            .filter_map(|name| RunColumn::parse(name).ok())
            .collect()
    };
    let goals = view.goals.iter().filter_map(|(name, goal)| {
        let goal = match goal.as_str() {
            "min" => Goal::Min,
            "max" => Goal::Max,
            _ => return None,
        };
        Some((RunColumn::parse(name).ok()?, goal))
    });
    let mut statistic = Statistic::default();
    while statistic.word() != view.statistic && statistic.next() != Statistic::default() {
        statistic = statistic.next();
    }
    if statistic.word() != view.statistic {
        statistic = Statistic::default();
    }
    Settings {
        sort: view.sort.iter().filter_map(run_sort).collect(),
        group_by: columns(&view.group_by),
        statistic,
        nesting: match view.nesting.as_str() {
            "always" => Nesting::Always,
            "never" => Nesting::Never,
            _ => Nesting::InStoreOrder,
        },
        only_differing: view.only_differing,
        goals: goals.collect(),
        sparklines: columns(&view.sparklines).into_iter().collect(),
        baseline: view.baseline.as_deref().map(Into::into),
        delta: match view.delta.as_str() {
            "percent" => Delta::Percent,
            "none" => Delta::None,
            _ => Delta::Both,
        },
        ..Settings::default()
    }
}

const fn word(goal: Goal) -> &'static str {
    match goal {
        Goal::Min => "min",
        Goal::Max => "max",
    }
}

fn saved_sort(sort: &RunSort) -> SavedSort {
    SavedSort {
        column: sort.column.to_string(),
        descending: sort.direction == Direction::Descending,
    }
}

fn run_sort(sort: &SavedSort) -> Option<RunSort> {
    Some(RunSort {
        column: RunColumn::parse(&sort.column).ok()?,
        direction: if sort.descending {
            Direction::Descending
        } else {
            Direction::Ascending
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, listed, run, table};
    use super::*;

    fn some() -> RunTable {
        table(vec![
            run("a", &[("loss", 0.1), ("acc", 1.0)], &[("lr", "1")]),
            run("b", &[("loss", 0.3), ("acc", 2.0)], &[("lr", "2")]),
        ])
    }

    #[test]
    fn a_saved_view_is_taken_up_as_it_was_and_can_be_taken_back() {
        let mut table = some();
        let id = |table: &RunTable, name| table.catalog().id(&column(name)).expect("a column");
        table.sort_by(&column("metrics.loss"));
        table.sort_also_by(&column("params.lr"));
        table.toggle_group_by(&column("params.lr"));
        let (loss, acc, status) = (
            id(&table, "metrics.loss"),
            id(&table, "metrics.acc"),
            id(&table, "status"),
        );
        table.step_goal(acc);
        table.toggle_pin(loss);
        table.set_width(acc, 30);
        table.show(&[status], false);
        table.toggle_baseline(1);
        table.change(|settings| {
            settings.statistic = Statistic::Range;
            settings.nesting = Nesting::Never;
            settings.delta = Delta::Percent;
            settings.sparklines.insert(column("metrics.loss"));
        });
        let saved = table.saved("mine");
        let mut other = some();
        let before = other.arrangement();
        other.take_up(&saved);
        assert_eq!(listed(&other), listed(&table));
        assert_eq!(other.shown(), table.shown());
        assert_eq!(other.saved("mine"), saved);
        other.put_back(&before);
        assert_eq!(listed(&other), ["a", "b"]);
    }

    #[test]
    fn what_a_view_names_and_nobody_has_is_shown_empty_and_what_is_no_column_is_passed_over() {
        let mut table = some();
        let view = SavedView {
            name: "odd".to_owned(),
            columns: vec!["metrics.gone".to_owned(), "no such thing".to_owned()],
            statistic: "median".to_owned(),
            ..SavedView::default()
        };
        table.take_up(&view);
        let shown = table.shown().iter().map(|id| table.catalog().column(*id).title());
        assert_eq!(shown.collect::<Vec<_>>(), ["Run", "gone"]);
        assert_eq!(table.n_lines(), 2);
    }
}
