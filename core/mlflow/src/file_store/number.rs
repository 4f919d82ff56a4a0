//! Numbers as Python prints them, read fast.

/// Powers of ten that a double holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
];

/// The greatest integer below which every integer is a double.
const EXACT_INTEGER: u64 = 1 << 53;

/// Reads an integer: `12`, `-3`, `+7`.
pub(super) fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 18 {
        return std::str::from_utf8(text).ok()?.parse().ok();
    }
    let mut value = 0i64;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// Reads a float as Python's `float()` does: `0.1`, `1e-05`, `nan`, `-inf`, `Infinity`; always the nearest double.
pub(super) fn float(text: &[u8]) -> Option<f64> {
    short_decimal(text).or_else(|| std::str::from_utf8(text).ok()?.parse().ok())
}

/// Digits with perhaps a point, if no rounding can go wrong on the way: an exact integer divided by an exact power
/// of ten rounds once. Source: W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990.
#[allow(clippy::cast_precision_loss)]
fn short_decimal(text: &[u8]) -> Option<f64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    let mut value = 0u64;
    let mut decimals = None;
    for (at, &byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
        } else if byte == b'.' && decimals.is_none() && digits.len() > 1 {
            decimals = Some(digits.len() - at - 1);
        } else {
            return None;
        }
    }
    if value > EXACT_INTEGER {
        return None;
    }
    let magnitude = value as f64 / EXACT_POWERS[decimals.unwrap_or(0)];
    Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_the_double_that_the_standard_parser_gives() {
        let mut state = 1u64;
        for _ in 0..100_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let value = f64::from_bits(state ^ (state >> 29));
            let fraction = (state >> 11) as f64 / (1u64 << 53) as f64;
            for text in [
                value.to_string(),
                fraction.to_string(),
                format!("{fraction:.7}"),
                format!("{value:e}"),
            ] {
                let expected: f64 = text.parse().unwrap();
                let read = float(text.as_bytes()).unwrap();
                assert!(read == expected || (read.is_nan() && expected.is_nan()), "{text}");
            }
        }
    }

    #[test]
    fn python_s_spellings_are_read() {
        for (text, expected) in [
            ("3", 3.0),
            ("-0.0", -0.0),
            ("1e-05", 1e-5),
            ("5e-324", 5e-324),
            ("1.7976931348623157e+308", f64::MAX),
            ("inf", f64::INFINITY),
            ("-inf", f64::NEG_INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            (".5", 0.5),
            ("5.", 5.0),
            ("12345678901234567890", 12_345_678_901_234_567_890.0),
        ] {
            let read = float(text.as_bytes()).unwrap();
            assert_eq!(read.to_bits(), f64::to_bits(expected), "{text}");
        }
        assert!(float(b"nan").unwrap().is_nan());
        for wrong in ["", ".", "-", "1.2.3", "x", "1,5", "--1", "0x10"] {
            assert_eq!(float(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn integers_are_read_whole_or_not_at_all() {
        assert_eq!(integer(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(integer(b"+12"), Some(12));
        for wrong in ["", "-", "1.0", "9223372036854775808", "1 ", "12a"] {
            assert_eq!(integer(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
