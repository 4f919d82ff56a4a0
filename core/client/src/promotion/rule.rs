use std::fmt;

use flowdeck_domain::tracking::Goal;

/// What must hold of a metric for a promotion.
#[derive(Clone, Debug, PartialEq)]
pub enum MetricRule {
    /// It must not move in the bad direction by more than this, seen from the version that holds the target.
    NotWorse {
        /// Which way is worse.
        better: Goal,
        /// How far it may go.
        tolerance: Tolerance,
    },
    /// It must move in the good direction by at least this.
    Better {
        /// Which way is better.
        better: Goal,
        /// How far it must go; none for any step.
        by: Tolerance,
    },
    /// It must stand in this relation to a number.
    Bound(Comparison, f64),
}

/// A distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tolerance {
    /// In the metric's own unit.
    Absolute(f64),
    /// In percent of the value it is measured from.
    Percent(f64),
}

/// `<`, `<=`, `>`, `>=`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Tolerance {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = |text: &str| {
            let number: f64 = text.trim().parse().ok()?;
            (number.is_finite() && number >= 0.0).then_some(number)
        };
        match text.strip_suffix('%') {
            Some(percent) => number(percent).map(Self::Percent),
            None => number(text).map(Self::Absolute),
        }
    }

    /// The distance in the metric's unit, measured from a value.
    fn from(self, value: f64) -> f64 {
        match self {
            Self::Absolute(distance) => distance,
            Self::Percent(percent) => value.abs() * percent / 100.0,
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absolute(distance) => write!(f, "{distance}"),
            Self::Percent(percent) => write!(f, "{percent} %"),
        }
    }
}

impl Comparison {
    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::AtMost => value <= limit,
            Self::Greater => value > limit,
            Self::AtLeast => value >= limit,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl MetricRule {
    /// Reads `must not worsen by 2 %`, `must improve`, `must not rise`, `must not fall by 0.1`, `>= 0.9`.
    ///
    /// # Errors
    /// What is wrong, in a few words, to stand behind the name of the key.
    pub fn parse(text: &str, better: Option<Goal>) -> Result<Self, &'static str> {
        const FORMS: &str = "must be like \"must not worsen by 2 %\", \"must improve\", \"must not rise\", \
                             \"must not fall by 0.1\" or \">= 0.9\"";
        const WHICH_WAY: &str =
            "does not say which way is better; name the metric in `higher_is_better` or `lower_is_better`";
        let text = text.trim();
        for (sign, comparison) in [
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ] {
            if let Some(limit) = text.strip_prefix(sign) {
                let limit: f64 = limit.trim().parse().map_err(|_| FORMS)?;
                return Ok(Self::Bound(comparison, limit));
            }
        }
        let words = text.strip_prefix("must").ok_or(FORMS)?.trim_start();
        let (verb, by) = match words.split_once(" by ") {
            Some((verb, by)) => {
                let by = by.trim();
                let by = by
                    .strip_prefix("more than")
                    .or(by.strip_prefix("at least"))
                    .unwrap_or(by);
                (verb.trim(), Tolerance::parse(by).ok_or(FORMS)?)
            }
            None => (words, Tolerance::Absolute(0.0)),
        };
        match verb {
            "not worsen" => Ok(Self::NotWorse {
                better: better.ok_or(WHICH_WAY)?,
                tolerance: by,
            }),
            "not rise" => Ok(Self::NotWorse {
                better: Goal::Min,
                tolerance: by,
            }),
            "not fall" => Ok(Self::NotWorse {
                better: Goal::Max,
                tolerance: by,
            }),
            "improve" => Ok(Self::Better {
                better: better.ok_or(WHICH_WAY)?,
                by,
            }),
            _ => Err(FORMS),
        }
    }

