use flowdeck_client::series::{Raster, Span, Spread, XAxis};
use flowdeck_client::tracking::MetricPoint;
use flowdeck_client::{Timestamp, format};

use super::Settings;
use crate::clock::Clock;
use crate::ticks::{Tick, duration_ticks, step_ticks, symmetric_log_ticks, time_ticks};

/// The x axis of a chart: what it counts, from where to where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct XFrame {
    /// What it counts.
    pub axis: XAxis,
    /// From where to where.
    pub span: Span,
    /// How it is spread out.
    pub spread: Spread,
}

impl XFrame {
    /// The axis as it was set, over a stretch.
    pub fn new(settings: &Settings, span: Span) -> Self {
        Self {
            axis: settings.axis,
            span,
            spread: settings.spread(),
        }
    }

    /// The axis parted into so many columns.
    pub fn raster(&self, n_columns: usize) -> Raster {
        Raster::new(self.span, n_columns, self.spread)
    }

    /// The share of the width at which an `x` stands, beyond 0 and 1 for what is out of view.
    pub fn share(&self, x: f64) -> f64 {
        let (low, high) = self.ends();
        if high > low {
            (self.spread.placed(x) - low) / (high - low)
        } else {
            0.0
        }
    }

    /// The `x` at a share of the width.
    pub fn x_at(&self, share: f64) -> f64 {
        let (low, high) = self.ends();
        self.spread.value_at(low + share * (high - low))
    }

    fn ends(&self) -> (f64, f64) {
        (
            self.spread.placed(self.span.min),
            self.spread.placed(self.span.max),
        )
    }

    /// Marks at round places, some `n_most` at most; where none is round, one where the axis begins.
    pub fn ticks(&self, n_most: usize, clock: &Clock) -> Vec<Tick> {
        let ticks = self.round_ticks(n_most, clock);
        let is_whole = self.axis != XAxis::Step || self.span.min.fract() == 0.0;
        if !ticks.is_empty() || !self.span.min.is_finite() || !is_whole {
            return ticks;
        }
        let label = match self.axis {
            XAxis::Step => format!("{:.0}", self.span.min),
            _ => self.written(self.span.min, clock),
        };
        vec![Tick {
            at: self.span.min,
            label,
        }]
    }

    fn round_ticks(&self, n_most: usize, clock: &Clock) -> Vec<Tick> {
        match (self.axis, self.spread) {
            (XAxis::Step, Spread::Even) => step_ticks(self.span, n_most),
            (XAxis::WallTime, _) => time_ticks(self.span, n_most, clock),
            (XAxis::RelativeTime, Spread::Even) => duration_ticks(self.span, n_most),
            (XAxis::Step, Spread::Logarithmic { unit }) => symmetric_log_ticks(self.span, unit, n_most),
            (XAxis::RelativeTime, Spread::Logarithmic { unit }) => {
                let mut ticks = symmetric_log_ticks(self.span, unit, n_most);
                for tick in &mut ticks {
                    tick.label = format::duration(tick.at as i64);
                }
                ticks
            }
        }
    }

    /// What it counts, in a word.
    pub fn word(&self) -> &'static str {
        match self.axis {
            XAxis::Step => "step",
            XAxis::WallTime => "time",
            XAxis::RelativeTime => "since the first point",
        }
    }

    /// A place on it as people read it.
    pub fn written(&self, x: f64, clock: &Clock) -> String {
        match self.axis {
            XAxis::Step => format!("step {x:.0}"),
            XAxis::WallTime => clock.date_time(Timestamp(x as i64)),
            XAxis::RelativeTime => format!("+{}", format::duration(x as i64)),
        }
    }

    /// A stretch of it as people read it: `step 100 … 500`.
    pub fn written_stretch(&self, span: Span, clock: &Clock) -> String {
        match self.axis {
            XAxis::Step => format!("step {:.0} … {:.0}", span.min, span.max),
            _ => format!(
                "{} … {}",
                self.written(span.min, clock),
                self.written(span.max, clock)
            ),
        }
    }

    /// What a slope is counted by, and how many of the axis' own units that is: values rise by so much a step, or in
    /// so much time.
    pub fn slope_unit(&self) -> (&'static str, f64) {
        match self.axis {
            XAxis::Step => ("/step", 1.0),
            _ if self.span.length() > 7_200_000.0 => ("/h", 3_600_000.0),
            _ if self.span.length() > 120_000.0 => ("/min", 60_000.0),
            _ => ("/s", 1_000.0),
        }
    }

    /// Where a point stands on it. `start` is the first moment of its history.
    pub fn x_of(&self, point: &MetricPoint, start: Timestamp) -> f64 {
        match self.axis {
            XAxis::Step => point.step as f64,
            XAxis::WallTime => point.timestamp.as_millis() as f64,
            XAxis::RelativeTime => point.timestamp.millis_since(start) as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_places_agree_whatever_the_axis_is() {
        for has_log_x in [false, true] {
            let settings = Settings {
                has_log_x,
                ..Settings::default()
            };
            let frame = XFrame::new(&settings, Span { min: 0.0, max: 1e6 });
            for x in [0.0, 1.0, 1_000.0, 1e6] {
                assert!((frame.x_at(frame.share(x)) - x).abs() <= x * 1e-9);
            }
            let ticks = frame.ticks(8, &Clock::utc());
            assert!(ticks.len() > 2 && ticks.iter().all(|tick| frame.span.contains(tick.at)));
        }
    }

    #[test]
    fn an_axis_of_a_single_place_has_its_mark() {
        for (axis, has_log_x, at, expected) in [
            (XAxis::Step, false, 123_456.0, "123456"),
            (XAxis::Step, true, 5.0, "5"),
            (XAxis::RelativeTime, false, 0.0, "0"),
            (XAxis::WallTime, false, 1_700_000_000_000.0, "22:13:20.000"),
        ] {
            let settings = Settings {
                axis,
                has_log_x,
                ..Settings::default()
            };
            let frame = XFrame::new(&settings, Span { min: at, max: at });
            let ticks = frame.ticks(8, &Clock::utc());
            let told: Vec<_> = ticks.iter().map(|tick| (tick.at, tick.label.as_str())).collect();
            assert_eq!(told, [(at, expected)], "{axis:?}");
        }
    }

    #[test]
    fn a_place_is_written_as_what_it_is() {
        let span = Span {
            min: 0.0,
            max: 90_000.0,
        };
        let written = |axis, x| {
            let frame = XFrame::new(
                &Settings {
                    axis,
                    ..Settings::default()
                },
                span,
            );
            frame.written(x, &Clock::utc())
        };
        assert_eq!(written(XAxis::Step, 1_500.0), "step 1500");
        assert_eq!(written(XAxis::RelativeTime, 90_000.0), "+1m 30s");
        assert_eq!(
            written(XAxis::WallTime, 1_700_000_000_000.0),
            "2023-11-14 22:13:20"
        );
    }
}
