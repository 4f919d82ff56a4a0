//! Colours for meanings, in as many colours as the terminal has.

mod rgb;

use flowdeck_surface::tone::Tone;
use ratatui::style::{Color, Modifier, Style};

use super::graphics::Graphics;

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

/// Colours of the 256 of xterm for each meaning.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Palette {
    pub(crate) muted: u8,
    pub(crate) accent: u8,
    pub(crate) good: u8,
    pub(crate) active: u8,
    pub(crate) warning: u8,
    pub(crate) bad: u8,
    /// Background and letters of the selected row, with and without the focus.
    selected: [(u8, u8); 2],
    field: u8,
    frame: u8,
    grid: u8,
    /// Curves, bright and faint, the most different first.
    curves: [(u8, u8); flowdeck_surface::chart::N_COLOURS],
    /// From the least value to the greatest.
    ramp: [u8; N_SHADES],
}

/// Colours from the least value to the greatest.
const N_SHADES: usize = 8;

/// From blue to yellow, ever lighter. Source: Smith and van der Walt's "viridis", 2015, as near as xterm comes.
const RAMP_ON_DARK: [u8; N_SHADES] = [63, 69, 38, 37, 35, 76, 148, 227];

/// The same on a light background, where the greatest is darkest.
const RAMP_ON_LIGHT: [u8; N_SHADES] = [178, 106, 71, 36, 31, 26, 55, 53];

/// Curves on a dark background that people with any colour vision can tell apart.
///
/// Source: Okabe and Ito, 2008, as near as the 256 colours of xterm come; then colours that differ from those in
/// lightness.
const CURVES_ON_DARK: [(u8, u8); flowdeck_surface::chart::N_COLOURS] = [
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

/// The same on a light background: darker, and fainter towards white.
const CURVES_ON_LIGHT: [(u8, u8); flowdeck_surface::chart::N_COLOURS] = [
    (25, 153),
    (166, 223),
    (29, 151),
    (127, 225),
    (100, 229),
    (124, 217),
    (18, 189),
    (236, 250),
    (91, 183),
    (58, 187),
];

const DARK: Palette = Palette {
    muted: 245,
    accent: 75,
    good: 71,
    active: 80,
    warning: 179,
    bad: 203,
    selected: [(24, 255), (238, 252)],
    field: 236,
    frame: 240,
    grid: 237,
    curves: CURVES_ON_DARK,
    ramp: RAMP_ON_DARK,
};

const LIGHT: Palette = Palette {
    muted: 242,
    accent: 25,
    good: 28,
    active: 30,
    warning: 130,
    bad: 160,
    selected: [(153, 16), (253, 16)],
    field: 255,
    frame: 250,
    grid: 254,
    curves: CURVES_ON_LIGHT,
    ramp: RAMP_ON_LIGHT,
};

/// Letters at least seven times as light or dark as what they stand on. Source: WCAG 2.2, 1.4.6.
const CONTRAST_ON_DARK: Palette = Palette {
    muted: 252,
    accent: 123,
    good: 120,
    active: 159,
    warning: 228,
    bad: 217,
    selected: [(226, 16), (250, 16)],
    field: 238,
    frame: 250,
    grid: 241,
    curves: CURVES_ON_DARK,
    ramp: RAMP_ON_DARK,
};

const CONTRAST_ON_LIGHT: Palette = Palette {
    muted: 238,
    accent: 18,
    good: 22,
    active: 23,
    warning: 52,
    bad: 88,
    selected: [(18, 231), (238, 231)],
    field: 253,
    frame: 240,
    grid: 250,
    curves: CURVES_ON_LIGHT,
    ramp: RAMP_ON_LIGHT,
};

/// Good and bad differ in blue and orange rather than green and red. Source: Okabe and Ito, 2008.
const BLIND_ON_DARK: Palette = Palette {
    good: 39,
    active: 117,
    warning: 227,
    bad: 208,
    accent: 147,
    ..DARK
};

const BLIND_ON_LIGHT: Palette = Palette {
    good: 26,
    active: 31,
    warning: 94,
    bad: 166,
    accent: 55,
    ..LIGHT
};

/// Themes by the names that the configuration and `:theme` know, each on a dark and on a light background.
const THEMES: [(&str, Palette, Palette); 7] = [
    ("auto", DARK, LIGHT),
    ("dark", DARK, DARK),
    ("light", LIGHT, LIGHT),
    ("high-contrast", CONTRAST_ON_DARK, CONTRAST_ON_LIGHT),
    ("high-contrast-light", CONTRAST_ON_LIGHT, CONTRAST_ON_LIGHT),
    ("colour-blind", BLIND_ON_DARK, BLIND_ON_LIGHT),
    ("colour-blind-light", BLIND_ON_LIGHT, BLIND_ON_LIGHT),
];

/// The names of all themes.
pub(crate) const THEME_NAMES: [&str; THEMES.len()] = {
    let mut names = [""; THEMES.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = THEMES[place].0;
        place += 1;
    }
    names
};

/// What the terminal's own background is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Background {
    /// Dark, or nobody said.
    #[default]
    Dark,
    /// Light.
    Light,
}

