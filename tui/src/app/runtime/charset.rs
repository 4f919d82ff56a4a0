//! Which letters the terminal can show.

/// Which letters the terminal can show.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Charset {
    /// All of them.
    Unicode,
    /// ASCII alone: the locale names no UTF-8.
    Ascii,
}

impl Charset {
    /// The charset of the locale. Source: POSIX, `LC_ALL` before `LC_CTYPE` before `LANG`; an empty one counts as unset.
    pub(crate) fn of_locale<'a>(variable: impl Fn(&str) -> Option<&'a str>) -> Self {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .find_map(|name| variable(name).filter(|value| !value.is_empty()))
            .unwrap_or("C")
            .to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") {
            Self::Unicode
        } else {
            Self::Ascii
        }
    }
}

/// A symbol in ASCII letters, in as many cells.
pub(crate) fn plain_symbol(symbol: &str) -> &str {
    if symbol.is_ascii() {
        return symbol;
    }
    let mut letters = symbol.chars();
    let letter = letters.next().unwrap_or('?');
    if ('\u{2800}'..='\u{28ff}').contains(&letter) {
        return plain_dots(letter as u32 & 0xff);
    }
    match letter {
        '│' | '┃' | '▐' | '▌' | '║' => "|",
        '─' | '—' | '–' | '┈' | '┄' => "-",
        // A marked stretch of an axis differs from the axis.
        '━' => "=",
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '╭' | '╮' | '╰' | '╯' => {
            "+"
        }
        '·' | '•' | '┊' => ".",
        // What is cut, and from where to where.
        '…' => "~",
        '›' | '→' | '▶' | '▸' | '»' => ">",
        '‹' | '←' | '◀' => "<",
        '↑' | '▲' | '△' | '⇧' => "^",
        '↓' | '▼' | '▽' | '▾' | '✓' => "v",
        '✗' | '×' | '✕' => "x",
        '■' | '█' | '▇' => "#",
        '●' | '◉' | '★' => "*",
        '○' | '◷' => "o",
        '∞' => "8",
        '≤' => "<",
        '≥' => ">",
        '−' => "-",
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        '↵' => "$",
        _ if unicode_width::UnicodeWidthStr::width(symbol) == 2 => "??",
        _ => "?",
    }
}

/// Braille dots by the halves of the cell that they are in. Source: Unicode, U+2800: dots 1 2 4 5 are the upper half.
fn plain_dots(bits: u32) -> &'static str {
    const UPPER: u32 = 0b0001_1011;
    match (bits & UPPER != 0, bits & !UPPER != 0) {
        (true, true) => ":",
        (true, false) => "'",
        (false, true) => ".",
        (false, false) => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_variable_of_the_locale_decides() {
        let charset = |set: &[(&str, &'static str)]| {
            Charset::of_locale(|name| set.iter().find(|(own, _)| *own == name).map(|(_, value)| *value))
        };
        assert_eq!(charset(&[("LANG", "en_US.UTF-8")]), Charset::Unicode);
        assert_eq!(charset(&[("LANG", "C.utf8")]), Charset::Unicode);
        assert_eq!(
            charset(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")]),
            Charset::Ascii
        );
        assert_eq!(
            charset(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")]),
            Charset::Unicode
        );
        assert_eq!(charset(&[]), Charset::Ascii);
    }

    #[test]
    fn dots_become_marks_of_their_halves() {
        assert_eq!(["⠀", "⠁", "⣀", "⣿"].map(plain_symbol), [" ", "'", ".", ":"]);
    }
}
