//! Pictures of pixels among the cells of the screen: charts and previews alike.
//!
//! ```text
//! view: Pictures::place     takes the cells of a picture and blanks them
//!       … whatever is drawn later takes some of them back: a letter at a curve's end, a dialog
//!       Pictures::settle    marks the cells that are left; by kitty's protocol each of them tells its part of the picture
//! runtime: Painter          sends what the terminal does not show yet, and no more
//! ```

mod encoded;
mod iterm2;
pub(crate) mod kitty;
mod pixels;
#[cfg(test)]
mod screen;
mod sixel;

use std::cell::RefCell;
use std::sync::Arc;

use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;
use ratatui::style::Color;

pub(crate) use encoded::{Encoded, Form};
pub(crate) use pixels::Pixels;
#[cfg(test)]
pub(crate) use screen::PixelScreen;

/// The pictures of one frame.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    placed: RefCell<Vec<Placed>>,
}

/// A picture and the cells that it takes.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    /// Its cells, all of them on the screen.
    pub(crate) area: Rect,
    /// As the terminal is told.
    pub(crate) picture: Arc<Encoded>,
}

/// Pictures of one frame that kitty's numbers tell apart.
const MOST: usize = 0xffff;

impl Pictures {
    /// A new frame begins.
    pub(crate) fn clear(&self) {
        self.placed.borrow_mut().clear();
    }

    /// Puts a picture on the cells that it was made for; one that does not fit on the screen is left out.
    pub(crate) fn place(&self, area: Rect, picture: Arc<Encoded>, buf: &mut Buffer) {
        let mut placed = self.placed.borrow_mut();
        if area.is_empty() || area.intersection(buf.area) != area || placed.len() >= MOST {
            return;
        }
        for position in area.positions() {
            let cell = &mut buf[position];
            cell.reset();
            cell.set_diff_option(CellDiffOption::Skip);
        }
        placed.push(Placed { area, picture });
    }

    /// All is drawn: cells that something else was written on are no longer the picture's.
    pub(crate) fn settle(&self, salt: u8, buf: &mut Buffer) {
        for (place, placed) in self.placed.borrow().iter().enumerate() {
            let id = kitty::id(salt, place);
            let is_kitty = matches!(placed.picture.form, Form::Kitty(_));
            for y in 0..placed.area.height {
                let mut is_run = false;
                for x in 0..placed.area.width {
                    let cell = &mut buf[(placed.area.x + x, placed.area.y + y)];
                    if !is_covered(cell) {
                        cell.set_diff_option(CellDiffOption::None);
                        is_run = false;
                    } else if is_kitty {
                        write_placeholder(cell, id, (x, y), is_run);
                        is_run = true;
                    }
                }
            }
        }
    }

    /// All of them, in the order in which they were drawn.
    pub(crate) fn placed(&self) -> Vec<Placed> {
        self.placed.borrow().clone()
    }
}

/// Whether a cell is a picture's, and no letter stands on it.
pub(crate) fn is_covered(cell: &Cell) -> bool {
    cell.diff_option == CellDiffOption::Skip && cell.symbol() == " "
}

/// A cell behind another of the same picture needs no more than the letter: the terminal counts on.
fn write_placeholder(cell: &mut Cell, id: u32, at: (u16, u16), is_run: bool) {
    let [_, salt, high, low] = id.to_be_bytes();
    let symbol = kitty::placeholder(if is_run { None } else { Some(at) });
    cell.set_symbol(&symbol);
    cell.fg = Color::Rgb(salt, high, low);
    cell.set_diff_option(kitty::ONE_CELL);
}
