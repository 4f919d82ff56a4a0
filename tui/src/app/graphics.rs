//! How the terminal can show pictures: by pixels where it is known to, by coloured half cells elsewhere.
//!
//! Told by the environment alone. Asking the terminal itself would take an answer from the keys that are read, wait on
//! a slow link, and confuse terminals in between such as tmux. `FLOWDECK_GRAPHICS` overrules it.

use super::theme::Depth;

/// How pictures are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Graphics {
    /// In which way.
    pub(crate) way: Way,
    /// A cell in pixels: width and height.
    pub(crate) cell: (u16, u16),
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
        }
    }

    /// What the environment says of the terminal; `cell` is what the terminal says of its pixels.
    pub(crate) fn detect<'a>(
        depth: Depth,
        cell: Option<(u16, u16)>,
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
        Self {
            way,
            cell: cell
                .filter(|(width, height)| *width > 0 && *height > 0)
                .unwrap_or(USUAL_CELL),
        }
    }
}

/// Terminals that are known to show pixels. What stands between them and us may not pass pictures on.
fn by_name(told: &impl Fn(&str) -> String) -> Option<Way> {
    let term = told("TERM");
    let is_between = !told("TMUX").is_empty() || term.starts_with("tmux") || term.starts_with("screen");
    if is_between {
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
        Graphics::detect(Depth::Many, Some((0, 0)), variable).way
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
        let graphics = Graphics::detect(Depth::Monochrome, Some((9, 18)), none);
        assert_eq!((graphics.way, graphics.cell), (Way::Letters, (9, 18)));
    }
}
