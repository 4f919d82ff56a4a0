use flowdeck_surface::client::port::View;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::PipelineRunLine;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{ORDERS, PipelineRuns};
use crate::app::context::{Cx, Look};
use crate::app::pipelines::columns::{Wish, fit};
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{Table, TableCell};
use crate::app::widgets::text::Pieces;

const COLUMNS: &[Wish] = &[
    Wish {
        title: "Run",
        least: 18,
        most: 48,
        is_right: false,
        rank: 0,
    },
    Wish {
        title: "State",
        least: 11,
        most: 11,
        is_right: false,
        rank: 1,
    },
    Wish {
        title: "Tasks",
        least: 7,
        most: 9,
        is_right: true,
        rank: 5,
    },
    Wish {
        title: "Took",
        least: 7,
        most: 8,
        is_right: true,
        rank: 4,
    },
    Wish {
        title: "Made",
        least: 11,
        most: 11,
        is_right: false,
        rank: 3,
    },
    Wish {
        title: "Summary",
        least: 18,
        most: 120,
        is_right: false,
        rank: 2,
    },
];

impl PipelineRuns {
    fn table_area(body: Rect) -> Rect {
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
            (None, None) => Message::quiet("Asking the server of pipelines …", None).draw(below, buf, look),
            (Some(_), _) if self.rows.is_empty() => self.draw_empty(below, buf, look),
            (Some(_), _) => self.draw_table(below, buf, look),
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'_> {
        let muted = look.theme.tone(Tone::Muted);
        let accent = look.theme.tone(Tone::Accent);
        let mut line = Pieces::new();
        if let Some(lines) = self.list.shown() {
            let n_all = lines.len();
            let more = if self.next.is_some() || self.list.is_asking() {
                "+"
            } else {
                ""
            };
            let counted = match self.rows.len() {
                n_rows if n_rows < n_all => {
                    format!("{} of {}{more}", format::count(n_rows), format::count(n_all))
                }
                _ => format!("{}{more}", format::count(n_all)),
            };
            let noun = if n_all == 1 { "run" } else { "runs" };
            line.add(format!("{counted} {noun}"), look.theme.heading());
        }
        match self.view {
            View::Active => {}
            View::Deleted => drop(line.add(" · archived", look.theme.tone(Tone::Warning))),
            View::All => drop(line.add(" · archived and not", muted)),
        }
        if self.schedule.is_some() {
            line.add(" · of the schedule", muted);
        }
        if !self.filter.is_empty() {
            line.add(" · filter ", muted).add(&self.filter, accent);
        }
        if !self.find.is_empty() {
            line.add(" · with ", muted).add(&self.find, accent);
        }
        if !self.marked.is_empty() {
            line.add(format!(" · {} marked", self.marked.len()), accent);
        }
        if self.list.shown().is_some() {
            line.add(format!(" · {}", ORDERS[self.order].2), muted);
        }
        line
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let message = if !self.find.is_empty() {
            Message::quiet("No run here has these words.", Some("Esc shows all of them."))
        } else if !self.filter.is_empty() {
            Message::quiet(
                "No run passes this filter.",
                Some("f changes it, Esc takes it back."),
            )
        } else if self.view == View::Deleted {
            Message::quiet("No run is archived.", Some("v shows those that are not."))
        } else {
            Message::quiet(
                "There is no run here yet.",
                Some("c on a pipeline starts one: `:pipelines`."),
            )
        };
        message.draw(area, buf, look);
    }

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let lines = self.lines();
        let height = Table::height(area);
        // Of thousands only those near the view are measured, in steps, so that columns stand still while it scrolls.
        let step = height.max(1) * 4;
        let begin = self.cursor.first / step * step;
        let mut widest = vec![0; COLUMNS.len()];
        for &row in self.rows.iter().skip(begin).take(step + height) {
            for (column, width) in widest.iter_mut().enumerate() {
                *width = (*width).max(width_cells(&cell(&lines[row], column, look).text));
            }
        }
        if !self.marked.is_empty() {
            widest[0] += 2;
        }
        let shown = fit(COLUMNS, &widest, area.width);
        let columns: Vec<_> = shown.iter().map(|(_, column)| column.clone()).collect();
        let in_table = |row: usize, column: usize| {
            let (line, place) = (&lines[self.rows[row]], shown[column].0);
            match place {
                0 if self.marked.contains(&line.id) => {
                    TableCell::new(format!("● {}", line.name), Tone::Accent)
                }
                _ => cell(line, place, look),
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: true,
            cell: &in_table,
        };
        table.draw(area, buf, look);
    }
}

fn cell<'a>(line: &'a PipelineRunLine, column: usize, look: &Look<'_>) -> TableCell<'a> {
    match column {
        0 if line.is_archived => TableCell::new(line.name.as_str(), Tone::Muted),
        0 => TableCell::new(line.name.as_str(), Tone::Plain),
        1 => TableCell::new(
            format!("{} {}", line.badge.symbol, line.badge.word),
            line.badge.tone,
        ),
        2 => {
            let tasks = line.progress.map(|(over, all)| format!("{over}/{all}"));
            TableCell::new(tasks.unwrap_or_default(), Tone::Plain)
        }
        3 => {
            let took = line.took_by(look.now).map(format::duration);
            TableCell::new(took.unwrap_or_default(), Tone::Plain)
        }
        4 => {
            let made = line.created_at.map(|at| look.clock.compact(at, look.now));
            TableCell::new(made.unwrap_or_default(), Tone::Muted)
        }
        _ => TableCell::new(line.summary.as_str(), Tone::Muted),
    }
}
