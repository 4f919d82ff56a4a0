//! What keys and the wheel do to a viewer.

use flowdeck_surface::action::Action;
use flowdeck_surface::preview::TreeLine;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::block::Block;
use super::{Body, Viewer, table};
use crate::app::context::Look;
use crate::app::widgets::text::put;

/// What an action did to a viewer.
pub(crate) enum Acted {
    /// It means something else, or nothing.
    Nothing,
    /// It moved, folded or turned.
    Done,
    /// This is to be shown whole, under this title.
    Open(String, Box<Viewer>),
}

/// Cells that a key moves long lines by.
const STEP: usize = 8;

impl Viewer {
    /// Does what an action means to it in this area.
    pub(crate) fn act(&mut self, action: Action, area: Rect) -> Acted {
        let (n_lines, height) = (self.n_lines(area), self.height(area));
        match action {
            Action::Open => return self.open(area),
            Action::Wrap => {
                self.wraps = !self.wraps;
                self.left = 0;
            }
            Action::Left => self.left = self.left.saturating_sub(self.step()),
            Action::Right => self.move_right(area),
            Action::FoldAll | Action::UnfoldAll => self.fold_all(action == Action::FoldAll, area),
            Action::NextMatch | Action::PreviousMatch if !self.find.is_empty() => {
                self.go_to_match(1, action == Action::NextMatch, area);
            }
            _ if matches!(self.body, Body::Flow(_)) => {
                let by = match action {
                    Action::Down => 1,
                    Action::Up => -1,
                    Action::PageDown => height.saturating_sub(1).max(1) as isize,
                    Action::PageUp => -(height.saturating_sub(1).max(1) as isize),
                    Action::First => isize::MIN / 2,
                    Action::Last => isize::MAX / 2,
                    _ => return Acted::Nothing,
                };
                self.cursor.scroll(by, n_lines, height);
            }
            _ => {
                if !self.cursor.act(action, n_lines, height) {
                    return Acted::Nothing;
                }
            }
        }
        Acted::Done
    }

    fn step(&self) -> usize {
        if matches!(self.body, Body::Table(..)) {
            1
        } else {
            STEP
        }
    }

    fn move_right(&mut self, area: Rect) {
        let most = match &self.body {
            Body::Table(table, _) => table.columns().len().saturating_sub(1),
            Body::Flow(_) if !self.wraps => {
                let lines = self.lines(area.width);
                let width = |line: &super::StyledLine| {
                    line.iter()
                        .map(|(text, _)| flowdeck_surface::text::width_cells(text))
                        .sum::<usize>()
                };
                let widest = lines.iter().map(width).max().unwrap_or(0);
                widest.saturating_sub(usize::from(area.width) / 2)
            }
            _ => 0,
        };
        self.left = (self.left + self.step()).min(most);
    }

    /// Opens or closes what is selected, or shows it whole.
    fn open(&mut self, area: Rect) -> Acted {
        match &mut self.body {
            Body::Tree(view) => {
                let Some(&line) = view.shown().get(self.cursor.selected) else {
                    return Acted::Nothing;
                };
                if view.toggle(line) {
                    let (n_lines, height) = (view.shown().len(), usize::from(area.height));
                    self.cursor.keep_in_view(n_lines, height);
                    return Acted::Done;
                }
                let TreeLine { key, value, .. } = &view.tree().lines()[line];
                Acted::Open(
                    key.clone(),
                    Box::new(Self::of_blocks(vec![Block::text(value.as_str())])),
                )
            }
            Body::Table(table, _) if table.n_rows() > 0 => {
                let record = table::record(table, self.cursor.selected);
                let title = format!("row {}", self.cursor.selected + 1);
                Acted::Open(title, Box::new(Self::of_blocks(vec![Block::Facts(record)])))
            }
            _ => Acted::Nothing,
        }
    }