/// Colours that a person chose for single meanings: the tone, and one of the 256 of xterm.
pub(crate) type OwnColours = [Option<u8>; 6];

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
    /// Which of [`THEMES`].
    place: usize,
    background: Background,
    own: OwnColours,
    graphics: Graphics,
}

impl Theme {
    /// The usual theme in so many colours.
    pub(crate) const fn new(depth: Depth) -> Self {
        Self {
            depth,
            place: 0,
            background: Background::Dark,
            own: [None; 6],
            graphics: Graphics::plain(depth),
        }
    }

    /// The same on a terminal that shows pictures so.
    #[must_use]
    pub(crate) const fn with_graphics(self, graphics: Graphics) -> Self {
        Self { graphics, ..self }
    }

    /// The same with charts by pixels, or in dots.
    #[must_use]
    pub(crate) const fn with_charts_in_pixels(self, charts: bool) -> Self {
        let graphics = self.graphics.with_charts(charts);
        Self { graphics, ..self }
    }

    /// How pictures are shown.
    pub(crate) const fn graphics(&self) -> Graphics {
        self.graphics
    }

    /// The theme of this name; none where there is none.
    pub(crate) fn named(self, name: &str) -> Option<Self> {
        let place = THEMES.iter().position(|(known, ..)| *known == name)?;
        Some(Self { place, ..self })
    }

    /// The same on another background.
    pub(crate) fn on(self, background: Background) -> Self {
        Self { background, ..self }
    }

    /// The same with some colours that the person chose, in the order muted, accent, good, active, warning, bad.
    pub(crate) fn with_own(self, own: OwnColours) -> Self {
        Self { own, ..self }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &'static str {
        THEMES[self.place].0
    }

