//! Values of rows as the domain spells them.

use std::borrow::Cow;
use std::sync::Arc;

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::Tag;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use rustc_hash::FxHashMap;

/// Text of a column; nothing where it is null. What is no UTF-8 is read as well as it can be.
pub(super) fn text<'a>(row: &'a Row<'_>, column: usize) -> Option<Cow<'a, str>> {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => Some(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        }),
        Ok(ValueRef::Integer(number)) => Some(Cow::Owned(number.to_string())),
        Ok(ValueRef::Real(number)) => Some(Cow::Owned(number.to_string())),
        _ => None,
    }
}

/// As [`text`], owned.
pub(super) fn string(row: &Row<'_>, column: usize) -> Option<String> {
    text(row, column).map(Cow::into_owned)
}

/// As [`text`], and null is empty.
pub(super) fn string_or_empty(row: &Row<'_>, column: usize) -> String {
    string(row, column).unwrap_or_default()
}

/// A whole number; nothing where the column holds none.
pub(super) fn integer(row: &Row<'_>, column: usize) -> Option<i64> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(number)) => Some(number),
        // A float is cut as Python's `int` does; SQLite keeps one only where it is not whole.
        #[allow(clippy::cast_possible_truncation, reason = "cut on purpose")]
        Ok(ValueRef::Real(number)) => Some(number as i64),
        Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).ok()?.trim().parse().ok(),
        _ => None,
    }
}

/// A moment in milliseconds.
pub(super) fn timestamp(row: &Row<'_>, column: usize) -> Option<Timestamp> {
    integer(row, column).map(Timestamp)
}

/// A number of any kind; nothing where the column holds none.
pub(super) fn number(row: &Row<'_>, column: usize) -> Option<f64> {
    match row.get_ref(column) {
        Ok(ValueRef::Real(number)) => Some(number),
        #[allow(
            clippy::cast_precision_loss,
            reason = "a column of floats that SQLite shortened"
        )]
        Ok(ValueRef::Integer(number)) => Some(number as f64),
        _ => None,
    }
}

/// A metric's value: NaN is told by a column of its own, infinity by the greatest finite number, which is what
/// MLflow writes for it.
pub(super) fn metric_value(row: &Row<'_>, value: usize, is_nan: usize) -> f64 {
    if matches!(row.get_ref(is_nan), Ok(ValueRef::Integer(1))) {
        return f64::NAN;
    }
    number(row, value).map_or(f64::NAN, as_logged)
}

/// The number that was logged, of the number that was stored. Source: MLflow, `sanitize_metric_value`.
pub(super) fn as_logged(stored: f64) -> f64 {
    if stored.abs() == f64::MAX {
        f64::INFINITY.copysign(stored)
    } else {
        stored
    }
}

/// Whether a column of booleans says yes; null says `otherwise`.
pub(super) fn flag(row: &Row<'_>, column: usize, otherwise: bool) -> bool {
    integer(row, column).map_or(otherwise, |number| number != 0)
}

/// A tag of two columns, its key shared.
pub(super) fn tag(row: &Row<'_>, key: usize, value: usize, names: &mut Names) -> Tag {
    Tag {
        key: names.share(&text(row, key).unwrap_or_default()).into(),
        value: string_or_empty(row, value),
    }
}

/// Each text once: ten thousand runs share the same few keys.
///
/// Rows of one run mostly come in the same order as those of the run before, so the text that followed last time
/// is tried before any look-up.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: FxHashMap<Arc<str>, usize>,
    texts: Vec<Arc<str>>,
    /// For each text the one that came after it last time.
    after: Vec<usize>,
    last: usize,
}

impl Names {
    /// The shared text.
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        let guess = self.after.get(self.last).copied().unwrap_or_default();
        let place = match self.texts.get(guess) {
            Some(known) if **known == *text => guess,
            _ => self.look_up(text),
        };
        self.last = place;
        Arc::clone(&self.texts[place])
    }

    fn look_up(&mut self, text: &str) -> usize {
        let place = self.known.get(text).copied().unwrap_or_else(|| {
            let shared: Arc<str> = text.into();
            self.texts.push(Arc::clone(&shared));
            self.after.push(0);
            self.known.insert(shared, self.texts.len() - 1);
            self.texts.len() - 1
        });
        if let Some(after) = self.after.get_mut(self.last) {
            *after = place;
        }
        place
    }
}
