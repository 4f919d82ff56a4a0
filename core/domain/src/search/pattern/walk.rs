//! Looks for an expression in a text, going back where it has to.

use super::{Edge, Expression, Item, Node, One};
use crate::search::unicode::{fold, is_word};

/// Steps after which an expression is given up. Python would go on, for hours if need be.
const MOST_STEPS: usize = 2_000_000;

/// How deep the search may nest before it is given up, so that the stack holds.
const DEEPEST: usize = 1_000;

/// Whether the expression fits somewhere in the text.
pub(super) fn finds(expression: &Expression, text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let mut walker = Walker {
        chars: &chars,
        taken: vec![None; expression.groups + 1],
        steps: 0,
        depth: 0,
    };
    (0..=chars.len()).any(|start| walker.fits(&expression.root, start, &mut |_, _| true))
}

struct Walker<'t> {
    chars: &'t [char],
    taken: Vec<Option<(usize, usize)>>,
    steps: usize,
    depth: usize,
}

/// What has to fit after a part of the expression.
type Rest<'r, 't> = &'r mut dyn FnMut(&mut Walker<'t>, usize) -> bool;

impl<'t> Walker<'t> {
    fn fits(&mut self, node: &Node, at: usize, rest: Rest<'_, 't>) -> bool {
        self.steps += 1;
        if self.steps > MOST_STEPS || self.depth > DEEPEST {
            return false;
        }
        self.depth += 1;
        let fits = self.fits_within(node, at, rest);
        self.depth -= 1;
        fits
    }

    fn fits_within(&mut self, node: &Node, at: usize, rest: Rest<'_, 't>) -> bool {
        match node {
            Node::Empty => rest(self, at),
            Node::One(one) => self.takes(one, at) && rest(self, at + 1),
            Node::Edge(edge) => self.is_at(*edge, at) && rest(self, at),
            Node::Again { group, any_case } => match self.repeats(*group, at, *any_case) {
                Some(end) => rest(self, end),
                None => false,
            },
            Node::All(nodes) => self.fits_all(nodes, at, rest),
            Node::Either(nodes) => nodes.iter().any(|node| self.fits(node, at, rest)),
            Node::Group { number, node } => {
                let before = self.taken.get(*number).copied().flatten();
                let number = *number;
                let fits = self.fits(node, at, &mut |walker, end| {
                    let old = walker.take(number, Some((at, end)));
                    let fits = rest(walker, end);
                    if !fits {
                        walker.take(number, old);
                    }
                    fits
                });
                if !fits {
                    self.take(number, before);
                }
                fits
            }
            Node::Atomic(node) => match self.end_of(node, at) {
                Some(end) => rest(self, end),
                None => false,
            },
            Node::Look { node, behind, wanted } => {
                let start = match behind {
                    Some(width) => at.checked_sub(*width),
                    None => Some(at),
                };
                let end = start.and_then(|start| self.end_of(node, start));
                end.is_some() == *wanted && rest(self, at)
            }
            Node::Repeat {
                node,
                least,
                most,
                lazy,
            } => {
                if let Node::One(one) = &**node {
                    self.repeat_one(one, at, (*least, *most), *lazy, rest)
                } else {
                    self.repeat(node, at, (0, *least, *most), *lazy, rest)
                }
            }
            Node::If { group, yes, no } => {
                let took_part = self.taken.get(*group).is_some_and(Option::is_some);
                self.fits(if took_part { yes } else { no }, at, rest)
            }
        }
    }

    fn fits_all(&mut self, nodes: &[Node], at: usize, rest: Rest<'_, 't>) -> bool {
        match nodes.split_first() {
            None => rest(self, at),
            Some((first, [])) => self.fits(first, at, rest),
            Some((first, others)) => {
                self.fits(first, at, &mut |walker, end| walker.fits_all(others, end, rest))
            }
        }
    }

