//! Colours as pixels have them.

use ratatui::style::{Color, Modifier, Style};

use super::{Background, Theme};

/// The terminal's own sixteen, as xterm has them: what a person made of them is not known. Source: xterm, `XTerm-col.ad`.
const SIXTEEN: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// Letters without a colour, on dark and on light.
const PLAIN: [[u8; 3]; 2] = [[229, 229, 229], [26, 26, 26]];
/// The same, dimmed.
const DIM: [u8; 3] = [128, 128, 128];

impl Theme {
    /// The colour of what is drawn in this style.
    pub(crate) fn rgb(&self, style: Style) -> [u8; 3] {
        match style.fg {
            None | Some(Color::Reset) if style.add_modifier.contains(Modifier::DIM) => DIM,
            None | Some(Color::Reset) => PLAIN[usize::from(self.is_light())],
            Some(colour) => rgb(colour),
        }
    }

    /// What pixels stand on: about what the terminal's own background is.
    pub(crate) fn ground(&self) -> [u8; 3] {
        if self.is_light() { [255; 3] } else { [0; 3] }
    }

    fn is_light(&self) -> bool {
        match self.name() {
            "dark" => false,
            name if name.ends_with("light") => true,
            _ => self.background == Background::Light,
        }
    }
}

/// Source: xterm, `256colres.h`.
fn rgb(colour: Color) -> [u8; 3] {
    const NAMED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match colour {
        Color::Rgb(red, green, blue) => [red, green, blue],
        Color::Indexed(index @ 0..16) => SIXTEEN[usize::from(index)],
        Color::Indexed(index @ 16..232) => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            let cube = index - 16;
            [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
        }
        Color::Indexed(index) => [8 + 10 * (index - 232); 3],
        named => {
            let place = NAMED.iter().position(|own| *own == named);
            SIXTEEN[place.unwrap_or(7)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::theme::Depth;

    #[test]
    fn a_colour_of_cells_is_one_of_pixels() {
        let theme = Theme::new(Depth::Many);
        for (colour, expected) in [
            (Color::Indexed(81), [95, 215, 255]),
            (Color::Indexed(240), [88, 88, 88]),
            (Color::Indexed(9), [255, 0, 0]),
            (Color::Cyan, [0, 205, 205]),
            (Color::Rgb(1, 2, 3), [1, 2, 3]),
        ] {
            assert_eq!(theme.rgb(Style::new().fg(colour)), expected, "{colour:?}");
        }
        let light = theme.on(Background::Light);
        assert_eq!((theme.ground(), light.ground()), ([0; 3], [255; 3]));
        assert_ne!(theme.rgb(Style::new()), light.rgb(Style::new()));
        let dim = Theme::new(Depth::Monochrome).faint_curve(3);
        assert_eq!(theme.rgb(dim), DIM);
    }
}
