//! A figure as a picture: SVG or PNG.
//!
//! Both axes run from 0 to 1: scales and marks are those of every other screen, and the picture only draws them.

mod odd;

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters::style::register_font;

use super::export::FileForm;
use super::figure::LaidOut;
use super::{Figure, rgb};
use crate::clock::Clock;
use crate::text::{fitted, harmless, width_cells};
use crate::ticks::Tick;
use odd::OddPlaces;

/// The one typeface of pictures, so that they look alike on every machine: DejaVu Sans, cut down to Latin, Greek,
/// Cyrillic and common signs. Its licence lies beside it.
const FONT: &[u8] = include_bytes!("../../assets/DejaVuSans-subset.ttf");
const FONT_NAME: &str = "DejaVu Sans";
/// Pixels between two marks, at least.
const TICK_ROOM: (u32, u32) = (110, 60);
/// Curves that a legend names; more would leave no room for the chart.
const LEGEND_LIMIT: usize = 24;
/// Pixels of a row of the legend, of a letter of a name, and of a name's line and margins.
const LEGEND_ROW: u32 = 20;
const LEGEND_LETTER: u32 = 8;
const LEGEND_ASIDE: u32 = 44;

/// The colour of what stands for points that no line can show.
const ODD: RGBColor = RGBColor(0xc4, 0x4e, 0x00);

/// Writes a picture of so many pixels; tells why where it cannot.
pub(super) fn write(
    file: &Path,
    form: FileForm,
    figure: &Figure,
    size: (u32, u32),
    clock: &Clock,
) -> Result<(), String> {
    register()?;
    let laid_out = figure
        .laid_out(size.0 as usize)
        .ok_or("there is no finite value to draw")?;
    let odd = OddPlaces::of(&laid_out.drawn, size.0 as usize);
    let picture = Picture {
        figure,
        laid_out,
        odd,
        clock,
    };
    if form == FileForm::Png {
        let area = BitMapBackend::new(file, size).into_drawing_area();
        return picture.draw(&area, Lines::Segments);
    }
    let mut svg = String::new();
    picture.draw(
        &SVGBackend::with_string(&mut svg, size).into_drawing_area(),
        Lines::Whole,
    )?;
    std::fs::write(file, svg).map_err(|error| error.to_string())
}

fn register() -> Result<(), String> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done = *DONE.get_or_init(|| register_font(FONT_NAME, FontStyle::Normal, FONT).is_ok());
    if done {
        Ok(())
    } else {
        Err("the typeface of pictures cannot be read".to_owned())
    }
}

/// How a line is handed to a backend.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Lines {
    /// As one path.
    Whole,
    /// Segment by segment: the bitmap backend joins the segments of a path in points so long that a spike upwards
    /// draws one downwards too.
    Segments,
}

impl Lines {
    fn of(self, piece: Vec<(f64, f64)>) -> Vec<Vec<(f64, f64)>> {
        match self {
            Self::Segments if piece.len() > 2 => piece.windows(2).map(<[_]>::to_vec).collect(),
            _ => vec![piece],
        }
    }
}

/// An axis from 0 to 1 with marks at given places.
#[derive(Clone)]
struct Axis {
    marks: Vec<(f64, String)>,
}

impl Axis {
    fn of(ticks: Vec<Tick>, share: impl Fn(f64) -> f64) -> Self {
        let mark = |tick: Tick| (share(tick.at), tick.label);
        Self {
            marks: ticks.into_iter().map(mark).collect(),
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let length = f64::from(limit.1) - f64::from(limit.0);
        (f64::from(limit.0) + value.clamp(-1e3, 1e3) * length).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.marks.iter().map(|(at, _)| *at).collect()
    }

    fn range(&self) -> Range<f64> {
        0.0..1.0
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let mark = self.marks.iter().find(|(at, _)| at == value);
        mark.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

struct Picture<'a> {
    figure: &'a Figure,
    laid_out: LaidOut,
    odd: OddPlaces,
    clock: &'a Clock,
}

impl Picture<'_> {
    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, lines: Lines) -> Result<(), String> {
        self.draw_on(area, lines).map_err(|error| error.to_string())
    }

