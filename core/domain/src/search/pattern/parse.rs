//! Reads Python's regular expressions, and refuses those that Python refuses.

use super::{Class, Edge, Expression, Item, Node, One};
use crate::search::unicode::{is_blank, is_word};

/// The greatest count of a repetition. Source: Python 3.11, `MAXREPEAT`.
const MOST: usize = 4_294_967_295;

/// How deep groups may lie in each other before reading gives up.
const DEEPEST: usize = 100;

/// The expression, or nothing where Python would refuse it.
pub(super) fn expression(text: &str) -> Option<Expression> {
    let mut parser = Parser {
        chars: text.chars().collect(),
        at: 0,
        groups: 0,
        open: Vec::new(),
        names: Vec::new(),
        flags: Flags::default(),
        depth: 0,
    };
    let root = parser.alternatives()?;
    (parser.at == parser.chars.len()).then_some(Expression {
        root,
        groups: parser.groups,
    })
}

#[derive(Clone, Copy, Default)]
struct Flags {
    any_case: bool,
    many_lines: bool,
    dot_all: bool,
    verbose: bool,
    ascii: bool,
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    groups: usize,
    /// Groups that are not closed yet, which cannot be referred to.
    open: Vec<usize>,
    names: Vec<(String, usize)>,
    flags: Flags,
    depth: usize,
}

impl Parser {
    fn alternatives(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut found = vec![self.sequence()?];
        while self.eat('|') {
            found.push(self.sequence()?);
        }
        self.depth -= 1;
        if found.len() == 1 {
            found.pop()
        } else {
            Some(Node::Either(found))
        }
    }

