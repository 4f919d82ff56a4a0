//! Brings tokens together into names, lists and comparisons where sqlparse does.
//!
//! sqlparse groups a statement in some twenty passes, each over what the one before left. MLflow looks at the
//! outermost groups alone, so that is all that is made here: what lies inside parentheses stays text. The order
//! of the passes decides what a clause is: comparisons are found before a name takes the name behind it.

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

    /// Comments and the line breaks between them are one, if anything stands behind them.
    fn group_comments(&mut self) {
        let mut at = 0;
        while at < self.pieces.len() {
            if self.pieces[at].kind == P::Token(T::Comment) {
                let Some(end) = (at..self.pieces.len())
                    .find(|n| !matches!(self.pieces[*n].kind, P::Token(T::Comment | T::Newline)))
                else {
                    return;
                };
                self.group(P::Comment, at, end - 1, false);
            }
            at += 1;
        }
    }

    /// Brackets and what is between them. Those without a partner stay.
    fn group_between(&mut self, open: &str, close: &str, kind: PieceKind) {
        let mut opened = Vec::new();
        let mut at = 0;
        while at < self.pieces.len() {
            let piece = &self.pieces[at];
            if piece.kind == P::Token(T::Punctuation) {
                if self.is_text(piece, open) {
                    opened.push(at);
                } else if self.is_text(piece, close)
                    && let Some(start) = opened.pop()
                {
                    self.group(kind, start, at, false);
                    at = start;
                }
            }
            at += 1;
        }
    }

    fn group_over(&mut self) {
        let mut at = 0;
        while at < self.pieces.len() {
            if self.pieces[at].is_word(self.text, "OVER")
                && let Some(next) = self.next(at)
                && matches!(
                    self.pieces[next].kind,
                    P::Parenthesis | P::Token(T::Name | T::Builtin | T::Placeholder)
                )
            {
                self.group(P::Over, at, next, false);
            }
            at += 1;
        }
    }

    /// A name and the parentheses behind it.
    fn group_functions(&mut self) {
        let has = |word: &str| {
            self.pieces
                .iter()
                .any(|piece| piece.text(self.text).eq_ignore_ascii_case(word))
        };
        if has("CREATE") && has("TABLE") && !has("AS") {
            return;
        }
        let mut at = 0;
        while at < self.pieces.len() {
            if let P::Token(T::Name | T::Builtin | T::Placeholder) = self.pieces[at].kind
                && let Some(next) = self.next(at)
                && self.pieces[next].kind == P::Parenthesis
            {
                let over = self.next(next).filter(|n| self.pieces[*n].kind == P::Over);
                self.group(P::Function, at, over.unwrap_or(next), false);
            }
            at += 1;
        }
    }

    /// `entity.key`, also with nothing that fits behind the dot.
    fn group_periods(&mut self) {
        let text = self.text;
        self.apply(&Rule {
            made: P::Identifier,
            middle: &|piece| match piece.kind {
                P::Token(T::Punctuation) => piece.text(text) == ".",
                P::Token(T::Operator) => matches!(piece.text(text), "->" | "->>"),
                _ => false,
            },
            before: &|piece| {
                matches!(
                    piece.kind,
                    P::SquareBrackets | P::Identifier | P::Token(T::Name | T::DoubleQuoted)
                )
            },
            after: &|_| true,
            takes: &|piece| {
                piece.is_some_and(|piece| {
                    matches!(
                        piece.kind,
                        P::SquareBrackets
                            | P::Function
                            | P::Token(T::Name | T::DoubleQuoted | T::Wildcard | T::SingleQuoted)
                    )
                })
            },
            grows: true,
        });
    }

    /// `key[0]`.
    fn group_arrays(&mut self) {
        self.apply(&Rule {
            made: P::Identifier,
            middle: &|piece| piece.kind == P::SquareBrackets,
            before: &|piece| {
                matches!(
                    piece.kind,
                    P::SquareBrackets | P::Identifier | P::Function | P::Token(T::Name | T::DoubleQuoted)
                )
            },
            after: &|_| true,
            takes: &|_| false,
            grows: true,
        });
    }

    /// Names that stand alone, strings in double quotes among them.
    fn group_identifiers(&mut self) {
        for piece in &mut self.pieces {
            if let P::Token(T::Name | T::DoubleQuoted) = piece.kind {
                piece.kind = P::Identifier;
            }
        }
    }

    /// `key DESC`.
    fn group_order(&mut self) {
        let mut at = 0;
        while at < self.pieces.len() {
            if self.pieces[at].kind == P::Token(T::Order)
                && let Some(before) = self.previous(at)
                && (self.pieces[before].kind == P::Identifier || is_number(&self.pieces[before]))
            {
                self.group(P::Identifier, before, at, false);
                at = before;
            }
            at += 1;
        }
    }

    /// `a::b`.
    fn group_type_casts(&mut self) {
        let text = self.text;
        self.apply(&Rule {
            made: P::Identifier,
            middle: &|piece| piece.kind == P::Token(T::Punctuation) && piece.text(text) == "::",
            before: &|_| true,
            after: &|piece| piece.is_some(),
            takes: &|_| true,
            grows: true,
        });
    }

    fn group_time_zones(&mut self) {
        let text = self.text;
        self.apply(&Rule {
            made: P::Identifier,
            middle: &|piece| piece.kind == P::Token(T::TimeZone),
            before: &|_| true,
            after: &|piece| {
                piece
                    .is_some_and(|piece| piece.kind == P::Token(T::SingleQuoted) || piece.is_word(text, "AS"))
            },
            takes: &|_| true,
            grows: true,
        });
    }

    /// `date '2020-01-01'`, and what it is counted in.
    fn group_typed_literals(&mut self) {
        let text = self.text;
        let mut at = 0;
        while at < self.pieces.len() {
            if let Some(next) = self.next(at)
                && self.previous(at).is_some()
                && self.pieces[at].kind == P::Token(T::Builtin)
                && self.pieces[next].kind == P::Token(T::SingleQuoted)
            {
                self.group(P::TypedLiteral, at, next, false);
            }
            at += 1;
        }
        let units = ["DAY", "HOUR", "MINUTE", "MONTH", "SECOND", "YEAR"];
        let mut at = 0;
        while at < self.pieces.len() {
            if self.pieces[at].kind == P::TypedLiteral
                && self.previous(at).is_some()
                && let Some(next) = self.next(at)
                && units.iter().any(|unit| self.pieces[next].is_word(text, unit))
            {
                self.group(P::TypedLiteral, at, next, true);
            }
            at += 1;
        }
    }

    /// `a - b`.
    fn group_operators(&mut self) {
        let text = self.text;
        let operand = |piece: &Piece| {
            is_value(piece)
                || piece.kind == P::SquareBrackets
                || ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"]
                    .iter()
                    .any(|word| piece.is_word(text, word))
        };
        self.apply(&Rule {
            made: P::Operation,
            middle: &|piece| matches!(piece.kind, P::Token(T::Operator | T::Wildcard)),
            before: &operand,
            after: &|piece| piece.is_some_and(operand),
            takes: &|_| true,
            grows: false,
        });
    }

    /// `a = b`.
    fn group_comparisons(&mut self) {
        let text = self.text;
        let operand = |piece: &Piece| is_value(piece) || piece.is_word(text, "NULL");
        self.apply(&Rule {
            made: P::Comparison,
            middle: &|piece| piece.kind == P::Token(T::Comparison),
            before: &operand,
            after: &|piece| piece.is_some_and(operand),
            takes: &|_| true,
            grows: false,
        });
    }

    /// `a AS b`.
    fn group_as(&mut self) {
        let text = self.text;
        self.apply(&Rule {
            made: P::Identifier,
            middle: &|piece| piece.is_word(text, "AS"),
            before: &|piece| {
                piece.is_word(text, "NULL") || !matches!(piece.kind, P::Token(kind) if kind.is_keyword())
            },
            after: &|piece| piece.is_some_and(|piece| piece.kind != P::Token(T::Statement)),
            takes: &|_| true,
            grows: true,
        });
    }

    /// A name takes the name behind it: `a b`.
    fn group_aliased(&mut self) {
        let mut at = 0;
        while at < self.pieces.len() {
            let piece = &self.pieces[at];
            let can = matches!(
                piece.kind,
                P::Parenthesis | P::Function | P::Identifier | P::Operation | P::Comparison
            ) || is_number(piece);
            if can
                && let Some(next) = self.next(at)
                && self.pieces[next].kind == P::Identifier
            {
                self.group(P::Identifier, at, next, true);
            }
            at += 1;
        }
    }

    /// A comment becomes part of the group before it.
    fn align_comments(&mut self) {
        let mut at = 0;
        while at < self.pieces.len() {
            if self.pieces[at].kind == P::Comment
                && let Some(before) = self.previous(at)
                && !matches!(self.pieces[before].kind, P::Token(_))
            {
                let comment = self.pieces[at].clone();
                let end = comment.span.end;
                self.pieces.drain(before + 1..=at);
                let group = &mut self.pieces[before];
                group.span.end = end;
                group.parts.push(comment);
                at = before;
            }
            at += 1;
        }
    }
}

fn is_number(piece: &Piece) -> bool {
    matches!(piece.kind, P::Token(T::Integer | T::Float | T::Hexadecimal))
}

/// Whether it can be compared and reckoned with.
fn is_value(piece: &Piece) -> bool {
    matches!(
        piece.kind,
        P::Parenthesis
            | P::Function
            | P::Identifier
            | P::Operation
            | P::TypedLiteral
            | P::Token(T::Integer | T::Float | T::SingleQuoted | T::DoubleQuoted | T::Name | T::Placeholder)
    )
}
