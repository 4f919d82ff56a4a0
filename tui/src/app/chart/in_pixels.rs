//! Curves between their axes, by pixels: the axes and whatever is a letter stay text.
//!
//! The picture is cut into strips: what moves with the cursor sends one or two of them again, not the whole.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use flowdeck_surface::chart::{N_COLOURS, Scale, ScaleKind};
use flowdeck_surface::client::series::Reduced;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::axes::n_ticks;
use super::plot::{Plot, PlotLine, Stress, canvas_of};
use super::strokes::{Pen, Strokes};
use crate::app::context::Look;
use crate::app::graphics::{Graphics, Way};
use crate::app::theme::Theme;
use crate::app::widgets::picture::{Encoded, Pixels};

/// Cells of a strip: wide ones are few, and of narrow ones a move of the cursor sends few pixels again. By kitty's protocol
/// each row of each strip costs letters, too.
const fn strip_cells(way: Way) -> u16 {
    match way {
        Way::Kitty => 12,
        _ => 8,
    }
}

/// Strips that are remembered: more than any screen has.
const MOST_STRIPS: usize = 512;
/// Pixels of one chart at most; where the cells have more, each of ours is as large as some of the terminal's.
const MOST_PIXELS: f64 = 1_200_000.0;

const BAND: Pen = Pen(0);
const GRID: Pen = Pen(1);
const ZERO: Pen = Pen(2);
const CURSOR: Pen = Pen(3);
const FIRST_CURVE: u8 = 4;

/// Strips that were sent, by the cell where they begin: what stays the same is not written down again.
pub(super) type Strips = RefCell<HashMap<(u16, u16), Arc<Encoded>>>;

/// How many pixels a chart has for so many cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grain {
    /// Pixels of a cell: width and height.
    cell: (f64, f64),
}

impl Grain {
    /// For a chart on these cells; none where it is drawn in dots.
    pub(super) fn of(canvas: Rect, graphics: Graphics) -> Option<Self> {
        if !graphics.charts || canvas.is_empty() {
            return None;
        }
        let (width, height) = (f64::from(graphics.cell.0), f64::from(graphics.cell.1));
        let n_pixels = f64::from(canvas.area()) * width * height;
        let shrink = (1_u8..=8).find(|n| n_pixels / f64::from(*n).powi(2) <= MOST_PIXELS);
        let shrink = f64::from(shrink.unwrap_or(8));
        // A terminal draws sixels as they are.
        if graphics.way == Way::Sixel && shrink > 2.0 {
            return None;
        }
        let shrink = if graphics.way == Way::Sixel { 1.0 } else { shrink };
        Some(Self {
            cell: (width / shrink, height / shrink),
        })
    }

    /// Pixels of so many cells: width and height.
    fn size(self, width: u16, height: u16) -> (usize, usize) {
        let pixels = |cells: u16, each: f64| (f64::from(cells) * each).round() as usize;
        (pixels(width, self.cell.0), pixels(height, self.cell.1))
    }

    /// Columns that a curve is reduced to on these cells.
    pub(super) fn n_columns(self, canvas: Rect) -> usize {
        self.size(canvas.width, canvas.height).0
    }

    /// Pixels of a curve's line.
    fn thickness(self) -> f64 {
        (self.cell.1 / 11.0).max(1.3)
    }
}

impl Plot<'_> {
    /// Draws it, the curves by pixels; in too little room, nothing.
    pub(super) fn draw_in_pixels(
        &self,
        area: Rect,
        grain: Grain,
        strips: &Strips,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let canvas = canvas_of(area);
        if let Some(scale) = &self.y {
            self.draw_y_labels(scale, canvas, buf, look.theme);
        }
        let pixels = self.painted(canvas, grain, look.theme);
        place_strips(&pixels, canvas, grain, strips, buf, look);
        if let Some(scale) = &self.y {
            self.draw_symbols(scale, canvas, buf, look.theme);
            self.draw_beyond(scale, canvas, buf, look.theme);
        }
        self.draw_marks(canvas, buf, look.theme);
        self.draw_x_axis(canvas, area, buf, look.theme, look.clock);
        self.draw_cursor_foot(canvas, buf, look.theme);
    }

    /// The pixels between the axes.
    pub(super) fn painted(&self, canvas: Rect, grain: Grain, theme: &Theme) -> Pixels {
        let size = grain.size(canvas.width, canvas.height);
        let mut strokes = Strokes::new(size, &pens(theme));
        let (width, height) = (size.0 as f64, size.1 as f64);
        let within = |x: f64| x.clamp(self.x.span.min, self.x.span.max);
        if let Some(brush) = self.brush_in_view() {
            let (from, to) = (self.x.share(within(brush.min)), self.x.share(within(brush.max)));
            strokes.fill(
                (from * width, (to * width).max(from * width + 1.0)),
                (0.0, height),
                BAND,
            );
        }
        let Some(scale) = &self.y else {
            return strokes.into_pixels();
        };
        for tick in scale.ticks(n_ticks(canvas)) {
            let y = ((1.0 - scale.share(tick.at)) * height).floor() + 0.5;
            let is_zero = tick.at == 0.0 && scale.kind() != ScaleKind::Log && scale.span().min < 0.0;
            strokes.line([0.0, y], [width, y], 1.0, if is_zero { ZERO } else { GRID });
        }
        if let Some(at) = self.cursor.filter(|at| self.x.span.contains(*at)) {
            let x = (self.x.share(at) * width).floor() + 0.5;
            strokes.line([x, 0.0], [x, height], 1.0, CURSOR);
        }
        let brushes = Brush {
            scale,
            width,
            height,
            thickness: grain.thickness(),
        };
        self.draw_curves(&brushes, &mut strokes);
        strokes.into_pixels()
    }

    /// Those that stand back first; of each the logged curve behind the smoothed one; points at the cursor above all.
    fn draw_curves(&self, brush: &Brush<'_>, strokes: &mut Strokes) {
        for stress in [Stress::Dimmed, Stress::Usual, Stress::Focused] {
            let lines = || self.lines.iter().filter(|line| line.stress == stress);
            for line in lines().filter(|line| line.drawn.smooth.is_some()) {
                brush.draw(self, &line.drawn.raw, 0.7, line.pen(false), strokes);
            }
            for line in lines() {
                let weight = if stress == Stress::Focused { 1.6 } else { 1.0 };
                brush.draw(self, line.drawn.line(), weight, line.pen(true), strokes);
            }
        }
        for line in self.lines.iter().filter(|line| line.stress != Stress::Dimmed) {
            let Some([x, y]) = line.at_cursor.filter(|[x, _]| self.x.span.contains(*x)) else {
                continue;
            };
            let pen = if self.lines.len() == 1 {
                CURSOR
            } else {
                line.pen(true)
            };
            strokes.dot(brush.place(self, [x, y]), brush.thickness * 2.2, pen);
        }
    }
}

