//! Points in time as people read them, in their own time zone.
//!
//! An age is written as a clock time: a screen on which nothing happens stays the same.

use flowdeck_client::Timestamp;
use jiff::tz::TimeZone;

/// Writes points in time in one time zone.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
}

impl Clock {
    /// The time zone of this machine.
    pub fn local() -> Self {
        Self {
            zone: TimeZone::system(),
        }
    }

    /// Universal time, the same on every machine.
    pub fn utc() -> Self {
        Self { zone: TimeZone::UTC }
    }

    /// `2023-11-14 22:13:20`; what lies beyond the calendar is written in milliseconds.
    pub fn date_time(&self, at: Timestamp) -> String {
        self.written(at, "%Y-%m-%d %H:%M:%S")
    }

    /// `22:13:20`
    pub fn time_of_day(&self, at: Timestamp) -> String {
        self.written(at, "%H:%M:%S")
    }

    /// `22:13`
    pub fn minute(&self, at: Timestamp) -> String {
        self.written(at, "%H:%M")
    }

    /// `11-14`
    pub fn day(&self, at: Timestamp) -> String {
        self.written(at, "%m-%d")
    }

    /// How far the zone is ahead of universal time at a moment, in milliseconds.
    pub fn offset_millis(&self, at: Timestamp) -> i64 {
        jiff::Timestamp::from_millisecond(at.as_millis()).map_or(0, |moment| {
            i64::from(self.zone.to_offset(moment).seconds()) * 1_000
        })
    }

    /// `11-14 22:13`, for narrow columns.
    pub fn short(&self, at: Timestamp) -> String {
        self.written(at, "%m-%d %H:%M")
    }

    /// As much as tells it from `now`: `22:13:20` of the same day, `11-14 22:13` of the same year, else `2023-11-14`.
    pub fn compact(&self, at: Timestamp, now: Timestamp) -> String {
        let (day, today) = (self.written(at, "%Y-%m-%d"), self.written(now, "%Y-%m-%d"));
        if day == today {
            self.time_of_day(at)
        } else if day.get(..4) == today.get(..4) {
            self.short(at)
        } else {
            day
        }
    }

    fn written(&self, at: Timestamp, form: &str) -> String {
        match jiff::Timestamp::from_millisecond(at.as_millis()) {
            Ok(moment) => moment
                .to_zoned_datetime(self.zone.clone())
                .strftime(form)
                .to_string(),
            Err(_) => at.as_millis().to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_the_zone_asked_for() {
        assert_eq!(
            Clock::utc().date_time(Timestamp(1_700_000_000_123)),
            "2023-11-14 22:13:20"
        );
        assert_eq!(Clock::utc().time_of_day(Timestamp(1_700_000_000_123)), "22:13:20");
        assert_eq!(Clock::utc().date_time(Timestamp(i64::MAX)), i64::MAX.to_string());
    }

    #[test]
    fn a_compact_moment_says_no_more_than_tells_it_from_now() {
        let now = Timestamp(1_700_000_000_000);
        let compact = |millis| Clock::utc().compact(Timestamp(millis), now);
        assert_eq!(compact(1_700_000_000_000 - 3_600_000), "21:13:20");
        assert_eq!(compact(1_700_000_000_000 - 86_400_000), "11-13 22:13");
        assert_eq!(compact(0), "1970-01-01");
    }
}
