//! Colours for meanings, in as many colours as the terminal has.

use flowdeck_surface::tone::Tone;
use ratatui::style::{Color, Modifier, Style};

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Depth {
    /// None are wanted: bold, dim and reverse alone.
    Monochrome,
    /// The sixteen of the terminal's own palette.
    Sixteen,
    /// The 256 of xterm. A cell of true colour costs twice the bytes and looks the same here.
    Many,
}

/// Colours of curves, bright and faint, that people with any colour vision can tell apart, the most different first.
///
/// Source: Okabe and Ito, 2008, as near as the 256 colours of xterm come; then colours that differ from those in
/// lightness.
const CURVES: [(u8, u8); flowdeck_surface::chart::N_COLOURS] = [
    (81, 24),
    (214, 94),
    (42, 22),
    (176, 53),
    (228, 100),
    (167, 52),
    (111, 18),
    (255, 240),
    (141, 54),
    (150, 58),
];

/// The same of the terminal's own sixteen.
const CURVES_OF_SIXTEEN: [Color; 8] = [
    Color::Cyan,
    Color::Yellow,
    Color::Magenta,
    Color::Green,
    Color::LightBlue,
    Color::LightRed,
    Color::White,
    Color::Blue,
];

/// Gives each meaning its colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    depth: Depth,
}

impl Theme {
    /// A theme in so many colours.
    pub(crate) const fn new(depth: Depth) -> Self {
        Self { depth }
    }

    /// Text that means this.
    pub(crate) fn tone(&self, tone: Tone) -> Style {
        let style = Style::new();
        let plain = match tone {
            Tone::Plain => style,
            Tone::Muted => style.add_modifier(Modifier::DIM),
            Tone::Accent | Tone::Bad | Tone::Warning => style.add_modifier(Modifier::BOLD),
            Tone::Good | Tone::Active => style,
        };
        match self.depth {
            Depth::Monochrome => plain,
            Depth::Sixteen => match tone {
                Tone::Plain => style,
                Tone::Muted => style.fg(Color::DarkGray),
                Tone::Accent => style.fg(Color::Cyan),
                Tone::Good => style.fg(Color::Green),
                Tone::Active => style.fg(Color::Blue),
                Tone::Warning => style.fg(Color::Yellow),
                Tone::Bad => style.fg(Color::Red),
            },
            Depth::Many => match tone {
                Tone::Plain => style,
                Tone::Muted => style.fg(Color::Indexed(245)),
                Tone::Accent => style.fg(Color::Indexed(75)),
                Tone::Good => style.fg(Color::Indexed(71)),
                Tone::Active => style.fg(Color::Indexed(80)),
                Tone::Warning => style.fg(Color::Indexed(179)),
                Tone::Bad => style.fg(Color::Indexed(203)),
            },
        }
    }

    /// The name of the thing on the screen.
    pub(crate) fn heading(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// A row that is selected, laid over what stands in it.
    pub(crate) fn selected(&self, has_focus: bool) -> Style {
        match (self.depth, has_focus) {
            (Depth::Many, true) => Style::new().bg(Color::Indexed(24)).fg(Color::Indexed(255)),
            (Depth::Many, false) => Style::new().bg(Color::Indexed(238)).fg(Color::Indexed(252)),
            (_, true) => Style::new().add_modifier(Modifier::REVERSED),
            (_, false) => Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    /// A field to type in.
    pub(crate) fn field(&self) -> Style {
        match self.depth {
            Depth::Many => Style::new().bg(Color::Indexed(236)),
            Depth::Sixteen | Depth::Monochrome => Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    /// The button in hand, whose word means this.
    pub(crate) fn button(&self, tone: Tone) -> Style {
        self.tone(tone).add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// The frame of a pane.
    pub(crate) fn frame(&self, has_focus: bool) -> Style {
        match (self.depth, has_focus) {
            (_, true) => self.tone(Tone::Accent),
            (Depth::Many, false) => Style::new().fg(Color::Indexed(240)),
            _ => self.tone(Tone::Muted),
        }
    }

    /// A curve, by the place of its colour in the order of colours.
    pub(crate) fn curve(&self, place: usize) -> Style {
        match self.depth {
            Depth::Monochrome => Style::new(),
            Depth::Sixteen => Style::new().fg(CURVES_OF_SIXTEEN[place % CURVES_OF_SIXTEEN.len()]),
            Depth::Many => Style::new().fg(Color::Indexed(CURVES[place % CURVES.len()].0)),
        }
    }

    /// The same, standing out from all others.
    pub(crate) fn focused_curve(&self, place: usize) -> Style {
        self.curve(place).add_modifier(Modifier::BOLD)
    }

    /// The same, standing back behind another.
    pub(crate) fn faint_curve(&self, place: usize) -> Style {
        match self.depth {
            Depth::Monochrome => Style::new().add_modifier(Modifier::DIM),
            Depth::Sixteen => Style::new().fg(Color::DarkGray),
            Depth::Many => Style::new().fg(Color::Indexed(CURVES[place % CURVES.len()].1)),
        }
    }

    /// A stretch that is marked, below what stands in it.
    pub(crate) fn brushed(&self) -> Style {
        match self.depth {
            Depth::Many => Style::new().bg(Color::Indexed(236)),
            _ => Style::new(),
        }
    }

    /// The lines of a chart's grid.
    pub(crate) fn grid(&self) -> Style {
        match self.depth {
            Depth::Many => Style::new().fg(Color::Indexed(237)),
            _ => self.tone(Tone::Muted),
        }
    }
}
