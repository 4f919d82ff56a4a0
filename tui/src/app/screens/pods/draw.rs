use flowdeck_surface::client::Failure;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pods::{EventLine, PodOrder, container_lines};
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Pods;
use crate::app::cluster::Of;
use crate::app::context::Look;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::{Pieces, put, wrapped};

/// From this height on there is room for what the selected pod consists of.
const TALL: u16 = 16;

/// Widths of the columns that have one.
const READY: u16 = 5;
const RESTARTS: u16 = 8;
const AGE: u16 = 11;

/// The narrowest and the widest of the others.
const NAME: (u16, u16) = (16, 48);
const STATE: (u16, u16) = (7, 20);
const NODE: (u16, u16) = (4, 24);
const NAMESPACE: (u16, u16) = (9, 28);

/// From this width on there is room for nodes.
const WIDE: u16 = 100;

impl Pods {
    /// Where the table stands, and what is below it.
    fn parts(body: Rect) -> (Rect, Option<Rect>) {
        let below = Rect {
            y: body.y + 1.min(body.height),
            height: body.height.saturating_sub(1),
            ..body
        };
        if below.height < TALL {
            return (below, None);
        }
        let foot = (below.height / 3).clamp(6, 16);
        let table = Rect {
            height: below.height - foot,
            ..below
        };
        let pane = Rect {
            y: table.bottom(),
            height: foot,
            ..below
        };
        (table, Some(pane))
    }

    pub(super) fn height(&self, body: Rect) -> usize {
        Table::height(Self::parts(body).0)
    }

