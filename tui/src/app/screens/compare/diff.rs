//! What differs between a text file of one run and that of another.
//!
//! ```text
//!  config.yaml · blue-fox → calm-owl · 2 changes, 3 lines less, 4 more · change 1 of 2
//!    12   12   layers: 4
//!    13      - lr: 0.01
//!         13 + lr: 0.1
//!   ··· 20 lines are the same ···
//! ```

use std::sync::Arc;

use flowdeck_surface::action::Action;
use flowdeck_surface::client::artifact::ArtifactPath;
use flowdeck_surface::compare::{DiffForm, DiffLayout, DiffLine, TextDiff};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::preview::{Kind, TextFile};
use flowdeck_surface::text::harmless;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::choose::Choosing;
use super::{Compare, Page};
use crate::app::context::{Cx, Look};
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::Cursor;
use crate::app::widgets::message::Message;
use crate::app::widgets::text::{Pieces, put, put_right};

/// From this width on two files stand side by side.
const WIDE: u16 = 120;
/// Cells of a line's number, and of its sign with a blank.
const NUMBER: u16 = 6;
const SIGN: u16 = 2;
/// Cells that a key moves long lines by.
const STEP: usize = 8;

/// Two text files.
#[derive(Debug)]
pub(super) struct Diff {
    /// The runs, by their places.
    pub(super) runs: [usize; 2],
    pub(super) path: Option<ArtifactPath>,
    texts: [Loadable<Arc<TextFile>>; 2],
    made: Loadable<TextDiff>,
    layout: DiffLayout,
    is_folded: bool,
    /// In two columns or one; by the width where nobody chose.
    side_by_side: Option<bool>,
    cursor: Cursor,
    change: usize,
    /// Cells of long lines that are out of view on the left.
    offset: usize,
}

impl Default for Diff {
    fn default() -> Self {
        Self {
            runs: [0, 1],
            path: None,
            texts: Default::default(),
            made: Loadable::default(),
            layout: DiffLayout::default(),
            is_folded: true,
            side_by_side: None,
            cursor: Cursor::default(),
            change: 0,
            offset: 0,
        }
    }
}

impl Diff {
    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.made.awaits(ticket) || self.texts.iter().any(|text| text.awaits(ticket))
    }

    /// Forgets what was read: another file or another run is meant.
    pub(super) fn forget(&mut self, cx: &mut Cx<'_>) {
        for text in &mut self.texts {
            text.give_up(cx);
            text.forget();
        }
        self.made.give_up(cx);
        self.made.forget();
        self.layout = DiffLayout::default();
        (self.cursor, self.change, self.offset) = (Cursor::default(), 0, 0);
    }

    fn form(&self, width: u16) -> DiffForm {
        DiffForm {
            is_side_by_side: self.side_by_side.unwrap_or(width >= WIDE),
            is_folded: self.is_folded,
        }
    }
}

impl Compare {
    /// Does what an action means to two files; answers whether it means anything.
    pub(super) fn act_on_diff(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let height = usize::from(Self::page_area(cx.body).height);
        let n_lines = self.diff.layout.lines.len();
        let page = height.saturating_sub(1).max(1) as isize;
        match action {
            Action::Down => self.diff.cursor.scroll(1, n_lines, height),
            Action::Up => self.diff.cursor.scroll(-1, n_lines, height),
            Action::PageDown => self.diff.cursor.scroll(page, n_lines, height),
            Action::PageUp => self.diff.cursor.scroll(-page, n_lines, height),
            Action::First => self.diff.cursor.scroll(isize::MIN / 2, n_lines, height),
            Action::Last => self.diff.cursor.scroll(isize::MAX / 2, n_lines, height),
            Action::Left => self.diff.offset = self.diff.offset.saturating_sub(STEP),
            Action::Right => self.diff.offset += STEP,
            Action::NextChange => self.step_change(1, height),
            Action::PreviousChange => self.step_change(-1, height),
            Action::Fold => {
                self.diff.is_folded = !self.diff.is_folded;
                self.lay_diff_out(cx.body);
            }
            Action::SideBySide => {
                let now = self.diff.form(cx.body.width).is_side_by_side;
                self.diff.side_by_side = Some(!now);
                self.lay_diff_out(cx.body);
            }
            Action::SwapAxes => {
                self.diff.runs.swap(0, 1);
                self.diff.forget(cx);
                self.show_diff(cx);
            }
            Action::File => self.choose_file(cx),
            Action::LeftRun => self.choose(Choosing::LeftRun, cx),
            Action::RightRun => self.choose(Choosing::RightRun, cx),
            _ => return false,
        }
        true
    }

