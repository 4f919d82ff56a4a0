//! Turns the difference between two screens into as few bytes as a terminal understands.

mod layer;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use super::charset::{Charset, plain_symbol};
use crate::app::graphics::Graphics;
use crate::app::widgets::picture::{Placed, is_covered, kitty};
use layer::Layer;

/// What is on the terminal, and how its letters are spelled there.
pub(crate) struct Painter {
    shown: Buffer,
    is_known: bool,
    charset: Charset,
    layer: Layer,
}

/// Bytes from which on a frame is marked as one, so that it appears at once.
const FRAME_MARK_FROM: usize = 256;

/// Modifiers that show on a blank cell.
const ON_BLANKS: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED);

impl Painter {
    /// Of the terminal nothing is known yet.
    pub(crate) fn new(charset: Charset, graphics: Graphics) -> Self {
        Self {
            shown: Buffer::empty(Rect::ZERO),
            is_known: false,
            charset,
            layer: Layer::of(graphics),
        }
    }

    /// The bytes that make the terminal forget all pictures: before it is given back.
    pub(crate) fn take_pictures_back(&mut self) -> String {
        self.is_known = false;
        let mut out = String::new();
        self.layer.forget(&mut out);
        out
    }

    /// Somebody else wrote on the terminal: every cell is written at the next paint.
    pub(crate) fn forget(&mut self) {
        self.is_known = false;
    }

    /// The bytes that make the terminal show `next` with these pictures; none where it already does.
    pub(crate) fn paint(&mut self, next: Buffer, pictures: Vec<Placed>) -> String {
        let mut out = String::new();
        let mut pen = Pen {
            can_repeat: self.layer.can_repeat(),
            ..Pen::default()
        };
        if !self.is_known || self.shown.area != next.area {
            self.layer.forget(&mut out);
            self.shown = Buffer::empty(next.area);
            self.is_known = true;
            out.push_str("\x1b[m\x1b[H\x1b[2J");
            pen.at = Some((0, 0));
        }
        let before = out.len();
        let gone = self.layer.show(pictures, &mut self.shown, &next, &mut out);
        if out.len() > before {
            pen.at = None;
        }
        let blank_from: Vec<u16> = (0..next.area.height).map(|y| blank_from(&next, y)).collect();
        let mut erased_row = None;
        for (x, y, cell) in self.shown.diff(&next) {
            if erased_row == Some(y) {
                continue;
            }
            if x >= blank_from[usize::from(y)] {
                pen.move_to(x, y, &next, self.charset, &mut out);
                pen.write_parts(&mut out);
                pen.dress(&Cell::EMPTY, false, &mut out);
                out.push_str("\x1b[K");
                erased_row = Some(y);
                continue;
            }
            pen.move_to(x, y, &next, self.charset, &mut out);
            pen.write(cell, next.area.width, self.charset, &mut out);
        }
        pen.undress(&mut out);
        out.push_str(&gone);
        self.shown = next;
        if out.len() > FRAME_MARK_FROM {
            return format!("\x1b[?2026h{out}\x1b[?2026l");
        }
        out
    }
}

/// The column from which on a row is blank and undressed.
fn blank_from(buffer: &Buffer, y: u16) -> u16 {
    let is_blank = |x: &u16| {
        let cell = &buffer[(*x, y)];
        !is_covered(cell)
            && cell.symbol() == " "
            && cell.bg == Color::Reset
            && !cell.modifier.intersects(ON_BLANKS)
    };
    let n_blank = (0..buffer.area.width).rev().take_while(is_blank).count();
    buffer.area.width - n_blank as u16
}

/// Where the terminal writes next and in which dress.
#[derive(Default)]
struct Pen {
    /// Unknown after a letter of which terminals disagree how wide it is.
    at: Option<(u16, u16)>,
    fg: Color,
    bg: Color,
    modifier: Modifier,
    /// Whether the terminal is asked to repeat what stands for parts of a picture.
    can_repeat: bool,
    /// Parts of a picture that follow the last one and are not written yet.
    n_parts: usize,
}

/// From so many parts on it is shorter to have one repeated.
const REPEATED_FROM: usize = 2;

impl Pen {
    fn move_to(&mut self, x: u16, y: u16, next: &Buffer, charset: Charset, out: &mut String) {
        if self.at == Some((x, y)) {
            return;
        }
        self.write_parts(out);
        match self.at {
            Some((from, row)) if row == y && from < x && self.can_rewrite(from..x, y, next) => {
                for between in from..x {
                    self.write(&next[(between, y)], next.area.width, charset, out);
                }
            }
            Some((from, row)) if row == y && from < x => {
                let _ = write!(out, "\x1b[{}C", x - from);
            }
            Some((_, row)) if x == 0 && y == row + 1 => out.push_str("\r\n"),
            _ => {
                let _ = write!(out, "\x1b[{};{}H", y + 1, x + 1);
            }
        }
        self.at = Some((x, y));
    }

