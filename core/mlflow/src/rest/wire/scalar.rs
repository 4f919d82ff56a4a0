//! Single values, read from whatever JSON type they come as.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Text; a number or a truth value counts as its JSON.
#[derive(Clone, Debug, Default)]
pub(in crate::rest) struct Text<'a>(pub(in crate::rest) Cow<'a, str>);

/// A whole number, perhaps as text.
#[derive(Clone, Copy, Debug)]
pub(in crate::rest) struct Int(pub(in crate::rest) i64);

/// A number, perhaps as text: `"NaN"`, `"Infinity"`, `"-Infinity"`.
#[derive(Clone, Copy, Debug)]
pub(in crate::rest) struct Double(pub(in crate::rest) f64);

impl Text<'_> {
    pub(in crate::rest) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(number.to_string())))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(if truth { "true" } else { "false" })))
    }
}

impl<'de> Deserialize<'de> for Int {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IntVisitor)
    }
}

struct IntVisitor;

impl Visitor<'_> for IntVisitor {
    type Value = Int;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E>(self, number: i64) -> Result<Int, E> {
        Ok(Int(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Int, E> {
        i64::try_from(number)
            .map(Int)
            .map_err(|_| E::custom("number too large"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Int, E> {
        // The bounds are the two that an f64 holds exactly around the range of i64.
        if number.fract() == 0.0 && (-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&number) {
            #[allow(
                clippy::cast_possible_truncation,
                reason = "whole and in range: checked above"
            )]
            return Ok(Int(number as i64));
        }
        Err(E::custom(format!("{number} is no whole number")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Int, E> {
        text.trim()
            .parse()
            .map(Int)
            .map_err(|_| E::custom(format!("`{text}` is no whole number")))
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DoubleVisitor)
    }
}

struct DoubleVisitor;

impl Visitor<'_> for DoubleVisitor {
    type Value = Double;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E>(self, number: f64) -> Result<Double, E> {
        Ok(Double(number))
    }

    #[allow(clippy::cast_precision_loss, reason = "JSON has one kind of number")]
    fn visit_i64<E>(self, number: i64) -> Result<Double, E> {
        Ok(Double(number as f64))
    }

    #[allow(clippy::cast_precision_loss, reason = "JSON has one kind of number")]
    fn visit_u64<E>(self, number: u64) -> Result<Double, E> {
        Ok(Double(number as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Double, E> {
        // Rust reads all spellings that protocol buffers print: NaN, Infinity, -Infinity and digits.
        text.trim()
            .parse()
            .map(Double)
            .map_err(|_| E::custom(format!("`{text}` is no number")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_numbers_and_from_text() {
        for (json, number) in [("7", 7), ("\"7\"", 7), ("7.0", 7), ("-3", -3)] {
            assert_eq!(serde_json::from_str::<Int>(json).map(|n| n.0).ok(), Some(number));
        }
        assert!(serde_json::from_str::<Int>("1.5").is_err());
        assert!(serde_json::from_str::<Int>("1e300").is_err());
        for (json, bits) in [
            ("\"Infinity\"", f64::INFINITY.to_bits()),
            ("\"-Infinity\"", f64::NEG_INFINITY.to_bits()),
            ("0.30000000000000004", (0.1_f64 + 0.2).to_bits()),
            ("5e-324", 5e-324_f64.to_bits()),
            ("123456789.12345679", 123_456_789.123_456_79_f64.to_bits()),
            ("3", 3.0_f64.to_bits()),
        ] {
            assert_eq!(
                serde_json::from_str::<Double>(json).map(|n| n.0.to_bits()).ok(),
                Some(bits)
            );
        }
        assert!(serde_json::from_str::<Double>("\"NaN\"").is_ok_and(|n| n.0.is_nan()));
    }

    #[test]
    fn text_is_borrowed_where_it_needs_no_unescaping() {
        let plain: Text<'_> = serde_json::from_str("\"loss\"").unwrap();
        assert!(matches!(plain.0, Cow::Borrowed("loss")));
        let escaped: Text<'_> = serde_json::from_str("\"\\u00fc\"").unwrap();
        assert_eq!(escaped.0, "ü");
        let number: Text<'_> = serde_json::from_str("12").unwrap();
        assert_eq!(number.0, "12");
    }
}
