//! Lists of `IN`, which MLflow hands to Python: `ast.literal_eval`.

use super::number::Number;
use super::unicode::is_word;

/// A value of Python as far as a list of texts may hold it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Tuple(Vec<Literal>),
    List(Vec<Literal>),
    Set(Vec<Literal>),
    /// A number, as SQLite writes it where it compares it to a text.
    Number(String),
    None,
    /// Bytes and the like: Python reads it, and MLflow has no use for it.
    Other,
}

/// Reads a value. Nothing where Python would refuse, and where it would read what no search has a use for.
pub(super) fn read(text: &str) -> Option<Literal> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.skip();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

/// How deep Python 3.11 lets brackets lie in each other.
const DEEPEST: usize = 199;

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<Literal> {
        self.skip();
        if depth > DEEPEST {
            return None;
        }
        match self.rest.chars().next()? {
            '(' => self.sequence('(', ')', depth),
            '[' => self.sequence('[', ']', depth),
            '{' => self.sequence('{', '}', depth),
            '-' | '+' | '0'..='9' | '.' => self.number(),
            _ => self.texts().or_else(|| self.word()),
        }
    }

    fn sequence(&mut self, open: char, close: char, depth: usize) -> Option<Literal> {
        self.eat(open)?;
        let mut items = Vec::new();
        let mut commas = 0;
        loop {
            self.skip();
            if self.eat(close).is_some() {
                break;
            }
            if items.len() > commas {
                self.eat(',')?;
                commas += 1;
            } else {
                items.push(self.value(depth + 1)?);
            }
        }
        match open {
            '[' => return Some(Literal::List(items)),
            // Without anything in it, it is a dictionary.
            '{' if items.is_empty() => return Some(Literal::Other),
            '{' => return Some(Literal::Set(items)),
            _ => {}
        }
        if items.len() == 1 && commas == 0 {
            return items.pop();
        }
        Some(Literal::Tuple(items))
    }

    /// Strings side by side are one string.
    fn texts(&mut self) -> Option<Literal> {
        let mut whole = String::new();
        let mut kinds = (false, false);
        loop {
            self.skip();
            let Some((text, is_bytes)) = self.text()? else {
                break;
            };
            whole.push_str(&text);
            if is_bytes {
                kinds.1 = true;
            } else {
                kinds.0 = true;
            }
        }
        match kinds {
            (true, false) => Some(Literal::Text(whole)),
            (false, true) => Some(Literal::Other),
            _ => None,
        }
    }

    /// One string; `Some(None)` where no string begins here.
    #[expect(
        clippy::option_option,
        reason = "outer: Python refuses; inner: no string here"
    )]
    fn text(&mut self) -> Option<Option<(String, bool)>> {
        let prefix_end = self.rest.find(['\'', '"']).filter(|n| *n <= 2);
        let Some(prefix_end) = prefix_end else {
            return Some(None);
        };
        let prefix = self.rest.get(..prefix_end)?.to_ascii_lowercase();
        let (raw, is_bytes) = match &*prefix {
            "" | "u" => (false, false),
            "r" => (true, false),
            "b" => (false, true),
            "br" | "rb" => (true, true),
            _ => return Some(None),
        };
        self.rest = self.rest.get(prefix_end..)?;
        let quote = self.rest.chars().next()?;
        let triple: String = [quote; 3].iter().collect();
        let (fence, many_lines) = if self.rest.starts_with(&triple) {
            (triple, true)
        } else {
            (quote.to_string(), false)
        };
        self.rest = self.rest.get(fence.len()..)?;
        let text = self.inside(&fence, many_lines, raw)?;
        if is_bytes && !text.is_ascii() {
            return None;
        }
        Some(Some((text, is_bytes)))
    }

    fn inside(&mut self, fence: &str, many_lines: bool, raw: bool) -> Option<String> {
        let mut text = String::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix(fence) {
                self.rest = rest;
                return Some(text);
            }
            match self.take()? {
                '\\' if raw => {
                    text.push('\\');
                    text.push(self.take()?);
                }
                '\\' => self.escape(&mut text)?,
                '\n' | '\r' if !many_lines => return None,
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Option<()> {
        let c = self.take()?;
        let known = match c {
            '\n' => return Some(()),
            '\r' => {
                self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
                return Some(());
            }
            '\\' | '\'' | '"' => c,
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            'x' => self.code(2)?,
            'u' => self.code(4)?,
            'U' => self.code(8)?,
            '0'..='7' => {
                let mut code = c.to_digit(8)?;
                for _ in 0..2 {
                    let Some(digit) = self.rest.chars().next().and_then(|c| c.to_digit(8)) else {
                        break;
                    };
                    self.take();
                    code = code * 8 + digit;
                }
                char::from_u32(code)?
            }
            // A character by its name: nothing here knows all of Unicode's names.
            'N' => return None,
            _ => {
                text.push('\\');
                c
            }
        };
        text.push(known);
        Some(())
    }

    /// The character of a code of so many hexadecimal digits; half of a pair is no character here.
    fn code(&mut self, digits: usize) -> Option<char> {
        let hex = self.rest.get(..digits)?;
        if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.rest = self.rest.get(digits..)?;
        let code = u32::from_str_radix(hex, 16).ok()?;
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)).filter(|_| code < 0x11_0000)
    }

    fn number(&mut self) -> Option<Literal> {
        let body = self.rest.trim_start_matches(['-', '+', ' ']);
        let signs = self.rest.get(..self.rest.len() - body.len())?;
        let negative = signs.matches('-').count() % 2 == 1;
        let end = body
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_'))
            .unwrap_or(body.len());
        let number = body.get(..end)?;
        self.rest = body.get(end..)?;
        let sign = if negative { "-" } else { "" };
        let whole = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
        if whole
            && number.starts_with('0')
            && number.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0')
        {
            return None;
        }
        if whole {
            let Number::Whole(value) = Number::python_int(&format!("{sign}{number}"))? else {
                return Some(Literal::Other);
            };
            return Some(Literal::Number(value.to_string()));
        }
        let value = Number::python_float(&format!("{sign}{number}"))?;
        Some(Literal::Number(if value.fract() == 0.0 {
            format!("{value:.1}")
        } else {
            value.to_string()
        }))
    }

    fn word(&mut self) -> Option<Literal> {
        let words = [
            ("None", Literal::None),
            ("True", Literal::Number("1".to_owned())),
            ("False", Literal::Number("0".to_owned())),
        ];
        for (word, value) in words {
            if let Some(rest) = self.rest.strip_prefix(word)
                && !rest.chars().next().is_some_and(is_word)
            {
                self.rest = rest;
                return Some(value);
            }
        }
        None
    }

    /// Passes over blanks, line breaks and comments, which mean nothing between brackets.
    fn skip(&mut self) {
        loop {
            let trimmed = self
                .rest
                .trim_start_matches([' ', '\t', '\n', '\r', '\x0c'])
                .trim_start_matches("\\\n");
            let trimmed = match trimmed.strip_prefix('#') {
                Some(comment) => comment.find(['\n', '\r']).map_or("", |end| &comment[end..]),
                None => trimmed,
            };
            if trimmed.len() == self.rest.len() {
                return;
            }
            self.rest = trimmed;
        }
    }

    fn eat(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(wanted)?;
        Some(())
    }

    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }
}