    /// Whether writing the cells between once more is shorter than moving over them.
    fn can_rewrite(&self, between: std::ops::Range<u16>, y: u16, next: &Buffer) -> bool {
        between.len() <= 4
            && between.into_iter().all(|x| {
                let cell = &next[(x, y)];
                !is_covered(cell) && cell.symbol().is_ascii() && self.wears(cell)
            })
    }

    fn wears(&self, cell: &Cell) -> bool {
        if cell.symbol() == " " {
            let on_blanks = |modifier: Modifier| modifier & ON_BLANKS;
            return cell.bg == self.bg && on_blanks(cell.modifier) == on_blanks(self.modifier);
        }
        (cell.fg, cell.bg, cell.modifier) == (self.fg, self.bg, self.modifier)
    }

    fn write(&mut self, cell: &Cell, width: u16, charset: Charset, out: &mut String) {
        let symbol = cell.symbol();
        if kitty::is_placeholder(symbol) {
            return self.write_part(cell, width, out);
        }
        self.write_parts(out);
        self.dress(cell, symbol == " ", out);
        let wide = symbol.width().max(1) as u16;
        match charset {
            Charset::Unicode => out.push_str(symbol),
            Charset::Ascii => out.push_str(plain_symbol(symbol)),
        }
        let is_sure = charset == Charset::Ascii || has_sure_width(symbol);
        self.at = self
            .at
            .map(|(x, y)| (x + wide, y))
            .filter(|(x, _)| is_sure && *x < width);
    }

    /// A letter that stands for a part of a picture takes one cell, whatever its marks are.
    fn write_part(&mut self, cell: &Cell, width: u16, out: &mut String) {
        let counts_on = kitty::counts_on(cell.symbol());
        let is_next = counts_on && self.can_repeat && self.wears(cell) && out.ends_with(kitty::PLACEHOLDER);
        if is_next {
            self.n_parts += 1;
        } else {
            self.write_parts(out);
            self.dress(cell, false, out);
            out.push_str(cell.symbol());
        }
        self.at = self.at.map(|(x, y)| (x + 1, y)).filter(|(x, _)| *x < width);
    }

    /// Writes the parts that follow the last one. Source: ECMA-48, REP.
    fn write_parts(&mut self, out: &mut String) {
        let n_parts = std::mem::take(&mut self.n_parts);
        if n_parts >= REPEATED_FROM {
            let _ = write!(out, "\x1b[{n_parts}b");
        } else {
            out.extend(std::iter::repeat_n(kitty::PLACEHOLDER, n_parts));
        }
    }

    fn dress(&mut self, cell: &Cell, is_blank: bool, out: &mut String) {
        if is_blank && self.wears(cell) {
            return;
        }
        let mut codes = String::new();
        if !cell.modifier.contains(self.modifier) {
            codes.push_str("0;");
            (self.fg, self.bg, self.modifier) = Default::default();
        }
        for (modifier, code) in MODIFIERS {
            if cell.modifier.contains(modifier) && !self.modifier.contains(modifier) {
                codes.push_str(code);
            }
        }
        if cell.fg != self.fg {
            push_colour(&mut codes, cell.fg, 30);
        }
        if cell.bg != self.bg {
            push_colour(&mut codes, cell.bg, 40);
        }
        (self.fg, self.bg, self.modifier) = (cell.fg, cell.bg, cell.modifier);
        match codes.trim_end_matches(';') {
            "" => {}
            "0" => out.push_str("\x1b[m"),
            codes => {
                let _ = write!(out, "\x1b[{codes}m");
            }
        }
    }

    fn undress(&mut self, out: &mut String) {
        self.write_parts(out);
        if (self.fg, self.bg, self.modifier) != (Color::Reset, Color::Reset, Modifier::empty()) {
            out.push_str("\x1b[m");
        }
    }
}

const MODIFIERS: [(Modifier, &str); 5] = [
    (Modifier::BOLD, "1;"),
    (Modifier::DIM, "2;"),
    (Modifier::ITALIC, "3;"),
    (Modifier::UNDERLINED, "4;"),
    (Modifier::REVERSED, "7;"),
];

/// Source: ECMA-48, SGR; xterm control sequences for 90-107 and `38;5;n`.
fn push_colour(codes: &mut String, colour: Color, base: u8) {
    let named = match colour {
        Color::Reset => 9,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Indexed(index) => {
            let _ = write!(codes, "{};5;{index};", base + 8);
            return;
        }
        Color::Rgb(red, green, blue) => {
            let _ = write!(codes, "{};2;{red};{green};{blue};", base + 8);
            return;
        }
    };
    let _ = write!(codes, "{};", base + named);
}

/// Whether all terminals give a symbol the width that we count: Latin, Greek, Cyrillic, arrows, boxes, braille.
fn has_sure_width(symbol: &str) -> bool {
    symbol
        .chars()
        .all(|letter| matches!(letter, ' '..='~' | '\u{a0}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{21ff}' | '\u{2400}'..='\u{2426}' | '\u{2500}'..='\u{25fc}' | '\u{2800}'..='\u{28ff}' | '✓' | '✗'))
}
