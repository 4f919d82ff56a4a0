//! The lists of the page and what stands in them.

use std::borrow::Cow;

use flowdeck_surface::client::artifact::ArtifactKind;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::format;
use flowdeck_surface::run_overview::{Fact, facts};
use flowdeck_surface::text::{fitted_key, has_words, width_cells};
use flowdeck_surface::ticks::short_count;
use flowdeck_surface::tone::Tone;

use super::RunPage;
use super::places::Places;
use crate::app::context::Cx;
use crate::app::widgets::cursor::Cursor;
use crate::app::widgets::table::TableCell;

/// A list of the page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum List {
    /// Latest values.
    Metrics,
    /// Params.
    Params,
    /// Tags.
    Tags,
    /// What else is worth knowing.
    Info,
    /// Artifacts.
    Files,
}

impl List {
    /// All of them, from left to right.
    pub(super) const ALL: [Self; 5] = [Self::Metrics, Self::Params, Self::Tags, Self::Info, Self::Files];

    /// What it is called.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Metrics => "Metrics",
            Self::Params => "Params",
            Self::Tags => "Tags",
            Self::Info => "Info",
            Self::Files => "Files",
        }
    }

    /// The list so many places to the side, going round.
    pub(super) fn beside(self, by: isize) -> Self {
        let n_lists = Self::ALL.len() as isize;
        Self::ALL[(self as isize + by).rem_euclid(n_lists) as usize]
    }
}

/// One row of a list: what it is, and what it says.
pub(super) struct Row<'a> {
    pub(super) label: Cow<'a, str>,
    pub(super) text: Cow<'a, str>,
    pub(super) tone: Tone,
}

impl<'a> Row<'a> {
    fn plain(label: impl Into<Cow<'a, str>>, text: impl Into<Cow<'a, str>>) -> Self {
        Self {
            label: label.into(),
            text: text.into(),
            tone: Tone::Plain,
        }
    }

    fn of_fact(fact: Fact) -> Self {
        Self {
            label: fact.label.into(),
            text: fact.text.into(),
            tone: fact.tone,
        }
    }
}

impl RunPage {
    pub(super) fn cursor(&self) -> Cursor {
        self.cursors[self.list as usize]
    }

    pub(super) fn cursor_mut(&mut self) -> &mut Cursor {
        &mut self.cursors[self.list as usize]
    }

    /// Rows of the list that are in view at once.
    pub(super) fn height(&self, cx: &Cx<'_>) -> usize {
        self.places(cx)
            .list_rows()
            .map_or(1, |rows| usize::from(rows.height))
    }

    /// Shows another list.
    pub(super) fn show_list(&mut self, list: List, cx: &mut Cx<'_>) {
        self.list = list;
        if list == List::Files {
            self.ask_files(cx);
        }
        self.arrange(cx);
    }

    /// Finds the rows of the list in view that have the wanted words.
    pub(super) fn arrange(&mut self, cx: &Cx<'_>) {
        let n_all = self.n_entries(self.list);
        let find = self.find.as_str();
        let rows = (0..n_all).filter(|&entry| {
            let has = |row: &Row<'_>| has_words(find, [&*row.label, &*row.text].into_iter());
            find.is_empty() || self.entry(entry, &Clock::utc()).as_ref().is_some_and(has)
        });
        self.rows = rows.collect();
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        self.cursor_mut().keep_in_view(n_rows, height);
    }

    /// Arranges anew after the run changed; the selected metric stays selected wherever it stands now.
    pub(super) fn keep_selection(&mut self, cx: &Cx<'_>) {
        let shown = self.chart.key().cloned();
        self.arrange(cx);
        if self.list != List::Metrics {
            return;
        }
        let metrics = &self.known().metrics;
        let place = self
            .rows
            .iter()
            .position(|&entry| Some(&metrics[entry].key) == shown.as_ref());
        let (n_rows, height) = (self.rows.len(), self.height(cx));
        if let Some(place) = place {
            self.cursor_mut().select(place, n_rows, height);
        }
    }

