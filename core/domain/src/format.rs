//! How numbers, durations and sizes are written for people: the same on every screen.

/// A metric value in at most `width` characters: `0.0123`, `1.23e-9`, `NaN`, `inf`.
///
/// Six significant digits where they fit, fewer where they do not; never a rounded number that looks exact
/// beyond its digits. Whole numbers are written whole as long as they fit.
pub fn number(value: f64, width: usize) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e15 {
        let whole = format!("{value:.0}");
        if whole.len() <= width {
            return whole;
        }
    }
    (1..=6)
        .rev()
        .map(|digits| significant(value, digits))
        .find(|text| text.len() <= width)
        .unwrap_or_else(|| significant(value, 1))
}

/// A value in so many significant digits, without trailing zeros, plain or with an exponent.
fn significant(value: f64, digits: usize) -> String {
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-5..15).contains(&exponent) && (exponent < digits as i32 || exponent < 6) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        return trim_zeros(&format!("{value:.decimals$}")).to_owned();
    }
    format!("{}e{exponent}", trim_zeros(mantissa))
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

/// A value so that it reads back as the same number: the shortest such text, as JSON and CSV carry it.
pub fn exact(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if value != 0.0 && !(1e-5..1e16).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

/// How long something took, in its two largest units: `250 ms`, `12.5 s`, `3m 20s`, `2h 05m`, `3d 04h`.
pub fn duration(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let millis = millis.unsigned_abs();
    let seconds = millis / 1000;
    let text = match seconds {
        0 => format!("{millis} ms"),
        1..60 => format!("{}.{} s", seconds, millis % 1000 / 100),
        60..3_600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{}h {:02}m", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{}d {:02}h", seconds / 86_400, seconds / 3_600 % 24),
    };
    format!("{sign}{text}")
}

/// A size in bytes, in units of 1000 as most file managers count: `512 B`, `1.2 kB`, `34 MB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value < 9.95 {
        format!("{value:.1} {}", UNITS[unit])
    } else {
        format!("{value:.0} {}", UNITS[unit])
    }
}

/// A count with thin groups of three, as `12,345`.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_sense_in_a_narrow_column() {
        let cases = [
            (0.0, 10, "0"),
            (0.1, 10, "0.1"),
            (1234.0, 10, "1234"),
            (0.012_345_678, 10, "0.0123457"),
            (1.5e-9, 10, "1.5e-9"),
            (-123_456.789, 10, "-123457"),
            (1.797_693_134_862_315_7e308, 12, "1.79769e308"),
            (2.345_678_9, 5, "2.346"),
            (1e15, 20, "1e15"),
            (f64::NAN, 10, "NaN"),
            (f64::NEG_INFINITY, 10, "-inf"),
        ];
        for (value, width, text) in cases {
            assert_eq!(number(value, width), text, "{value} in {width}");
        }
    }

    #[test]
    fn an_exact_number_reads_back_as_itself() {
        for value in [
            0.1,
            1.0,
            -2.5e-9,
            f64::MAX,
            f64::MIN_POSITIVE,
            123_456_789.123,
            1e16,
            0.0,
        ] {
            assert_eq!(exact(value).parse::<f64>().ok(), Some(value));
        }
    }

    #[test]
    fn durations_sizes_and_counts_read_as_people_write_them() {
        for (millis, text) in [
            (250, "250 ms"),
            (12_500, "12.5 s"),
            (200_000, "3m 20s"),
            (7_500_000, "2h 05m"),
            (273_600_000, "3d 04h"),
            (-1500, "-1.5 s"),
        ] {
            assert_eq!(duration(millis), text);
        }
        for (bytes, text) in [
            (512, "512 B"),
            (1_234, "1.2 kB"),
            (34_000_000, "34 MB"),
            (999_600, "1.0 MB"),
        ] {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
    }
}
