//! Pictures in cells: as pixels, as coloured half cells, or as letters.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use flowdeck_surface::preview::Picture;
use image::imageops::FilterType;
use image::{Rgba, RgbaImage};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Style};

use crate::app::context::Look;
use crate::app::graphics::{Graphics, Way};
use crate::app::widgets::picture::{Encoded, kitty};

/// A small picture is made larger so many times at most.
const LARGEST: f64 = 4.0;

/// From dark to light.
const RAMP: &[u8] = b" .:-=+*#%@";

/// A picture as it was drawn for one size.
pub(super) struct DrawnPicture {
    size: Size,
    graphics: Graphics,
    form: Form,
}

enum Form {
    /// Pixels, by a protocol of the terminal.
    Pixels(Arc<Encoded>),
    /// One pixel for each half of a cell, or for each cell.
    Cells(RgbaImage),
}

/// Draws a picture in the middle of an area, as large as it fits.
pub(super) fn draw(
    picture: &Picture,
    drawn: &mut Option<DrawnPicture>,
    area: Rect,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    let graphics = look.theme.graphics();
    let room = Rect {
        width: area.width.min(kitty::most_cells()),
        height: area.height.min(kitty::most_cells()),
        ..area
    };
    let size = fitted(picture, room, graphics);
    if size.width == 0 || size.height == 0 {
        return;
    }
    let is_known = drawn
        .as_ref()
        .is_some_and(|known| known.size == size && known.graphics == graphics);
    if !is_known {
        *drawn = Some(DrawnPicture {
            size,
            graphics,
            form: form(picture, size, graphics),
        });
    }
    let Some(drawn) = drawn else { return };
    let place = Rect {
        x: area.x + (area.width - size.width) / 2,
        y: area.y + (area.height - size.height) / 2,
        width: size.width,
        height: size.height,
    };
    match &drawn.form {
        Form::Pixels(picture) => look.pictures.place(place, Arc::clone(picture), buf),
        Form::Cells(pixels) if graphics.way == Way::Letters => draw_letters(pixels, place, buf),
        Form::Cells(pixels) => draw_halves(pixels, place, graphics.way, buf),
    }
}

/// How many cells a picture takes in an area.
fn fitted(picture: &Picture, area: Rect, graphics: Graphics) -> Size {
    let (cell_width, cell_height) = cell(graphics);
    let (width, height) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
    let scale = (f64::from(area.width) * cell_width / width)
        .min(f64::from(area.height) * cell_height / height)
        .min(LARGEST);
    let cells =
        |pixels: f64, cell: f64, most: u16| ((pixels * scale / cell).round() as u16).clamp(1, most.max(1));
    Size {
        width: cells(width, cell_width, area.width).min(area.width),
        height: cells(height, cell_height, area.height).min(area.height),
    }
}

/// A cell in pixels of the picture as it is drawn.
fn cell(graphics: Graphics) -> (f64, f64) {
    match graphics.way {
        Way::Kitty | Way::Iterm2 | Way::Sixel => (f64::from(graphics.cell.0), f64::from(graphics.cell.1)),
        Way::TrueColour | Way::Indexed | Way::Letters => (1.0, 2.0),
    }
}

fn form(picture: &Picture, size: Size, graphics: Graphics) -> Form {
    let (cell_width, cell_height) = cell(graphics);
    let width = (f64::from(size.width) * cell_width) as u32;
    let height = (f64::from(size.height) * cell_height) as u32;
    let on_paper = on_paper(picture.pixels());
    let scaled = image::imageops::resize(&on_paper, width.max(1), height.max(1), FilterType::Triangle);
    if graphics.has_pixels() {
        if let Some(picture) = Encoded::of_image(&scaled, size, graphics.way) {
            return Form::Pixels(Arc::new(picture));
        }
        let (width, height) = (u32::from(size.width), 2 * u32::from(size.height));
        return Form::Cells(image::imageops::resize(
            &scaled,
            width,
            height,
            FilterType::Triangle,
        ));
    }
    Form::Cells(scaled)
}

/// What is transparent shows the paper, which is white: most pictures are plots.
fn on_paper(pixels: &RgbaImage) -> RgbaImage {
    let mut pixels = pixels.clone();
    for Rgba([red, green, blue, alpha]) in pixels.pixels_mut() {
        let share = u16::from(*alpha);
        for part in [red, green, blue] {
            *part = ((u16::from(*part) * share + 255 * (255 - share)) / 255) as u8;
        }
        *alpha = 255;
    }
    pixels
}

fn draw_halves(pixels: &RgbaImage, area: Rect, way: Way, buf: &mut Buffer) {
    let colour = |x: u16, y: u32| -> Color {
        let Rgba([red, green, blue, _]) = *pixels.get_pixel(u32::from(x), y);
        match way {
            Way::Indexed => Color::Indexed(nearest(red, green, blue)),
            _ => Color::Rgb(red, green, blue),
        }
    };
    for row in 0..area.height.min((pixels.height() / 2) as u16) {
        for column in 0..area.width.min(pixels.width() as u16) {
            let Some(cell) = buf.cell_mut((area.x + column, area.y + row)) else {
                continue;
            };
            let (upper, lower) = (
                colour(column, 2 * u32::from(row)),
                colour(column, 2 * u32::from(row) + 1),
            );
            // A cell of one colour is a blank: neighbours of the same colour then cost one byte each.
            if upper == lower {
                cell.set_symbol(" ").set_style(Style::new().bg(upper));
            } else {
                cell.set_symbol("▀").set_style(Style::new().fg(upper).bg(lower));
            }
        }
    }
}

fn draw_letters(pixels: &RgbaImage, area: Rect, buf: &mut Buffer) {
    let light = |x: u16, y: u32| -> u32 {
        let Rgba([red, green, blue, _]) = *pixels.get_pixel(u32::from(x), y);
        (u32::from(red) * 3 + u32::from(green) * 6 + u32::from(blue)) / 10
    };
    for row in 0..area.height.min((pixels.height() / 2) as u16) {
        for column in 0..area.width.min(pixels.width() as u16) {
            let both = light(column, 2 * u32::from(row)) + light(column, 2 * u32::from(row) + 1);
            let letter = RAMP[(both as usize * (RAMP.len() - 1)) / 510];
            if let Some(cell) = buf.cell_mut((area.x + column, area.y + row)) {
                cell.set_char(char::from(letter));
            }
        }
    }
}

/// The nearest of xterm's cube and greys. Source: xterm, `256colres.h`.
fn nearest(red: u8, green: u8, blue: u8) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |part: u8| {
        (0..6)
            .min_by_key(|&index| LEVELS[index].abs_diff(part))
            .unwrap_or(0)
    };
    let far = |one: [u8; 3]| -> u32 {
        let own = [red, green, blue];
        (0..3)
            .map(|part| u32::from(own[part].abs_diff(one[part])).pow(2))
            .sum()
    };
    let cube = [level(red), level(green), level(blue)];
    let grey = (0..24_u8)
        .min_by_key(|&step| far([8 + 10 * step; 3]))
        .unwrap_or(0);
    let cube_far = far(cube.map(|index| LEVELS[index]));
    if far([8 + 10 * grey; 3]) < cube_far {
        232 + grey
    } else {
        (16 + 36 * cube[0] + 6 * cube[1] + cube[2]) as u8
    }
}
