//! Where an axis has its marks, and what stands at them.

use flowdeck_client::series::Span;
use flowdeck_client::{Timestamp, format};

use crate::clock::Clock;

/// A mark of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where.
    pub at: f64,
    /// What stands there.
    pub label: String,
}

/// Marks at round numbers, at most `n_most`: steps of 1, 2 or 5 times a power of ten.
pub fn number_ticks(span: Span, n_most: usize) -> Vec<Tick> {
    let Some(step) = round_step(span, n_most) else {
        return Vec::new();
    };
    let digits = (-step.log10().floor()).max(0.0) as usize;
    let label = |at: f64| {
        let size = span.min.abs().max(span.max.abs());
        // A rounding error away from zero is zero.
        if at.abs() < step * 1e-6 {
            return "0".to_owned();
        }
        if size >= 1e6 {
            return format::number(at, 7);
        }
        if digits > 4 {
            let text = format!("{at:.2e}");
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            return format!(
                "{}e{exponent}",
                mantissa.trim_end_matches('0').trim_end_matches('.')
            );
        }
        format!("{at:.digits$}")
    };
    multiples(span, step, 0.0)
        .map(|at| Tick { at, label: label(at) })
        .collect()
}

/// Marks at round steps of a run, in thousands and millions where they are many: `0`, `250k`, `1.5M`.
pub fn step_ticks(span: Span, n_most: usize) -> Vec<Tick> {
    let Some(step) = round_step(span, n_most) else {
        return Vec::new();
    };
    // There is no half a step.
    multiples(span, step.max(1.0), 0.0)
        .map(|at| Tick {
            at,
            label: short_count(at),
        })
        .collect()
}

/// A whole number in at most some five characters.
pub fn short_count(number: f64) -> String {
    let size = number.abs();
    let scaled = |by: f64, unit: &str| {
        let text = format!("{:.2}", number / by);
        format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
    };
    match size {
        _ if size >= 1e12 => format::number(number, 7),
        _ if size >= 1e9 => scaled(1e9, "G"),
        _ if size >= 1e6 => scaled(1e6, "M"),
        _ if size >= 1e4 => scaled(1e3, "k"),
        _ => format!("{number:.0}"),
    }
}

/// Marks at powers of ten, and at their halves and fifths where those are few. `span` holds values above 0.
pub fn log_ticks(span: Span, n_most: usize) -> Vec<Tick> {
    let (low, high) = (span.min.log10().floor() as i32, span.max.log10().ceil() as i32);
    let every = ((high - low) as usize / n_most.max(1) + 1) as i32;
    let factors: &[f64] = if (high - low) as usize * 2 <= n_most {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let powers = (low..=high).filter(|power| power % every == 0);
    powers
        .flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)))
        .filter(|at| span.contains(*at))
        .map(|at| Tick {
            at,
            label: format::number(at, 7),
        })
        .collect()
}

/// Marks at zero and at powers of ten above and below it, down to `unit`: closer to zero the axis is linear.
pub fn symmetric_log_ticks(span: Span, unit: f64, n_most: usize) -> Vec<Tick> {
    let greatest = span.min.abs().max(span.max.abs());
    let (low, high) = (unit.log10().ceil() as i32, greatest.log10().floor() as i32);
    let n_sides = if span.min < 0.0 && span.max > 0.0 { 2 } else { 1 };
    let n_each = (n_most.saturating_sub(1) / n_sides).max(1);
    let every = ((high - low).max(0) as usize / n_each + 1) as i32;
    let powers: Vec<f64> = (low..=high)
        .rev()
        .step_by(every as usize)
        .map(|power| 10_f64.powi(power))
        .collect();
    let below = powers.iter().map(|power| -power);
    let above = powers.iter().rev().copied();
    below
        .chain(std::iter::once(0.0))
        .chain(above)
        .filter(|at| span.contains(*at))
        .map(|at| Tick {
            at,
            label: format::number(at, 7),
        })
        .collect()
}

/// Steps between moments, in milliseconds.
const TIME_STEPS: [i64; 25] = [
    1,
    10,
    100,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    172_800_000,
    604_800_000,
    2_592_000_000,
];

/// Marks at round durations: `0`, `30 s`, `1m 30s`.
pub fn duration_ticks(span: Span, n_most: usize) -> Vec<Tick> {
    let label = |at: f64| match at as i64 {
        0 => "0".to_owned(),
        millis if millis % 1_000 == 0 && millis < 60_000 => format!("{} s", millis / 1_000),
        millis if millis % 60_000 == 0 && millis < 3_600_000 => format!("{}m", millis / 60_000),
        millis if millis % 3_600_000 == 0 && millis < 86_400_000 => format!("{}h", millis / 3_600_000),
        millis => format::duration(millis),
    };
    let step = time_step(span, n_most);
    multiples(span, step, 0.0)
        .map(|at| Tick { at, label: label(at) })
        .collect()
}

