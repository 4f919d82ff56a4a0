//! The shape of a filter and of an order, before anything is known of the keys.

use std::ops::Range;

use super::group::{Piece, PieceKind, pieces};
use super::lexer::tokens;
use super::shell;
use super::token::{Token, TokenKind};
use crate::{Failure, FailureKind, Result};

/// A clause as it stands in the text.
#[derive(Debug)]
pub(super) struct RawClause<'a> {
    pub(super) source: &'a str,
    pub(super) left: Piece,
    /// As written, or of two words and more in upper case with one blank between them.
    pub(super) operator: &'a str,
    pub(super) operator_span: Range<usize>,
    /// None of `IS NULL` and `IS NOT NULL`.
    pub(super) value: Option<Piece>,
    pub(super) span: Range<usize>,
}

/// A clause of an order: the text of its key and the way.
#[derive(Debug)]
pub(super) struct RawOrder {
    pub(super) key: String,
    pub(super) descending: bool,
}

/// What a filter says of words that are no clause.
const SHAPE_HINT: &str = "a filter is clauses like metrics.loss < 0.1, tags.team = 'vision' or params.`a b` LIKE 'x%', \
                          with AND between them";

/// The clauses of a filter. `timestamp` may stand alone as a key in filters for traces.
pub(super) fn clauses(source: &str, of_traces: bool) -> Result<Vec<RawClause<'_>>> {
    let tokens = tokens(source);
    if tokens.iter().all(|token| token.kind.is_blank()) {
        return Err(
            fault("the filter is blank", 0..source.len()).with_hint("leave it empty to find everything")
        );
    }
    if let Some(at) = second_statement(source, &tokens) {
        return Err(fault("the filter goes on after its end", at..source.len()).with_hint(SHAPE_HINT));
    }
    let pieces = pieces(source, &tokens).ok_or_else(|| {
        fault(
            "the filter is too long or has brackets in too many brackets",
            0..source.len(),
        )
    })?;
    let pieces: Vec<_> = pieces.into_iter().filter(|piece| !piece.is_blank()).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        if piece.is_word(source, "AND") {
            at += 1;
            continue;
        }
        let rest = pieces.get(at..).unwrap_or_default();
        let (clause, taken) = if piece.kind == PieceKind::Comparison {
            (comparison(source, piece)?, 1)
        } else if let Some(joined) = joined(source, rest, of_traces) {
            joined
        } else {
            let text = piece.text(source);
            return Err(
                fault(format!("`{text}` is no part of a clause"), piece.span.clone()).with_hint(SHAPE_HINT),
            );
        };
        found.push(clause);
        at += taken;
    }
    Ok(found)
}

/// `key operator value`.
fn comparison<'a>(source: &'a str, piece: &Piece) -> Result<RawClause<'a>> {
    let [left, operator, value] = &piece.parts[..] else {
        let text = piece.text(source);
        return Err(fault(
            format!("`{text}` has more than a key, an operator and a value"),
            piece.span.clone(),
        )
        .with_hint(SHAPE_HINT));
    };
    Ok(RawClause {
        source,
        left: left.clone(),
        operator: source.get(operator.span.clone()).unwrap_or_default(),
        operator_span: operator.span.clone(),
        value: Some(value.clone()),
        span: piece.span.clone(),
    })
}

/// Clauses that sqlparse takes for no comparison: `IN`, `NOT IN`, `IS NULL`, `IS NOT NULL`, and `timestamp`, which is a
/// word of SQL. Gives how many pieces the clause took.
fn joined<'a>(source: &'a str, pieces: &[Piece], of_traces: bool) -> Option<(RawClause<'a>, usize)> {
    let [left, second, third, ..] = pieces else {
        return None;
    };
    let clause = |operator: &'a str, last_operator: &Piece, value: Option<&Piece>| RawClause {
        source,
        left: left.clone(),
        operator,
        operator_span: second.span.start..last_operator.span.end,
        value: value.cloned(),
        span: left.span.start..value.unwrap_or(last_operator).span.end,
    };
    if of_traces && left.kind == PieceKind::Token(TokenKind::Builtin) {
        let operator = second.text(source);
        let fits = left.text(source) == "timestamp"
            && second.kind == PieceKind::Token(TokenKind::Comparison)
            && super::Comparator::from_symbol(operator).is_some()
            && third.kind == PieceKind::Token(TokenKind::Integer);
        return fits.then(|| (clause(operator, second, Some(third)), 3));
    }
    if left.kind != PieceKind::Identifier {
        return None;
    }
    if second.is_word(source, "IN") && third.kind == PieceKind::Parenthesis {
        return Some((clause(second.text(source), second, Some(third)), 3));
    }
    if second.is_word(source, "IS") && third.is_word(source, "NULL") {
        return Some((clause("IS NULL", third, None), 3));
    }
    if second.is_word(source, "IS") && third.is_word(source, "NOT NULL") {
        return Some((clause("IS NOT NULL", third, None), 3));
    }
    let fourth = pieces.get(3)?;
    (second.is_word(source, "NOT") && third.is_word(source, "IN") && fourth.kind == PieceKind::Parenthesis)
        .then(|| (clause("NOT IN", third, Some(fourth)), 4))
}

