use std::hash::{DefaultHasher, Hash, Hasher};

use png::{BitDepth, ColorType, Compression, Filter};

/// Pixels of few colours, row by row from the top.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Pixels {
    width: usize,
    height: usize,
    /// For each pixel the place of its colour.
    places: Vec<u8>,
    /// Red, green, blue and how opaque; the first is that of what was not drawn on.
    colours: Vec<[u8; 4]>,
}

impl Pixels {
    /// Pixels that nothing was drawn on; of the colours, 256 count.
    pub(crate) fn new(width: usize, height: usize, mut colours: Vec<[u8; 4]>) -> Self {
        colours.truncate(256);
        Self {
            width,
            height,
            places: vec![0; width * height],
            colours,
        }
    }

    /// In pixels: width and height.
    pub(crate) fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The place of the colour of a pixel; none beyond the edge.
    pub(crate) fn at(&mut self, x: usize, y: usize) -> Option<&mut u8> {
        if x >= self.width {
            return None;
        }
        self.places.get_mut(y * self.width + x)
    }

    /// A row, from left to right.
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        &self.places[y * self.width..(y + 1) * self.width]
    }

    /// The colours by their places.
    pub(crate) fn colours(&self) -> &[[u8; 4]] {
        &self.colours
    }

    /// Some columns of it, with no more colours than they use, in the order of their places.
    pub(crate) fn columns(&self, range: std::ops::Range<usize>) -> Self {
        let mut used = [false; 256];
        used[0] = true;
        let mut places = Vec::with_capacity(range.len() * self.height);
        for y in 0..self.height {
            places.extend_from_slice(&self.row(y)[range.clone()]);
        }
        for &place in &places {
            used[usize::from(place)] = true;
        }
        let mut colours = Vec::new();
        let mut moved = [0; 256];
        for (place, _) in used.iter().enumerate().filter(|(_, used)| **used) {
            moved[place] = colours.len() as u8;
            colours.push(self.colours.get(place).copied().unwrap_or_default());
        }
        for place in &mut places {
            *place = moved[usize::from(*place)];
        }
        Self {
            width: range.len(),
            height: self.height,
            places,
            colours,
        }
    }

    /// Tells pictures apart that take so many cells.
    pub(crate) fn print(&self, size: ratatui::layout::Size) -> u64 {
        let mut print = DefaultHasher::new();
        (&self.places, &self.colours, self.width, size.width, size.height).hash(&mut print);
        print.finish()
    }

    /// As a PNG file, in as few bits a pixel as its colours need: the shorter of two, as rows are told by themselves or by
    /// what differs from the row above.
    pub(super) fn png(&self) -> Option<Vec<u8>> {
        let files = [Filter::NoFilter, Filter::Up].map(|filter| self.png_with(filter));
        files.into_iter().flatten().min_by_key(Vec::len)
    }

    fn png_with(&self, filter: Filter) -> Option<Vec<u8>> {
        let (depth, bits) = match self.colours.len() {
            0..=2 => (BitDepth::One, 1),
            3..=4 => (BitDepth::Two, 2),
            5..=16 => (BitDepth::Four, 4),
            _ => (BitDepth::Eight, 8),
        };
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(depth);
        encoder.set_palette(
            self.colours
                .iter()
                .flat_map(|colour| [colour[0], colour[1], colour[2]])
                .collect::<Vec<u8>>(),
        );
        encoder.set_trns(self.colours.iter().map(|colour| colour[3]).collect::<Vec<u8>>());
        encoder.set_compression(Compression::High);
        encoder.set_filter(filter);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.packed(bits)).ok()?;
        writer.finish().ok()?;
        Some(file)
    }

    /// Places of so many bits, the first in the highest; each row begins with a new byte.
    fn packed(&self, bits: usize) -> Vec<u8> {
        let in_byte = 8 / bits;
        let mut packed = Vec::with_capacity(self.height * self.width.div_ceil(in_byte));
        for y in 0..self.height {
            packed.extend(self.row(y).chunks(in_byte).map(|chunk| {
                let shifted = |(place, value): (usize, &u8)| *value << (8 - bits * (place + 1));
                chunk
                    .iter()
                    .enumerate()
                    .map(shifted)
                    .fold(0, |byte, part| byte | part)
            }));
        }
        packed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_pixels_that_were_drawn_however_many_colours_there_are() {
        for n_colours in [2, 4, 9, 200] {
            let colours: Vec<[u8; 4]> = (0..n_colours as u8)
                .map(|n| [n, 2 * (n / 2), 7, 255 - n])
                .collect();
            let mut pixels = Pixels::new(13, 5, colours.clone());
            for y in 0..5 {
                for x in 0..13 {
                    *pixels.at(x, y).expect("it is within") = ((x * 7 + y * 3) % n_colours) as u8;
                }
            }
            let file = pixels.png().expect("it is written");
            let read = image::load_from_memory(&file).expect("it is a file").into_rgba8();
            assert_eq!(read.dimensions(), (13, 5));
            for (x, y, pixel) in read.enumerate_pixels() {
                let place = (x as usize * 7 + y as usize * 3) % n_colours;
                assert_eq!(pixel.0, colours[place], "{n_colours} colours, {x} {y}");
            }
        }
    }

    #[test]
    fn some_columns_keep_only_the_colours_that_they_use() {
        let mut pixels = Pixels::new(4, 2, vec![[0; 4], [1; 4], [2; 4], [3; 4]]);
        *pixels.at(3, 1).expect("it is within") = 2;
        assert!(pixels.at(4, 0).is_none() && pixels.at(0, 2).is_none());
        let cut = pixels.columns(2..4);
        assert_eq!((cut.size(), cut.row(1)), ((2, 2), &[0, 1][..]));
        assert_eq!(cut.colours(), [[0; 4], [2; 4]]);
        let size = ratatui::layout::Size::new(1, 1);
        assert_ne!(cut.print(size), pixels.columns(0..2).print(size));
    }
}