    fn sequence(&mut self) -> Option<Node> {
        let mut nodes = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            if self.flags.verbose && self.skip_layout() {
                continue;
            }
            let node = self.atom()?;
            let node = self.repeated(node)?;
            nodes.push(node);
        }
        Some(if nodes.len() == 1 {
            nodes.pop()?
        } else {
            Node::All(nodes)
        })
    }

    /// Blanks and comments of a verbose expression.
    fn skip_layout(&mut self) -> bool {
        match self.peek() {
            Some(' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c') => {
                self.at += 1;
                true
            }
            Some('#') => {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
                true
            }
            _ => false,
        }
    }

    fn atom(&mut self) -> Option<Node> {
        let c = self.take()?;
        Some(match c {
            '.' => Node::One(One::Any {
                line_breaks: self.flags.dot_all,
            }),
            '^' => Node::Edge(if self.flags.many_lines {
                Edge::LineStart
            } else {
                Edge::Start
            }),
            '$' => Node::Edge(if self.flags.many_lines {
                Edge::LineEnd
            } else {
                Edge::End
            }),
            '(' => self.group()?,
            '[' => Node::One(self.set()?),
            '\\' => self.escape()?,
            '*' | '+' | '?' => return None,
            '{' if self.counts(self.at).is_some() => return None,
            c => self.char(c),
        })
    }

    fn char(&self, char: char) -> Node {
        Node::One(One::Char {
            char,
            any_case: self.flags.any_case,
        })
    }

    fn repeated(&mut self, node: Node) -> Option<Node> {
        if self.flags.verbose {
            while self.skip_layout() {}
        }
        let (least, most) = match self.peek() {
            Some('*') => (0, MOST),
            Some('+') => (1, MOST),
            Some('?') => (0, 1),
            Some('{') => match self.counts(self.at + 1) {
                Some((least, most, end)) => {
                    self.at = end - 1;
                    (least, most)
                }
                None => return Some(node),
            },
            _ => return Some(node),
        };
        self.at += 1;
        if least > most || least > MOST || matches!(node, Node::Edge(_) | Node::Empty) {
            return None;
        }
        let lazy = self.eat('?');
        let possessive = !lazy && self.eat('+');
        if self.is_repetition() {
            return None;
        }
        let repeat = Node::Repeat {
            node: Box::new(node),
            least,
            most,
            lazy,
        };
        Some(if possessive {
            Node::Atomic(Box::new(repeat))
        } else {
            repeat
        })
    }

    /// Whether a repetition stands here, which may not follow another.
    fn is_repetition(&self) -> bool {
        match self.peek() {
            Some('*' | '+' | '?') => true,
            Some('{') => self.counts(self.at + 1).is_some(),
            _ => false,
        }
    }

    /// `2}`, `2,}`, `,3}`, `2,3}` from here: the counts and where they end.
    fn counts(&self, from: usize) -> Option<(usize, usize, usize)> {
        let mut at = from;
        let mut number = || {
            let start = at;
            while self.chars.get(at).is_some_and(char::is_ascii_digit) {
                at += 1;
            }
            let digits: String = self.chars.get(start..at)?.iter().collect();
            Some((digits, at))
        };
        let (low, mut end) = number()?;
        let mut high = None;
        if self.chars.get(end) == Some(&',') {
            at = end + 1;
            let mut second = || {
                let start = at;
                while self.chars.get(at).is_some_and(char::is_ascii_digit) {
                    at += 1;
                }
                let digits: String = self.chars.get(start..at)?.iter().collect();
                Some((digits, at))
            };
            let (digits, after) = second()?;
            high = Some(digits);
            end = after;
        } else if low.is_empty() {
            return None;
        }
        if self.chars.get(end) != Some(&'}') {
            return None;
        }
        let least = if low.is_empty() {
            0
        } else {
            low.parse().unwrap_or(usize::MAX)
        };
        let most = match high {
            None => least,
            Some(digits) if digits.is_empty() => MOST,
            Some(digits) => digits.parse().unwrap_or(usize::MAX),
        };
        Some((least, most, end + 1))
    }

    fn group(&mut self) -> Option<Node> {
        if !self.eat('?') {
            return self.counted(None);
        }
        match self.take()? {
            ':' => self.closed(),
            '>' => Some(Node::Atomic(Box::new(self.closed()?))),
            '=' => self.look(None, true),
            '!' => self.look(None, false),
            '<' => {
                let wanted = match self.take()? {
                    '=' => true,
                    '!' => false,
                    _ => return None,
                };
                self.look(Some(0), wanted)
            }
            'P' => match self.take()? {
                '<' => {
                    let name = self.name('>')?;
                    self.counted(Some(name))
                }
                '=' => {
                    let name = self.name(')')?;
                    let group = self.named(&name)?;
                    self.again(group)
                }
                _ => None,
            },
            '#' => {
                while self.take()? != ')' {}
                Some(Node::Empty)
            }
            '(' => self.conditional(),
            c => self.flagged(c),
        }
    }

    fn counted(&mut self, name: Option<String>) -> Option<Node> {
        self.groups += 1;
        let number = self.groups;
        if let Some(name) = name {
            if self.named(&name).is_some() {
                return None;
            }
            self.names.push((name, number));
        }
        self.open.push(number);
        let node = self.closed()?;
        self.open.pop();
        Some(Node::Group {
            number,
            node: Box::new(node),
        })
    }

    /// Alternatives up to the parenthesis that closes them; flags set inside end there.
    fn closed(&mut self) -> Option<Node> {
        let flags = self.flags;
        let node = self.alternatives()?;
        self.flags = flags;
        self.eat(')').then_some(node)
    }

    fn look(&mut self, behind: Option<usize>, wanted: bool) -> Option<Node> {
        let node = self.closed()?;
        let behind = match behind {
            Some(_) => Some(width(&node)?),
            None => None,
        };
        Some(Node::Look {
            node: Box::new(node),
            behind,
            wanted,
        })
    }

    fn conditional(&mut self) -> Option<Node> {
        let name = self.name(')').or_else(|| self.digits(')'))?;
        let group = match name.parse::<usize>() {
            Ok(0) => return None,
            Ok(number) => number,
            Err(_) => self.named(&name)?,
        };
        let yes = self.sequence()?;
        let no = if self.eat('|') {
            self.sequence()?
        } else {
            Node::Empty
        };
        (self.eat(')') && group <= self.groups).then(|| Node::If {
            group,
            yes: Box::new(yes),
            no: Box::new(no),
        })
    }

    /// `(?i)` for the whole expression, where it begins it, or `(?i:…)`.
    fn flagged(&mut self, first: char) -> Option<Node> {
        let start = self.at == 3;
        let mut flags = self.flags;
        let mut on = true;
        let mut c = first;
        loop {
            match c {
                'i' => flags.any_case = on,
                'm' => flags.many_lines = on,
                's' => flags.dot_all = on,
                'x' => flags.verbose = on,
                'a' if on => flags.ascii = true,
                'u' if on => flags.ascii = false,
                '-' if on => on = false,
                ':' => {
                    let outer = std::mem::replace(&mut self.flags, flags);
                    let node = self.closed();
                    self.flags = outer;
                    return node;
                }
                ')' if on && start => {
                    self.flags = flags;
                    return Some(Node::Empty);
                }
                _ => return None,
            }
            c = self.take()?;
        }
    }

    fn name(&mut self, close: char) -> Option<String> {
        let start = self.at;
        let end = start + self.chars.get(start..)?.iter().position(|c| *c == close)?;
        let name: String = self.chars.get(start..end)?.iter().collect();
        let fits = name.chars().all(is_word) && name.chars().next().is_some_and(|c| !c.is_numeric());
        fits.then(|| {
            self.at = end + 1;
            name
        })
    }

    fn digits(&mut self, close: char) -> Option<String> {
        let start = self.at;
        let end = start + self.chars.get(start..)?.iter().position(|c| *c == close)?;
        let digits: String = self.chars.get(start..end)?.iter().collect();
        (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| {
            self.at = end + 1;
            digits
        })
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.names
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, number)| *number)
    }

    fn again(&self, group: usize) -> Option<Node> {
        (group <= self.groups && !self.open.contains(&group)).then_some(Node::Again {
            group,
            any_case: self.flags.any_case,
        })
    }

    fn escape(&mut self) -> Option<Node> {
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

    fn set(&mut self) -> Option<One> {
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

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let fits = self.peek() == Some(wanted);
        self.at += usize::from(fits);
        fits
    }
}

/// How many characters it takes, if that is always the same: Python looks behind no further.
fn width(node: &Node) -> Option<usize> {
    match node {
        Node::Empty | Node::Edge(_) | Node::Look { .. } => Some(0),
        Node::One(_) => Some(1),
        Node::Again { .. } => None,
        Node::All(nodes) => nodes.iter().map(width).sum(),
        Node::Either(nodes) => {
            let mut widths = nodes.iter().map(width);
            let first = widths.next()??;
            widths.all(|other| other == Some(first)).then_some(first)
        }
        Node::Group { node, .. } | Node::Atomic(node) => width(node),
        Node::Repeat {
            node, least, most, ..
        } => {
            let one = width(node)?;
            (least == most || one == 0).then(|| one.saturating_mul(*least))
        }
        Node::If { yes, no, .. } => width(yes).filter(|yes| Some(*yes) == width(no)),
    }
}

impl Class {
    /// Whether a character is of this class.
    pub(super) fn has(self, c: char, ascii: bool) -> bool {
        let has = match self {
            Self::Digit => crate::search::unicode::digit(c).is_some(),
            Self::Blank => is_blank(c),
            Self::Word => is_word(c),
        };
        has && (!ascii || c.is_ascii() && !matches!(c, '\x1c'..='\x1f'))
    }
}
