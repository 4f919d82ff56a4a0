//! What follows a backslash, and sets in brackets.

use super::super::{Class, Edge, Item, One};
use super::{Node, Parser};

impl Parser {
    pub(super) fn escape(&mut self) -> Option<Node> {
        let c = self.take()?;
        if let Some(item) = self.class(c) {
            return Some(Node::One(One::Set {
                items: vec![item],
                negated: false,
                any_case: false,
            }));
        }
        let ascii = self.flags.ascii;
        Some(match c {
            'A' => Node::Edge(Edge::Start),
            'Z' => Node::Edge(Edge::VeryEnd),
            'b' => Node::Edge(Edge::Word { wanted: true, ascii }),
            'B' => Node::Edge(Edge::Word { wanted: false, ascii }),
            '0' => {
                let code = self.octal(0, 2);
                self.char(char::from_u32(code)?)
            }
            '1'..='9' => self.reference(c)?,
            _ => {
                let known = self.simple(c)?;
                self.char(known)
            }
        })
    }

    /// `\12`: a group, or with three octal digits a character.
    fn reference(&mut self, first: char) -> Option<Node> {
        let mut number = first.to_digit(10)? as usize;
        if let Some(second) = self.peek().and_then(|c| c.to_digit(10)) {
            let third = self.chars.get(self.at + 1).and_then(|c| c.to_digit(8));
            if let (Some(one), true, Some(third)) = (first.to_digit(8), second < 8, third) {
                self.at += 2;
                let code = one * 64 + second * 8 + third;
                return (code <= 0o377)
                    .then(|| char::from_u32(code))
                    .flatten()
                    .map(|c| self.char(c));
            }
            self.at += 1;
            number = number * 10 + second as usize;
        }
        self.again(number)
    }

    fn octal(&mut self, start: u32, most: usize) -> u32 {
        let mut code = start;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(8)) else {
                break;
            };
            self.at += 1;
            code = code * 8 + digit;
        }
        code
    }

    fn class(&self, c: char) -> Option<Item> {
        let class = match c.to_ascii_lowercase() {
            'd' => Class::Digit,
            's' => Class::Blank,
            'w' => Class::Word,
            _ => return None,
        };
        Some(Item::Class {
            class,
            negated: c.is_ascii_uppercase(),
            ascii: self.flags.ascii,
        })
    }

    /// Escapes that mean one character everywhere. A letter that means nothing is refused.
    fn simple(&mut self, c: char) -> Option<char> {
        match c {
            'a' => Some('\x07'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            'x' => self.code(2),
            'u' => self.code(4),
            'U' => self.code(8),
            c if c.is_ascii_alphanumeric() => None,
            c => Some(c),
        }
    }

    fn code(&mut self, digits: usize) -> Option<char> {
        let hex: String = self.chars.get(self.at..self.at + digits)?.iter().collect();
        if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += digits;
        char::from_u32(u32::from_str_radix(&hex, 16).ok()?)
    }

    pub(super) fn set(&mut self) -> Option<One> {
        let negated = self.eat('^');
        let mut items = Vec::new();
        let mut first = true;
        loop {
            let c = self.take()?;
            if c == ']' && !first {
                break;
            }
            first = false;
            let low = self.set_item(c)?;
            if self.peek() != Some('-') {
                items.push(low);
                continue;
            }
            self.at += 1;
            match self.take()? {
                ']' => {
                    items.push(low);
                    items.push(Item::Range('-', '-'));
                    break;
                }
                c => {
                    let high = self.set_item(c)?;
                    let (Item::Range(low, _), Item::Range(high, _)) = (low, high) else {
                        return None;
                    };
                    if high < low {
                        return None;
                    }
                    items.push(Item::Range(low, high));
                }
            }
        }
        Some(One::Set {
            items,
            negated,
            any_case: self.flags.any_case,
        })
    }

    fn set_item(&mut self, c: char) -> Option<Item> {
        if c != '\\' {
            return Some(Item::Range(c, c));
        }
        let c = self.take()?;
        if let Some(class) = self.class(c) {
            return Some(class);
        }
        let char = match c {
            'b' => '\x08',
            '0'..='7' => {
                let start = c.to_digit(8)?;
                char::from_u32(self.octal(start, 2)).filter(|c| *c <= '\u{ff}')?
            }
            c => self.simple(c)?,
        };
        Some(Item::Range(char, char))
    }
}
