//! Cron expressions as the controller of Kubeflow Pipelines reads them.
//!
//! Source: robfig/cron v1.2.0, `Parse`: second, minute, hour, day of month, month, day of week, the last one optional;
//! `@daily` and its kin; `@every 1h30m`. Five fields are taken as the first five: a cron line of Unix is misread.

use std::fmt;
use std::str::FromStr;

use crate::time::{Timestamp, civil_from_days};

/// A cron expression.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cron(Kind);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    Fields(Fields),
    /// Milliseconds, whole seconds.
    Every(i64),
}

/// One bit for each number that fits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Fields {
    second: u64,
    minute: u64,
    hour: u64,
    day: u64,
    month: u64,
    weekday: u64,
    /// Whether days of the month or of the week are open (`*`): then both must fit, else one of them.
    open_days: bool,
}

/// What is wrong with an expression, as half a sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CronFault(String);

impl fmt::Display for CronFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Days looked through for the next time: 29 February may be eight years off.
const HORIZON_DAYS: i64 = 366 * 9;

impl Cron {
    /// The expression to send for what a person typed: six fields, five of Unix made six, `@daily` as it is.
    ///
    /// # Errors
    /// What is no cron expression.
    pub fn sendable(typed: &str) -> Result<String, CronFault> {
        let fields: Vec<&str> = typed.split_whitespace().collect();
        let expression = match fields.as_slice() {
            [first, ..] if first.starts_with('@') => fields.join(" "),
            five if five.len() == 5 => format!("0 {}", five.join(" ")),
            _ => fields.join(" "),
        };
        expression.parse::<Self>().map(|_| expression)
    }

    /// What a person must know of an expression that stands on a server: five fields are misread.
    pub fn warning(expression: &str) -> Option<String> {
        let fields = expression.split_whitespace().count();
        if fields == 5 && !expression.trim_start().starts_with('@') {
            return Some(format!(
                "has five cron fields, which the server reads with seconds first; `0 {}` is what Unix means by it",
                expression.trim()
            ));
        }
        expression
            .parse::<Self>()
            .err()
            .map(|fault| format!("has a cron expression that cannot be read: {fault}"))
    }

    /// The times after a moment, in UTC; none where no such time comes within nine years.
    pub fn times_after(&self, moment: Timestamp) -> impl Iterator<Item = Timestamp> {
        let mut last = moment;
        std::iter::from_fn(move || {
            last = self.next_after(last)?;
            Some(last)
        })
    }

    fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        match &self.0 {
            Kind::Every(millis) => Some(Timestamp(
                (moment.0.div_euclid(1000) * 1000).checked_add(*millis)?,
            )),
            Kind::Fields(fields) => fields.next_after(moment),
        }
    }
}

impl Fields {
    fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        let from = moment.0.div_euclid(1000) + 1;
        let (first_day, in_day) = (from.div_euclid(86_400), from.rem_euclid(86_400));
        (first_day..first_day + HORIZON_DAYS)
            .filter(|day| self.has_day(*day))
            .find_map(|day| {
                let earliest = if day == first_day { in_day } else { 0 };
                Some(Timestamp((day * 86_400 + self.time_of_day(earliest)?) * 1000))
            })
    }

    fn has_day(&self, days: i64) -> bool {
        let (_, month, day) = civil_from_days(days);
        // 1 January 1970 was a Thursday.
        let weekday = (days + 4).rem_euclid(7);
        let (by_month, by_week) = (bit(self.day, day), bit(self.weekday, weekday));
        let fits = if self.open_days {
            by_month && by_week
        } else {
            by_month || by_week
        };
        bit(self.month, month) && fits
    }

    /// The first second of a day from `earliest` on.
    fn time_of_day(&self, earliest: i64) -> Option<i64> {
        let (hour, minute, second) = (earliest / 3600, earliest / 60 % 60, earliest % 60);
        (hour..24).filter(|h| bit(self.hour, *h)).find_map(|h| {
            let from_minute = if h == hour { minute } else { 0 };
            (from_minute..60).filter(|m| bit(self.minute, *m)).find_map(|m| {
                let from_second = if h == hour && m == minute { second } else { 0 };
                let s = (from_second..60).find(|s| bit(self.second, *s))?;
                Some(h * 3600 + m * 60 + s)
            })
        })
    }
}

