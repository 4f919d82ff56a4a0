//! The pictures on the terminal: what of them has to be sent, and which cells they leave behind.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Rect;

use crate::app::graphics::Graphics;
use crate::app::widgets::picture::{Form, Placed, is_covered, kitty};

/// What stands in a cell of which nothing is known: it is written whatever comes there.
const UNKNOWN: &str = "\u{10fffd}";

/// The pictures that the terminal shows.
pub(super) struct Layer {
    shown: Vec<Placed>,
    in_tmux: bool,
    salt: u8,
}

impl Layer {
    pub(super) fn of(graphics: Graphics) -> Self {
        Self {
            shown: Vec::new(),
            in_tmux: graphics.in_tmux,
            salt: graphics.salt,
        }
    }

    /// Whether the terminal repeats what stands for parts of a picture: those that know kitty's pictures do, and what tmux
    /// makes of it nobody knows.
    pub(super) const fn can_repeat(&self) -> bool {
        !self.in_tmux
    }

    /// The terminal is to forget what it keeps; whatever it shows is cleared by others.
    pub(super) fn forget(&mut self, out: &mut String) {
        for (place, placed) in std::mem::take(&mut self.shown).iter().enumerate() {
            if matches!(placed.picture.form, Form::Kitty(_)) {
                kitty::forget(kitty::id(self.salt, place), self.in_tmux, out);
            }
        }
    }

    /// Sends what is not shown yet. In `screen`, which is what the terminal shows, cells become unknown that a picture left
    /// or was drawn over. Answers with what is to be sent once the letters are written.
    pub(super) fn show(
        &mut self,
        next: Vec<Placed>,
        screen: &mut Buffer,
        letters: &Buffer,
        out: &mut String,
    ) -> String {
        let before = std::mem::take(&mut self.shown);
        let is_drawn = |placed: &&Placed| !matches!(placed.picture.form, Form::Kitty(_));
        for placed in before.iter().filter(is_drawn) {
            let stays = |own: &Placed| own.area == placed.area && own.picture.print == placed.picture.print;
            if !next.iter().any(stays) {
                leave(placed.area, screen);
            }
        }
        for (place, placed) in next.iter().enumerate() {
            let same_place = before.get(place);
            match &placed.picture.form {
                Form::Kitty(file) => {
                    if same_place.is_none_or(|own| own.picture.print != placed.picture.print) {
                        file.send(kitty::id(self.salt, place), self.in_tmux, out);
                    }
                }
                Form::Sixel(sequence) => draw(placed, sequence, &before, true, screen, letters, out),
                Form::Iterm2(sequence) => draw(placed, sequence, &before, false, screen, letters, out),
            }
        }
        let mut gone = String::new();
        for (place, placed) in before.iter().enumerate().skip(next.len()) {
            if matches!(placed.picture.form, Form::Kitty(_)) {
                kitty::forget(kitty::id(self.salt, place), self.in_tmux, &mut gone);
            }
        }
        self.shown = next;
        gone
    }
}

/// A picture that is drawn over cells is drawn anew where it changed, or where letters stood in its cells.
fn draw(
    placed: &Placed,
    sequence: &str,
    before: &[Placed],
    keeps_ground: bool,
    screen: &mut Buffer,
    letters: &Buffer,
    out: &mut String,
) {
    let is_shown = before
        .iter()
        .any(|own| own.area == placed.area && own.picture.print == placed.picture.print);
    let is_whole = || {
        placed
            .area
            .positions()
            .all(|at| !is_covered(&letters[at]) || is_covered(&screen[at]))
    };
    if is_shown && is_whole() {
        return;
    }
    out.push_str("\x1b[m");
    if keeps_ground {
        erase(placed.area, letters, out);
    }
    let _ = write!(out, "\x1b[{};{}H{sequence}", placed.area.y + 1, placed.area.x + 1);
    for at in placed.area.positions() {
        if !is_covered(&letters[at]) {
            screen[at]
                .set_symbol(UNKNOWN)
                .set_diff_option(CellDiffOption::None);
        }
    }
}

/// Blanks the cells of a picture, letters aside. Source: ECMA-48, ECH.
fn erase(area: Rect, letters: &Buffer, out: &mut String) {
    for y in area.y..area.bottom() {
        let mut x = area.x;
        while x < area.right() {
            let n_covered = (x..area.right())
                .take_while(|x| is_covered(&letters[(*x, y)]))
                .count() as u16;
            if n_covered > 0 {
                let _ = write!(out, "\x1b[{};{}H\x1b[{n_covered}X", y + 1, x + 1);
            }
            x += n_covered.max(1);
        }
    }
}

/// A picture went away: what comes into its cells is written, blanks too.
fn leave(area: Rect, screen: &mut Buffer) {
    for at in area.intersection(screen.area).positions() {
        if is_covered(&screen[at]) {
            screen[at]
                .set_symbol(UNKNOWN)
                .set_diff_option(CellDiffOption::None);
        }
    }
}
