use flowdeck_surface::activity::Activity;
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::{Experiment, Lifecycle};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Experiments;
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// Widths of the columns behind the name: runs, state, last activity, id.
const RUNS: u16 = 7;
const STATE: u16 = 19;
const LAST: u16 = 13;
const ID: u16 = 20;

impl Experiments {
    pub(super) fn draw_list(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.summary(look).draw(
            Rect {
                x: area.x + 1,
                width: area.width.saturating_sub(1),
                ..area
            },
            buf,
        );
        let below = Self::table_area(area);
        match (self.list.shown(), self.failure()) {
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
            (None, None) => Message::quiet("Reading experiments …", None).draw(below, buf, look),
            (Some(_), _) if self.rows.is_empty() => self.draw_empty(below, buf, look),
            (Some(listing), _) => self.draw_table(&listing.items, below, buf, look),
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'_> {
        let mut line = Pieces::new();
        let muted = look.theme.tone(Tone::Muted);
        if let Some(listing) = self.list.shown() {
            let n_all = listing.items.len();
            let counted = match self.rows.len() {
                n_rows if n_rows < n_all => format!("{} of {}", format::count(n_rows), format::count(n_all)),
                _ => format::count(n_all),
            };
            let noun = if n_all == 1 { "experiment" } else { "experiments" };
            line.add(format!("{counted} {noun}"), look.theme.heading())
                .add(" · ", muted);
        }
        let view = match self.view {
            View::Active => "active",
            View::Deleted => "deleted",
            View::All => "active and deleted",
        };
        line.add(view, muted);
        if !self.find.is_empty() {
            line.add(" · with ", muted)
                .add(&self.find, look.theme.tone(Tone::Accent));
        }
        line
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let message = match (self.find.is_empty(), self.view) {
            (false, _) => Message::quiet("No experiment has these words.", Some("Esc shows all of them.")),
            (_, View::Deleted) => Message::quiet("No experiment was deleted.", Some("v goes on to all.")),
            _ => Message::quiet(
                "There is no experiment in this store yet.",
                Some("The first run that a training script logs makes one; it will appear here."),
            ),
        };
        message.draw(area, buf, look);
    }

    fn draw_table(&self, items: &[Experiment], area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let column = |title: &'static str, width, is_right| TableColumn {
            title: title.into(),
            width,
            is_right,
            is_in_hand: false,
        };
        let behind = RUNS + STATE + LAST + 3 * GAP + 2;
        let longest = self.rows.iter().map(|&row| width_cells(&items[row].name));
        let name = (longest.max().unwrap_or(0) as u16).clamp(12, 60);
        let columns = [
            column(
                "Experiment",
                name.min(area.width.saturating_sub(behind).max(12)),
                false,
            ),
            column("Runs", RUNS, true),
            column("State", STATE, false),
            column("Last activity", LAST, false),
            column("ID", ID, false),
        ];
        let cell = |row: usize, column: usize| {
            let experiment = &items[self.rows[row]];
            let activity = self.activities.shown().and_then(|all| all.of(&experiment.id));
            let is_counted = self.activities.shown().is_some_and(|all| all.is_complete);
            match column {
                0 => TableCell::new(experiment.name.as_str(), name_tone(experiment)),
                1 => match activity {
                    Some(activity) if is_counted => {
                        TableCell::new(format::count(activity.n_runs), Tone::Plain)
                    }
                    _ => TableCell::default(),
                },
                2 => state(experiment, activity),
                3 => match activity.and_then(|activity| activity.last) {
                    Some(last) => TableCell::new(look.clock.compact(last, look.now), Tone::Muted),
                    None => TableCell::default(),
                },
                _ => TableCell::new(experiment.id.as_str(), Tone::Muted),
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }
}

fn name_tone(experiment: &Experiment) -> Tone {
    match experiment.lifecycle {
        Lifecycle::Active => Tone::Plain,
        Lifecycle::Deleted => Tone::Muted,
    }
}

/// Whether it was deleted, else what goes on and what failed in it.
fn state(experiment: &Experiment, activity: Option<Activity>) -> TableCell<'static> {
    if experiment.lifecycle == Lifecycle::Deleted {
        return TableCell::new("deleted", Tone::Muted);
    }
    let Some(activity) = activity else {
        return TableCell::default();
    };
    let part = |number: usize, word: &str| (number > 0).then(|| format!("{number} {word}"));
    let (running, failed) = (
        part(activity.n_running, "running"),
        part(activity.n_failed, "failed"),
    );
    let tone = match (&running, &failed) {
        (Some(_), _) => Tone::Active,
        (None, Some(_)) => Tone::Bad,
        (None, None) => Tone::Muted,
    };
    let text: Vec<_> = [running, failed].into_iter().flatten().collect();
    TableCell::new(text.join(", "), tone)
}
