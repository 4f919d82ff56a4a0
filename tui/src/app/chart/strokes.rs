//! Lines with smooth edges on pixels of few colours.
//!
//! Each pen has a colour and some strengths of it; a pixel holds one pen in one strength. Where two pens meet the later one
//! takes the pixel if it fills it, else the pixel stays with what it had: nothing is mixed, so that pixels stay few bytes.

use crate::app::widgets::picture::Pixels;

/// Strengths of a pen: how much of a pixel it fills. Each more makes a picture longer; from these on edges look smooth.
pub(super) const STRENGTHS: u8 = 4;
/// From this strength on a pen takes a pixel from another.
const TAKES: u8 = 3;

/// A pen by its number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Pen(pub(super) u8);

/// Pixels that lines are drawn on.
pub(super) struct Strokes {
    pixels: Pixels,
    height: f64,
    width: f64,
}

/// The colours of pens, each in all strengths, behind the one of what was not drawn on.
pub(super) fn colours(pens: &[[u8; 3]]) -> Vec<[u8; 4]> {
    let mut colours = vec![[0; 4]];
    for [red, green, blue] in pens {
        for strength in 1..=STRENGTHS {
            let opaque = u16::from(strength) * 255 / u16::from(STRENGTHS);
            colours.push([*red, *green, *blue, opaque as u8]);
        }
    }
    colours
}

/// The pen and the strength of a pixel; none where nothing was drawn.
fn parted(place: u8) -> Option<(Pen, u8)> {
    let place = place.checked_sub(1)?;
    Some((Pen(place / STRENGTHS), place % STRENGTHS + 1))
}

impl Strokes {
    /// Nothing is drawn yet.
    pub(super) fn new(size: (usize, usize), pens: &[[u8; 3]]) -> Self {
        Self {
            pixels: Pixels::new(size.0, size.1, colours(pens)),
            width: size.0 as f64,
            height: size.1 as f64,
        }
    }

    /// What was drawn.
    pub(super) fn into_pixels(self) -> Pixels {
        self.pixels
    }

    /// Fills a part of a pixel.
    fn put(&mut self, x: usize, y: usize, pen: Pen, part: f64) {
        let strength = (part * f64::from(STRENGTHS)).round() as u8;
        if strength == 0 {
            return;
        }
        let strength = strength.min(STRENGTHS);
        let Some(place) = self.pixels.at(x, y) else { return };
        let wins = match parted(*place) {
            None => true,
            Some((own, before)) if own == pen => strength > before,
            Some(_) => strength >= TAKES,
        };
        if wins {
            *place = 1 + pen.0 * STRENGTHS + strength - 1;
        }
    }

    /// Fills a rectangle, the pixels at its edges in part.
    pub(super) fn fill(&mut self, x: (f64, f64), y: (f64, f64), pen: Pen) {
        let (x0, x1) = (x.0.max(0.0), x.1.min(self.width));
        let (y0, y1) = (y.0.max(0.0), y.1.min(self.height));
        if x0 >= x1 || y0 >= y1 {
            return;
        }
        let part = |from: f64, to: f64, at: usize| (to.min(at as f64 + 1.0) - from.max(at as f64)).max(0.0);
        for row in y0 as usize..y1.ceil() as usize {
            let high = part(y0, y1, row);
            for column in x0 as usize..x1.ceil() as usize {
                self.put(column, row, pen, high * part(x0, x1, column));
            }
        }
    }

    /// A line of some thickness from one place to another, both within reach of the edges.
    pub(super) fn line(&mut self, from: [f64; 2], to: [f64; 2], thickness: f64, pen: Pen) {
        let Some((from, to)) = self.within_reach(from, to, thickness) else {
            return;
        };
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        if dx.abs() >= dy.abs() {
            let slope = if dx == 0.0 { 0.0 } else { dy / dx };
            let half = thickness / 2.0 * slope.hypot(1.0);
            let ends = (from[0].min(to[0]), from[0].max(to[0]));
            self.flat(ends, |x| from[1] + (x - from[0]) * slope, half, pen);
        } else {
            let slope = dx / dy;
            let half = thickness / 2.0 * slope.hypot(1.0);
            let ends = (from[1].min(to[1]), from[1].max(to[1]));
            self.steep(ends, |y| from[0] + (y - from[1]) * slope, half, pen);
        }
    }

    /// Column by column, each as high as the line is thick.
    fn flat(&mut self, ends: (f64, f64), y_at: impl Fn(f64) -> f64, half: f64, pen: Pen) {
        let first = (ends.0 - 0.5).floor().max(0.0) as usize;
        for column in first..=(ends.1 - 0.5).ceil().clamp(0.0, self.width) as usize {
            let middle = y_at((column as f64 + 0.5).clamp(ends.0, ends.1));
            let (top, bottom) = (middle - half, middle + half);
            let rows = top.floor().max(0.0) as usize..bottom.ceil().clamp(0.0, self.height) as usize;
            for row in rows {
                let part = bottom.min(row as f64 + 1.0) - top.max(row as f64);
                self.put(column, row, pen, part);
            }
        }
    }

