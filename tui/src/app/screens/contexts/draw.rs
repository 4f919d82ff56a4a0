use std::path::Path;

use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Contexts;
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// Widths of the columns beside the place: the marks, the longest name, the sign-in, what may be done.
const MARKS: u16 = 3;
const NAME: u16 = 24;
const SIGN_IN: u16 = 44;
const SIGN_IN_NARROW: u16 = 20;
const LIMITS: u16 = 10;

/// On a terminal narrower than this, the sign-in gives way to the place.
const NARROW: u16 = 110;

impl Contexts {
    /// Where the table stands in the body: below one line that sums up.
    pub(super) fn table_area(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    pub(super) fn draw_list(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(1),
            ..area
        };
        self.summary(look).draw(line, buf);
        let below = Self::table_area(area);
        match (self.read.shown(), self.read.failure()) {
            (_, Some(failure)) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
            (None, None) => Message::quiet("Reading the configuration …", None).draw(below, buf, look),
            (Some(_), _) if self.lines.is_empty() && !self.find.is_empty() => {
                Message::quiet("No context has these words.", None).draw(below, buf, look);
            }
            (Some(_), _) if self.lines.is_empty() => Message::quiet(
                "No context is configured yet.",
                Some("a adds one: where its runs are, and how one signs in there."),
            )
            .draw(below, buf, look),
            (Some(_), _) => self.draw_table(below, buf, look),
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'_> {
        let mut line = Pieces::new();
        let muted = look.theme.tone(Tone::Muted);
        if let Some((_, name)) = &self.opening {
            line.add(format!("Opening {name} …"), look.theme.tone(Tone::Active))
                .add(" Esc stays here", muted);
            return line;
        }
        if let Some(wrong) = self.selected().filter(|line| line.tone == Tone::Bad) {
            let path = self.read.shown().and_then(|read| read.contexts.config.path());
            let directory = path
                .and_then(Path::parent)
                .map(|dir| format!("{}/", dir.display()));
            // What is wrong counts for more than where the file lies.
            let text = wrong.place.replace(directory.as_deref().unwrap_or("\0"), "");
            line.add(text, look.theme.tone(Tone::Bad));
            return line;
        }
        if let Some(read) = self.read.shown() {
            let noun = if self.all.len() == 1 {
                "context"
            } else {
                "contexts"
            };
            line.add(format!("{} {noun}", self.all.len()), look.theme.heading());
            if !self.find.is_empty() {
                let found = format!("  /{} · {} found", self.find, self.lines.len());
                line.add(found, look.theme.tone(Tone::Warning));
            }
            if let Some(path) = read.contexts.config.path() {
                line.add(format!(" · {}", path.display()), muted);
            }
            if let [first, ..] = read.contexts.warnings.as_slice() {
                line.add(format!(" · {}", first.0), look.theme.tone(Tone::Warning));
            }
        }
        line
    }

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let column = |title: &'static str, width| TableColumn {
            title: title.into(),
            width,
            ..TableColumn::default()
        };
        let widest = |text: &dyn Fn(usize) -> usize, least: u16, most: u16| {
            let widest = (0..self.lines.len()).map(text).max().unwrap_or(0);
            (widest as u16).clamp(least, most)
        };
        let name = widest(&|row| width_cells(&self.lines[row].name), 7, NAME);
        let most = if area.width < NARROW {
            SIGN_IN_NARROW
        } else {
            SIGN_IN
        };
        let sign_in = widest(&|row| width_cells(&self.lines[row].sign_in), 7, most);
        let limits = widest(&|row| width_cells(&self.lines[row].limits), 0, 22);
        let limits = if limits > 0 { limits.max(LIMITS) } else { 0 };
        let others = MARKS + name + sign_in + limits + 4 * GAP + 2;
        let room = area.width.saturating_sub(others).max(16);
        let place = widest(&|row| width_cells(&self.lines[row].place), 12, room.max(12));
        let mut columns = vec![
            column("", MARKS),
            column("Context", name),
            column("Runs are at", place),
            column("Sign-in", sign_in),
        ];
        if limits > 0 {
            columns.push(column("Limits", limits));
        }
        let cell = |row: usize, column: usize| {
            let line = &self.lines[row];
            match column {
                0 => {
                    let open = if line.is_open { "●" } else { " " };
                    let current = if line.is_current { "*" } else { " " };
                    TableCell::new(format!("{open} {current}"), Tone::Good)
                }
                1 => TableCell::new(line.name.as_str(), line.tone),
                2 => TableCell::new(line.place.as_str(), line.tone),
                3 => TableCell::new(line.sign_in.as_str(), Tone::Muted),
                _ => TableCell::new(line.limits.as_str(), Tone::Warning),
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.lines.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }
}