    pub(super) fn draw_page(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let line = Rect {
            x: area.x + 1,
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        self.draw_summary(line, buf, look);
        let (above, pane) = Self::parts(area);
        if let (false, Some(failure)) = (self.table.is_known(), self.trouble()) {
            return Message::failed(&Notice::of(failure)).draw(above, buf, look);
        }
        if !self.table.is_known() {
            return Message::quiet("Asking the cluster for its pods …", None).draw(above, buf, look);
        }
        if self.table.n_rows() == 0 {
            self.draw_empty(above, buf, look);
        } else {
            self.draw_table(above, buf, look);
        }
        if let Some(pane) = pane {
            self.draw_pane(pane, buf, look);
        }
    }

    /// Why nothing is shown, or nothing newer.
    fn trouble(&self) -> Option<&Failure> {
        self.failure.as_ref().or(self.table.interruption())
    }

    /// `in team-a`, `in all namespaces`.
    fn place(&self) -> String {
        match (&self.namespace, &self.of) {
            (Some(Some(namespace)), _) | (None, Of::Namespace(namespace)) => format!("in {namespace}"),
            (Some(None), _) | (None, Of::All) => "in all namespaces".to_owned(),
            (None, _) => String::new(),
        }
    }

    fn draw_summary(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut line = Pieces::new();
        let muted = look.theme.tone(Tone::Muted);
        if self.table.is_known() {
            let n_pods = self.table.n_pods();
            let word = if n_pods == 1 { "pod" } else { "pods" };
            let counted = match self.table.n_rows() {
                n_rows if n_rows < n_pods => {
                    format!("{} of {}", format::count(n_rows), format::count(n_pods))
                }
                _ => format::count(n_pods),
            };
            line.add(format!("{counted} {word} {}", self.place()), look.theme.heading());
            let summary = self.table.summary();
            if !summary.is_empty() {
                line.add(format!(" · {summary}"), muted);
            }
            if self.table.order() != PodOrder::Name {
                line.add(format!(" · by {}", self.table.order().word()), muted);
            }
        } else {
            line.add(format!("Pods {}", self.place()), look.theme.heading());
        }
        if !self.table.wanted().is_empty() {
            line.add(" · with ", muted)
                .add(self.table.wanted(), look.theme.tone(Tone::Accent));
        }
        let (word, tone) = match self.trouble() {
            Some(_) if self.watching.is_some() => ("broken off, trying again", Tone::Warning),
            Some(_) => ("not watched", Tone::Warning),
            None if self.table.is_known() => ("live", Tone::Good),
            None => ("", Tone::Muted),
        };
        let mut right = Pieces::new();
        right.add(word, look.theme.tone(tone));
        let room = usize::from(area.width);
        if line.width() + right.width() + 2 <= room {
            right.draw_right(area, buf);
        }
        line.draw(area, buf);
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if !self.table.wanted().is_empty() {
            return Message::quiet("No pod here has these words.", Some("Esc shows all of them."))
                .draw(area, buf, look);
        }
        let sentence = match &self.namespace {
            Some(Some(namespace)) => format!("There is no pod in namespace {namespace}."),
            _ => "There is no pod.".to_owned(),
        };
        Message::quiet(&sentence, Some("n goes to the namespaces.")).draw(area, buf, look);
    }

    fn draw_table(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let lines = || (0..self.table.n_rows()).filter_map(|row| self.table.line(row));
        let is_wide = area.width >= WIDE;
        let shows_namespaces = matches!(self.namespace, Some(None));
        let namespace = widest(
            lines().map(|line| line.namespace.as_str()),
            NAMESPACE,
            shows_namespaces,
        );
        let state = widest(lines().map(|line| line.state.as_str()), STATE, true);
        let node = widest(lines().map(|line| line.node.as_str()), NODE, is_wide);
        let has_reasons = lines().any(|line| !line.reason.is_empty());
        let fixed: u16 = [namespace, READY, state, RESTARTS, AGE, node]
            .iter()
            .filter(|width| **width > 0)
            .map(|width| width + GAP)
            .sum();
        let room = area.width.saturating_sub(fixed + 2);
        let longest = widest(lines().map(|line| line.name.as_str()), NAME, true);
        let name = if has_reasons {
            longest.min((room * 3 / 5).max(NAME.0))
        } else {
            longest.min(room.max(NAME.0))
        };
        let reason = if has_reasons {
            room.saturating_sub(name + GAP)
        } else {
            0
        };
        let all = [
            ("Namespace", namespace, false),
            ("Pod", name, false),
            ("Ready", READY, true),
            ("State", state, false),
            ("Restarts", RESTARTS, true),
            ("Made", AGE, false),
            ("Node", node, false),
            ("Reason", reason, false),
        ];
        let shown: Vec<usize> = (0..all.len()).filter(|&place| all[place].1 > 0).collect();
        let columns: Vec<TableColumn<'_>> = shown
            .iter()
            .map(|&place| TableColumn {
                title: all[place].0.into(),
                width: all[place].1,
                is_right: all[place].2,
                ..TableColumn::default()
            })
            .collect();
        let cell = |row: usize, column: usize| {
            let Some(line) = self.table.line(row) else {
                return TableCell::default();
            };
            match shown[column] {
                0 => TableCell::new(line.namespace.as_str(), Tone::Muted),
                1 => TableCell::new(line.name.as_str(), Tone::Plain),
                2 => TableCell::new(line.ready.as_str(), Tone::Plain),
                3 => TableCell::new(line.state.as_str(), line.tone),
                4 if line.restarts == 0 => TableCell::new("0", Tone::Muted),
                4 => TableCell::new(line.restarts.to_string(), Tone::Warning),
                5 => {
                    let made = line.created_at.map(|at| look.clock.compact(at, look.now));
                    TableCell::new(made.unwrap_or_default(), Tone::Muted)
                }
                6 => TableCell::new(line.node.as_str(), Tone::Muted),
                _ => TableCell::new(line.reason.as_str(), line.tone),
            }
        };
        let table = Table {
            columns: &columns,
            n_rows: self.table.n_rows(),
            cursor: self.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw(area, buf, look);
    }

    fn draw_pane(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        let line = self.table.line(self.cursor.selected);
        if self.shows_all_events {
            title.add(format!(" Events {} ", self.place()), look.theme.heading());
        } else {
            let name = line.map_or(String::new(), |line| line.name.to_string());
            title.add(format!(" {name} "), look.theme.heading());
        }
        let mut inner = draw_frame(area, &title, false, buf, look);
        inner.x += 1;
        inner.width = inner.width.saturating_sub(2);
        let mut y = inner.y;
        if self.shows_all_events {
            return self.draw_events(&self.table.events(), y, inner, buf, look);
        }
        if let Some(line) = line.filter(|line| line.is_troubled()) {
            y += write_wrapped(&line.reason, Tone::Warning, 2, y, inner, buf, look);
        }
        let Some(pod) = self.table.pod(self.cursor.selected) else {
            return;
        };
        let containers = container_lines(pod);
        let names = containers
            .iter()
            .map(|one| width_cells(&one.name))
            .max()
            .unwrap_or(0);
        for container in &containers {
            if y >= inner.bottom() {
                return;
            }
            let mut row = Pieces::new();
            row.add(
                format!("{:names$}  ", container.name),
                look.theme.tone(Tone::Plain),
            )
            .add(container.state.clone(), look.theme.tone(container.tone));
            for word in [container.part, container.told.as_str(), container.image.as_str()] {
                if !word.is_empty() {
                    row.add(format!("  {word}"), look.theme.tone(Tone::Muted));
                }
            }
            row.draw(
                Rect {
                    y,
                    height: 1,
                    ..inner
                },
                buf,
            );
            y += 1;
        }
        self.draw_events(&self.table.events_of(self.cursor.selected), y, inner, buf, look);
    }

    /// What happened, the latest first, from this row on.
    fn draw_events(&self, events: &[EventLine], mut y: u16, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if let Some(failure) = &self.events_failure {
            let notice = Notice::of(failure);
            write_wrapped(&notice.sentence, Tone::Muted, 2, y, area, buf, look);
            return;
        }
        if events.is_empty() && y < area.bottom() {
            let muted = look.theme.tone(Tone::Muted);
            put(buf, area.x, y, "No events.", usize::from(area.width), muted);
            return;
        }
        for event in events {
            if y >= area.bottom() {
                return;
            }
            let at = event.at.map(|at| look.clock.compact(at, look.now));
            let mut row = Pieces::new();
            row.add(
                format!("{:11}  ", at.unwrap_or_default()),
                look.theme.tone(Tone::Muted),
            );
            if !event.object.is_empty() {
                row.add(format!("{}  ", event.object), look.theme.tone(Tone::Plain));
            }
            row.add(format!("{}  ", event.reason), look.theme.tone(event.tone))
                .add(event.message.clone(), look.theme.tone(Tone::Plain));
            row.draw(Rect { y, height: 1, ..area }, buf);
            y += 1;
        }
    }
}

/// Writes a text over so many rows at most; how many it took.
fn write_wrapped(
    text: &str,
    tone: Tone,
    most: usize,
    y: u16,
    area: Rect,
    buf: &mut Buffer,
    look: &Look<'_>,
) -> u16 {
    let width = usize::from(area.width);
    let lines = wrapped(text, width);
    let mut n_lines = 0;
    for (line, y) in lines.iter().take(most).zip(y..area.bottom()) {
        put(buf, area.x, y, line, width, look.theme.tone(tone));
        n_lines += 1;
    }
    n_lines
}

/// The width of the widest text within these limits; nothing where the column is left out or empty.
fn widest<'a>(texts: impl Iterator<Item = &'a str>, limits: (u16, u16), is_shown: bool) -> u16 {
    let widest = texts.map(width_cells).max().unwrap_or(0);
    if !is_shown || widest == 0 {
        return 0;
    }
    u16::try_from(widest)
        .unwrap_or(u16::MAX)
        .clamp(limits.0, limits.1)
}