    fn step_change(&mut self, by: isize, height: usize) {
        let last = self.diff.layout.changes.len().saturating_sub(1);
        self.diff.change = self.diff.change.saturating_add_signed(by).min(last);
        self.go_to_change(height);
    }

    /// Brings the change in hand into view, with some lines above it.
    fn go_to_change(&mut self, height: usize) {
        let n_lines = self.diff.layout.lines.len();
        if let Some(line) = self.diff.layout.changes.get(self.diff.change) {
            self.diff.cursor.first = line.saturating_sub(3).min(n_lines.saturating_sub(height));
        }
    }

    pub(super) fn lay_diff_out(&mut self, body: Rect) {
        let Some(made) = self.diff.made.shown() else {
            return;
        };
        self.diff.layout = made.laid_out(self.diff.form(body.width));
        self.go_to_change(usize::from(Self::page_area(body).height));
    }

    /// Puts another run on a side.
    pub(super) fn put_run(&mut self, side: usize, run: usize, cx: &mut Cx<'_>) {
        self.diff.runs[side] = run;
        self.diff.forget(cx);
        self.show_diff(cx);
    }

    /// Shows another file.
    pub(super) fn show_file(&mut self, path: ArtifactPath, cx: &mut Cx<'_>) {
        self.diff.path = Some(path);
        self.diff.forget(cx);
        self.show_diff(cx);
    }

    /// The text files of both runs: those that both have first.
    pub(super) fn text_files(&self) -> Vec<(ArtifactPath, &'static str)> {
        let [left, right] = self.diff.runs;
        let is_text = |path: &ArtifactPath| Kind::named(path.name()).is_none_or(Kind::is_text);
        let mut files = Vec::new();
        for (run, other, word) in [
            (left, right, "only on the left"),
            (right, left, "only on the right"),
        ] {
            for entry in self.files.entries(run).unwrap_or_default() {
                let is_in_both = self.files.entry(other, &entry.path).is_some();
                if is_text(&entry.path) && !(is_in_both && run == right && left != right) {
                    files.push((entry.path.clone(), if is_in_both { "" } else { word }));
                }
            }
        }
        files.sort_by_key(|(path, word)| (!word.is_empty(), Kind::named(path.name()).is_none()));
        files.dedup();
        files
    }

    /// Reads what the page needs and is not here, where it is in view.
    pub(super) fn show_diff(&mut self, cx: &mut Cx<'_>) {
        let n_runs = self.comparison.n_runs();
        if self.page != Page::Diff || n_runs == 0 {
            return;
        }
        self.diff.runs = self.diff.runs.map(|run| run.min(n_runs - 1));
        let [left, right] = self.diff.runs;
        self.ask_files(left, cx);
        self.ask_files(right, cx);
        if self.files.entries(left).is_none() || self.files.entries(right).is_none() {
            return;
        }
        if self.diff.path.is_none() {
            self.diff.path = self.text_files().into_iter().next().map(|(path, _)| path);
        }
        let Some(path) = self.diff.path.clone() else {
            return;
        };
        for side in 0..2 {
            let text = &self.diff.texts[side];
            if text.shown().is_some() || text.is_asking() || text.failure().is_some() {
                continue;
            }
            let run = self.diff.runs[side];
            match self.files.entry(run, &path) {
                None => self.diff.texts[side].show(Arc::default(), self.now),
                Some(entry) => {
                    let size_bytes = entry.size_bytes();
                    let Some(root) = self.root(run) else { continue };
                    let asked = Asked::Text(root, path.clone(), size_bytes);
                    let question = self.asked_of(run, Question::Detail(asked));
                    self.diff.texts[side].ask(question, cx);
                }
            }
        }
        let made = &self.diff.made;
        let is_idle = made.shown().is_none() && !made.is_asking() && made.failure().is_none();
        if let [Some(left), Some(right)] = [0, 1].map(|side: usize| self.diff.texts[side].shown().cloned())
            && is_idle
        {
            self.diff.made.ask(Question::Diff(left, right), cx);
        }
    }

