//! Charts by pixels: what is sent to a terminal is read back into pixels and held against the curves.

use flowdeck_surface::action::Action;
use flowdeck_surface::client::MetricKey;
use flowdeck_surface::client::tracking::MetricPoint;
use image::RgbaImage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::bench::{ChartBench, chart_run, point, wave};
use crate::app::chart::plot::canvas_of;
use crate::app::graphics::{ChartPixels, Graphics, Way};
use crate::app::runtime::{Charset, Painter};
use crate::app::theme::{Depth, Theme};
use crate::app::widgets::picture::{Pictures, PixelScreen};

const CELL: (u16, u16) = (8, 16);

/// A chart on a terminal that shows pixels.
struct Shown {
    bench: ChartBench,
    theme: Theme,
    painter: Painter,
    screen: PixelScreen,
    pictures: Pictures,
}

fn graphics(name: &'static str) -> Graphics {
    let variable = |wanted: &str| (wanted == "FLOWDECK_GRAPHICS").then_some(name);
    Graphics::detect(Depth::Many, Some(CELL), ChartPixels::Auto, variable)
}

impl Shown {
    fn of(name: &'static str, bench: ChartBench) -> Self {
        let graphics = graphics(name);
        assert!(graphics.charts && graphics.has_pixels());
        let (width, height) = (bench.area.width, bench.area.height);
        let mut shown = Self {
            bench,
            theme: Theme::new(Depth::Many).with_graphics(graphics),
            painter: Painter::new(Charset::Unicode, graphics),
            screen: PixelScreen::new(width, height, CELL),
            pictures: Pictures::default(),
        };
        shown.draw(|_| {});
        shown
    }

    /// Draws the chart with something over it; answers how many bytes were sent.
    fn draw(&mut self, over: impl FnOnce(&mut Buffer)) -> usize {
        self.pictures.clear();
        let mut buf = self.bench.buffer_in(&self.theme, &self.pictures);
        over(&mut buf);
        self.pictures.settle(self.theme.graphics().salt, &mut buf);
        let bytes = self.painter.paint(buf, self.pictures.placed());
        self.screen.process(&bytes);
        bytes.len()
    }

    fn act(&mut self, actions: &[Action]) -> usize {
        self.bench.act(actions);
        self.draw(|_| {})
    }

    /// Where the curves of the only chart stand, in cells.
    fn canvas(&self) -> Rect {
        let layout = self.bench.pane.layout(self.bench.area);
        canvas_of(layout.cells[0].plot)
    }

    /// Rows of pixels of the canvas, from its top, that a curve fills by half or more in one column of it.
    fn rows(&self, pixels: &RgbaImage, x: usize, colour: usize) -> Vec<u32> {
        let canvas = self.canvas();
        let colour = self.theme.rgb(self.theme.curve(colour));
        let column = u32::from(canvas.x * CELL.0) + x as u32;
        let top = u32::from(canvas.y * CELL.1);
        let rows = 0..u32::from(canvas.height * CELL.1);
        rows.filter(|y| filled(pixels.get_pixel(column, top + y), colour) > 0.4)
            .collect()
    }

    /// How much of the columns shows a curve, and whether each lies where its points do.
    fn compare(&self, points: &[MetricPoint]) -> usize {
        let pixels = self.screen.pixels();
        let canvas = self.canvas();
        let (width, height) = (
            f64::from(canvas.width * CELL.0),
            f64::from(canvas.height * CELL.1),
        );
        let keys = [MetricKey::from("loss")];
        let panel = self
            .bench
            .pane
            .panel(&keys, width as usize, &self.bench.histories);
        let (x, y) = (
            panel.x.expect("there are points"),
            panel.y.expect("some are finite"),
        );
        let mut n_held = 0;
        for column in 2..width as usize - 2 {
            let within: Vec<f64> = points
                .iter()
                .filter(|point| (x.share(point.step as f64) * width) as usize == column)
                .map(|point| (1.0 - y.share(point.value)) * height)
                .filter(|row| row.is_finite())
                .collect();
            let beside = column - 1..=column + 1;
            let rows: Vec<u32> = beside.flat_map(|x| self.rows(&pixels, x, 0)).collect();
            for row in within {
                let found = rows
                    .iter()
                    .map(|own| (f64::from(*own) + 0.5 - row).abs())
                    .fold(f64::MAX, f64::min);
                assert!(found <= 1.5, "column {column}: {row} is {found} off in {rows:?}");
                n_held += 1;
            }
        }
        n_held
    }
}

