use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::VersionPage;
use crate::app::context::Look;
use crate::app::viewer::draw_foot;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// From this width on both panes stand side by side.
const BOTH: u16 = 110;

impl VersionPage {
    fn below(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    fn facts_frame(&self, body: Rect) -> Option<Rect> {
        let below = Self::below(body);
        if below.width < BOTH {
            return (!self.is_card).then_some(below);
        }
        let width = below.width / 2;
        Some(Rect { width, ..below })
    }

    pub(super) fn card_frame(&self, body: Rect) -> Option<Rect> {
        let below = Self::below(body);
        if below.width < BOTH {
            return self.is_card.then_some(below);
        }
        let left = below.width / 2;
        Some(Rect {
            x: below.x + left,
            width: below.width - left,
            ..below
        })
    }

    pub(super) fn card_area(&self, body: Rect) -> Rect {
        let frame = self.card_frame(body);
        frame.map_or(Rect::ZERO, |frame| frame.inner(Margin::new(1, 1)))
    }

    /// Facts that are in view at once.
    pub(super) fn height(&self, body: Rect) -> usize {
        let frame = self.facts_frame(body).unwrap_or(Self::below(body));
        usize::from(frame.inner(Margin::new(1, 1)).height)
    }

    pub(super) fn draw_page(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        self.summary(look).draw(line, buf);
        if let Some(frame) = self.facts_frame(area) {
            self.draw_facts(frame, buf, look);
        }
        if let Some(frame) = self.card_frame(area) {
            self.draw_card(frame, buf, look);
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let mut line = Pieces::new();
        let wanted = ["Status", "Stage", "Aliases", "Run"];
        let facts = wanted
            .iter()
            .filter_map(|label| self.facts.iter().find(|fact| fact.label == *label));
        for (place, fact) in facts.enumerate() {
            if place > 0 {
                line.add(" · ", look.theme.tone(Tone::Muted));
            }
            let word = if fact.label == "Run" { "run " } else { "" };
            line.add(format!("{word}{}", fact.text), look.theme.tone(fact.tone));
        }
        line
    }

    fn draw_facts(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(
            format!(" {} version {} ", self.name, self.number),
            look.theme.heading(),
        );
        if !self.find.is_empty() {
            title.add(format!("/{} ", self.find), look.theme.tone(Tone::Warning));
        }
        let inner = draw_frame(frame, &title, !self.is_card, buf, look);
        if self.version.shown().is_none() {
            return match self.version.failure() {
                Some(failure) => Message::failed(&Notice::of(failure)).draw(inner, buf, look),
                None => Message::quiet("Reading …", None).draw(inner, buf, look),
            };
        }
        if self.rows.is_empty() {
            return Message::quiet("Nothing here has these words.", None).draw(inner, buf, look);
        }
        let widest = self.facts.iter().map(|fact| width_cells(&fact.label)).max();
        let label = (widest.unwrap_or(0) as u16).clamp(8, 24);
        let columns = [
            TableColumn {
                width: label,
                ..TableColumn::default()
            },
            TableColumn {
                width: inner.width.saturating_sub(label + GAP + 2),
                ..TableColumn::default()
            },
        ];
        let cell = |row: usize, column: usize| {
            let fact = &self.facts[self.rows[row]];
            match column {
                0 => TableCell::new(fact.label.as_str(), Tone::Muted),
                _ => {
                    let arrow = if fact.lineage.is_some() { " ›" } else { "" };
                    let first = fact.text.lines().next().unwrap_or_default();
                    let more = if fact.text.lines().nth(1).is_some() {
                        " …"
                    } else {
                        ""
                    };
                    TableCell::new(format!("{first}{more}{arrow}"), fact.tone)
                }
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: !self.is_card,
            cell: &cell,
        };
        table.draw_rows(inner, buf, look);
    }

    fn draw_card(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(" MLmodel ", look.theme.heading());
        let inner = draw_frame(frame, &title, self.is_card, buf, look);
        match (self.card.shown(), self.card.failure()) {
            (Some(viewer), _) => {
                viewer.draw(inner, self.is_card, buf, look);
                draw_foot(viewer, frame, inner, "", buf, look);
            }
            (None, Some(failure)) => {
                let notice = Notice::of(failure);
                Message::quiet(&notice.sentence, notice.hint.as_deref()).draw(inner, buf, look);
            }
            (None, None) => Message::quiet("Reading …", None).draw(inner, buf, look),
        }
    }
}
