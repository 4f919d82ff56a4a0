//! Sixels: six rows of pixels at a time, colour by colour. Source: DEC, "VT330/VT340 Programmer Reference Manual", 14.

use std::fmt::Write as _;

use image::RgbaImage;

use super::Pixels;

/// Rows of pixels in one band.
const BAND: usize = 6;
/// From so many equal letters on a count is shorter.
const COUNTED_FROM: usize = 4;

/// Draws pixels from the cursor's cell on. What is transparent is left as it is; what is so in part is drawn as it looks
/// on this ground, in one shade: each more is another row of letters in every band.
pub(super) fn sequence(pixels: &Pixels, ground: [u8; 3]) -> String {
    let (width, height) = pixels.size();
    let mut out = format!("\x1bP0;1;0q\"1;1;{width};{height}");
    let shades = Shades::of(pixels.colours());
    for (place, colour) in shades.colours.iter().enumerate() {
        let [red, green, blue] = percent(*colour, ground);
        let _ = write!(out, "#{place};2;{red};{green};{blue}");
    }
    for top in (0..height).step_by(BAND) {
        let rows: Vec<Vec<Option<u8>>> = (top..height.min(top + BAND))
            .map(|y| {
                pixels
                    .row(y)
                    .iter()
                    .map(|place| shades.places[usize::from(*place)])
                    .collect()
            })
            .collect();
        write_band(&rows, &mut out);
        out.push('-');
    }
    out.push_str("\x1b\\");
    out
}

/// The colours that are drawn, and which of them each colour of the pixels becomes.
struct Shades {
    colours: Vec<[u8; 4]>,
    places: Vec<Option<u8>>,
}

impl Shades {
    fn of(colours: &[[u8; 4]]) -> Self {
        let mut shades = Self {
            colours: Vec::new(),
            places: Vec::new(),
        };
        for [red, green, blue, opaque] in colours {
            let opaque = match opaque {
                0..=84 => None,
                85..=190 => Some(128),
                _ => Some(255),
            };
            let place = opaque.map(|opaque| shades.place_of([*red, *green, *blue, opaque]));
            shades.places.push(place);
        }
        shades
    }

    fn place_of(&mut self, colour: [u8; 4]) -> u8 {
        let known = self.colours.iter().position(|own| *own == colour);
        known.unwrap_or_else(|| {
            self.colours.push(colour);
            self.colours.len() - 1
        }) as u8
    }
}

/// All colours of a band, one over the other.
fn write_band(rows: &[Vec<Option<u8>>], out: &mut String) {
    let mut used = [false; 256];
    for place in rows.iter().flatten().flatten() {
        used[usize::from(*place)] = true;
    }
    let mut is_first = true;
    for (place, _) in used.iter().enumerate().filter(|(_, used)| **used) {
        if !is_first {
            out.push('$');
        }
        is_first = false;
        let _ = write!(out, "#{place}");
        write_colour(rows, place as u8, out);
    }
}

/// The pixels of one colour in a band; what is blank at the end is left out.
fn write_colour(rows: &[Vec<Option<u8>>], place: u8, out: &mut String) {
    let sixel = |x: usize| {
        let bits = rows.iter().enumerate();
        bits.fold(0_u8, |bits, (row, places)| {
            bits | (u8::from(places[x] == Some(place)) << row)
        })
    };
    let width = rows.first().map_or(0, Vec::len);
    let mut waiting = (0_u8, 0_usize);
    for x in 0..width {
        let bits = sixel(x);
        if bits != waiting.0 {
            write_run(waiting, out);
            waiting = (bits, 0);
        }
        waiting.1 += 1;
    }
    if waiting.0 != 0 {
        write_run(waiting, out);
    }
}

fn write_run((bits, n): (u8, usize), out: &mut String) {
    let letter = char::from(b'?' + bits);
    if n >= COUNTED_FROM {
        let _ = write!(out, "!{n}{letter}");
    } else {
        out.extend(std::iter::repeat_n(letter, n));
    }
}

/// A colour in hundredths, as sixels count.
fn percent([red, green, blue, opaque]: [u8; 4], ground: [u8; 3]) -> [u16; 3] {
    let part = |own: u8, below: u8| {
        let (own, below, opaque) = (u16::from(own), u16::from(below), u16::from(opaque));
        let mixed = (u32::from(own) * u32::from(opaque) + u32::from(below) * u32::from(255 - opaque)) / 255;
        ((mixed * 100 + 127) / 255) as u16
    };
    [
        part(red, ground[0]),
        part(green, ground[1]),
        part(blue, ground[2]),
    ]
}

/// A picture of many colours, of which the 256 nearest are kept; none where it has no pixel.
pub(super) fn of_many_colours(image: &RgbaImage) -> Option<String> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let options = icy_sixel::EncodeOptions::default();
    icy_sixel::sixel_encode(image.as_raw(), width, height, &options).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixels_are_read_back_as_the_pixels_that_were_drawn() {
        let colours = vec![[0; 4], [255, 0, 0, 255], [0, 255, 0, 255], [255, 255, 255, 128]];
        let mut pixels = Pixels::new(20, 15, colours);
        for (x, y, place) in [
            (0, 0, 1),
            (1, 0, 2),
            (19, 14, 3),
            (7, 6, 1),
            (8, 6, 1),
            (9, 6, 1),
            (10, 6, 1),
        ] {
            *pixels.at(x, y).expect("it is within") = place;
        }
        let read = icy_sixel::SixelImage::decode(sequence(&pixels, [0; 3]).as_bytes()).expect("it is read");
        // Bands are six rows high; what lies below the last row is left as it is.
        assert_eq!(read.dimensions(), (20, 18));
        assert!(
            read.pixels[4 * 15 * 20..]
                .iter()
                .skip(3)
                .step_by(4)
                .all(|opaque| *opaque == 0)
        );
        let at =
            |x: usize, y: usize| <[u8; 4]>::try_from(&read.pixels[4 * (y * 20 + x)..][..4]).expect("four");
        assert_eq!((at(0, 0), at(1, 0)), ([255, 0, 0, 255], [0, 255, 0, 255]));
        // Half of white on black, in hundredths.
        assert_eq!(at(19, 14), [128, 128, 128, 255]);
        assert_eq!([at(7, 6), at(10, 6)], [[255, 0, 0, 255]; 2]);
        assert_eq!((at(11, 6)[3], at(6, 6)[3]), (0, 0));
    }
}