/// How much of a pixel has a colour; sixels, which know no transparency, have it mixed with black.
fn filled(pixel: &image::Rgba<u8>, colour: [u8; 3]) -> f64 {
    let opaque = f64::from(pixel[3]) / 255.0;
    let (brightest, most) = colour
        .iter()
        .enumerate()
        .max_by_key(|(_, part)| **part)
        .expect("three");
    let mixed = f64::from(pixel[brightest]) / f64::from(*most);
    let is_near = |part: usize| (f64::from(pixel[part]) - f64::from(colour[part]) * mixed).abs() < 4.0;
    if (0..3).all(is_near) { opaque * mixed } else { 0.0 }
}

fn has_dots(text: &str) -> bool {
    text.chars()
        .any(|letter| ('\u{2801}'..='\u{28ff}').contains(&letter))
}

const WAYS: [&str; 3] = ["kitty", "iterm2", "sixel"];

#[test]
fn what_a_terminal_is_sent_shows_every_point_where_it_belongs() {
    for way in WAYS {
        let points = wave(400);
        let shown = Shown::of(way, ChartBench::of(points.clone()));
        assert!(shown.compare(&points) > 350, "{way}");
        let text: String = (0..16).map(|y| shown.screen.row(y)).collect();
        assert!(
            text.contains("400 points") && text.contains("┤") && text.contains("step"),
            "{way}: {text}"
        );
        assert!(!has_dots(&text), "{way}: {text}");
    }
}

#[test]
fn a_spike_of_one_point_in_a_hundred_thousand_reaches_its_height_and_a_gap_stays_open() {
    let mut points: Vec<_> = (0..100_000)
        .map(|step| point(step, 1.0 + (step % 7) as f64 / 100.0))
        .collect();
    points[77_777].value = 6.0;
    points[55_555].value = -4.0;
    for point in &mut points[20_000..40_000] {
        point.value = f64::NAN;
    }
    for way in WAYS {
        let shown = Shown::of(way, ChartBench::of(points.clone()));
        assert!(shown.compare(&points) > 70_000, "{way}");
        let pixels = shown.screen.pixels();
        let width = f64::from(shown.canvas().width * CELL.0);
        let in_gap = (0.21 * width) as usize..(0.39 * width) as usize;
        for column in in_gap {
            assert!(
                shown.rows(&pixels, column, 0).is_empty(),
                "{way}: column {column}"
            );
        }
        assert!(
            (0..16).any(|y| shown.screen.row(y).contains('×')),
            "{way}: NaN is marked"
        );
    }
}

#[test]
fn a_picture_is_sent_once_and_a_cursor_sends_a_strip_or_two() {
    for way in WAYS {
        let mut bench = ChartBench::new(160, 45);
        bench.show(vec![chart_run("r", &["loss"])], &["loss"]);
        bench.answer_all(|_, _| Ok(wave(1_000)));
        let mut shown = Shown::of(way, bench);
        assert_eq!(shown.draw(|_| {}), 0, "{way}: nothing changed");
        shown.painter.forget();
        let whole = shown.draw(|_| {});
        assert!(whole < 80_000, "{way}: {whole}");
        assert!(shown.screen.n_sent >= 12, "{way}: {}", shown.screen.n_sent);
        shown.act(&[Action::First, Action::PageDown]);
        let sent = shown.screen.n_sent;
        let mut most = 0;
        for _ in 0..20 {
            most = most.max(shown.act(&[Action::Right]));
        }
        let n_strips = shown.screen.n_sent - sent;
        assert!(n_strips <= 24, "{way}: {n_strips}");
        println!("{way}: a whole chart is {whole} bytes, a move of the cursor {most} at most");
        assert!(most < 8_000, "{way}: {most}");
    }
}

#[test]
fn what_is_drawn_over_a_picture_is_seen_and_leaves_no_hole_when_it_goes() {
    for way in WAYS {
        let points = wave(400);
        let mut shown = Shown::of(way, ChartBench::of(points.clone()));
        let before = shown.screen.pixels();
        let place = Rect::new(20, 4, 12, 3);
        shown.draw(|buf| {
            ratatui::widgets::Widget::render(ratatui::widgets::Clear, place, buf);
            buf.set_string(20, 4, "a dialog", ratatui::style::Style::new());
        });
        assert!(
            shown.screen.row(4).contains("a dialog"),
            "{way}: {}",
            shown.screen.row(4)
        );
        let covered = shown.screen.pixels();
        for (x, y) in [(0, 0), (11, 0), (11, 2)] {
            let cell = (20 + x, 4 + y);
            let pixel = covered.get_pixel(cell.0 * 8 + 4, cell.1 * 16 + 8);
            assert_eq!(pixel[3], 0, "{way}: the dialog's cell {cell:?} shows the picture");
        }
        shown.draw(|_| {});
        assert_eq!(shown.screen.pixels(), before, "{way}");
        assert!(shown.compare(&points) > 350, "{way}");
    }
}

