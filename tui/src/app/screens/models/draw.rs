use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry::ModelLine;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Models;
use crate::app::context::{Cx, Look};
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// Widths of the columns of numbers and of the time.
const LATEST: u16 = 6;
const PRODUCTION: u16 = 10;
const STAGING: u16 = 7;
const CHANGED: u16 = 11;
/// The narrowest name.
const NAME: u16 = 16;
/// From this width on there is room for tags, and for descriptions.
const WIDE: u16 = 110;
const WIDER: u16 = 140;

impl Models {
    /// Where the table stands in the body: below one line that sums up.
    pub(super) fn table_area(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    pub(super) fn height(cx: &Cx<'_>) -> usize {
        Table::height(Self::table_area(cx.body))
    }

    pub(super) fn draw_list(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(1),
            ..area
        };
        self.summary(look).draw(line, buf);
        let below = Self::table_area(area);
        match (self.list.shown(), self.list.failure()) {
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(below, buf, look),
            (None, None) => Message::quiet("Reading the registry …", None).draw(below, buf, look),
            (Some(_), _) if self.rows.is_empty() => self.draw_empty(below, buf, look),
            (Some(_), _) => self.draw_table(below, buf, look),
        }
    }

    fn noun(&self, n: usize) -> &'static str {
        match (self.prompts, n) {
            (true, 1) => "prompt",
            (true, _) => "prompts",
            (false, 1) => "registered model",
            (false, _) => "registered models",
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
            line.add(format!("{counted} {}", self.noun(n_all)), look.theme.heading());
            if listing.more {
                line.add(" · more are in the store: f narrows them", muted);
            }
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
        let message = match self.prompts {
            _ if !self.find.is_empty() => {
                Message::quiet("Nothing here has these letters.", Some("Esc shows all of them."))
            }
            _ if !self.filter.is_empty() => Message::quiet(
                "Nothing passes this filter.",
                Some("f changes it, Esc takes it back."),
            ),
            true => Message::quiet(
                "There is no prompt in this registry yet.",
                Some("MLflow 3 registers them with `mlflow.genai.register_prompt`."),
            ),
            false => Message::quiet(
                "There is no registered model in this registry yet.",
                Some("c makes one; M on the page of a run or a logged model registers a version."),
            ),
        };
        message.draw(area, buf, look);
    }

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let lines = || self.rows.iter().map(|&row| &self.lines[row]);
        let widest = |of: fn(&ModelLine) -> &str, least: u16, most: u16| {
            let widest = lines().map(|line| width_cells(of(line))).max().unwrap_or(0);
            match widest {
                0 => 0,
                widest => (widest as u16).clamp(least, most),
            }
        };
        let (has_stages, is_wide) = (!self.prompts, area.width >= WIDE);
        let aliases = widest(|line| &line.aliases, 7, if is_wide { 32 } else { 14 });
        let tags = if is_wide {
            widest(|line| &line.tags, 4, 30)
        } else {
            0
        };
        let description = if area.width >= WIDER {
            widest(|line| &line.description, 11, 40)
        } else {
            0
        };
        let mut all = vec![
            ("Latest", LATEST, true),
            ("Production", if has_stages { PRODUCTION } else { 0 }, true),
            ("Staging", if has_stages { STAGING } else { 0 }, true),
            ("Aliases", aliases, false),
            ("Tags", tags, false),
            ("Description", description, false),
            ("Changed", CHANGED, false),
        ];
        let behind: u16 = all
            .iter()
            .filter(|(_, width, _)| *width > 0)
            .map(|(_, width, _)| width + GAP)
            .sum();
        let name = widest(|line| &line.name, NAME, 60).min(area.width.saturating_sub(behind + 2).max(NAME));
        let title = if self.prompts { "Prompt" } else { "Model" };
        all.insert(0, (title, name, false));
        // What nobody has takes no room.
        let shown: Vec<usize> = (0..all.len()).filter(|&place| all[place].1 > 0).collect();
        let columns: Vec<_> = shown
            .iter()
            .map(|&place| TableColumn {
                title: all[place].0.into(),
                width: all[place].1,
                is_right: all[place].2,
                ..TableColumn::default()
            })
            .collect();
        let cell = |row: usize, column: usize| {
            let line = &self.lines[self.rows[row]];
            match shown[column] {
                0 => TableCell::new(line.name.as_str(), Tone::Plain),
                1 => TableCell::new(line.latest.as_str(), Tone::Plain),
                2 => TableCell::new(line.production.as_str(), Tone::Good),
                3 => TableCell::new(line.staging.as_str(), Tone::Active),
                4 => TableCell::new(line.aliases.as_str(), Tone::Accent),
                5 => TableCell::new(line.tags.as_str(), Tone::Plain),
                6 => TableCell::new(line.description.as_str(), Tone::Muted),
                _ => {
                    let changed = line.changed.map(|at| look.clock.compact(at, look.now));
                    TableCell::new(changed.unwrap_or_default(), Tone::Muted)
                }
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
