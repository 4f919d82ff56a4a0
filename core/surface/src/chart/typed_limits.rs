//! Limits as a person types them: `x 100..500 y 0..1`, `y ..0.5`, `x 10m..2h`, `y auto`.

use std::ops::Range;

use flowdeck_client::Timestamp;
use flowdeck_client::series::XAxis;

use super::Limits;
use crate::clock::Clock;
use crate::notice::Notice;

/// Limits of the x and of the y axis; none where they were not typed.
pub type Typed = (Option<Limits>, Option<Limits>);

/// Reads limits. `near` is a moment of the data, whose day a time of day is of.
///
/// # Errors
/// What is wrong with which letters.
pub fn typed_limits(text: &str, axis: XAxis, near: Timestamp, clock: &Clock) -> Result<Typed, Notice> {
    let mut typed: Typed = (None, None);
    let mut words = words(text).into_iter();
    while let Some((letter, range)) = words.next() {
        let (name, own) = match letter.split_at_checked(1) {
            Some((name @ ("x" | "y"), rest)) => (name, rest.trim_start_matches(['=', ':'])),
            _ => return Err(fault(range, "an axis is named first, x or y")),
        };
        let (value, value_range) = if own.is_empty() {
            let missing = || fault(range.clone(), "limits are missing behind the axis");
            words.next().ok_or_else(missing)?
        } else {
            (own, range.end - own.len()..range.end)
        };
        let read = |number: &str| match (name, axis) {
            ("x", XAxis::RelativeTime) => duration(number),
            ("x", XAxis::WallTime) => moment(number, near, clock),
            _ => number.parse().ok().filter(|number: &f64| number.is_finite()),
        };
        let limits = limits(value, &value_range, read)?;
        match name {
            "x" => typed.0 = Some(limits),
            _ => typed.1 = Some(limits),
        }
    }
    Ok(typed)
}

fn limits(value: &str, range: &Range<usize>, read: impl Fn(&str) -> Option<f64>) -> Result<Limits, Notice> {
    if value == "auto" {
        return Ok(Limits::FREE);
    }
    let Some((min, max)) = value.split_once("..") else {
        return Err(fault(
            range.clone(),
            "two dots part the lower from the upper limit",
        ));
    };
    let end = |text: &str, start: usize| match text {
        "" | "auto" => Ok(None),
        text => read(text).map(Some).ok_or_else(|| {
            let range = start..start + text.len();
            fault(range, &format!("`{text}` is no place on this axis"))
        }),
    };
    let limits = Limits {
        min: end(min, range.start)?,
        max: end(max, range.start + min.len() + 2)?,
    };
    match (limits.min, limits.max) {
        (Some(min), Some(max)) if min >= max => {
            Err(fault(range.clone(), "the lower limit is not below the upper"))
        }
        _ => Ok(limits),
    }
}

fn fault(span: Range<usize>, sentence: &str) -> Notice {
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string());
    Notice {
        sentence: format!("{}{}.", first.unwrap_or_default(), letters.as_str()),
        hint: Some("Write x 100..500 y 0..1, leave an end open as in y ..1, or write auto.".to_owned()),
        span: Some(span),
    }
}

/// The words of a text and where they stand.
fn words(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut words = Vec::new();
    let mut start = 0;
    for part in text.split([' ', ',']) {
        if !part.is_empty() {
            words.push((part, start..start + part.len()));
        }
        start += part.len() + 1;
    }
    words
}

/// Milliseconds of a duration such as `90s`, `1h30m`, `250ms`; seconds where no unit is given.
fn duration(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut millis = 0.0;
    while !rest.is_empty() {
        let digits = rest
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|letter: char| !letter.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        millis += number
            * match &rest[..letters] {
                "ms" => 1.0,
                "" | "s" => 1_000.0,
                "m" | "min" => 60_000.0,
                "h" => 3_600_000.0,
                "d" => 86_400_000.0,
                _ => return None,
            };
        rest = &rest[letters..];
    }
    (!text.is_empty()).then_some(sign * millis)
}

/// Milliseconds since the epoch of `2024-05-01`, `2024-05-01T16:05:30` or `16:05` of the day of `near`, all in the time
/// zone of the clock.
fn moment(text: &str, near: Timestamp, clock: &Clock) -> Option<f64> {
    let date_time = clock.date_time(near);
    let today = date_time.split(' ').next()?;
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, time),
        None if text.contains(':') => (today, text),
        None => (text, "00:00:00"),
    };
    let seconds = if time.matches(':').count() == 1 { ":00" } else { "" };
    let universal = Timestamp::parse_rfc3339(&format!("{date}T{time}{seconds}Z"))?;
    // The zone may be another one at that moment than an offset away from it, but for an hour twice a year.
    let guess = Timestamp(universal.as_millis() - clock.offset_millis(universal));
    Some((universal.as_millis() - clock.offset_millis(guess)) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEAR: Timestamp = Timestamp(1_700_000_000_000);

    fn typed(text: &str, axis: XAxis) -> Result<Typed, Notice> {
        typed_limits(text, axis, NEAR, &Clock::utc())
    }

    fn limits(min: impl Into<Option<f64>>, max: impl Into<Option<f64>>) -> Option<Limits> {
        Some(Limits {
            min: min.into(),
            max: max.into(),
        })
    }

    #[test]
    fn limits_are_read_for_one_axis_or_both_and_an_end_may_be_open() {
        for (text, expected) in [
            ("x 100..500 y 0..1", (limits(100.0, 500.0), limits(0.0, 1.0))),
            ("y ..1e-3", (None, limits(None, 1e-3))),
            ("x=5.., y:-2..-1", (limits(5.0, None), limits(-2.0, -1.0))),
            ("x auto", (Some(Limits::FREE), None)),
            ("y0.5..auto", (None, limits(0.5, None))),
            ("", (None, None)),
        ] {
            assert_eq!(typed(text, XAxis::Step), Ok(expected), "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(
            typed("x 90s..1h30m", XAxis::RelativeTime),
            Ok((limits(90_000.0, 5_400_000.0), None))
        );
        let minute = 1_699_999_980_000.0;
        assert_eq!(
            typed("x 22:13..2023-11-15", XAxis::WallTime),
            Ok((limits(minute, 1_700_006_400_000.0), None))
        );
    }

    #[test]
    fn what_is_wrong_is_said_under_the_letters_that_are() {
        for (text, span) in [
            ("z 1..2", 0..1),
            ("x", 0..1),
            ("y 5", 2..3),
            ("x 1..b", 5..6),
            ("x 1..2 y 3..1", 9..13),
            ("y NaN..1", 2..5),
        ] {
            let fault = typed(text, XAxis::Step).expect_err(text);
            assert_eq!(fault.span, Some(span), "{text}: {}", fault.sentence);
        }
        assert!(typed("x 1x..2h", XAxis::RelativeTime).is_err());
    }
}
