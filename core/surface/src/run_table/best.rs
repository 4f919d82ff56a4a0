//! The best value of a metric.

use flowdeck_client::tracking::Goal;

use super::cells::{Cells, Slot};

/// Which values of a metric are good, and who says so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Judged {
    /// Somebody declared it.
    Declared(Goal),
    /// Its name lets one guess.
    Guessed(Goal),
}

impl Judged {
    /// The goal, whoever says so.
    pub const fn goal(self) -> Goal {
        match self {
            Self::Declared(goal) | Self::Guessed(goal) => goal,
        }
    }

    /// `↓` as declared, `↓?` as a guess.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Declared(Goal::Min) => "↓",
            Self::Declared(Goal::Max) => "↑",
            Self::Guessed(Goal::Min) => "↓?",
            Self::Guessed(Goal::Max) => "↑?",
        }
    }
}

/// The best finite value of some runs; none where all are the same, as then none is better.
pub(super) fn best(cells: &Cells, goal: Goal, is_listed: impl Fn(Slot) -> bool) -> Option<f64> {
    let values = cells.numbers()?.iter().filter(|(slot, _)| is_listed(*slot));
    let mut finite = values.map(|(_, value)| value).filter(|value| value.is_finite());
    let first = finite.next()?;
    let (mut best, mut differ) = (first, false);
    for value in finite {
        differ |= value != first;
        if goal.is_better(value, best) {
            best = value;
        }
    }
    differ.then_some(best)
}
