//! The passes, in sqlparse's order.

use super::PieceKind as P;
use super::TokenKind as T;
use super::{List, Piece, PieceKind, Rule};

impl List<'_> {
    /// Comments and the line breaks between them are one, if anything stands behind them.
    pub(super) fn group_comments(&mut self) {
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
    pub(super) fn group_between(&mut self, open: &str, close: &str, kind: PieceKind) {
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

    pub(super) fn group_over(&mut self) {
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
    pub(super) fn group_functions(&mut self) {
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
    pub(super) fn group_periods(&mut self) {
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
    pub(super) fn group_arrays(&mut self) {
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
    pub(super) fn group_identifiers(&mut self) {
        for piece in &mut self.pieces {
            if let P::Token(T::Name | T::DoubleQuoted) = piece.kind {
                piece.kind = P::Identifier;
            }
        }
    }

    /// `key DESC`.
    pub(super) fn group_order(&mut self) {
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
    pub(super) fn group_type_casts(&mut self) {
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

    pub(super) fn group_time_zones(&mut self) {
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
    pub(super) fn group_typed_literals(&mut self) {
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
    pub(super) fn group_operators(&mut self) {
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
    pub(super) fn group_comparisons(&mut self) {
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
    pub(super) fn group_as(&mut self) {
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
    pub(super) fn group_aliased(&mut self) {
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
    pub(super) fn align_comments(&mut self) {
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
