//! Asks the terminal what its background is, without waiting for the answer.
//!
//! The answer comes among the keys whenever it comes, on a slow link long after the first frame, and is taken out of
//! them there; a library that asks (`terminal-colorsaurus`) waits for it before it lets anybody read keys. Source:
//! xterm control sequences, OSC 11: `ESC ] 11 ; rgb:RRRR/GGGG/BBBB ESC \`, of which crossterm makes keys one by one.

use crate::app::key::Key;
use crate::app::theme::Background;

/// The question.
pub(super) const QUESTION: &str = "\x1b]11;?\x1b\\";

/// Letters of the longest answer: `11;rgba:` and four numbers of four digits.
const LONGEST: usize = 32;

/// Names of terminals that would show the question or take it amiss. Source: console_codes(4); terminfo.
const SILENT: [&str; 6] = ["linux", "vt", "ansi", "cons", "sun", "eterm"];

/// Takes the answer out of what is typed.
#[derive(Debug, Default)]
pub(super) struct Listener(Heard);

#[derive(Debug, Default)]
enum Heard {
    /// Nobody asked, or it was answered.
    #[default]
    Done,
    /// It was asked.
    Asked,
    /// The answer as far as it came, and whether an escape came behind it.
    Part(String, bool),
}

/// What a key is.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Typed {
    /// The person's.
    Key,
    /// A part of the answer.
    Part,
    /// The end of the answer.
    Answer(Background),
}

impl Listener {
    /// One that waits for an answer, if it was asked for.
    pub(super) fn new(is_asked: bool) -> Self {
        Self(if is_asked { Heard::Asked } else { Heard::Done })
    }

    /// Takes a key.
    pub(super) fn take(&mut self, key: &Key) -> Typed {
        match std::mem::take(&mut self.0) {
            Heard::Done => Typed::Key,
            Heard::Asked if key.name == "alt-]" => self.go_on(String::new(), false),
            Heard::Asked => {
                self.0 = Heard::Asked;
                Typed::Key
            }
            Heard::Part(text, is_escaped) => self.take_part(text, is_escaped, key),
        }
    }

    fn take_part(&mut self, mut text: String, is_escaped: bool, key: &Key) -> Typed {
        match (key.name.as_str(), key.letter) {
            ("alt-\\" | "ctrl-g", _) => background(&text).map_or(Typed::Part, Typed::Answer),
            ("\\", _) if is_escaped => background(&text).map_or(Typed::Part, Typed::Answer),
            ("esc", _) if !is_escaped => self.go_on(text, true),
            (_, Some(letter)) if is_answer(letter) && text.len() < LONGEST => {
                text.push(letter);
                self.go_on(text, false)
            }
            _ => Typed::Key,
        }
    }

    fn go_on(&mut self, text: String, is_escaped: bool) -> Typed {
        self.0 = Heard::Part(text, is_escaped);
        Typed::Part
    }
}

fn is_answer(letter: char) -> bool {
    letter.is_ascii_hexdigit() || ";rgba:/".contains(letter)
}

/// Whether the terminal may be asked, by the variable `TERM`.
pub(crate) fn may_ask(term: Option<&str>) -> bool {
    term.is_some_and(|term| !SILENT.iter().any(|silent| term.starts_with(silent)))
}

/// What the variable `COLORFGBG` says: the colours of letters and background among the first sixteen, as rxvt and
/// Konsole set it.
pub(crate) fn of_variable(value: &str) -> Option<Background> {
    let colour: u8 = value.rsplit(';').next()?.parse().ok()?;
    match colour {
        7 | 15 => Some(Background::Light),
        0..=14 => Some(Background::Dark),
        _ => None,
    }
}

/// What an answer says: `11;rgb:ffff/ffff/ffff`, each number with one to four digits.
fn background(answer: &str) -> Option<Background> {
    let (_, numbers) = answer.strip_prefix("11;rgb")?.split_once(':')?;
    let mut shares = numbers.split('/').map(|digits| {
        let greatest = 16_u32
            .checked_pow(u32::try_from(digits.len()).ok()?)?
            .checked_sub(1)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        (greatest > 0).then(|| f64::from(number) / f64::from(greatest))
    });
    let (red, green, blue) = (shares.next()??, shares.next()??, shares.next()??);
    // How bright each counts. Source: ITU-R BT.709.
    let brightness = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    Some(if brightness > 0.5 {
        Background::Light
    } else {
        Background::Dark
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each of these keys is to somebody who asked.
    fn typed(names: &[&str], text: &str, end: &[&str]) -> Vec<Typed> {
        let mut listener = Listener::new(true);
        let letters: Vec<String> = text.chars().map(String::from).collect();
        let all = names.iter().copied().chain(letters.iter().map(String::as_str));
        all.chain(end.iter().copied())
            .map(|name| listener.take(&Key::named(name)))
            .collect()
    }

    #[test]
    fn an_answer_is_taken_out_of_the_keys_however_it_ends() {
        for end in [&["alt-\\"][..], &["ctrl-g"], &["esc", "\\"]] {
            let told = typed(&["j", "alt-]"], "11;rgb:ffff/FFFF/eeee", end);
            assert_eq!(told[0], Typed::Key);
            assert_eq!(told.last(), Some(&Typed::Answer(Background::Light)));
            assert!(told[1..told.len() - 1].iter().all(|one| *one == Typed::Part));
        }
        let dark = typed(&["alt-]"], "11;rgba:1e1e/1e1e/2e2e/ffff", &["alt-\\", "r"]);
        let n_keys = dark.len();
        assert_eq!(dark[n_keys - 2..], [Typed::Answer(Background::Dark), Typed::Key]);
    }

    #[test]
    fn keys_are_the_persons_where_nobody_asked_and_where_no_answer_follows() {
        let mut nobody = Listener::default();
        assert_eq!(nobody.take(&Key::named("alt-]")), Typed::Key);
        let broken_off = typed(&["alt-]"], "11;j", &["q"]);
        assert_eq!(broken_off[4..], [Typed::Key, Typed::Key]);
        let endless = typed(&["alt-]"], &"1".repeat(LONGEST + 2), &[]);
        assert_eq!(endless.last(), Some(&Typed::Key));
    }

    #[test]
    fn what_terminals_and_variables_say_is_understood() {
        assert_eq!(background("11;rgb:f/f/f"), Some(Background::Light));
        assert_eq!(background("11;rgb:00/00/00"), Some(Background::Dark));
        assert_eq!(background("11;rgb:/00/00"), None);
        assert_eq!(background("11;rgb:00/00"), None);
        assert_eq!(background("10;rgb:f/f/f"), None);
        assert_eq!(of_variable("0;15"), Some(Background::Light));
        assert_eq!(of_variable("15;default;0"), Some(Background::Dark));
        assert_eq!(of_variable("default"), None);
        assert!(may_ask(Some("xterm-256color")) && may_ask(Some("tmux-256color")));
        assert!(!may_ask(Some("linux")) && !may_ask(Some("vt220")) && !may_ask(None));
    }
}
