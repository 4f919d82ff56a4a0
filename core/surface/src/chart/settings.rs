use flowdeck_client::series::{Spread, XAxis};

use super::ScaleKind;

/// Shares of the past in the smoothed curve that one key goes round. Source: MLflow's own slider, of which 0.6 is
/// TensorBoard's first setting.
pub const SMOOTHINGS: [f64; 4] = [0.0, 0.6, 0.9, 0.99];

/// How a chart shows its curves, whichever they are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// What the x axis counts.
    pub axis: XAxis,
    /// Whether the x axis is logarithmic; wall time never is.
    pub has_log_x: bool,
    /// How values stand on the y axis.
    pub scale: ScaleKind,
    /// The share of the past in each smoothed value, from 0 to below 1.
    pub smoothing: f64,
    /// Whether the y axis leaves out what few points reach.
    pub clips_outliers: bool,
}

impl Settings {
    /// What the next press of the key for smoothing sets.
    pub fn next_smoothing(&self) -> f64 {
        let further = SMOOTHINGS.iter().find(|&&weight| weight > self.smoothing);
        further.copied().unwrap_or(0.0)
    }

    /// What the next press of the key for the x axis sets.
    pub fn next_axis(&self) -> XAxis {
        match self.axis {
            XAxis::Step => XAxis::WallTime,
            XAxis::WallTime => XAxis::RelativeTime,
            XAxis::RelativeTime => XAxis::Step,
        }
    }

    /// How the x axis is spread out.
    pub fn spread(&self) -> Spread {
        match self.axis {
            _ if !self.has_log_x => Spread::Even,
            XAxis::Step => Spread::Logarithmic { unit: 1.0 },
            XAxis::RelativeTime => Spread::Logarithmic { unit: 1_000.0 },
            XAxis::WallTime => Spread::Even,
        }
    }

    /// In a few words: `step · log · smooth 0.6`.
    pub fn words(&self) -> String {
        let mut words = match self.axis {
            XAxis::Step => "step",
            XAxis::WallTime => "wall time",
            XAxis::RelativeTime => "relative time",
        }
        .to_owned();
        if self.spread() != Spread::Even {
            words.push_str(" (log)");
        }
        match self.scale {
            ScaleKind::Linear => {}
            ScaleKind::Log => words.push_str(" · log"),
            ScaleKind::SymLog => words.push_str(" · symlog"),
        }
        if self.smoothing > 0.0 {
            words.push_str(&format!(" · smooth {}", self.smoothing));
        }
        if self.clips_outliers {
            words.push_str(" · clipped");
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_round_the_strengths_and_the_axes() {
        let mut settings = Settings::default();
        let mut seen = Vec::new();
        for _ in 0..4 {
            settings.smoothing = settings.next_smoothing();
            settings.axis = settings.next_axis();
            seen.push((settings.smoothing, settings.axis));
        }
        assert_eq!(
            seen,
            [
                (0.6, XAxis::WallTime),
                (0.9, XAxis::RelativeTime),
                (0.99, XAxis::Step),
                (0.0, XAxis::WallTime)
            ]
        );
    }

    #[test]
    fn the_words_name_what_is_not_usual() {
        let settings = Settings {
            has_log_x: true,
            scale: ScaleKind::SymLog,
            smoothing: 0.9,
            clips_outliers: true,
            ..Settings::default()
        };
        assert_eq!(settings.words(), "step (log) · symlog · smooth 0.9 · clipped");
        assert_eq!(Settings::default().words(), "step");
    }
}