#[test]
fn nothing_is_left_of_a_picture_when_the_chart_goes_or_is_drawn_in_dots() {
    for way in WAYS {
        let mut shown = Shown::of(way, ChartBench::of(wave(400)));
        shown.theme = shown.theme.with_charts_in_pixels(false);
        shown.draw(|_| {});
        assert!(shown.screen.pixels().pixels().all(|pixel| pixel[3] == 0), "{way}");
        assert_eq!(shown.screen.n_files(), 0, "{way}: the terminal keeps nothing");
        assert!(
            (0..16).any(|y| has_dots(&shown.screen.row(y))),
            "{way}: dots take its place"
        );
        shown.theme = shown.theme.with_charts_in_pixels(true);
        shown.draw(|_| {});
        assert!(shown.screen.pixels().pixels().any(|pixel| pixel[3] > 0), "{way}");
        let bytes = shown.painter.take_pictures_back();
        shown.screen.process(&bytes);
        assert_eq!(shown.screen.n_files(), 0, "{way}: nothing stays after us");
    }
}

#[test]
fn another_size_of_the_terminal_draws_the_picture_anew() {
    for way in WAYS {
        let points = wave(300);
        let mut shown = Shown::of(way, ChartBench::of(points.clone()));
        for (width, height) in [(90, 20), (44, 12)] {
            shown.bench.area = Rect::new(0, 0, width, height);
            shown.screen = PixelScreen::new(width, height, CELL);
            shown.draw(|_| {});
            assert!(shown.compare(&points) > 200, "{way} at {width}x{height}");
        }
    }
}

#[test]
fn a_dimmed_curve_a_marked_stretch_and_the_cursor_have_their_colours() {
    for way in WAYS {
        let mut bench = ChartBench::new(80, 22);
        bench.show(["a", "b"].map(|id| chart_run(id, &["loss"])).into(), &["loss"]);
        bench.answer_all(|run, _| {
            let height = if run == "a" { 1.0 } else { 2.0 };
            Ok((0..100).map(|step| point(step, height)).collect())
        });
        let mut shown = Shown::of(way, bench);
        shown.act(&[
            Action::NextCurve,
            Action::First,
            Action::PageDown,
            Action::Brush,
            Action::PageDown,
        ]);
        let pixels = shown.screen.pixels();
        let theme = &shown.theme;
        let count = |colour| {
            pixels
                .pixels()
                .filter(|pixel| filled(pixel, colour) > 0.4)
                .count()
        };
        let is_bright = |pixel: &image::Rgba<u8>| filled(pixel, theme.rgb(theme.curve(1))) > 0.9;
        let width = usize::from(shown.canvas().width * CELL.0);
        assert!(
            count(theme.rgb(theme.curve(0))) > width,
            "{way}: the curve in focus"
        );
        assert!(
            count(theme.rgb(theme.faint_curve(1))) > width,
            "{way}: the other is dimmed"
        );
        assert!(!pixels.pixels().any(is_bright), "{way}: and nowhere bright");
        assert!(count(theme.brushed_rgb()) > 500, "{way}: the stretch");
        let height = usize::from(shown.canvas().height * CELL.1);
        let cursor = count(theme.rgb(theme.tone(flowdeck_surface::tone::Tone::Warning)));
        assert!(
            cursor > height / 2,
            "{way}: the cursor has {cursor} pixels of {height}"
        );
    }
}

#[test]
fn a_grid_of_pixels_survives_every_size() {
    for way in WAYS {
        for (width, height) in [(20, 5), (80, 22), (300, 98)] {
            let mut bench = ChartBench::new(width, height);
            bench.pane.is_grid = true;
            let keys = ["a", "b", "c", "d", "e"];
            bench.show(vec![chart_run("r", &keys)], &keys);
            bench.answer_all(|_, _| Ok(wave(50)));
            let mut shown = Shown::of(way, bench);
            shown.act(&[Action::First, Action::Right, Action::ZoomIn, Action::LogScale]);
            if way == "kitty" && width > 20 {
                assert!(shown.screen.n_files() >= 5);
            }
        }
    }
    assert_eq!(graphics("blocks").way, Way::Indexed);
}
