//! A figure as a picture: SVG or PNG.
//!
//! Both axes run from 0 to 1: scales and marks are those of every other screen, and the picture only draws them.

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
use crate::text::{fitted, harmless};
use crate::ticks::Tick;

/// The one typeface of pictures, so that they look alike on every machine: DejaVu Sans, cut down to Latin, Greek,
/// Cyrillic and common signs. Its licence lies beside it.
const FONT: &[u8] = include_bytes!("../../assets/DejaVuSans-subset.ttf");
const FONT_NAME: &str = "DejaVu Sans";
/// Pixels between two marks, at least.
const TICK_ROOM: (u32, u32) = (110, 60);
/// Curves that a legend names; more would hide the chart.
const LEGEND_LIMIT: usize = 20;

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
    let picture = Picture {
        figure,
        laid_out,
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
        let mut canvas = ChartBuilder::on(area)
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
            .x_desc(x.word())
            .label_style((FONT_NAME, 14))
            .draw()?;
        let placed = |reduced: &flowdeck_client::series::Reduced| {
            let (xs, ys) = reduced.polyline();
            let place = |(at, value): (f64, f64)| (x.share(at), y.share(value));
            pieces(xs.into_iter().zip(ys).map(place).collect())
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
            canvas
                .draw_series(drawn.map(|piece| PathElement::new(piece, style)))?
                .label(shown(&line.name, 48))
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        if (2..=LEGEND_LIMIT).contains(&self.figure.lines.len()) {
            canvas
                .configure_series_labels()
                .background_style(WHITE.mix(0.85))
                .border_style(BLACK.mix(0.2))
                .label_font((FONT_NAME, 14))
                .draw()?;
        }
        area.present()
    }
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
    fn a_line_is_parted_at_its_gaps() {
        let parted = pieces(vec![(0.0, 5.0), (1.0, 6.0), (1.0, f64::NAN), (2.0, 7.0)]);
        assert_eq!(parted, [vec![(0.0, 5.0), (1.0, 6.0)], vec![(2.0, 7.0)]]);
    }
}
