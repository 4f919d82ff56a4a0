//! Pictures by each protocol: what is sent to a terminal is read back into pixels and held against the file.

use std::io::Cursor;

use flowdeck_surface::clock::Clock;
use ratatui::widgets::{Clear, Widget};

use super::*;
use crate::app::graphics::ChartPixels;
use crate::app::histories::Histories;
use crate::app::mouse::Targets;
use crate::app::runtime::{Charset, Painter};
use crate::app::testing::NOW;
use crate::app::theme::{Depth, Theme};
use crate::app::widgets::picture::{Pictures, PixelScreen};

const CELL: (u16, u16) = (8, 16);
const AREA: Rect = Rect::new(0, 0, 40, 12);

/// A picture of four colours in its corners, without a colour between.
fn corners() -> Picture {
    let image = RgbaImage::from_fn(64, 48, |x, y| {
        Rgba([
            if x < 32 { 250 } else { 20 },
            if y < 24 { 240 } else { 30 },
            90,
            255,
        ])
    });
    let mut file = Cursor::new(Vec::new());
    image
        .write_to(&mut file, image::ImageFormat::Png)
        .expect("it is written");
    Picture::decode(file.get_ref()).expect("it is a picture")
}

fn theme(name: &'static str) -> Theme {
    let variable = |wanted: &str| match wanted {
        "FLOWDECK_GRAPHICS" => Some(name),
        "COLORTERM" => Some("truecolor"),
        _ => None,
    };
    let graphics = Graphics::detect(Depth::Many, Some(CELL), ChartPixels::Never, variable);
    Theme::new(Depth::Many).with_graphics(graphics)
}

/// A frame with the picture, and a dialog over it where one is wanted.
fn frame(
    theme: &Theme,
    kept: &mut Option<DrawnPicture>,
    pictures: &Pictures,
    dialog: Option<Rect>,
) -> Buffer {
    let look = Look {
        theme,
        clock: &Clock::utc(),
        histories: &Histories::default(),
        now: NOW,
        targets: &Targets::default(),
        pictures,
    };
    pictures.clear();
    let mut buf = Buffer::empty(AREA);
    draw(&corners(), kept, AREA, &mut buf, &look);
    if let Some(dialog) = dialog {
        Clear.render(dialog, &mut buf);
    }
    pictures.settle(theme.graphics().salt, &mut buf);
    buf
}

#[test]
fn a_terminal_is_sent_the_pixels_of_the_file() {
    for way in ["kitty", "iterm2", "sixel"] {
        let theme = theme(way);
        let (mut kept, pictures) = (None, Pictures::default());
        let mut painter = Painter::new(Charset::Unicode, theme.graphics());
        let mut screen = PixelScreen::new(AREA.width, AREA.height, CELL);
        let buf = frame(&theme, &mut kept, &pictures, None);
        screen.process(&painter.paint(buf, pictures.placed()));
        assert_eq!(screen.n_sent, 1, "{way}");
        let seen = screen.pixels();
        // Four times as large fills the height: 256 pixels in the middle of 320.
        for (x, y, expected) in [
            (40, 20, [250, 240, 90]),
            (270, 20, [20, 240, 90]),
            (40, 170, [250, 30, 90]),
            (270, 170, [20, 30, 90]),
        ] {
            let pixel = seen.get_pixel(x, y);
            let is_near = (0..3).all(|part| pixel[part].abs_diff(expected[part]) <= 6);
            assert!(is_near && pixel[3] == 255, "{way}: {pixel:?} at {x} {y}");
        }
        for (x, y) in [(20, 20), (300, 20)] {
            assert_eq!(seen.get_pixel(x, y)[3], 0, "{way}: beside the picture, {x} {y}");
        }
        let buf = frame(&theme, &mut kept, &pictures, None);
        assert_eq!(
            painter.paint(buf, pictures.placed()),
            "",
            "{way}: what is shown is not sent again"
        );
    }
}

#[test]
fn a_dialog_over_a_picture_leaves_no_hole_and_nothing_stays_when_it_goes() {
    for way in ["kitty", "iterm2", "sixel"] {
        let theme = theme(way);
        let (mut kept, pictures) = (None, Pictures::default());
        let mut painter = Painter::new(Charset::Unicode, theme.graphics());
        let mut screen = PixelScreen::new(AREA.width, AREA.height, CELL);
        let mut show = |dialog, screen: &mut PixelScreen| {
            let buf = frame(&theme, &mut kept, &pictures, dialog);
            screen.process(&painter.paint(buf, pictures.placed()));
            screen.pixels()
        };
        let whole = show(None, &mut screen);
        let below = show(Some(Rect::new(15, 3, 10, 4)), &mut screen);
        assert_eq!(below.get_pixel(160, 80)[3], 0, "{way}");
        assert_eq!(show(None, &mut screen), whole, "{way}");
        screen.process(&painter.paint(Buffer::empty(AREA), Vec::new()));
        assert!(screen.pixels().pixels().all(|pixel| pixel[3] == 0), "{way}");
        assert_eq!(screen.n_files(), 0, "{way}");
    }
}

#[test]
fn without_pixels_two_halves_of_a_cell_have_the_colours_of_the_file() {
    let theme = theme("blocks");
    assert_eq!(theme.graphics().way, Way::TrueColour);
    let (mut kept, pictures) = (None, Pictures::default());
    let buf = frame(&theme, &mut kept, &pictures, None);
    assert!(pictures.placed().is_empty());
    // 24 rows of halves are as many cells wide as 32, in the middle of 40.
    for (x, y, expected) in [
        (6, 1, Color::Rgb(250, 240, 90)),
        (33, 1, Color::Rgb(20, 240, 90)),
        (6, 10, Color::Rgb(250, 30, 90)),
        (33, 10, Color::Rgb(20, 30, 90)),
    ] {
        let cell = &buf[(x, y)];
        assert_eq!((cell.symbol(), cell.bg), (" ", expected), "{x} {y}");
    }
    assert_eq!((buf[(2, 1)].bg, buf[(37, 1)].bg), (Color::Reset, Color::Reset));
}

#[test]
fn colours_are_told_by_the_nearest_that_there_is() {
    for (colour, index) in [
        ([0, 0, 0], 16),
        ([255, 255, 255], 231),
        ([255, 0, 0], 196),
        ([130, 130, 130], 244),
        ([95, 135, 175], 67),
    ] {
        assert_eq!(nearest(colour[0], colour[1], colour[2]), index, "{colour:?}");
    }
}