    /// Where the first way in which it fits ends.
    fn end_of(&mut self, node: &Node, at: usize) -> Option<usize> {
        let mut end = None;
        self.fits(node, at, &mut |_, at| {
            end = Some(at);
            true
        });
        end
    }

    fn repeat_one(
        &mut self,
        one: &One,
        at: usize,
        (least, most): (usize, usize),
        lazy: bool,
        rest: Rest<'_, 't>,
    ) -> bool {
        let mut count = 0;
        if lazy {
            loop {
                if count >= least && rest(self, at + count) {
                    return true;
                }
                if count >= most || !self.takes(one, at + count) {
                    return false;
                }
                count += 1;
                self.steps += 1;
            }
        }
        while count < most && self.takes(one, at + count) {
            count += 1;
        }
        self.steps += count / 16;
        while count >= least {
            if rest(self, at + count) {
                return true;
            }
            if count == 0 || self.steps > MOST_STEPS {
                return false;
            }
            count -= 1;
        }
        false
    }

    fn repeat(
        &mut self,
        node: &Node,
        at: usize,
        (count, least, most): (usize, usize, usize),
        lazy: bool,
        rest: Rest<'_, 't>,
    ) -> bool {
        if lazy && count >= least && rest(self, at) {
            return true;
        }
        let again = count < most
            && self.fits(node, at, &mut |walker, end| {
                // Nothing taken once more is the same as not once more.
                (end != at || count < least) && walker.repeat(node, end, (count + 1, least, most), lazy, rest)
            });
        again || (!lazy && count >= least && rest(self, at))
    }

    fn take(&mut self, group: usize, span: Option<(usize, usize)>) -> Option<(usize, usize)> {
        self.taken
            .get_mut(group)
            .and_then(|taken| std::mem::replace(taken, span))
    }

    fn repeats(&self, group: usize, at: usize, any_case: bool) -> Option<usize> {
        let (start, end) = self.taken.get(group).copied().flatten()?;
        let wanted = self.chars.get(start..end)?;
        let found = self.chars.get(at..at + wanted.len())?;
        let same = wanted
            .iter()
            .zip(found)
            .all(|(one, other)| one == other || (any_case && fold(*one) == fold(*other)));
        same.then_some(at + wanted.len())
    }

    fn takes(&self, one: &One, at: usize) -> bool {
        let Some(c) = self.chars.get(at).copied() else {
            return false;
        };
        match one {
            One::Any { line_breaks } => *line_breaks || c != '\n',
            One::Char { char, any_case } => c == *char || (*any_case && fold(c) == fold(*char)),
            One::Set {
                items,
                negated,
                any_case,
            } => items.iter().any(|item| has(*item, c, *any_case)) != *negated,
        }
    }

    fn is_at(&self, edge: Edge, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|at| self.chars.get(at)).copied();
        let after = self.chars.get(at).copied();
        match edge {
            Edge::Start => before.is_none(),
            Edge::LineStart => before.is_none_or(|c| c == '\n'),
            Edge::End => after.is_none() || (after == Some('\n') && at + 1 == self.chars.len()),
            Edge::LineEnd => after.is_none_or(|c| c == '\n'),
            Edge::VeryEnd => after.is_none(),
            Edge::Word { wanted, ascii } => {
                let word = |c: Option<char>| c.is_some_and(|c| is_word(c) && (!ascii || c.is_ascii()));
                // Python finds no edge of any kind in an empty text.
                !self.chars.is_empty() && (word(before) != word(after)) == wanted
            }
        }
    }
}

fn has(item: Item, c: char, any_case: bool) -> bool {
    match item {
        Item::Range(low, high) => {
            let within = |c: char| low <= c && c <= high;
            within(c)
                || (any_case
                    && (within(fold(c))
                        || c.to_uppercase().any(within)
                        || c.to_lowercase().any(within)
                        || fold(c).to_uppercase().any(within)))
        }
        Item::Class {
            class,
            negated,
            ascii,
        } => class.has(c, ascii) != negated,
    }
}
