//! Reads Python's regular expressions, and refuses those that Python refuses.

mod escape;
mod group;

use super::{Class, Edge, Expression, Node, One};
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
