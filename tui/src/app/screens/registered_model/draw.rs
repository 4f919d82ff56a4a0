use flowdeck_surface::client::registry::RegisteredModel;
use flowdeck_surface::clock::Clock;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::registry::{ModelLine, VersionLine};
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::RegisteredModelPage;
use crate::app::context::Look;
use crate::app::viewer::block::{Block, Told};
use crate::app::viewer::draw_foot;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::{Pieces, put};

/// From this width on both panes stand side by side.
const BOTH: u16 = 110;

/// Widths of the columns of the number and the time.
const NUMBER: u16 = 7;
const CREATED: u16 = 11;

impl RegisteredModelPage {
    fn below(body: Rect) -> Rect {
        Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        }
    }

    fn versions_frame(&self, body: Rect) -> Option<Rect> {
        let below = Self::below(body);
        if below.width < BOTH {
            return (!self.is_about).then_some(below);
        }
        let width = below.width * 13 / 20;
        Some(Rect { width, ..below })
    }

    pub(super) fn about_frame(&self, body: Rect) -> Option<Rect> {
        let below = Self::below(body);
        if below.width < BOTH {
            return self.is_about.then_some(below);
        }
        let left = below.width * 13 / 20;
        Some(Rect {
            x: below.x + left,
            width: below.width - left,
            ..below
        })
    }

    pub(super) fn about_area(&self, body: Rect) -> Rect {
        let frame = self.about_frame(body);
        frame.map_or(Rect::ZERO, |frame| frame.inner(Margin::new(1, 1)))
    }

    /// Versions that are in view at once.
    pub(super) fn height(&self, body: Rect) -> usize {
        let frame = self.versions_frame(body).unwrap_or(Self::below(body));
        Table::height(frame.inner(Margin::new(1, 1)))
    }

    pub(super) fn draw_page(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        self.summary(look).draw(line, buf);
        if let Some(frame) = self.versions_frame(area) {
            self.draw_versions(frame, buf, look);
        }
        if let Some(frame) = self.about_frame(area) {
            self.draw_about(frame, buf, look);
        }
    }

    fn summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let mut summary = Pieces::new();
        let Some((model, _)) = self.told.shown() else {
            return summary;
        };
        let muted = look.theme.tone(Tone::Muted);
        let line = ModelLine::of(model);
        if line.latest.is_empty() {
            summary.add("no version yet", muted);
        } else {
            summary.add(format!("latest {}", line.latest), look.theme.heading());
        }
        for (word, number, tone) in [
            ("Production", &line.production, Tone::Good),
            ("Staging", &line.staging, Tone::Active),
        ] {
            if !number.is_empty() {
                summary
                    .add(" · ", muted)
                    .add(format!("{word} {number}"), look.theme.tone(tone));
            }
        }
        if !line.aliases.is_empty() {
            summary
                .add(" · ", muted)
                .add(line.aliases, look.theme.tone(Tone::Accent));
        }
        if !self.marked.is_empty() {
            let marked = format!("{} marked", format::count(self.marked.len()));
            summary
                .add(" · ", muted)
                .add(marked, look.theme.tone(Tone::Accent));
        }
        summary
    }

    fn draw_versions(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(" Versions ", look.theme.heading());
        if self.told.shown().is_some() {
            title.add(
                format!("{} ", format::count(self.lines.len())),
                look.theme.tone(Tone::Muted),
            );
        }
        if !self.find.is_empty() {
            title.add(format!("/{} ", self.find), look.theme.tone(Tone::Warning));
        }
        let inner = draw_frame(frame, &title, !self.is_about, buf, look);
        match (self.told.shown(), self.told.failure()) {
            (None, Some(failure)) => return Message::failed(&Notice::of(failure)).draw(inner, buf, look),
            (None, None) => return Message::quiet("Reading …", None).draw(inner, buf, look),
            (Some(_), _) if self.rows.is_empty() && !self.find.is_empty() => {
                return Message::quiet("No version has these words.", None).draw(inner, buf, look);
            }
            (Some(_), _) if self.rows.is_empty() => {
                let hint = "M on the page of a run or a logged model registers one.";
                return Message::quiet("It has no version yet.", Some(hint)).draw(inner, buf, look);
            }
            (Some(_), _) => {}
        }
        self.draw_table(inner, buf, look);
    }

    fn draw_table(&self, inner: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let widest = |of: &dyn Fn(&VersionLine) -> usize, least: usize, most: usize| {
            let widest = self.lines.iter().map(of).max().unwrap_or(0);
            if widest == 0 {
                0
            } else {
                widest.clamp(least, most) as u16
            }
        };
        let stage = widest(&|line| width_cells(&line.stage), 5, 10);
        let aliases = widest(&|line| width_cells(&line.aliases), 7, 24);
        let status = widest(&|line| width_cells(&line.status.word) + 2, 7, 16);
        let by = widest(&|line| width_cells(&line.by), 2, 12);
        let columns = [
            ("Version", NUMBER, true),
            ("Stage", stage, false),
            ("Aliases", aliases, false),
            ("Status", status, false),
            ("Created", CREATED, false),
            ("By", by, false),
        ];
        let used: u16 = columns
            .iter()
            .filter(|(_, width, _)| *width > 0)
            .map(|(_, width, _)| width + GAP)
            .sum();
        let rest = inner.width.saturating_sub(used + 2);
        let description = if rest >= 8 {
            widest(
                &|line| width_cells(&line.description),
                11,
                usize::from(rest.max(11)),
            )
        } else {
            0
        };
        let mut all = columns.to_vec();
        all.push(("Description", description, false));
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
                0 => TableCell::new(line.version.as_str(), Tone::Plain),
                1 => TableCell::new(line.stage.as_str(), line.stage_tone),
                2 => TableCell::new(line.aliases.as_str(), Tone::Accent),
                3 => TableCell::new(
                    format!("{} {}", line.status.symbol, line.status.word),
                    line.status.tone,
                ),
                4 => {
                    let created = line.created.map(|at| look.clock.compact(at, look.now));
                    TableCell::new(created.unwrap_or_default(), Tone::Muted)
                }
                5 => TableCell::new(line.by.as_str(), Tone::Muted),
                _ => TableCell::new(line.description.as_str(), Tone::Muted),
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor,
            has_focus: !self.is_about,
            cell: &cell,
        };
        table.draw(inner, buf, look);
        let in_view = self
            .rows
            .iter()
            .skip(self.cursor.first)
            .take(Table::height(inner));
        for (offset, &row) in in_view.enumerate() {
            if self.marked.contains(&self.lines[row].version) {
                let y = inner.y + 1 + offset as u16;
                put(buf, inner.x, y, "●", 1, look.theme.tone(Tone::Accent));
            }
        }
    }

    fn draw_about(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(format!(" {} ", self.name), look.theme.heading());
        let inner = draw_frame(frame, &title, self.is_about, buf, look);
        if self.told.shown().is_none() {
            return;
        }
        self.about.draw(inner, self.is_about, buf, look);
        draw_foot(&self.about, frame, inner, "", buf, look);
    }
}

