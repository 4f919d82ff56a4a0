//! Whether letters can be read on what they stand on.

use ratatui::style::Color;

/// Contrast from which on letters are read without effort.
const LEAST: f64 = 4.5;

/// How much letters stand out from their background: 1 for not at all, 21 for black on white. None where the terminal
/// decides what a colour looks like. Source: WCAG 2.2, contrast ratio.
pub(crate) fn contrast(letters: Color, background: Color) -> Option<f64> {
    let (one, other) = (luminance(letters)?, luminance(background)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

/// Whether letters can be read on a background; what is not known cannot be trusted to.
pub(crate) fn is_legible(letters: Color, background: Color) -> bool {
    contrast(letters, background).is_some_and(|contrast| contrast >= LEAST)
}

/// Relative luminance of a colour of xterm's 256; the first sixteen are the terminal's own. Source: WCAG 2.2.
fn luminance(colour: Color) -> Option<f64> {
    let level = |part: u8| {
        if part == 0 {
            0.0
        } else {
            (55.0 + 40.0 * f64::from(part)) / 255.0
        }
    };
    let (red, green, blue) = match colour {
        Color::Indexed(index @ 232..) => {
            let grey = (8.0 + 10.0 * f64::from(index - 232)) / 255.0;
            (grey, grey, grey)
        }
        Color::Indexed(index @ 16..) => {
            let cube = index - 16;
            (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        _ => return None,
    };
    let linear = |part: f64| {
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    Some(0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_is_read_and_yellow_on_white_and_what_nobody_knows_are_not() {
        let (black, white) = (Color::Indexed(16), Color::Indexed(231));
        assert!(contrast(black, white).is_some_and(|contrast| (20.9..=21.0).contains(&contrast)));
        assert!(is_legible(black, white) && !is_legible(Color::Indexed(226), white));
        assert!(!is_legible(Color::Red, white) && !is_legible(Color::Reset, white));
    }
}