fn bit(set: u64, number: i64) -> bool {
    set >> number & 1 == 1
}

impl FromStr for Cron {
    type Err = CronFault;

    fn from_str(text: &str) -> Result<Self, CronFault> {
        let text = text.trim();
        if let Some(word) = text.strip_prefix('@') {
            return descriptor(word);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        if !(5..=6).contains(&fields.len()) {
            return Err(CronFault(format!(
                "it has {} fields instead of six",
                fields.len()
            )));
        }
        let weekday = fields.get(5).copied().unwrap_or("*");
        Ok(Self(Kind::Fields(Fields {
            second: field(fields[0], 0, 59, &[])?,
            minute: field(fields[1], 0, 59, &[])?,
            hour: field(fields[2], 0, 23, &[])?,
            day: field(fields[3], 1, 31, &[])?,
            month: field(fields[4], 1, 12, MONTHS)?,
            weekday: field(weekday, 0, 6, WEEKDAYS)?,
            open_days: is_open(fields[3]) || is_open(weekday),
        })))
    }
}

fn is_open(text: &str) -> bool {
    text.split(',').any(|part| part == "?" || part.starts_with('*'))
}

fn descriptor(word: &str) -> Result<Cron, CronFault> {
    let fields = match word {
        "yearly" | "annually" => "0 0 0 1 1 *",
        "monthly" => "0 0 0 1 * *",
        "weekly" => "0 0 0 * * 0",
        "daily" | "midnight" => "0 0 0 * * *",
        "hourly" => "0 0 * * * *",
        _ => {
            let every = word.strip_prefix("every ").and_then(duration_millis);
            return every
                .map(|millis| Cron(Kind::Every(millis)))
                .ok_or_else(|| CronFault(format!("`@{word}` is no word for a time")));
        }
    };
    fields.parse()
}

/// `1h30m`, `90s`, `1.5h`: whole seconds, at least one.
fn duration_millis(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at(end);
        let (unit, factor) = [("ms", 0.001), ("h", 3600.0), ("m", 60.0), ("s", 1.0)]
            .into_iter()
            .find(|(unit, _)| tail.starts_with(unit))?;
        seconds += number.parse::<f64>().ok()? * factor;
        rest = &tail[unit.len()..];
    }
    (seconds > 0.0 && seconds < 1e9).then(|| (seconds.floor() as i64).max(1) * 1000)
}

/// The numbers that a field names: `*`, `5`, `1-5`, `*/15`, `10-50/20`, `mon-fri`, and lists of them.
fn field(text: &str, least: u32, greatest: u32, names: &[&str]) -> Result<u64, CronFault> {
    text.split(',')
        .map(|part| range(part, least, greatest, names))
        .try_fold(0, |set, part| Ok(set | part?))
}