/// Where a second statement begins: after a semicolon that is in no parentheses, or after `GO`.
fn second_statement(source: &str, tokens: &[Token]) -> Option<usize> {
    let mut level = 0_i32;
    let mut ended = false;
    for token in tokens {
        let text = source.get(token.span.clone()).unwrap_or_default();
        let passed_over = match token.kind {
            TokenKind::Blank => true,
            TokenKind::Comment => !text.starts_with("/*") && !text.starts_with("--+"),
            _ => false,
        };
        if ended && !passed_over {
            let rest = tokens.iter().filter(|other| other.span.start >= token.span.start);
            return rest
                .clone()
                .any(|other| !other.kind.is_blank())
                .then_some(token.span.start);
        }
        match (token.kind, text) {
            (TokenKind::Punctuation, "(") => level += 1,
            (TokenKind::Punctuation, ")") => level -= 1,
            (TokenKind::Punctuation, ";") => ended |= level <= 0,
            (TokenKind::Keyword, "GO") => ended = true,
            _ => {}
        }
    }
    None
}

/// Reads one clause of an order.
pub(super) fn order(source: &str) -> Result<RawOrder> {
    let unfit = || {
        fault(format!("`{source}` is no order"), 0..source.len()).with_hint(
            "an order is one key and perhaps ASC or DESC, without blanks around: metrics.loss DESC",
        )
    };
    let tokens = tokens(source);
    if second_statement(source, &tokens).is_some() {
        return Err(unfit());
    }
    let pieces = pieces(source, &tokens).ok_or_else(unfit)?;
    let is_timestamp = |piece: &Piece| {
        piece.kind == PieceKind::Token(TokenKind::Builtin) && piece.text(source) == "timestamp"
    };
    let text = match &pieces[..] {
        [only] if only.kind == PieceKind::Identifier => only.text(source).to_owned(),
        [only] if is_timestamp(only) => "timestamp".to_owned(),
        [first, between @ .., last]
            if is_timestamp(first)
                && between.iter().all(Piece::is_blank)
                && last.kind == PieceKind::Token(TokenKind::Order) =>
        {
            format!("timestamp {}", last.text(source))
        }
        _ => return Err(unfit()),
    };
    let words = shell::split(&text.replace('`', "\"")).ok_or_else(unfit)?;
    let (key, descending) = match &words[..] {
        [_, _, _, ..] => return Err(unfit()),
        [key, way] => match &*way.to_lowercase() {
            "asc" => (key.clone(), false),
            "desc" => (key.clone(), true),
            _ => return Err(unfit()),
        },
        _ => (text, false),
    };
    Ok(RawOrder {
        key: key.trim_matches(super::unicode::is_blank).to_owned(),
        descending,
    })
}

/// A fault at these bytes of the input.
pub(super) fn fault(message: impl Into<String>, span: Range<usize>) -> Failure {
    Failure::new(FailureKind::InvalidInput, message.into()).at(span)
}

impl<'a> RawClause<'a> {
    /// The text of its key.
    pub(super) fn left_text(&self) -> &'a str {
        self.source.get(self.left.span.clone()).unwrap_or_default()
    }

    /// The text of its value, empty where there is none.
    pub(super) fn value_text(&self) -> &'a str {
        let span = self.value.as_ref().map_or(0..0, |value| value.span.clone());
        self.source.get(span).unwrap_or_default()
    }

    /// A fault of its key.
    pub(super) fn key_fault(&self, message: impl Into<String>) -> Failure {
        fault(message, self.left.span.clone())
    }

    /// A fault of its operator.
    pub(super) fn operator_fault(&self, message: impl Into<String>) -> Failure {
        fault(message, self.operator_span.clone())
    }

    /// A fault of its value.
    pub(super) fn value_fault(&self, message: impl Into<String>) -> Failure {
        let span = self
            .value
            .as_ref()
            .map_or(self.span.clone(), |value| value.span.clone());
        fault(message, span)
    }
}
