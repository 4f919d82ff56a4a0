//! How the terminal can show pictures: by pixels where it is known to, by coloured half cells elsewhere.
//!
//! Told by the environment alone. Asking the terminal itself would take an answer from the keys that are read, wait on
//! a slow link, and confuse terminals in between such as tmux. `FLOWDECK_GRAPHICS` overrules it.
//!
//! Charts are drawn by pixels where the configuration says so (`[chart] pixels`), or where it says nothing, the terminal
//! is known to show them, and no line lies between: a chart of pixels is 27 to 50 kB, one of dots 10. Where it turns out
//! that the terminal takes long to take one, they are drawn in dots from then on.

use super::theme::Depth;

/// How pictures are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Graphics {
    /// In which way.
    pub(crate) way: Way,
    /// A cell in pixels: width and height.
    pub(crate) cell: (u16, u16),
    /// Whether charts are drawn by pixels, too.
    pub(crate) charts: bool,
    /// Whether they are so because nobody said otherwise: on a link that turns out slow they are drawn in dots.
    pub(crate) is_by_default: bool,
    /// Whether tmux stands between.
    pub(crate) in_tmux: bool,
    /// Tells the pictures of this process from those of others in the same terminal.
    pub(crate) salt: u8,
}

/// Whether charts are drawn by pixels, as the configuration says.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum ChartPixels {
    /// Where the terminal is known to show them and stands on the same machine.
    #[default]
    Auto,
    /// In no terminal: in dots of braille.
    Never,
    /// In every terminal that shows pixels, over SSH too.
    Always,
}

/// A way to show a picture.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// Pixels, kitty's protocol with placeholders. Source: kitty, "Terminal graphics protocol".
    Kitty,
    /// Pixels, iTerm2's protocol. Source: iTerm2, "Inline Images Protocol".
    Iterm2,
    /// Pixels, DEC's sixels.
    Sixel,
    /// Two pixels in each cell, in 24 bits of colour.
    TrueColour,
    /// Two pixels in each cell, in the 256 colours of xterm.
    Indexed,
    /// A letter for the light of each cell.
    Letters,
}

/// A cell where the terminal tells no pixels.
const USUAL_CELL: (u16, u16) = (10, 20);

impl Graphics {
    /// What a terminal of so many colours shows at least.
    pub(crate) const fn plain(depth: Depth) -> Self {
        let way = match depth {
            Depth::Many => Way::Indexed,
            Depth::Sixteen | Depth::Monochrome => Way::Letters,
        };
        Self {
            way,
            cell: USUAL_CELL,
            charts: false,
            is_by_default: false,
            in_tmux: false,
            salt: 1,
        }
    }

    /// The same for a process of this number.
    #[must_use]
    pub(crate) const fn of_process(self, number: u32) -> Self {
        let salt = (number % 255) as u8 + 1;
        Self { salt, ..self }
    }

    /// Whether the terminal shows pixels at all.
    pub(crate) const fn has_pixels(&self) -> bool {
        matches!(self.way, Way::Kitty | Way::Iterm2 | Way::Sixel)
    }

    /// The same with charts by pixels, or in dots, as a person wants them; by pixels only where there are any.
    #[must_use]
    pub(crate) const fn with_charts(self, charts: bool) -> Self {
        let charts = charts && self.has_pixels();
        Self {
            charts,
            is_by_default: false,
            ..self
        }
    }

    /// What the environment says of the terminal; `cell` is what the terminal says of its pixels.
    pub(crate) fn detect<'a>(
        depth: Depth,
        cell: Option<(u16, u16)>,
        wanted: ChartPixels,
        variable: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        let told = |name: &str| variable(name).unwrap_or_default().to_ascii_lowercase();
        let is_true = matches!(told("COLORTERM").as_str(), "truecolor" | "24bit");
        let blocks = match Self::plain(depth).way {
            Way::Indexed if is_true => Way::TrueColour,
            way => way,
        };
        let way = match told("FLOWDECK_GRAPHICS").as_str() {
            "kitty" => Way::Kitty,
            "iterm2" => Way::Iterm2,
            "sixel" => Way::Sixel,
            "blocks" => blocks,
            "none" | "letters" => Way::Letters,
            _ => by_name(&told).unwrap_or(blocks),
        };
        let cell = cell.filter(|(width, height)| *width > 0 && *height > 0);
        let is_far = !told("SSH_CONNECTION").is_empty() || !told("SSH_TTY").is_empty();
        // Sixels and kitty's pictures fit their cells only where those are known in pixels.
        let is_sure = way == Way::Iterm2 || cell.is_some();
        let charts = match wanted {
            ChartPixels::Auto => !is_far && is_sure && depth == Depth::Many,
            ChartPixels::Never => false,
            ChartPixels::Always => true,
        };
        Self {
            way,
            cell: cell.unwrap_or(USUAL_CELL),
            in_tmux: is_in_tmux(&told),
            ..Self::plain(depth)
        }
        .with_charts(charts)
        .by_default(wanted)
    }

    /// The same as the configuration wants it, until a person switches.
    const fn by_default(self, wanted: ChartPixels) -> Self {
        let is_by_default = self.charts && matches!(wanted, ChartPixels::Auto);
        Self {
            is_by_default,
            ..self
        }
    }
}

