use std::cmp::Ordering;

use super::unicode::digit;

/// A number of a filter, compared exactly whatever its size.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Whole(i64),
    /// A whole number that needs more than 64 bits: only its sign counts.
    Vast {
        /// Whether it is below zero.
        negative: bool,
    },
    /// A number with a fraction or an exponent; infinite where it is too great.
    Float(f64),
}

/// As it was written: NaN is the same as NaN.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one == other,
            (Self::Vast { negative: one }, Self::Vast { negative: other }) => one == other,
            (Self::Float(one), Self::Float(other)) => one.to_bits() == other.to_bits(),
            _ => false,
        }
    }
}

/// Digits that Python turns into a number without complaint. Source: Python 3.11, `sys.set_int_max_str_digits`.
const MOST_DIGITS: usize = 4300;

impl Number {
    /// Reads a whole number as tokenized: digits of any script, perhaps after a minus.
    pub(super) fn whole(text: &str) -> Option<Self> {
        let plain = ascii(text);
        let digits = plain.strip_prefix('-').unwrap_or(&plain);
        if digits.len() > MOST_DIGITS || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Some(plain.parse().map_or(
            Self::Vast {
                negative: plain.starts_with('-'),
            },
            Self::Whole,
        ))
    }

    /// Reads a number with a fraction or an exponent, or a whole one, as a float.
    pub(super) fn float(text: &str) -> Option<f64> {
        ascii(text).parse().ok()
    }

    /// Reads what Python's `float` reads: blanks around, `_` between digits, `inf`, `nan`, any case.
    pub(super) fn python_float(text: &str) -> Option<f64> {
        let plain = ascii(text.trim());
        let body = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
        let sign = if plain.starts_with('-') { -1.0 } else { 1.0 };
        if ["inf", "infinity"]
            .iter()
            .any(|word| body.eq_ignore_ascii_case(word))
        {
            return Some(sign * f64::INFINITY);
        }
        if body.eq_ignore_ascii_case("nan") {
            return Some(f64::NAN);
        }
        if !body.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        let bytes = body.as_bytes();
        let stray = bytes.iter().enumerate().any(|(n, byte)| {
            let is_digit =
                |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
            *byte == b'_' && !(is_digit(n.checked_sub(1)) && is_digit(Some(n + 1)))
        });
        if stray {
            return None;
        }
        body.replace('_', "")
            .parse::<f64>()
            .ok()
            .map(|value| sign * value)
    }

    /// Reads what Python's `int` reads: blanks around, a sign, `_` between digits.
    pub(super) fn python_int(text: &str) -> Option<Self> {
        let plain = ascii(text.trim_matches(super::unicode::is_blank));
        let (sign, body) = match plain.strip_prefix('-') {
            Some(body) => ("-", body),
            None => ("", plain.strip_prefix('+').unwrap_or(&plain)),
        };
        if body.starts_with('_') || body.ends_with('_') || body.contains("__") {
            return None;
        }
        Self::whole(&format!("{sign}{}", body.replace('_', "")))
            .filter(|_| body.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// How a count compares to it; nothing where it is NaN.
    pub fn compare_to(self, count: i64) -> Option<Ordering> {
        match self {
            Self::Whole(value) => Some(count.cmp(&value)),
            Self::Vast { negative } => Some(if negative {
                Ordering::Greater
            } else {
                Ordering::Less
            }),
            Self::Float(value) => compare_exactly(count, value),
        }
    }
}

/// How a count compares to a float, without rounding the count.
fn compare_exactly(count: i64, value: f64) -> Option<Ordering> {
    /// 2 to the power of 63: the least float above all counts.
    const ABOVE: f64 = 9_223_372_036_854_775_808.0;
    if value.is_nan() {
        return None;
    }
    if value >= ABOVE {
        return Some(Ordering::Less);
    }
    if value < -ABOVE {
        return Some(Ordering::Greater);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within the bounds of i64, and the fraction is compared below"
    )]
    let whole = value.trunc() as i64;
    Some(
        count
            .cmp(&whole)
            .then_with(|| 0.0.partial_cmp(&value.fract()).unwrap_or(Ordering::Equal)),
    )
}

/// Digits of any script as ASCII digits.
fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| {
            digit(c)
                .and_then(|value| char::from_digit(value, 10))
                .unwrap_or(c)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_compares_to_a_float_without_rounding() {
        let big = (1_i64 << 53) + 1;
        assert_eq!(
            Number::Float(9_007_199_254_740_992.0).compare_to(big),
            Some(Ordering::Greater)
        );
        assert_eq!(Number::Float(1.5).compare_to(1), Some(Ordering::Less));
        assert_eq!(Number::Float(-1.5).compare_to(-1), Some(Ordering::Greater));
        assert_eq!(
            Number::Float(f64::INFINITY).compare_to(i64::MAX),
            Some(Ordering::Less)
        );
        assert_eq!(Number::Float(f64::NAN).compare_to(0), None);
    }

    #[test]
    fn numbers_read_as_python_reads_them() {
        assert_eq!(Number::whole("-12"), Some(Number::Whole(-12)));
        assert_eq!(Number::whole("٣"), Some(Number::Whole(3)));
        assert_eq!(
            Number::whole("99999999999999999999"),
            Some(Number::Vast { negative: false })
        );
        assert_eq!(Number::python_float("1_000"), Some(1000.0));
        assert_eq!(Number::python_float("-Infinity"), Some(f64::NEG_INFINITY));
        assert_eq!(Number::python_float("1__0"), None);
        assert_eq!(Number::python_int(" 7 "), Some(Number::Whole(7)));
        assert_eq!(Number::python_int("7.0"), None);
        assert_eq!(Number::python_int("+7"), Some(Number::Whole(7)));
    }
}