    fn palette(&self) -> Palette {
        let (_, dark, light) = THEMES[self.place];
        let palette = match self.background {
            Background::Dark => dark,
            Background::Light => light,
        };
        let [muted, accent, good, active, warning, bad] = self.own;
        Palette {
            muted: muted.unwrap_or(palette.muted),
            accent: accent.unwrap_or(palette.accent),
            good: good.unwrap_or(palette.good),
            active: active.unwrap_or(palette.active),
            warning: warning.unwrap_or(palette.warning),
            bad: bad.unwrap_or(palette.bad),
            ..palette
        }
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
                Tone::Muted => style.fg(Color::Indexed(self.palette().muted)),
                Tone::Accent => style.fg(Color::Indexed(self.palette().accent)),
                Tone::Good => style.fg(Color::Indexed(self.palette().good)),
                Tone::Active => style.fg(Color::Indexed(self.palette().active)),
                Tone::Warning => style.fg(Color::Indexed(self.palette().warning)),
                Tone::Bad => style.fg(Color::Indexed(self.palette().bad)),
            },
        }
    }

    /// How many colours there are.
    pub(crate) const fn depth(&self) -> Depth {
        self.depth
    }

    /// The name of the thing on the screen.
    pub(crate) fn heading(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// A row that is selected, laid over what stands in it.
    pub(crate) fn selected(&self, has_focus: bool) -> Style {
        match (self.depth, has_focus) {
            (Depth::Many, _) => {
                let (background, letters) = self.palette().selected[usize::from(!has_focus)];
                Style::new()
                    .bg(Color::Indexed(background))
                    .fg(Color::Indexed(letters))
            }
            (_, true) => Style::new().add_modifier(Modifier::REVERSED),
            (_, false) => Style::new().add_modifier(Modifier::UNDERLINED),
        }
    }

    /// A field to type in.
    pub(crate) fn field(&self) -> Style {
        match self.depth {
            Depth::Many => Style::new().bg(Color::Indexed(self.palette().field)),
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
            (Depth::Many, false) => Style::new().fg(Color::Indexed(self.palette().frame)),
            _ => self.tone(Tone::Muted),
        }
    }

    /// A curve, by the place of its colour in the order of colours.
    pub(crate) fn curve(&self, place: usize) -> Style {
        match self.depth {
            Depth::Monochrome => Style::new(),
            Depth::Sixteen => Style::new().fg(CURVES_OF_SIXTEEN[place % CURVES_OF_SIXTEEN.len()]),
            Depth::Many => Style::new().fg(Color::Indexed(
                self.palette().curves[place % flowdeck_surface::chart::N_COLOURS].0,
            )),
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
            Depth::Many => Style::new().fg(Color::Indexed(
                self.palette().curves[place % flowdeck_surface::chart::N_COLOURS].1,
            )),
        }
    }

    /// A value by its share of the way from the least to the greatest.
    pub(crate) fn shade(&self, share: f64) -> Style {
        const OF_SIXTEEN: [Color; 4] = [Color::Blue, Color::Cyan, Color::Green, Color::Yellow];
        let place = |n_shades: usize| ((share.clamp(0.0, 1.0) * n_shades as f64) as usize).min(n_shades - 1);
        match self.depth {
            Depth::Monochrome => Style::new(),
            Depth::Sixteen => Style::new().fg(OF_SIXTEEN[place(OF_SIXTEEN.len())]),
            Depth::Many => Style::new().fg(Color::Indexed(self.palette().ramp[place(N_SHADES)])),
        }
    }

    /// Whether colours tell anything.
    pub(crate) fn has_colours(&self) -> bool {
        self.depth != Depth::Monochrome
    }

    /// The colour of the same as pixels.
    pub(crate) fn brushed_rgb(&self) -> [u8; 3] {
        self.rgb(Style::new().fg(self.brushed().bg.unwrap_or(Color::DarkGray)))
    }

    /// A stretch that is marked, below what stands in it.
    pub(crate) fn brushed(&self) -> Style {
        match self.depth {
            Depth::Many => Style::new().bg(Color::Indexed(self.palette().field)),
            _ => Style::new(),
        }
    }

    /// The lines of a chart's grid.
    pub(crate) fn grid(&self) -> Style {
        match self.depth {
            Depth::Many => Style::new().fg(Color::Indexed(self.palette().grid)),
            _ => self.tone(Tone::Muted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_is_found_by_its_name_and_follows_the_background_unless_it_names_one() {
        let theme = |name: &str, background| {
            let theme = Theme::new(Depth::Many).named(name).expect("there is one");
            theme.on(background).palette()
        };
        assert_eq!(theme("auto", Background::Light), LIGHT);
        assert_eq!(theme("dark", Background::Light), DARK);
        assert_eq!(theme("colour-blind", Background::Dark), BLIND_ON_DARK);
        assert!(Theme::new(Depth::Many).named("mauve").is_none());
        assert!(THEME_NAMES.contains(&"high-contrast"));
    }

    #[test]
    fn good_and_bad_differ_in_every_theme_and_in_none_by_colour_alone_where_there_is_none() {
        for (name, dark, light) in THEMES {
            for palette in [dark, light] {
                assert_ne!(palette.good, palette.bad, "{name}");
                assert_ne!(palette.warning, palette.bad, "{name}");
            }
        }
        let plain = Theme::new(Depth::Monochrome);
        assert!(plain.tone(Tone::Bad).fg.is_none() && plain.tone(Tone::Good).fg.is_none());
    }

    #[test]
    fn letters_stand_out_from_what_they_stand_on() {
        use crate::app::contrast::contrast;
        let contrast = |letters: u8, ground: u8| {
            contrast(Color::Indexed(letters), Color::Indexed(ground)).expect("of the 256")
        };
        for (name, dark, light) in THEMES {
            let is_contrast = name.starts_with("high-contrast");
            for (palette, is_light) in [(dark, false), (light, true)] {
                let is_light = is_light && name != "dark" || name.ends_with("light");
                let ground = if is_light { 231 } else { 234 };
                let least = if is_contrast { 7.0 } else { 3.0 };
                let tones = [
                    palette.muted,
                    palette.accent,
                    palette.good,
                    palette.active,
                    palette.warning,
                    palette.bad,
                ];
                for tone in tones {
                    let found = contrast(tone, ground);
                    assert!(found >= least, "{name}: {tone} has {found:.1}");
                }
                for (background, letters) in palette.selected {
                    let found = contrast(letters, background);
                    assert!(found >= 4.5, "{name}: {letters} on {background} has {found:.1}");
                }
            }
        }
    }
}