/// What is known of a model: its description, when it was made, its aliases, its tags.
pub(super) fn about(model: &RegisteredModel, clock: &Clock) -> Vec<Block> {
    let mut blocks = Vec::new();
    match model
        .description
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    {
        Some(text) => blocks.push(Block::Markdown(text.to_owned())),
        None => blocks.push(Block::remark(
            "There is no description. `E` writes one, in Markdown.",
        )),
    }
    let mut told = Vec::new();
    for (label, at) in [
        ("Created", model.creation_timestamp),
        ("Changed", model.last_updated_timestamp),
    ] {
        told.extend(at.map(|at| Told::new(label, clock.date_time(at))));
    }
    if !told.is_empty() {
        blocks.push(Block::heading("Times"));
        blocks.push(Block::Facts(told));
    }
    if !model.aliases.is_empty() {
        let aliases = model.aliases.iter();
        blocks.push(Block::heading("Aliases"));
        blocks.push(Block::Facts(
            aliases
                .map(|alias| Told::new(format!("@{}", alias.alias), format!("version {}", alias.version)))
                .collect(),
        ));
    }
    if !model.tags.is_empty() {
        let tags = model.tags.iter();
        blocks.push(Block::heading("Tags"));
        blocks.push(Block::pairs(
            tags.map(|tag| (tag.key.as_str(), tag.value.as_str())),
        ));
    }
    blocks
}