    /// Whether it holds, with the reason for people. `holder` is the value of the version that holds the target.
    pub fn judge(&self, candidate: Option<f64>, holder: Option<f64>) -> (bool, String) {
        let Some(value) = candidate else {
            return (false, "the candidate's run did not log it".to_owned());
        };
        if value.is_nan() {
            return (false, "the candidate's value is NaN".to_owned());
        }
        if let Self::Bound(comparison, limit) = self {
            return (comparison.holds(value, *limit), format!("it is {value}"));
        }
        let Some(from) = holder.filter(|from| !from.is_nan()) else {
            return (
                true,
                format!("it is {value}, and there is nothing to compare it with"),
            );
        };
        let change = format!("{from} → {value}");
        match self {
            Self::NotWorse { better, tolerance } => {
                // An infinite value that stays as it was is no worse.
                let loss = if value == from {
                    0.0
                } else {
                    -better.gain(from, value)
                };
                (loss <= tolerance.from(from), change)
            }
            Self::Better { better, by } => {
                let gain = if value == from {
                    0.0
                } else {
                    better.gain(from, value)
                };
                (gain > 0.0 && gain >= by.from(from), change)
            }
            Self::Bound(..) => (true, change),
        }
    }
}

/// As a person would have written it.
impl fmt::Display for MetricRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = |f: &mut fmt::Formatter<'_>, how: &str, tolerance: &Tolerance| match tolerance {
            Tolerance::Absolute(0.0) => Ok(()),
            tolerance => write!(f, " by {how} {tolerance}"),
        };
        match self {
            Self::NotWorse { better, tolerance } => {
                f.write_str(match better {
                    Goal::Min => "must not rise",
                    Goal::Max => "must not fall",
                })?;
                by(f, "more than", tolerance)
            }
            Self::Better { better, by: distance } => {
                f.write_str(match better {
                    Goal::Min => "must fall",
                    Goal::Max => "must rise",
                })?;
                by(f, "at least", distance)
            }
            Self::Bound(comparison, limit) => write!(f, "{} {limit}", comparison.sign()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str, metric: &str) -> MetricRule {
        MetricRule::parse(text, Goal::guessed(metric)).expect(text)
    }

    #[test]
    fn two_percent_worse_passes_and_more_does_not() {
        let rmse = rule("must not worsen by 2 %", "val/rmse");
        assert_eq!(rmse.to_string(), "must not rise by more than 2 %");
        for (value, passes) in [(100.0, true), (102.0, true), (102.1, false), (50.0, true)] {
            assert_eq!(rmse.judge(Some(value), Some(100.0)).0, passes, "{value}");
        }
        let accuracy = rule("must not worsen by more than 0.01", "accuracy");
        assert!(accuracy.judge(Some(0.895), Some(0.9)).0);
        assert!(!accuracy.judge(Some(0.88), Some(0.9)).0);
    }

    #[test]
    fn a_negative_score_is_measured_from_its_size() {
        let score = rule("must not worsen by 10 %", "score");
        assert!(score.judge(Some(-11.0), Some(-10.0)).0);
        assert!(!score.judge(Some(-11.1), Some(-10.0)).0);
    }

    #[test]
    fn what_cannot_be_compared_is_told() {
        let rule = rule("must improve", "loss");
        assert!(!rule.judge(None, Some(1.0)).0);
        assert!(!rule.judge(Some(f64::NAN), Some(1.0)).0);
        assert!(rule.judge(Some(1.0), None).0);
        assert!(!rule.judge(Some(1.0), Some(1.0)).0);
        assert!(!rule.judge(Some(f64::INFINITY), Some(1.0)).0);
    }

    #[test]
    fn a_bound_needs_no_holder() {
        let rule = rule(">= 0.9", "anything");
        assert!(rule.judge(Some(0.9), None).0 && !rule.judge(Some(0.89), None).0);
    }

    #[test]
    fn which_way_is_better_must_be_known_where_the_words_do_not_say_it() {
        assert!(MetricRule::parse("must not worsen", None).is_err());
        assert!(MetricRule::parse("must not rise", None).is_ok());
        for text in [
            "",
            "should improve",
            "must",
            "must improve by -1",
            "> x",
            "must not worsen by NaN",
        ] {
            assert!(MetricRule::parse(text, Some(Goal::Min)).is_err(), "{text}");
        }
    }
}