    fn fold_all(&mut self, is_folded: bool, area: Rect) {
        if let Body::Tree(view) = &mut self.body {
            let line = view.shown().get(self.cursor.selected).copied().unwrap_or(0);
            view.fold_all(is_folded);
            let (place, n_lines) = (view.place_of(line), view.shown().len());
            self.cursor.select(place, n_lines, usize::from(area.height));
        }
    }

    /// Goes to a line that has the words, `from` lines away from here or further, round the end.
    pub(super) fn go_to_match(&mut self, from: usize, is_forward: bool, area: Rect) {
        let (at, n_lines) = match &self.body {
            Body::Flow(_) => (self.cursor.first, self.n_lines(area)),
            Body::Tree(view) => {
                let line = view.shown().get(self.cursor.selected).copied().unwrap_or(0);
                (line, view.tree().lines().len())
            }
            _ => (self.cursor.selected, self.n_lines(area)),
        };
        let places = (from..n_lines + from).map(|by| {
            if is_forward {
                (at + by) % n_lines
            } else {
                (at + n_lines - by % n_lines) % n_lines
            }
        });
        let found = places.into_iter().find(|&line| self.has_match(line, area));
        if let Some(line) = found {
            self.show_line(line, area);
        }
    }

    fn show_line(&mut self, line: usize, area: Rect) {
        let height = self.height(area);
        match &mut self.body {
            Body::Flow(_) => {
                let n_lines = self.n_lines(area);
                self.cursor.first = line.min(n_lines.saturating_sub(height));
                self.cursor.selected = line;
            }
            Body::Tree(view) => {
                view.reveal(line);
                let (place, n_lines) = (view.place_of(line), view.shown().len());
                self.cursor.select(place, n_lines, height);
            }
            _ => {
                let n_lines = self.n_lines(area);
                self.cursor.select(line, n_lines, height);
            }
        }
    }

    /// Turns the wheel by some lines.
    pub(crate) fn wheel(&mut self, by: isize, area: Rect) {
        let (n_lines, height) = (self.n_lines(area), self.height(area));
        self.cursor.scroll(by, n_lines, height);
    }

    /// Selects what stands so many rows below the upper edge; answers whether it was selected already.
    pub(crate) fn point_at(&mut self, row: u16, area: Rect) -> bool {
        let titles = u16::from(matches!(self.body, Body::Table(..)));
        let (n_lines, height) = (self.n_lines(area), self.height(area));
        let line = self.cursor.first + usize::from(row.saturating_sub(titles));
        if matches!(self.body, Body::Flow(_) | Body::Picture(_)) || row < titles || line >= n_lines {
            return false;
        }
        let was_selected = line == self.cursor.selected;
        self.cursor.select(line, n_lines, height);
        was_selected
    }

    /// What a person would copy: what is selected, or all of it; under a name for it.
    pub(crate) fn copied(&self) -> Option<(&'static str, String)> {
        match &self.body {
            Body::Tree(view) => {
                let line = *view.shown().get(self.cursor.selected)?;
                Some(("value", view.tree().lines()[line].value.clone()))
            }
            Body::Table(table, _) => {
                let cell = table.cell(self.cursor.selected, self.left)?;
                Some(("cell", cell.to_owned()))
            }
            Body::Flow(blocks) => match blocks.as_slice() {
                [Block::Text(text, _)] => Some(("text", text.as_str().to_owned())),
                [Block::Markdown(text)] => Some(("note", text.clone())),
                _ => None,
            },
            Body::Picture(_) => None,
        }
    }
}

/// Where in the whole the view is, at the right edge.
pub(super) fn draw_scroll_bar(
    first: usize,
    n_lines: usize,
    height: usize,
    area: Rect,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    if n_lines <= height || height == 0 {
        return;
    }
    let length = (height * height / n_lines).max(1);
    let start = first * (height - length) / (n_lines - height).max(1);
    for line in start..(start + length).min(height) {
        put(
            buf,
            area.right() - 1,
            area.y + line as u16,
            "▐",
            1,
            look.theme.frame(false),
        );
    }
}