    /// Takes a text, or what differs.
    pub(super) fn take_diff(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let side = self.diff.texts.iter_mut().find(|text| text.awaits(reply.ticket));
        match (reply.answer, side) {
            (Ok(Answer::Detail(Told::Text(text))), Some(side)) => side.show(text, reply.at),
            (Ok(Answer::Diff(made)), None) => {
                self.diff.made.show(*made, reply.at);
                self.lay_diff_out(cx.body);
            }
            (Err(failure), Some(side)) => side.fail(failure),
            (Err(failure), None) => self.diff.made.fail(failure),
            (Ok(_), _) => {}
        }
        self.show_diff(cx);
    }

    pub(super) fn diff_summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        if let Some(path) = &self.diff.path {
            line.add(path.to_string(), look.theme.heading()).add(" · ", muted);
        }
        let [left, right] = self.diff.runs.map(|run| self.full_name(run));
        line.add(format!("{left} → {right}"), look.theme.tone(Tone::Plain));
        let Some(made) = self.diff.made.shown() else {
            return line;
        };
        let (n_removed, n_added) = made.counts();
        let n_changes = self.diff.layout.changes.len();
        if n_changes > 0 {
            line.add(format!(" · -{n_removed}"), look.theme.tone(Tone::Bad));
            line.add(format!(" +{n_added}"), look.theme.tone(Tone::Good));
            let at = format!(" · change {} of {n_changes}", self.diff.change + 1);
            line.add(at, look.theme.tone(Tone::Accent));
        }
        for remark in made.remarks() {
            line.add(format!(" · {remark}"), look.theme.tone(Tone::Warning));
        }
        line
    }

    pub(super) fn draw_diff(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let area = Self::page_area(body);
        let [left, right] = self.diff.runs;
        let listings = [left, right].into_iter().filter_map(|run| self.files.get(run));
        let texts = self.diff.texts.iter();
        let failures = listings
            .filter_map(Loadable::failure)
            .chain(texts.filter_map(Loadable::failure))
            .chain(self.diff.made.failure());
        if let Some(failure) = failures.into_iter().next() {
            return Message::failed(&Notice::of(failure)).draw(area, buf, look);
        }
        let are_listed = self.files.entries(left).is_some() && self.files.entries(right).is_some();
        let Some(made) = self.diff.made.shown() else {
            let (sentence, hint) = match (are_listed, &self.diff.path) {
                (true, None) if self.files.has_more(left) || self.files.has_more(right) => (
                    "None of the first files is text.",
                    Some("a and b choose other runs."),
                ),
                (true, None) => ("Neither run has a text file.", Some("a and b choose other runs.")),
                (true, Some(_)) => ("Reading the file …", None),
                (false, _) => ("Reading which files there are …", None),
            };
            return Message::quiet(sentence, hint).draw(area, buf, look);
        };
        if made.is_same() && self.diff.is_folded {
            let hint = Some("d shows it, f chooses another file.");
            return Message::quiet("The file is the same in both runs, line for line.", hint)
                .draw(area, buf, look);
        }
        let lines = self
            .diff
            .layout
            .lines
            .iter()
            .enumerate()
            .skip(self.diff.cursor.first);
        for (row, (place, line)) in lines.take(usize::from(area.height)).enumerate() {
            let room = Rect {
                y: area.y + row as u16,
                height: 1,
                ..area
            };
            self.draw_diff_line(made, *line, self.is_in_change(place), room, buf, look);
        }
    }

    /// Whether a line belongs to the change in hand.
    fn is_in_change(&self, place: usize) -> bool {
        let layout = &self.diff.layout;
        let Some(&start) = layout.changes.get(self.diff.change) else {
            return false;
        };
        let is_changed = |line: &DiffLine| !matches!(line, DiffLine::Same { .. } | DiffLine::Folded(_));
        place >= start && layout.lines[start..=place].iter().all(is_changed)
    }

    fn draw_diff_line(
        &self,
        made: &TextDiff,
        line: DiffLine,
        is_in_hand: bool,
        room: Rect,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let (muted, bad, good) = (
            look.theme.tone(Tone::Muted),
            look.theme.tone(Tone::Bad),
            look.theme.tone(Tone::Good),
        );
        let plain = look.theme.tone(Tone::Plain);
        if is_in_hand {
            put(buf, room.x, room.y, "▌", 1, look.theme.tone(Tone::Accent));
        }
        let form = self.diff.form(room.width);
        let inner = Rect {
            x: room.x + 1,
            width: room.width.saturating_sub(1),
            ..room
        };
        if let DiffLine::Folded(n_lines) = line {
            let text = format!("··· {} lines are the same ···", format::count(n_lines));
            put(
                buf,
                inner.x + NUMBER,
                inner.y,
                &text,
                usize::from(inner.width),
                muted,
            );
            return;
        }
        if form.is_side_by_side {
            let half = inner.width / 2;
            let sides = [
                Rect {
                    width: half.saturating_sub(1),
                    ..inner
                },
                Rect {
                    x: inner.x + half,
                    width: inner.width - half,
                    ..inner
                },
            ];
            let (one, other, changed) = match line {
                DiffLine::Same { left, right } => (Some(left), Some(right), false),
                DiffLine::Beside { left, right } => (left, right, true),
                _ => return,
            };
            if let Some(at) = one {
                let style = if changed { bad } else { plain };
                let sign = if changed { "-" } else { " " };
                self.draw_half((at, sign, made.left(at)), sides[0], style, buf, look);
            }
            if let Some(at) = other {
                let style = if changed { good } else { plain };
                let sign = if changed { "+" } else { " " };
                self.draw_half((at, sign, made.right(at)), sides[1], style, buf, look);
            }
            put(buf, inner.x + half - 1, inner.y, "│", 1, look.theme.frame(false));
            return;
        }
        let (one, other, sign, text, style) = match line {
            DiffLine::Same { left, right } => (Some(left), Some(right), " ", made.left(left), plain),
            DiffLine::Removed(left) => (Some(left), None, "-", made.left(left), bad),
            DiffLine::Added(right) => (None, Some(right), "+", made.right(right), good),
            _ => return,
        };
        for (place, number) in [one, other].into_iter().enumerate() {
            if let Some(number) = number {
                let x = inner.x + place as u16 * NUMBER;
                let text = (number + 1).to_string();
                put_right(buf, x, inner.y, &text, usize::from(NUMBER - 1), muted);
            }
        }
        let start = Rect {
            x: inner.x + 2 * NUMBER,
            width: inner.width.saturating_sub(2 * NUMBER),
            ..inner
        };
        self.draw_text((sign, text), start, style, buf);
    }

    fn draw_half(
        &self,
        (number, sign, text): (usize, &str, &str),
        room: Rect,
        style: Style,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let told = (number + 1).to_string();
        put_right(
            buf,
            room.x,
            room.y,
            &told,
            usize::from(NUMBER - 1),
            look.theme.tone(Tone::Muted),
        );
        let start = Rect {
            x: room.x + NUMBER,
            width: room.width.saturating_sub(NUMBER),
            ..room
        };
        self.draw_text((sign, text), start, style, buf);
    }

    fn draw_text(&self, (sign, text): (&str, &str), room: Rect, style: Style, buf: &mut Buffer) {
        put(buf, room.x, room.y, sign, 1, style.add_modifier(Modifier::BOLD));
        // A line of megabytes is looked at no further than it is seen.
        let seen = text.chars().take(self.diff.offset + 4 * usize::from(room.width));
        let safe = harmless(&seen.collect::<String>()).into_owned();
        let shown: String = safe.chars().skip(self.diff.offset).collect();
        let cells = usize::from(room.width.saturating_sub(SIGN));
        put(buf, room.x + SIGN, room.y, &shown, cells, style);
    }
}
