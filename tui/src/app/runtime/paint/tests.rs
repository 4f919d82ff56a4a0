//! What a terminal is told of two screens.

use ratatui::style::Style;

use super::*;
use crate::app::theme::Depth;

fn screen(lines: &[&str]) -> Buffer {
    Buffer::with_lines(lines.iter().copied())
}

fn painter(charset: Charset) -> Painter {
    Painter::new(charset, Graphics::plain(Depth::Many))
}

/// What a terminal shows after some paints.
fn shown(paints: &[String], width: u16, height: u16) -> String {
    let size = |cells| std::num::NonZero::new(cells).expect("a test's screen has cells");
    let mut terminal = vt100::Parser::new(size(height), size(width), 0);
    for paint in paints {
        terminal.process(paint.as_bytes());
    }
    terminal.screen().contents()
}

#[test]
fn nothing_is_written_where_nothing_changed() {
    let mut painter = painter(Charset::Unicode);
    assert!(!painter.paint(screen(&["one", "two"]), Vec::new()).is_empty());
    assert_eq!(painter.paint(screen(&["one", "two"]), Vec::new()), "");
    painter.forget();
    assert!(!painter.paint(screen(&["one", "two"]), Vec::new()).is_empty());
}

#[test]
fn a_terminal_shows_what_was_painted() {
    let mut painter = painter(Charset::Unicode);
    let screens: [&[&str]; 5] = [
        &[
            "hello wide 猫 world  ",
            "second line          ",
            "                     ",
        ],
        &[
            "hello wide 猫 worlds ",
            "sec    line          ",
            "猫猫猫               ",
        ],
        &[
            "                     ",
            "second line    end   ",
            "x猫猫                ",
        ],
        &[
            "aaaaaaaaaaaaaaaaaaaaa",
            "bbbbbbbbbbbbbbbbbbbbb",
            "ccccccccccccccccccccc",
        ],
        &[
            "a                   a",
            "b  b   b    b     b  ",
            "                     ",
        ],
    ];
    let mut paints = Vec::new();
    for lines in screens {
        paints.push(painter.paint(screen(lines), Vec::new()));
        let expected: Vec<_> = lines.iter().map(|line| line.trim_end()).collect();
        assert_eq!(shown(&paints, 21, 3), expected.join("\n").trim_end());
    }
}

#[test]
fn colours_are_set_once_for_neighbours_that_share_them() {
    let mut buffer = screen(&["red red  blue", "plain        "]);
    buffer.set_style(Rect::new(0, 0, 7, 1), Style::new().fg(Color::Indexed(203)));
    buffer.set_style(
        Rect::new(9, 0, 4, 1),
        Style::new().fg(Color::Blue).add_modifier(Modifier::BOLD),
    );
    let bytes = painter(Charset::Unicode).paint(buffer, Vec::new());
    assert_eq!(
        bytes,
        "\x1b[m\x1b[H\x1b[2J\x1b[38;5;203mred red  \x1b[1;34mblue\r\n\x1b[mplain"
            .replace("\r\n", "\x1b[2;1H")
    );
}

#[test]
fn a_terminal_without_unicode_gets_plain_letters() {
    let bytes = painter(Charset::Ascii).paint(screen(&["│✓ über 猫⣿▐"]), Vec::new());
    assert!(bytes.is_ascii());
    assert_eq!(shown(&[bytes], 20, 1), "|v ?ber ??:|");
}