fn range(text: &str, least: u32, greatest: u32, names: &[&str]) -> Result<u64, CronFault> {
    let wrong = || CronFault(format!("`{text}` is not within {least} to {greatest}"));
    let number = |word: &str| {
        let word = word.to_ascii_lowercase();
        let named = names.iter().position(|name| *name == word);
        named
            .and_then(|at| u32::try_from(at).ok())
            .map(|at| at + least)
            .or_else(|| word.parse().ok())
            .filter(|n| (least..=greatest).contains(n))
    };
    let (span, step) = match text.split_once('/') {
        Some((span, step)) => (
            span,
            Some(step.parse::<u32>().ok().filter(|n| *n > 0).ok_or_else(wrong)?),
        ),
        None => (text, None),
    };
    let (from, to) = match span.split_once('-') {
        _ if matches!(span, "*" | "?") => (least, greatest),
        Some((from, to)) => (number(from).ok_or_else(wrong)?, number(to).ok_or_else(wrong)?),
        None => {
            let from = number(span).ok_or_else(wrong)?;
            (from, if step.is_some() { greatest } else { from })
        }
    };
    if from > to {
        return Err(wrong());
    }
    let step = usize::try_from(step.unwrap_or(1)).unwrap_or(1);
    Ok((from..=to).step_by(step).fold(0, |set, n| set | 1 << n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, after: &str, count: usize) -> Vec<String> {
        let cron: Cron = expression.parse().unwrap();
        let after = Timestamp::parse_rfc3339(after).unwrap();
        cron.times_after(after)
            .take(count)
            .map(|at| at.to_string().replace(".000Z", "Z"))
            .collect()
    }

    #[test]
    fn six_fields_count_seconds_first() {
        assert_eq!(
            next("0 30 4 * * 1", "2026-11-23T13:00:00Z", 3),
            [
                "2026-11-30T04:30:00Z",
                "2026-12-07T04:30:00Z",
                "2026-12-14T04:30:00Z"
            ]
        );
        assert_eq!(
            next("0 0 2 * * *", "2026-12-31T02:00:00Z", 2),
            ["2027-01-01T02:00:00Z", "2027-01-02T02:00:00Z"]
        );
        assert_eq!(
            next("*/20 59 23 28-31 feb ?", "2027-01-01T00:00:00Z", 4),
            [
                "2027-02-28T23:59:00Z",
                "2027-02-28T23:59:20Z",
                "2027-02-28T23:59:40Z",
                "2028-02-28T23:59:00Z"
            ]
        );
        assert_eq!(
            next("0 0 0 29 2 *", "2026-11-23T00:00:00Z", 1),
            ["2028-02-29T00:00:00Z"]
        );
        assert!(next("0 0 0 31 2 *", "2026-11-23T00:00:00Z", 1).is_empty());
    }

    #[test]
    fn a_five_field_cron_on_a_server_is_misread_and_said_so() {
        // Seconds, minutes, hours, days, months: Mondays have no part in it.
        assert_eq!(
            next("30 4 * * 1", "2026-11-23T13:00:00Z", 2),
            ["2027-01-01T00:04:30Z", "2027-01-01T01:04:30Z"]
        );
        assert!(Cron::warning("30 4 * * 1").unwrap().contains("`0 30 4 * * 1`"));
        assert_eq!(Cron::warning("0 30 4 * * 1"), None);
        assert_eq!(Cron::warning("@daily"), None);
    }

    #[test]
    fn a_five_field_cron_that_is_typed_is_sent_as_six() {
        assert_eq!(Cron::sendable("30 4 * * 1").as_deref(), Ok("0 30 4 * * 1"));
        assert_eq!(Cron::sendable(" 0 30 4  * * 1 ").as_deref(), Ok("0 30 4 * * 1"));
        assert_eq!(Cron::sendable("@every 1h30m").as_deref(), Ok("@every 1h30m"));
        for wrong in [
            "every monday",
            "",
            "61 * * * * *",
            "0 0 0 0 * *",
            "@never",
            "* * * * * 7",
            "5-1 * * * * *",
        ] {
            assert!(Cron::sendable(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_of_month_and_week_add_up_unless_one_is_open() {
        assert_eq!(
            next("0 0 0 1 * mon", "2026-11-23T00:00:00Z", 3),
            [
                "2026-11-30T00:00:00Z",
                "2026-12-01T00:00:00Z",
                "2026-12-07T00:00:00Z"
            ]
        );
    }

    #[test]
    fn words_and_pauses_are_times_too() {
        assert_eq!(
            next("@daily", "2026-11-23T13:00:00Z", 1),
            ["2026-11-24T00:00:00Z"]
        );
        assert_eq!(
            next("@every 1h30m", "2026-11-23T13:00:00.5Z", 2),
            ["2026-11-23T14:30:00Z", "2026-11-23T16:00:00Z"]
        );
    }
}