    /// Row by row, each as wide as the line is thick.
    fn steep(&mut self, ends: (f64, f64), x_at: impl Fn(f64) -> f64, half: f64, pen: Pen) {
        let first = (ends.0 - 0.5).floor().max(0.0) as usize;
        for row in first..=(ends.1 - 0.5).ceil().clamp(0.0, self.height) as usize {
            let middle = x_at((row as f64 + 0.5).clamp(ends.0, ends.1));
            let (left, right) = (middle - half, middle + half);
            let columns = left.floor().max(0.0) as usize..right.ceil().clamp(0.0, self.width) as usize;
            for column in columns {
                let part = right.min(column as f64 + 1.0) - left.max(column as f64);
                self.put(column, row, pen, part);
            }
        }
    }

    /// The part of a line that may show: what is far beyond an edge would only cost time.
    fn within_reach(&self, from: [f64; 2], to: [f64; 2], thickness: f64) -> Option<([f64; 2], [f64; 2])> {
        let (mut from, mut to) = (from, to);
        for (axis, length) in [(0, self.width), (1, self.height)] {
            let (low, high) = (-thickness - 1.0, length + thickness + 1.0);
            let (a, b) = (from[axis], to[axis]);
            if !(a.is_finite() && b.is_finite()) || a.max(b) < low || a.min(b) > high {
                return None;
            }
            let cut = |at: f64, own: [f64; 2], other: [f64; 2]| {
                let limit = at.clamp(low, high);
                if limit == at {
                    return own;
                }
                let share = (limit - at) / (other[axis] - at);
                let mut moved = own;
                moved[1 - axis] += (other[1 - axis] - own[1 - axis]) * share;
                moved[axis] = limit;
                moved
            };
            (from, to) = (cut(a, from, to), cut(b, to, from));
        }
        Some((from, to))
    }

    /// A filled circle.
    pub(super) fn dot(&mut self, centre: [f64; 2], radius: f64, pen: Pen) {
        let [x, y] = centre;
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let range = |at: f64, most: f64| {
            let low = (at - radius - 1.0).floor().clamp(0.0, most);
            low as usize..(at + radius + 1.0).ceil().clamp(0.0, most) as usize
        };
        for row in range(y, self.height) {
            for column in range(x, self.width) {
                let distance = (column as f64 + 0.5 - x).hypot(row as f64 + 0.5 - y);
                self.put(column, row, pen, (radius + 0.5 - distance).clamp(0.0, 1.0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PENS: &[[u8; 3]] = &[[255, 0, 0], [0, 255, 0]];

    /// Strengths of a pen, row by row; 0 where another pen or nothing is.
    fn drawn(pen: Pen, size: (usize, usize), draw: impl FnOnce(&mut Strokes)) -> Vec<String> {
        let mut strokes = Strokes::new(size, PENS);
        draw(&mut strokes);
        let pixels = strokes.into_pixels();
        let strength = |place: &u8| match parted(*place) {
            Some((own, strength)) if own == pen => char::from(b'0' + strength),
            Some(_) => 'x',
            None => '.',
        };
        (0..size.1)
            .map(|y| pixels.row(y).iter().map(strength).collect())
            .collect()
    }

    #[test]
    fn a_line_fills_the_pixels_at_its_edges_in_part() {
        let pen = Pen(0);
        let flat = drawn(pen, (4, 4), |strokes| {
            strokes.line([0.0, 2.0], [4.0, 2.0], 2.0, pen);
        });
        assert_eq!(flat, ["....", "4444", "4444", "...."]);
        let between = drawn(pen, (4, 4), |strokes| {
            strokes.line([0.0, 2.5], [4.0, 2.5], 2.0, pen);
        });
        assert_eq!(between, ["....", "2222", "4444", "2222"]);
        let upright = drawn(pen, (4, 3), |strokes| {
            strokes.line([1.0, 0.0], [1.0, 3.0], 1.0, pen);
        });
        assert_eq!(upright, ["22..", "22..", "22.."]);
    }

    #[test]
    fn a_line_has_no_gap_however_steep_and_costs_no_more_than_the_pixels() {
        for to in [[39.0, 3.0], [39.0, 29.0], [4.0, 29.0], [0.5, 29.0]] {
            let pen = Pen(0);
            let rows = drawn(pen, (40, 30), |strokes| strokes.line([0.0, 0.0], to, 1.5, pen));
            let (columns, height) = (to[0] as usize, to[1] as usize);
            let is_set = |x: usize, y: usize| rows[y].as_bytes()[x] != b'.';
            assert!((0..columns).all(|x| (0..30).any(|y| is_set(x, y))), "{rows:#?}");
            assert!((0..height).all(|y| (0..40).any(|x| is_set(x, y))), "{rows:#?}");
        }
        let pen = Pen(0);
        let far = drawn(pen, (3, 1), |strokes| {
            strokes.line([-1e300, 0.5], [1e300, 0.5], 1.0, pen);
            strokes.line([0.0, f64::NAN], [1.0, 1.0], 1.0, pen);
            strokes.dot([f64::INFINITY, 0.0], 3.0, pen);
            strokes.fill((5.0, 9.0), (0.0, 1.0), pen);
        });
        assert_eq!(far, ["444"]);
    }

    #[test]
    fn a_later_pen_takes_what_it_fills_and_leaves_what_it_touches() {
        let rows = drawn(Pen(1), (3, 3), |strokes| {
            strokes.fill((0.0, 3.0), (0.0, 3.0), Pen(0));
            strokes.line([0.0, 1.7], [3.0, 1.7], 1.0, Pen(1));
        });
        assert_eq!(rows, ["xxx", "333", "xxx"]);
    }
}
