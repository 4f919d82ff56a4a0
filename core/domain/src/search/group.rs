//! Brings tokens together into names, lists and comparisons where sqlparse does.
//!
//! sqlparse groups a statement in some twenty passes, each over what the one before left. MLflow looks at the
//! outermost groups alone, so that is all that is made here: what lies inside parentheses stays text. The order
//! of the passes decides what a clause is: comparisons are found before a name takes the name behind it.

mod passes;

use std::ops::Range;

use super::token::{Token, TokenKind};

/// A token, or several that sqlparse takes for one thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    /// Bytes.
    pub(super) span: Range<usize>,
    /// Of a comparison, its operands and operator without the blanks; else empty.
    pub(super) parts: Vec<Piece>,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum PieceKind {
    Token(TokenKind),
    Identifier,
    Comparison,
    Parenthesis,
    SquareBrackets,
    Function,
    Over,
    Operation,
    TypedLiteral,
    Comment,
}

use PieceKind as P;
use TokenKind as T;

/// Tokens of one statement that sqlparse still groups.
/// Source: sqlparse 0.6, `MAX_GROUPING_TOKENS`.
const MOST_TOKENS: usize = 10_000;

/// How deep groups may lie in each other. Source: sqlparse 0.6, `MAX_GROUPING_DEPTH`.
const DEEPEST: usize = 100;

/// The pieces of a statement, or nothing where it is too long or too deep for sqlparse.
pub(super) fn pieces(text: &str, tokens: &[Token]) -> Option<Vec<Piece>> {
    let mut list = List {
        text,
        pieces: tokens.iter().map(Piece::of).collect(),
    };
    list.group_comments();
    if list.pieces.len() > MOST_TOKENS || list.depth() > DEEPEST {
        return None;
    }
    list.group_between("[", "]", P::SquareBrackets);
    list.group_between("(", ")", P::Parenthesis);
    list.group_over();
    list.group_functions();
    list.group_periods();
    list.group_arrays();
    list.group_identifiers();
    list.group_order();
    list.group_type_casts();
    list.group_time_zones();
    list.group_typed_literals();
    list.group_operators();
    list.group_comparisons();
    list.group_as();
    list.group_aliased();
    list.align_comments();
    Some(list.pieces)
}

impl Piece {
    fn of(token: &Token) -> Self {
        Self {
            kind: P::Token(token.kind),
            span: token.span.clone(),
            parts: Vec::new(),
        }
    }

    /// Whether it separates rather than says something.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.kind, P::Token(kind) if kind.is_blank())
    }

    /// Its text.
    pub(super) fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.span.clone()).unwrap_or_default()
    }

    /// Whether it is this word of SQL, in any case.
    pub(super) fn is_word(&self, source: &str, word: &str) -> bool {
        self.kind == P::Token(T::Keyword) && self.text(source).to_uppercase() == word
    }
}

struct List<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
}

/// How a pass makes groups around a piece that it looks for.
struct Rule<'r> {
    made: PieceKind,
    /// What stands in the middle.
    middle: &'r dyn Fn(&Piece) -> bool,
    before: &'r dyn Fn(&Piece) -> bool,
    after: &'r dyn Fn(Option<&Piece>) -> bool,
    /// Whether the group takes the piece after the middle, too.
    takes: &'r dyn Fn(Option<&Piece>) -> bool,
    /// Whether a group that stands before the middle grows rather than becoming part of another.
    grows: bool,
}

impl List<'_> {
    /// One pass over all pieces, from the left.
    fn apply(&mut self, rule: &Rule<'_>) {
        let mut before: Option<(usize, Piece)> = None;
        let mut inner: Option<Piece> = None;
        let mut at = 0;
        // The last piece of a new group is looked at again, at the place of the group: it may be a middle, too, and
        // what comes next is held against it, not against the group.
        while let Some(piece) = inner.take().or_else(|| self.pieces.get(at).cloned()) {
            if piece.is_blank() {
                at += 1;
                continue;
            }
            let next = self.next(at);
            let after = next.and_then(|next| self.pieces.get(next));
            let start = before
                .as_ref()
                .filter(|(_, before)| (rule.middle)(&piece) && (rule.before)(before) && (rule.after)(after))
                .map(|(start, _)| *start);
            let Some(start) = start else {
                before = Some((at, piece));
                at += 1;
                continue;
            };
            let end = next.filter(|_| (rule.takes)(after)).unwrap_or(at);
            if end != at {
                inner = Some(self.pieces[end].clone());
            }
            before = Some((start, self.group(rule.made, start, end, rule.grows)));
            at = if inner.is_some() { start } else { start + 1 };
        }
    }

    /// Makes one piece of those from `start` to `end`, and gives a copy of it.
    fn group(&mut self, kind: PieceKind, start: usize, end: usize, grows: bool) -> Piece {
        let span = self.pieces[start].span.start..self.pieces[end].span.end;
        let mut taken: Vec<_> = self.pieces.splice(start..=end, []).collect();
        let group = if grows && taken.first().is_some_and(|first| first.kind == kind) {
            let mut first = taken.swap_remove(0);
            first.span = span;
            first
        } else {
            taken.retain(|piece| !piece.is_blank());
            let parts = if kind == P::Comparison { taken } else { Vec::new() };
            Piece { kind, span, parts }
        };
        self.pieces.insert(start, group.clone());
        group
    }

    fn next(&self, at: usize) -> Option<usize> {
        (at + 1..self.pieces.len()).find(|n| !self.pieces[*n].is_blank())
    }

    fn previous(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|n| !self.pieces[*n].is_blank())
    }

    fn is_text(&self, piece: &Piece, text: &str) -> bool {
        piece.text(self.text) == text
    }

    /// How deep brackets of both kinds lie in each other at most.
    fn depth(&self) -> usize {
        let mut depth = 0_usize;
        let mut deepest = 0;
        for piece in &self.pieces {
            if piece.kind == P::Token(T::Punctuation) {
                match piece.text(self.text) {
                    "(" | "[" => depth += 1,
                    ")" | "]" => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            deepest = deepest.max(depth);
        }
        deepest
    }
}
