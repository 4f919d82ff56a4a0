//! Many charts side by side, one for each metric, with one cursor and one stretch for all of them.

use flowdeck_surface::client::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::{fitted, fitted_key, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::ChartPane;
use super::draw::inset;
use super::layout::{Cell, Layout};
use super::panel::Panel;
use super::plot::{Stress, has_room};
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::text::{Pieces, put, put_right};

/// Cells of a curve's name in the legend of a grid: as many as there is room for, between these.
const NAME: (u16, u16) = (20, 40);

impl ChartPane {
    pub(super) fn draw_grid(&self, area: Rect, layout: &Layout, buf: &mut Buffer, look: &Look<'_>) {
        if layout.cells.is_empty() {
            return Message::quiet(self.word_for_nothing(), None).draw(area, buf, look);
        }
        let mut in_hand = None;
        for cell in &layout.cells {
            let panel = self.panel_in(&self.keys_of(*cell), cell.plot, look);
            self.draw_cell(&panel, *cell, buf, look);
            if cell.index == self.selected {
                in_hand = Some(panel);
            }
        }
        let Some(panel) = in_hand else { return };
        self.draw_names(&panel, layout.legend, buf, look);
        self.grid_footer(&panel, layout, look)
            .draw(inset(layout.footer), buf);
    }

    fn draw_cell(&self, panel: &Panel<'_>, cell: Cell, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_title_of(panel, cell, buf, look);
        if panel.x.is_some() && has_room(cell.plot) {
            return self.draw_plot(panel, cell.plot, buf, look);
        }
        let entries = || panel.curves.iter().filter_map(|curve| curve.entry);
        let failure = entries().find_map(|entry| entry.failure.as_ref());
        if let Some(failure) = failure {
            let notice = Notice::of(failure);
            return Message::failed(&notice).draw(cell.plot, buf, look);
        }
        let is_awaited = entries().count() < panel.curves.len() || entries().any(|entry| !entry.is_whole());
        let sentence = if is_awaited {
            "Reading points …"
        } else {
            "No points."
        };
        Message::quiet(sentence, None).draw(cell.plot, buf, look);
    }

    /// The metric, and the value at the cursor, else the latest: of the only curve, or of the one in focus.
    fn draw_title_of(&self, panel: &Panel<'_>, cell: Cell, buf: &mut Buffer, look: &Look<'_>) {
        let is_in_hand = cell.index == self.selected;
        let Some(key) = self.keys.get(cell.index) else {
            return;
        };
        let told = match panel.curves.as_slice() {
            [curve] => Some(curve),
            curves => curves.iter().find(|curve| curve.stress == Stress::Focused),
        };
        let value = told.and_then(|curve| match curve.readout {
            Some(readout) => Some(format::number(readout.point.value, 12)),
            None => Some(format::number(curve.entry?.history.summary().last?.value, 10)),
        });
        let value = value.unwrap_or_default();
        let area = cell.title;
        let room = usize::from(area.width).saturating_sub(width_cells(&value) + 4);
        let style = if is_in_hand {
            look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD)
        } else {
            look.theme.heading()
        };
        let mark = if is_in_hand { "▸" } else { " " };
        put(buf, area.x, area.y, mark, 1, look.theme.tone(Tone::Accent));
        put(
            buf,
            area.x + 2,
            area.y,
            &fitted_key(key.as_str(), room),
            room,
            style,
        );
        let tone = if self.view.cursor().is_some() {
            Tone::Warning
        } else {
            Tone::Muted
        };
        let style = look.theme.tone(tone);
        put_right(
            buf,
            area.x,
            area.y,
            &value,
            usize::from(area.width.saturating_sub(1)),
            style,
        );
    }

    /// Which colour is which run.
    fn draw_names(&self, panel: &Panel<'_>, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if area.is_empty() {
            return;
        }
        let each = area.width / u16::try_from(panel.curves.len()).unwrap_or(u16::MAX).max(1);
        let name = each.clamp(NAME.0, NAME.1);
        let n_columns = (area.width / name).max(1);
        let room = usize::from(n_columns * area.height);
        for (place, curve) in panel.curves.iter().take(room).enumerate() {
            let (column, row) = (place as u16 % n_columns, place as u16 / n_columns);
            let (x, y) = (area.x + column * name, area.y + row);
            let (own, text) = match curve.stress {
                Stress::Dimmed => (look.theme.faint_curve(curve.colour), look.theme.tone(Tone::Muted)),
                Stress::Usual => (look.theme.curve(curve.colour), look.theme.tone(Tone::Plain)),
                Stress::Focused => (look.theme.focused_curve(curve.colour), look.theme.heading()),
            };
            let is_last = place + 1 == room && panel.curves.len() > room;
            if is_last {
                let text = format!("and {} more", panel.curves.len() - place);
                put(
                    buf,
                    x + 1,
                    y,
                    &text,
                    usize::from(name) - 2,
                    look.theme.tone(Tone::Muted),
                );
                return;
            }
            let mut letter = [0; 4];
            let symbol = curve.symbol.unwrap_or('━').encode_utf8(&mut letter);
            put(buf, x + 1, y, symbol, 1, own);
            let room = usize::from(name) - 4;
            put(buf, x + 3, y, &fitted(&curve.name, room), room, text);
        }
    }

    fn grid_footer(&self, panel: &Panel<'_>, layout: &Layout, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        if let (Some(x), Some(at)) = (panel.x, self.view.cursor()) {
            let text = format!("{}   ", x.written(at, look.clock));
            line.add(text, look.theme.tone(Tone::Warning));
        }
        let first = layout.cells.first().map_or(0, |cell| cell.index) + 1;
        let last = layout.cells.last().map_or(0, |cell| cell.index) + 1;
        let n_keys = format::count(self.keys.len());
        line.add(format!("charts {first}–{last} of {n_keys}"), muted);
        if layout.cells.len() < self.keys.len() {
            line.add("   PgUp PgDn turn the page", muted);
        }
        let n_missing = look.histories.n_missing();
        if n_missing > 0 {
            let text = format!("   reading {n_missing} …");
            line.add(text, look.theme.tone(Tone::Active));
        }
        line
    }
}