/// Marks at round moments in the time zone of the clock: `16:05`, `11-14`.
pub fn time_ticks(span: Span, n_most: usize, clock: &Clock) -> Vec<Tick> {
    let step = time_step(span, n_most);
    let shift = clock.offset_millis(Timestamp(span.min as i64)) as f64;
    let label = |at: f64| {
        let at = Timestamp(at as i64);
        match step as i64 {
            86_400_000.. => clock.day(at),
            60_000.. => clock.minute(at),
            1_000.. => clock.time_of_day(at),
            _ => format!(
                "{}.{:03}",
                clock.time_of_day(at),
                at.as_millis().rem_euclid(1_000)
            ),
        }
    };
    multiples(span, step, shift)
        .map(|at| Tick { at, label: label(at) })
        .collect()
}

fn time_step(span: Span, n_most: usize) -> f64 {
    let least = span.length() / n_most.max(1) as f64;
    let fitting = TIME_STEPS
        .iter()
        .map(|&step| step as f64)
        .find(|step| *step >= least);
    fitting.unwrap_or_else(|| round_step(span, n_most).unwrap_or(f64::INFINITY))
}

/// The least of 1, 2 and 5 times a power of ten that parts the span into at most so many.
fn round_step(span: Span, n_most: usize) -> Option<f64> {
    let least = span.length() / n_most.max(1) as f64;
    if !(least.is_finite() && least > 0.0) {
        return None;
    }
    let power = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|factor| factor * power)
        .find(|step| *step >= least)
}

/// The multiples of `step` within the span, counted from `-shift`.
fn multiples(span: Span, step: f64, shift: f64) -> impl Iterator<Item = f64> {
    /// Ticks that no axis has room for: where rounding makes a step too small to move on.
    const MOST: usize = 200;
    // Rounding must not lose a mark that stands right at an end.
    let slack = step * 1e-9;
    let first = ((span.min + shift - slack) / step).ceil();
    (0..MOST)
        .map(move |index| (first + index as f64) * step - shift)
        .take_while(move |at| *at <= span.max + slack)
        .map(|at| if at == 0.0 { 0.0 } else { at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn marks_stand_at_round_numbers_written_alike() {
        let ticks = |min, max, n| number_ticks(Span { min, max }, n);
        assert_eq!(
            labels(&ticks(0.0, 1.0, 5)),
            ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(labels(&ticks(-3.0, 12.0, 4)), ["0", "5", "10"]);
        assert_eq!(
            labels(&ticks(0.101, 0.104, 3)),
            ["0.101", "0.102", "0.103", "0.104"]
        );
        assert_eq!(labels(&ticks(-2e-5, 1e-5, 3)), ["-2e-5", "-1e-5", "0", "1e-5"]);
        assert!(ticks(1.0, 1.0, 5).is_empty());
        assert!(ticks(f64::NAN, 1.0, 5).is_empty());
        assert_eq!(labels(&ticks(1e8, 2e8, 2)), ["1e8", "1.5e8", "2e8"]);
    }

    #[test]
    fn steps_are_whole_and_short() {
        let ticks = |min, max, n| step_ticks(Span { min, max }, n);
        assert_eq!(labels(&ticks(0.0, 999_999.0, 4)), ["0", "500k"]);
        assert_eq!(labels(&ticks(0.0, 3.0, 9)), ["0", "1", "2", "3"]);
        assert_eq!(labels(&ticks(0.0, 3e6, 4)), ["0", "1M", "2M", "3M"]);
    }

    #[test]
    fn a_logarithmic_axis_has_its_marks_at_powers_of_ten() {
        let ticks = |min, max, n| log_ticks(Span { min, max }, n);
        assert_eq!(
            labels(&ticks(0.001, 10.0, 5)),
            ["0.001", "0.01", "0.1", "1", "10"]
        );
        assert_eq!(labels(&ticks(1.0, 9.0, 4)), ["1", "2", "5"]);
        assert!(ticks(1e-300, 1e300, 6).len() <= 7);
    }

    #[test]
    fn a_symmetric_axis_has_its_marks_on_both_sides_of_zero() {
        let ticks = |min, max, n| symmetric_log_ticks(Span { min, max }, 0.01, n);
        assert_eq!(
            labels(&ticks(-200.0, 200.0, 5)),
            ["-100", "-0.1", "0", "0.1", "100"]
        );
        assert_eq!(labels(&ticks(0.0, 15.0, 9)), ["0", "0.01", "0.1", "1", "10"]);
    }

    #[test]
    fn time_has_its_marks_at_round_moments() {
        let span = Span {
            min: 0.0,
            max: 90_000.0,
        };
        assert_eq!(labels(&duration_ticks(span, 4)), ["0", "30 s", "1m", "1m 30s"]);
        let start = 1_700_000_000_000.0;
        let span = Span {
            min: start,
            max: start + 600_000.0,
        };
        assert_eq!(labels(&time_ticks(span, 3, &Clock::utc())), ["22:15", "22:20"]);
        let short = Span {
            min: start,
            max: start + 1_200.0,
        };
        assert_eq!(
            labels(&time_ticks(short, 3, &Clock::utc())),
            ["22:13:20.000", "22:13:20.500", "22:13:21.000"]
        );
    }
}