    fn draw_on<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
        lines: Lines,
    ) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
        let (width, height) = area.dim_in_pixel();
        let LaidOut { x, y, drawn } = &self.laid_out;
        let x_ticks = x.ticks((width / TICK_ROOM.0).max(2) as usize, self.clock);
        let y_ticks = y.ticks((height / TICK_ROOM.1).max(2) as usize);
        area.fill(&WHITE)?;
        let legend = self.legend(width);
        let (upper, lower) = area.split_vertically(height.saturating_sub(legend.height()));
        let mut canvas = ChartBuilder::on(&upper)
            .caption(shown(&self.figure.title, 80), (FONT_NAME, 22))
            .margin(12)
            .x_label_area_size(48)
            .y_label_area_size(84)
            .build_cartesian_2d(
                Axis::of(x_ticks, |at| x.share(at)),
                Axis::of(y_ticks, |at| y.share(at)),
            )?;
        canvas
            .configure_mesh()
            .light_line_style(WHITE)
            .bold_line_style(BLACK.mix(0.12))
            .x_desc(format!("{}{}", x.word(), self.odd.note()))
            .label_style((FONT_NAME, 14))
            .draw()?;
        let placed = |reduced: &flowdeck_client::series::Reduced| {
            let (xs, ys) = reduced.polyline();
            let place = |(at, value): (f64, f64)| (x.share(at), y.share(value));
            let pieces = pieces(xs.into_iter().zip(ys).map(place).collect());
            pieces
                .iter()
                .flat_map(|piece| within_limits(piece))
                .collect::<Vec<_>>()
        };
        for (line, drawn) in self.figure.lines.iter().zip(drawn) {
            let colour = rgb(line.colour);
            let colour = RGBColor(colour.0, colour.1, colour.2);
            if drawn.smooth.is_some() {
                let faint = colour.mix(0.25).stroke_width(1);
                let logged = placed(&drawn.raw).into_iter().flat_map(|piece| lines.of(piece));
                canvas.draw_series(logged.map(|piece| PathElement::new(piece, faint)))?;
            }
            let style = colour.stroke_width(2);
            let drawn = placed(drawn.line());
            // A single point between two gaps has no line to it.
            let single = drawn
                .iter()
                .filter(|piece| piece.len() == 1)
                .map(|piece| piece[0]);
            canvas.draw_series(single.map(|point| Circle::new(point, 2, colour.filled())))?;
            let drawn = drawn.into_iter().flat_map(|piece| lines.of(piece));
            canvas.draw_series(drawn.map(|piece| PathElement::new(piece, style)))?;
        }
        let crosses = self.odd.nan.iter().map(|at| Cross::new((*at, 0.0), 4, ODD));
        canvas.draw_series(crosses)?;
        let triangles = self
            .odd
            .infinite
            .iter()
            .map(|at| TriangleMarker::new((*at, 1.0), 5, ODD));
        canvas.draw_series(triangles)?;
        legend.draw(&lower)?;
        area.present()
    }

    /// The names of the curves, below the chart: within it they would hide some of it.
    fn legend(&self, width: u32) -> Legend {
        let lines = &self.figure.lines;
        let is_wanted = (2..=LEGEND_LIMIT).contains(&lines.len());
        let names = lines.iter().filter(|_| is_wanted);
        let names: Vec<_> = names.map(|line| (shown(&line.name, 48), line.colour)).collect();
        let letters = names.iter().map(|(name, _)| width_cells(name)).max().unwrap_or(0) as u32;
        let column = letters * LEGEND_LETTER + LEGEND_ASIDE;
        Legend {
            n_columns: (width.saturating_sub(2 * LEGEND_ASIDE) / column).max(1),
            column,
            names,
        }
    }
}

/// Names of curves in rows and columns.
struct Legend {
    names: Vec<(String, usize)>,
    n_columns: u32,
    /// In pixels.
    column: u32,
}

