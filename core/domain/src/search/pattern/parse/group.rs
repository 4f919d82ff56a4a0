//! What follows an opening parenthesis.

use super::{Node, Parser, width};
use crate::search::unicode::is_word;

impl Parser {
    pub(super) fn group(&mut self) -> Option<Node> {
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

    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.names
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, number)| *number)
    }

    pub(super) fn again(&self, group: usize) -> Option<Node> {
        (group <= self.groups && !self.open.contains(&group)).then_some(Node::Again {
            group,
            any_case: self.flags.any_case,
        })
    }
}