/// Whether tmux or screen stand between.
fn is_in_tmux(told: &impl Fn(&str) -> String) -> bool {
    let term = told("TERM");
    !told("TMUX").is_empty() || term.starts_with("tmux") || term.starts_with("screen")
}

/// Terminals that are known to show pixels. What stands between them and us may not pass pictures on.
fn by_name(told: &impl Fn(&str) -> String) -> Option<Way> {
    let term = told("TERM");
    if is_in_tmux(told) {
        return None;
    }
    // `LC_` variables are handed on by SSH as it is mostly set up.
    let program = format!("{} {}", told("TERM_PROGRAM"), told("LC_TERMINAL"));
    let is = |name: &str| term.contains(name) || program.contains(name);
    if is("kitty") || is("ghostty") || !told("KITTY_WINDOW_ID").is_empty() {
        return Some(Way::Kitty);
    }
    if is("iterm") || is("wezterm") || is("mintty") || !told("KONSOLE_VERSION").is_empty() {
        return Some(Way::Iterm2);
    }
    (is("foot") || is("mlterm") || is("contour") || is("sixel") || is("yaft")).then_some(Way::Sixel)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(set: &[(&str, &'static str)]) -> Way {
        let variable = |name: &str| set.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
        Graphics::detect(Depth::Many, Some((0, 0)), ChartPixels::Auto, variable).way
    }

    #[test]
    fn charts_are_of_pixels_where_those_are_near_and_sure_unless_a_person_says_otherwise() {
        let charts = |wanted, cell, set: &[(&str, &'static str)]| {
            let variable = |name: &str| set.iter().find(|(own, _)| *own == name).map(|(_, value)| *value);
            Graphics::detect(Depth::Many, cell, wanted, variable).charts
        };
        let kitty = ("TERM", "xterm-kitty");
        let far = [kitty, ("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")];
        let cell = Some((9, 18));
        assert!(charts(ChartPixels::Auto, cell, &[kitty]));
        assert!(!charts(ChartPixels::Auto, cell, &far), "a link lies between");
        assert!(
            !charts(ChartPixels::Auto, None, &[kitty]),
            "how large a cell is nobody knows"
        );
        assert!(charts(ChartPixels::Always, cell, &far));
        assert!(!charts(ChartPixels::Never, cell, &[kitty]));
        let tmux = [("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")];
        assert!(
            !charts(ChartPixels::Always, cell, &tmux),
            "tmux passes no pictures on by itself"
        );
        let forced = [("TERM", "tmux-256color"), ("FLOWDECK_GRAPHICS", "kitty")];
        assert!(
            charts(ChartPixels::Auto, cell, &forced),
            "a person says that it does"
        );
    }

    #[test]
    fn a_terminal_is_known_by_what_it_says_of_itself() {
        for (set, expected) in [
            (&[("TERM", "xterm-kitty")][..], Way::Kitty),
            (&[("TERM", "xterm-ghostty")], Way::Kitty),
            (
                &[("TERM", "xterm-256color"), ("LC_TERMINAL", "iTerm2")],
                Way::Iterm2,
            ),
            (
                &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")],
                Way::Iterm2,
            ),
            (&[("TERM", "foot")], Way::Sixel),
            (&[("TERM", "xterm-256color")], Way::Indexed),
            (
                &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")],
                Way::TrueColour,
            ),
            (
                &[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")],
                Way::Indexed,
            ),
            (
                &[("TERM", "xterm-kitty"), ("FLOWDECK_GRAPHICS", "blocks")],
                Way::Indexed,
            ),
            (&[("TERM", "xterm"), ("FLOWDECK_GRAPHICS", "sixel")], Way::Sixel),
        ] {
            assert_eq!(way(set), expected, "{set:?}");
        }
    }

    #[test]
    fn without_colours_a_picture_is_made_of_letters() {
        let none = |_: &str| None;
        let graphics = Graphics::detect(Depth::Monochrome, Some((9, 18)), ChartPixels::Always, none);
        assert_eq!((graphics.way, graphics.cell), (Way::Letters, (9, 18)));
        assert!(!graphics.charts);
    }
}
