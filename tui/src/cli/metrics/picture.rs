//! A chart as a picture: SVG or PNG.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flowdeck_surface::client::series::XAxis;
use flowdeck_surface::client::{Failure, FailureKind, Result};
use flowdeck_surface::clock::Clock;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::register_font;

use super::chart::{padded, written_x, written_y};
use super::plot::Chart;

/// The one typeface of pictures, so that they look alike on every machine: DejaVu Sans, cut down to Latin, Greek,
/// Cyrillic and common signs. Its licence lies beside it.
const FONT: &[u8] = include_bytes!("../../../assets/DejaVuSans-subset.ttf");
const FONT_NAME: &str = "DejaVu Sans";
/// Colours of curves that people with any colour vision can tell apart. Source: Okabe and Ito, 2008.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];
/// Share of the height of the y axis that is left free above and below the curves.
const MARGIN: f64 = 0.04;

/// How a picture is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Format {
    Svg,
    Png,
}

/// The format that a file's extension asks for.
///
/// # Errors
/// Another extension, or none.
pub(super) fn format_of(file: &Path) -> Result<Format> {
    let extension = file.extension().and_then(|extension| extension.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Ok(Format::Svg),
        Some("png") => Ok(Format::Png),
        _ => Err(Failure::new(
            FailureKind::InvalidInput,
            format!("cannot tell what kind of picture {} is to be", file.display()),
        )
        .with_hint("end the name in .svg or .png")),
    }
}

/// Writes a picture of so many pixels; the file is there only when it is whole.
pub(super) fn write(file: &Path, chart: &Chart, size: (u32, u32)) -> Result<()> {
    let cannot = |why: &dyn std::fmt::Display| {
        Failure::new(
            FailureKind::System,
            format!("cannot write {}: {why}", file.display()),
        )
    };
    register()?;
    let part = part_of(file);
    match format_of(file)? {
        Format::Svg => {
            let mut svg = String::new();
            let backend = SVGBackend::with_string(&mut svg, size);
            draw(&backend.into_drawing_area(), chart, Lines::Whole).map_err(|why| cannot(&why))?;
            std::fs::write(&part, svg).map_err(|error| cannot(&error))?;
        }
        Format::Png => {
            let area = BitMapBackend::new(&part, size).into_drawing_area();
            draw(&area, chart, Lines::Segments).map_err(|why| cannot(&why))?;
        }
    }
    std::fs::rename(&part, file).map_err(|error| cannot(&error))
}

/// A name beside the file that keeps its extension, which tells the encoder the format.
fn part_of(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".part-{}-{name}", std::process::id()))
}

fn register() -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let done = *DONE.get_or_init(|| register_font(FONT_NAME, FontStyle::Normal, FONT).is_ok());
    if done {
        Ok(())
    } else {
        Err(Failure::new(
            FailureKind::System,
            "the typeface of pictures cannot be read",
        ))
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

fn draw<B: DrawingBackend>(area: &DrawingArea<B, Shift>, chart: &Chart, lines: Lines) -> Result<(), String> {
    draw_on(area, chart, lines).map_err(|error| error.to_string())
}

fn draw_on<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    chart: &Chart,
    lines: Lines,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let clock = Clock::local();
    let (x, y) = (padded(chart.x), padded(chart.y));
    let free = y.length() * MARGIN;
    area.fill(&WHITE)?;
    let mut canvas = ChartBuilder::on(area)
        .caption(shown(&chart.title, 80), (FONT_NAME, 22))
        .margin(12)
        .x_label_area_size(48)
        .y_label_area_size(84)
        .build_cartesian_2d(x.min..x.max, y.min - free..y.max + free)?;
    canvas
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(BLACK.mix(0.12))
        .x_labels(if chart.axis == XAxis::WallTime { 5 } else { 8 })
        .x_desc(match chart.axis {
            XAxis::Step => "step",
            XAxis::WallTime => "time",
            XAxis::RelativeTime => "since the first point",
        })
        .label_style((FONT_NAME, 14))
        .x_label_formatter(&|value| written_x(*value, chart.axis, &clock))
        .y_label_formatter(&|value| written_y(*value, chart.log))
        .draw()?;
    let n_columns = area.dim_in_pixel().0 as usize;
    for (place, curve) in chart.curves.iter().enumerate() {
        let colour = COLOURS[place % COLOURS.len()];
        if curve.smoothed.is_some() {
            let faint = colour.mix(0.25).stroke_width(1);
            let logged = pieces(curve.logged.reduced(x, n_columns).polyline());
            let logged = logged.into_iter().flat_map(|piece| lines.of(piece));
            canvas.draw_series(logged.map(|piece| PathElement::new(piece, faint)))?;
        }
        let style = colour.stroke_width(2);
        let drawn = pieces(curve.line().reduced(x, n_columns).polyline());
        // A single point between two gaps has no line to it.
        let single = drawn
            .iter()
            .filter(|piece| piece.len() == 1)
            .map(|piece| piece[0]);
        canvas.draw_series(single.map(|point| Circle::new(point, 2, colour.filled())))?;
        let drawn = drawn.into_iter().flat_map(|piece| lines.of(piece));
        canvas
            .draw_series(drawn.map(|piece| PathElement::new(piece, style)))?
            .label(shown(&curve.name, 48))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
    }
    if chart.curves.len() > 1 {
        canvas
            .configure_series_labels()
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.2))
            .label_font((FONT_NAME, 14))
            .draw()?;
    }
    area.present()
}

/// The stretches of a line between its gaps.
fn pieces((x, y): (Vec<f64>, Vec<f64>)) -> Vec<Vec<(f64, f64)>> {
    let points: Vec<_> = x.into_iter().zip(y).collect();
    points
        .split(|(_, y)| !y.is_finite())
        .filter(|piece| !piece.is_empty())
        .map(<[_]>::to_vec)
        .collect()
}

/// Text for a picture: on one line, and not too long.
fn shown(text: &str, width: usize) -> String {
    flowdeck_surface::text::fitted(&flowdeck_surface::text::harmless(text), width).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_tells_the_format() {
        assert_eq!(format_of(Path::new("a/b.SVG")).ok(), Some(Format::Svg));
        assert_eq!(format_of(Path::new("b.png")).ok(), Some(Format::Png));
        assert!(format_of(Path::new("b")).is_err() && format_of(Path::new("b.pdf")).is_err());
    }

    #[test]
    fn a_line_is_parted_at_its_gaps() {
        let parted = pieces((vec![0.0, 1.0, 1.0, 2.0], vec![5.0, 6.0, f64::NAN, 7.0]));
        assert_eq!(parted, [vec![(0.0, 5.0), (1.0, 6.0)], vec![(2.0, 7.0)]]);
    }
}
