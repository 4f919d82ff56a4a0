use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::{Experiment, Lifecycle};
use flowdeck_surface::experiment_row::{is_own_tag, run_count, state, tags};
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
use crate::app::widgets::text::{Pieces, put};

/// Widths of the columns behind the name.
const RUNS: u16 = 7;
const STATE: u16 = 19;
const LAST: u16 = 13;
const TAGS: u16 = 28;
const NOTE: u16 = 36;
const ID: u16 = 20;
/// Widths of the screen from which on there is room for tags, and for notes.
const WIDE: u16 = 110;
const WIDER: u16 = 140;

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
        if !self.marked.is_empty() {
            line.add(" · ", muted).add(
                format!("{} marked", format::count(self.marked.len())),
                look.theme.tone(Tone::Accent),
            );
        }
        if !self.filter.is_empty() {
            line.add(" · filter ", muted)
                .add(&self.filter, look.theme.tone(Tone::Accent));
        }
        if !self.find.is_empty() {
            line.add(" · with ", muted)
                .add(&self.find, look.theme.tone(Tone::Accent));
        }
        line
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let is_any_listed = self.list.shown().is_some_and(|listing| !listing.items.is_empty());
        let message = match (self.filter.is_empty(), self.view) {
            _ if is_any_listed => {
                Message::quiet("No experiment has these words.", Some("Esc shows all of them."))
            }
            (false, _) => Message::quiet(
                "No experiment passes this filter.",
                Some("f changes it, Esc takes it back."),
            ),
            (_, View::Deleted) => Message::quiet("No experiment was deleted.", Some("v goes on to all.")),
            _ => Message::quiet(
                "There is no experiment in this store yet.",
                Some("The first run that a training script logs makes one; c creates one now."),
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
        // Where there is little room, the id matters more.
        let has_tags = area.width >= WIDE
            && self
                .rows
                .iter()
                .any(|&row| items[row].tags.iter().any(is_own_tag));
        let has_notes = area.width >= WIDER && self.rows.iter().any(|&row| items[row].note().is_some());
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
            column("Tags", if has_tags { TAGS } else { 0 }, false),
            column("Note", if has_notes { NOTE } else { 0 }, false),
            column("ID", ID, false),
        ];
        // What nobody has takes no room.
        let shown: Vec<usize> = (0..columns.len())
            .filter(|&place| columns[place].width > 0)
            .collect();
        let columns: Vec<_> = shown.iter().map(|&place| columns[place].clone()).collect();
        let cell = |row: usize, column: usize| {
            let experiment = &items[self.rows[row]];
            let activity = self.activity(&experiment.id);
            match shown[column] {
                0 => TableCell::new(experiment.name.as_str(), name_tone(experiment)),
                1 => match activity {
                    Some(activity) if self.is_counted(&experiment.id) => {
                        TableCell::new(run_count(activity), Tone::Plain)
                    }
                    _ => TableCell::default(),
                },
                2 => {
                    let (text, tone) = state(experiment, activity);
                    TableCell::new(text, tone)
                }
                3 => match activity.and_then(|activity| activity.last) {
                    Some(last) => TableCell::new(look.clock.compact(last, look.now), Tone::Muted),
                    None => TableCell::default(),
                },
                4 => TableCell::new(tags(experiment), Tone::Plain),
                5 => TableCell::new(experiment.note().unwrap_or_default(), Tone::Muted),
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
        let height = Table::height(area);
        for (offset, &row) in self.rows.iter().skip(self.cursor.first).take(height).enumerate() {
            if self.marked.contains(&items[row].id) {
                let y = area.y + 1 + offset as u16;
                put(buf, area.x, y, "●", 1, look.theme.tone(Tone::Accent));
            }
        }
    }
}

fn name_tone(experiment: &Experiment) -> Tone {
    match experiment.lifecycle {
        Lifecycle::Active => Tone::Plain,
        Lifecycle::Deleted => Tone::Muted,
    }
}
