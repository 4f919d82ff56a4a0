//! Points in time, as MLflow counts them.

use std::fmt;

/// Milliseconds since the Unix epoch, UTC. May be negative; nothing is said of its plausibility.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The count itself, in milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Milliseconds from `earlier` to here; negative where `earlier` is later, clamped at the ends.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Year, month and day in the proleptic Gregorian calendar, UTC.
    fn civil_date(self) -> (i64, i64, i64) {
        civil_from_days(self.0.div_euclid(86_400_000))
    }

    /// The moment that an RFC 3339 text names (`2024-01-02T03:04:05.678Z`, offsets allowed), cut to milliseconds.
    ///
    /// Nothing where the text has another form.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let zone_at = rest.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = rest.split_at(zone_at);
        let mut clock = clock.splitn(3, ':');
        let hour: i64 = clock.next()?.parse().ok()?;
        let minute: i64 = clock.next()?.parse().ok()?;
        let (second, fraction) = clock.next().map(|s| s.split_once('.').unwrap_or((s, "")))?;
        let second: i64 = second.parse().ok()?;
        let millis = fraction
            .bytes()
            .chain(std::iter::repeat(b'0'))
            .take(3)
            .try_fold(0, |sum, digit| {
                digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
            })?;
        let offset_minutes = match zone {
            "Z" | "z" => 0,
            _ => {
                let (hours, minutes) = zone.get(1..)?.split_once(':')?;
                let size = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
                if zone.starts_with('-') { -size } else { size }
            }
        };
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let days = days_from_civil(year, month, day);
        let minutes = (days * 24 + hour) * 60 + minute - offset_minutes;
        Some(Self(
            minutes
                .checked_mul(60)?
                .checked_add(second)?
                .checked_mul(1000)?
                .checked_add(millis)?,
        ))
    }
}

/// Year, month (1 to 12) and day (1 to 31) so many days from the epoch.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Days from the epoch to a civil date. Source: as for [`civil_from_days`], `days_from_civil`.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// RFC 3339 in UTC with milliseconds: `2023-11-14T22:13:20.000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil_date();
        let in_day = self.0.rem_euclid(86_400_000);
        let (hour, minute) = (in_day / 3_600_000, in_day / 60_000 % 60);
        let (second, millis) = (in_day / 1000 % 60, in_day % 1000);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_reads_back_as_the_text_it_was_written_as() {
        for millis in [
            0,
            1_700_000_000_000,
            1_795_433_381_215,
            -1,
            951_782_400_123,
            4_102_444_799_999,
        ] {
            let text = Timestamp(millis).to_string();
            assert_eq!(Timestamp::parse_rfc3339(&text), Some(Timestamp(millis)), "{text}");
        }
        assert_eq!(
            Timestamp(1_700_000_000_000).to_string(),
            "2023-11-14T22:13:20.000Z"
        );
    }

    #[test]
    fn offsets_and_long_fractions_are_read() {
        let utc = Timestamp::parse_rfc3339("2024-01-02T03:04:05.678Z");
        assert_eq!(Timestamp::parse_rfc3339("2024-01-02T05:04:05.678901+02:00"), utc);
        assert_eq!(
            Timestamp::parse_rfc3339("2024-01-02T03:04:05Z"),
            utc.map(|t| Timestamp(t.0 - 678))
        );
        for wrong in [
            "",
            "2024-01-02",
            "2024-13-02T00:00:00Z",
            "2024-01-02T03:04:05",
            "x",
        ] {
            assert_eq!(Timestamp::parse_rfc3339(wrong), None, "{wrong}");
        }
    }
}