impl Legend {
    fn height(&self) -> u32 {
        match self.names.len() as u32 {
            0 => 0,
            n_names => n_names.div_ceil(self.n_columns) * LEGEND_ROW + LEGEND_ROW / 2,
        }
    }

    fn draw<B: DrawingBackend>(
        &self,
        area: &DrawingArea<B, Shift>,
    ) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
        for (place, (name, colour)) in self.names.iter().enumerate() {
            let (row, column) = (place as u32 / self.n_columns, place as u32 % self.n_columns);
            let x = (2 * LEGEND_ASIDE + column * self.column) as i32;
            let y = (row * LEGEND_ROW + LEGEND_ROW / 2) as i32;
            let colour = rgb(*colour);
            let style = RGBColor(colour.0, colour.1, colour.2).stroke_width(2);
            area.draw(&PathElement::new([(x, y), (x + 18, y)], style))?;
            area.draw(&Text::new(name.as_str(), (x + 26, y - 7), (FONT_NAME, 14)))?;
        }
        Ok(())
    }
}

/// The parts of a line between the lower and the upper limit of the y axis, from 0 to 1: what goes beyond is cut where it
/// crosses, rather than drawn along the edge.
fn within_limits(piece: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    if let [(_, y)] = piece {
        let is_within = (0.0..=1.0).contains(y);
        return if is_within {
            vec![piece.to_vec()]
        } else {
            Vec::new()
        };
    }
    let mut parts = Vec::new();
    let mut part: Vec<(f64, f64)> = Vec::new();
    for pair in piece.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let at = |share: f64| (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
        let crossing = |limit: f64| (limit - y0) / (y1 - y0);
        let (from, to) = if y0 == y1 {
            if (0.0..=1.0).contains(&y0) {
                (0.0, 1.0)
            } else {
                (1.0, 0.0)
            }
        } else {
            let (one, other) = (crossing(0.0), crossing(1.0));
            (one.min(other).max(0.0), one.max(other).min(1.0))
        };
        if from > 0.0 || from > to {
            parts.extend((!part.is_empty()).then(|| std::mem::take(&mut part)));
        }
        if from > to {
            continue;
        }
        if part.is_empty() {
            part.push(at(from));
        }
        part.push(at(to));
        if to < 1.0 {
            parts.push(std::mem::take(&mut part));
        }
    }
    parts.extend((!part.is_empty()).then_some(part));
    parts
}

/// The stretches of a line between its gaps.
fn pieces(points: Vec<(f64, f64)>) -> Vec<Vec<(f64, f64)>> {
    points
        .split(|(_, y)| !y.is_finite())
        .filter(|piece| !piece.is_empty())
        .map(<[_]>::to_vec)
        .collect()
}

/// Text for a picture: on one line, and not too long.
fn shown(text: &str, width: usize) -> String {
    fitted(&harmless(text), width).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_it_crosses_the_limits() {
        let cut = within_limits(&[(0.0, 0.5), (1.0, 2.5), (2.0, 0.5), (3.0, 0.5), (4.0, -0.5)]);
        assert_eq!(
            cut,
            [
                vec![(0.0, 0.5), (0.25, 1.0)],
                vec![(1.75, 1.0), (2.0, 0.5), (3.0, 0.5), (3.5, 0.0)]
            ]
        );
        assert_eq!(within_limits(&[(0.0, -1.0), (1.0, 2.0)]).len(), 1);
        assert!(within_limits(&[(0.0, 2.0), (1.0, 3.0), (2.0, 3.0)]).is_empty());
        assert!(within_limits(&[(0.0, 2.0)]).is_empty());
    }

    #[test]
    fn a_line_is_parted_at_its_gaps() {
        let parted = pieces(vec![(0.0, 5.0), (1.0, 6.0), (1.0, f64::NAN), (2.0, 7.0)]);
        assert_eq!(parted, [vec![(0.0, 5.0), (1.0, 6.0)], vec![(2.0, 7.0)]]);
    }
}
