//! The shapes that training takes.

use flowdeck_domain::Timestamp;
use flowdeck_domain::tracking::MetricPoint;

use crate::random::Random;

/// How a run went.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// The loss falls and settles.
    Converging,
    /// It falls, turns, and ends at infinity.
    Diverging,
    /// It falls until a number is no number, and stays so.
    NotANumber,
    /// It falls, with spikes one step wide.
    Spiky,
    /// It stops falling early.
    Plateau,
    /// Training falls while validation turns up again.
    Overfitting,
}

/// When each step was logged.
pub(crate) type Ticks = Vec<(i64, Timestamp)>;

/// `n` steps, `stride` apart from 0, one every `step_ms` milliseconds from `start` on.
pub(crate) fn ticks(start: Timestamp, n: usize, stride: i64, step_ms: i64) -> Ticks {
    (0..n as i64)
        .map(|index| (index * stride, Timestamp(start.0 + (index + 1) * step_ms)))
        .collect()
}

/// Ticks of a run that crashed at `crash` and went on from its checkpoint `lost` ticks earlier, ten minutes later.
///
/// The steps in between are logged twice, as a resumed run of MLflow has them.
pub(crate) fn resumed_ticks(ticks: &Ticks, crash: usize, lost: usize) -> Ticks {
    let crash = crash.min(ticks.len());
    let again = crash.saturating_sub(lost);
    let pause = ticks
        .get(again)
        .zip(ticks.get(crash.saturating_sub(1)))
        .map_or(0, |(from, to)| to.1.millis_since(from.1) + 600_000);
    let resumed = ticks[again..]
        .iter()
        .map(|&(step, at)| (step, Timestamp(at.0 + pause)));
    ticks[..crash].iter().copied().chain(resumed).collect()
}

/// One value for each tick.
pub(crate) fn series(ticks: &Ticks, mut value: impl FnMut(usize, i64) -> f64) -> Vec<MetricPoint> {
    ticks
        .iter()
        .enumerate()
        .map(|(index, &(step, timestamp))| MetricPoint {
            step,
            timestamp,
            value: value(index, step),
        })
        .collect()
}

/// Every `stride`-th point, and the last.
pub(crate) fn thinned(ticks: &Ticks, stride: usize) -> Ticks {
    let last = ticks.len().saturating_sub(1);
    ticks
        .iter()
        .enumerate()
        .filter(|(index, _)| index % stride == 0 || *index == last)
        .map(|(_, tick)| *tick)
        .collect()
}

/// A loss that goes from `from` towards `to` as `progress` goes from 0 to 1.
///
/// `noise` is the deviation relative to the value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loss {
    pub(crate) shape: Shape,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) noise: f64,
}

impl Loss {
    pub(crate) fn at(&self, progress: f64, random: &mut Random) -> f64 {
        let jitter = 1.0 + self.noise * random.normal();
        let fall = |speed: f64| self.to + (self.from - self.to) * (-speed * progress).exp();
        match self.shape {
            Shape::Converging | Shape::Overfitting => fall(5.0) * jitter,
            Shape::Plateau => (self.to + (self.from - self.to) * 0.45 + fall(14.0) * 0.1) * jitter,
            Shape::NotANumber if progress > 0.62 => f64::NAN,
            Shape::NotANumber => fall(4.0) * jitter,
            Shape::Spiky => {
                let spike = if random.unit() < 0.006 {
                    random.between(3.0, 9.0)
                } else {
                    1.0
                };
                fall(5.0) * jitter * spike
            }
            Shape::Diverging => {
                let beyond = (progress - 0.45).max(0.0);
                let value = fall(4.0) * jitter * (beyond * 22.0).powi(3).exp();
                if value > 1e80 { f64::INFINITY } else { value }
            }
        }
    }

    /// The loss on data that was not trained on.
    pub(crate) fn held_out(&self, progress: f64, random: &mut Random) -> f64 {
        let seen = self.at(progress, random) * 1.07;
        match self.shape {
            Shape::Overfitting => seen + (self.from - self.to) * 0.7 * (progress - 0.3).max(0.0).powf(1.3),
            _ => seen,
        }
    }

    /// The share of right answers that goes with a loss: `best` where the loss is at its lowest.
    ///
    /// A loss that is no number answers as a constant guess does.
    pub(crate) fn accuracy(&self, loss: f64, best: f64, guess: f64) -> f64 {
        if !loss.is_finite() {
            return guess;
        }
        let share = ((loss - self.to) / (self.from - self.to)).clamp(0.0, 1.0);
        best - (best - guess) * share
    }
}

/// A learning rate that warms up over the first twentieth and falls as a cosine to a hundredth.
pub(crate) fn cosine_schedule(peak: f64, progress: f64) -> f64 {
    const WARM_UP: f64 = 0.05;
    if progress < WARM_UP {
        return peak * (progress + 1e-3) / (WARM_UP + 1e-3);
    }
    let rest = (progress - WARM_UP) / (1.0 - WARM_UP);
    peak * (0.01 + 0.99 * 0.5 * (1.0 + (rest * std::f64::consts::PI).cos()))
}

/// Four significant digits and more are noise in a demo, and shorter numbers make a smaller log.
pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    let scaled = (value * scale).round() / scale;
    if scaled.is_finite() { scaled } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(shape: Shape) -> f64 {
        let loss = Loss {
            shape,
            from: 4.0,
            to: 0.5,
            noise: 0.01,
        };
        loss.at(1.0, &mut Random::new(1))
    }

    #[test]
    fn each_shape_ends_as_it_is_named() {
        assert!(last(Shape::Converging) < 0.6);
        assert_eq!(last(Shape::Diverging), f64::INFINITY);
        assert!(last(Shape::NotANumber).is_nan());
        assert!(last(Shape::Plateau) > 1.5);
    }

    #[test]
    fn a_resumed_run_logs_some_steps_twice_and_goes_on_in_time() {
        let all = resumed_ticks(&ticks(Timestamp(0), 10, 1, 1_000), 6, 2);
        let steps: Vec<i64> = all.iter().map(|tick| tick.0).collect();
        assert_eq!(steps, [0, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9]);
        assert!(all.is_sorted_by_key(|tick| tick.1));
    }
}