    /// How many entries a list has in all.
    pub(super) fn n_entries(&self, list: List) -> usize {
        let run = self.known();
        match list {
            List::Metrics => run.metrics.len(),
            List::Params => run.params.len(),
            List::Tags => run.tags.len(),
            List::Info => facts(run, &Clock::utc()).len(),
            List::Files => self.files.n_entries(),
        }
    }

    /// An entry of the list in view.
    pub(super) fn entry(&self, entry: usize, clock: &Clock) -> Option<Row<'_>> {
        let run = self.known();
        match self.list {
            List::Metrics => run.metrics.get(entry).map(|metric| Row {
                label: metric.key.as_str().into(),
                text: format::exact(metric.value).into(),
                tone: if metric.value.is_finite() {
                    Tone::Plain
                } else {
                    Tone::Warning
                },
            }),
            List::Params => run
                .params
                .get(entry)
                .map(|param| Row::plain(param.key.as_str(), param.value.as_str())),
            List::Tags => run
                .tags
                .get(entry)
                .map(|tag| Row::plain(tag.key.as_str(), tag.value.as_str())),
            List::Info => facts(run, clock).into_iter().nth(entry).map(Row::of_fact),
            List::Files => self.file_row(entry),
        }
    }

    fn file_row(&self, entry: usize) -> Option<Row<'_>> {
        let Some(entry) = self.files.entry(entry)? else {
            return Some(Row::plain("../", ""));
        };
        Some(match entry.kind {
            ArtifactKind::Directory => Row {
                label: format!("{}/", entry.path.name()).into(),
                text: "".into(),
                tone: Tone::Accent,
            },
            ArtifactKind::File { size_bytes } => Row {
                label: entry.path.name().into(),
                text: size_bytes.map(format::size).unwrap_or_default().into(),
                tone: Tone::Muted,
            },
        })
    }

    /// The cell of an entry in a column of the list in view.
    pub(super) fn cell(&self, entry: usize, column: usize, width: u16, clock: &Clock) -> TableCell<'_> {
        if self.list == List::Metrics {
            let Some(metric) = self.known().metrics.get(entry) else {
                return TableCell::default();
            };
            return match column {
                0 => TableCell::new(fitted_key(metric.key.as_str(), usize::from(width)), Tone::Plain),
                1 => {
                    let tone = if metric.value.is_finite() {
                        Tone::Plain
                    } else {
                        Tone::Warning
                    };
                    TableCell::new(format::number(metric.value, 10), tone)
                }
                _ => TableCell::new(short_count(metric.step as f64), Tone::Muted),
            };
        }
        let Some(row) = self.entry(entry, clock) else {
            return TableCell::default();
        };
        match (column, self.list) {
            (0, List::Info) => TableCell::new(row.label, Tone::Muted),
            (0, List::Files) => TableCell::new(
                row.label,
                if row.tone == Tone::Accent {
                    Tone::Accent
                } else {
                    Tone::Plain
                },
            ),
            (0, _) => TableCell::new(row.label, Tone::Plain),
            _ => TableCell::new(row.text, row.tone),
        }
    }

    /// The widest label of the list in view, in cells.
    pub(super) fn widest_label(&self, clock: &Clock) -> usize {
        let entries = self.rows.iter().take(500);
        entries
            .filter_map(|&entry| self.entry(entry, clock))
            .map(|row| width_cells(&row.label))
            .max()
            .unwrap_or(0)
    }

    /// The list whose title stands at a cell of the upper edge.
    pub(super) fn list_at(&self, column: u16, places: &Places) -> Option<List> {
        let mut x = places.list?.x + 3;
        List::ALL.into_iter().find(|list| {
            let width = width_cells(&self.tab(*list, places)) as u16;
            let is_here = (x..x + width).contains(&column);
            x += width + 1;
            is_here
        })
    }

    /// The title of a list in the upper edge, with how much it holds where there is room.
    pub(super) fn tab(&self, list: List, places: &Places) -> String {
        let is_roomy = places.list.is_some_and(|list| list.width >= 52);
        match list {
            List::Metrics | List::Params | List::Tags if is_roomy => {
                format!("{} {}", list.title(), format::count(self.n_entries(list)))
            }
            _ => list.title().to_owned(),
        }
    }
}
