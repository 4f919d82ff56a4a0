//! Pictures: what a training script would have plotted or photographed.

use crate::random::Random;

type Colour = [u8; 3];

const PAPER: Colour = [255, 255, 255];
const GRID: Colour = [222, 226, 232];
const INK: Colour = [38, 70, 120];
const ACCENT: Colour = [214, 93, 42];

/// Pixels, row by row.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(width: usize, height: usize, colour: Colour) -> Self {
        Self {
            width,
            height,
            pixels: colour.repeat(width * height),
        }
    }

    fn set(&mut self, x: usize, y: usize, colour: Colour) {
        if x < self.width && y < self.height {
            let at = (y * self.width + x) * 3;
            self.pixels[at..at + 3].copy_from_slice(&colour);
        }
    }

    fn rectangle(&mut self, (x, y): (usize, usize), (width, height): (usize, usize), colour: Colour) {
        for row in y..y + height {
            for column in x..x + width {
                self.set(column, row, colour);
            }
        }
    }

    /// A line two pixels thick between points in pixels.
    fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour) {
        let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0);
        for step in 0..=steps as usize {
            let share = step as f64 / steps;
            let x = from.0 + (to.0 - from.0) * share;
            let y = from.1 + (to.1 - from.1) * share;
            self.rectangle((x.max(0.0) as usize, y.max(0.0) as usize), (2, 2), colour);
        }
    }

    /// The picture as a PNG file; empty if the encoder refuses, which it does for empty pictures alone.
    fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.pixels));
        if written.is_err() {
            file.clear();
        }
        file
    }
}

/// A confusion matrix as a heat map: the darker, the more of its row fell into that column.
pub(crate) fn confusion_matrix(counts: &[Vec<u32>]) -> Vec<u8> {
    const CELL: usize = 44;
    const MARGIN: usize = 12;
    let size = counts.len() * CELL + 2 * MARGIN;
    let mut canvas = Canvas::new(size, size, PAPER);
    for (row, cells) in counts.iter().enumerate() {
        let total = cells.iter().sum::<u32>().max(1);
        for (column, count) in cells.iter().enumerate() {
            let share = f64::from(*count) / f64::from(total);
            let at = (MARGIN + column * CELL, MARGIN + row * CELL);
            canvas.rectangle(
                at,
                (CELL - 2, CELL - 2),
                blend([240, 244, 250], INK, share.sqrt()),
            );
        }
    }
    canvas.png()
}

/// Horizontal bars, the first on top, as of feature importances.
pub(crate) fn bars(shares: &[f64]) -> Vec<u8> {
    const WIDTH: usize = 480;
    const ROW: usize = 22;
    let greatest = shares.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let mut canvas = Canvas::new(WIDTH, shares.len() * ROW + 20, PAPER);
    for (index, share) in shares.iter().enumerate() {
        let length = (share / greatest * (WIDTH - 40) as f64) as usize;
        canvas.rectangle((20, 10 + index * ROW), (length.max(1), ROW - 6), INK);
    }
    canvas.png()
}

/// Lines over the unit square, with a grid and the diagonal, as of ROC curves.
pub(crate) fn unit_curves(curves: &[Vec<(f64, f64)>]) -> Vec<u8> {
    const SIZE: f64 = 360.0;
    const MARGIN: f64 = 20.0;
    let place = |(x, y): (f64, f64)| (MARGIN + x * SIZE, MARGIN + (1.0 - y) * SIZE);
    let mut canvas = Canvas::new(400, 400, PAPER);
    for index in 0..=5 {
        let at = f64::from(index) / 5.0;
        canvas.line(place((at, 0.0)), place((at, 1.0)), GRID);
        canvas.line(place((0.0, at)), place((1.0, at)), GRID);
    }
    canvas.line(place((0.0, 0.0)), place((1.0, 1.0)), [150, 156, 165]);
    for (index, curve) in curves.iter().enumerate() {
        let colour = blend(INK, ACCENT, index as f64 / curves.len().max(2) as f64);
        for pair in curve.windows(2) {
            canvas.line(place(pair[0]), place(pair[1]), colour);
        }
    }
    canvas.png()
}

/// A photograph of brushed metal with so many scratches.
pub(crate) fn surface(random: &mut Random, scratches: usize) -> Vec<u8> {
    const SIZE: usize = 128;
    let mut canvas = Canvas::new(SIZE, SIZE, [128, 130, 134]);
    for y in 0..SIZE {
        let brushed = random.between(-14.0, 14.0);
        for x in 0..SIZE {
            let light = 132.0 + brushed + random.between(-6.0, 6.0) + (x as f64 - 64.0) * 0.2;
            let grey = light.clamp(0.0, 255.0) as u8;
            canvas.set(x, y, [grey, grey, grey.saturating_add(4)]);
        }
    }
    for _ in 0..scratches {
        let from = (random.between(8.0, 120.0), random.between(8.0, 120.0));
        let to = (
            from.0 + random.between(-50.0, 50.0),
            from.1 + random.between(-20.0, 20.0),
        );
        canvas.line(from, to, [52, 50, 56]);
    }
    canvas.png()
}

fn blend(from: Colour, to: Colour, share: f64) -> Colour {
    let share = share.clamp(0.0, 1.0);
    std::array::from_fn(|index| (f64::from(from[index]) * (1.0 - share) + f64::from(to[index]) * share) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_png_of_its_size() {
        let file = surface(&mut Random::new(1), 3);
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .expect("a PNG header");
        assert_eq!((reader.info().width, reader.info().height), (128, 128));
        let mut pixels = vec![0; 128 * 128 * 3];
        assert!(reader.next_frame(&mut pixels).is_ok());
        assert!(pixels.iter().any(|light| *light < 60), "a scratch is dark");
    }
}