impl PlotLine<'_> {
    fn pen(&self, is_line: bool) -> Pen {
        let is_faint = self.stress == Stress::Dimmed || !is_line;
        let place = self.colour % N_COLOURS * 2 + usize::from(is_faint);
        Pen(FIRST_CURVE + place as u8)
    }
}

/// The colours of all pens.
fn pens(theme: &Theme) -> Vec<[u8; 3]> {
    let mut pens = vec![
        theme.brushed_rgb(),
        theme.rgb(theme.grid()),
        theme.rgb(theme.frame(false)),
        theme.rgb(theme.tone(Tone::Warning)),
    ];
    for place in 0..N_COLOURS {
        pens.extend([theme.rgb(theme.curve(place)), theme.rgb(theme.faint_curve(place))]);
    }
    pens
}

/// What curves are drawn with.
struct Brush<'a> {
    scale: &'a Scale,
    width: f64,
    height: f64,
    thickness: f64,
}

impl Brush<'_> {
    /// Where a point stands, in pixels.
    fn place(&self, plot: &Plot<'_>, [x, y]: [f64; 2]) -> [f64; 2] {
        [
            plot.x.share(x) * self.width,
            (1.0 - self.scale.share(y)) * self.height,
        ]
    }

    /// In each column a bar from the lowest to the highest point, joined to the column before unless a gap lies between;
    /// a point between two gaps is a dot.
    fn draw(&self, plot: &Plot<'_>, curve: &Reduced, weight: f64, pen: Pen, strokes: &mut Strokes) {
        let thickness = self.thickness * weight;
        let mut before: Option<[f64; 2]> = None;
        let mut columns = curve.columns.iter().peekable();
        while let Some(column) = columns.next() {
            let Some(extremes) = column.extremes else { continue };
            let [first, min, max, last] =
                [extremes.first, extremes.min, extremes.max, extremes.last].map(|at| self.place(plot, at));
            let joined = before.filter(|_| column.joined);
            if let Some(before) = joined {
                strokes.line(before, first, thickness, pen);
            }
            if min[1] - max[1] > 0.0 {
                let middle = (first[0] + last[0]) / 2.0;
                let half = thickness / 2.0;
                strokes.fill(
                    (middle - half, middle + half),
                    (max[1] - half, min[1] + half),
                    pen,
                );
            }
            let goes_on = columns.peek().is_some_and(|next| next.joined);
            if joined.is_none() && !goes_on {
                strokes.dot(last, thickness * 1.5, pen);
            }
            before = Some(last);
        }
    }
}

/// Puts the pixels on their cells, strip by strip; only strips that changed are written down again.
fn place_strips(
    pixels: &Pixels,
    canvas: Rect,
    grain: Grain,
    strips: &Strips,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    let mut kept = strips.borrow_mut();
    let strip = strip_cells(look.theme.graphics().way);
    for left in (0..canvas.width).step_by(usize::from(strip)) {
        let width = strip.min(canvas.width - left);
        let [from, to] = [left, left + width].map(|cells| grain.size(cells, 1).0);
        let size = Size::new(width, canvas.height);
        let part = pixels.columns(from..to);
        let place = (canvas.x + left, canvas.y);
        let known = kept.get(&place).filter(|known| known.print == part.print(size));
        let strip = match known {
            Some(known) => Arc::clone(known),
            None => {
                let (way, ground) = (look.theme.graphics().way, look.theme.ground());
                let Some(strip) = Encoded::of_pixels(&part, size, way, ground) else {
                    continue;
                };
                let strip = Arc::new(strip);
                if kept.len() >= MOST_STRIPS {
                    kept.clear();
                }
                kept.insert(place, Arc::clone(&strip));
                strip
            }
        };
        let area = Rect::new(place.0, place.1, width, canvas.height);
        look.pictures.place(area, strip, buf);
    }
}
