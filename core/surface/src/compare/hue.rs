//! Runs coloured by what they have in a column.

use super::Dimension;
use crate::chart::Scale;

/// The colour of a run by what it has in a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Hue {
    /// Nobody asked for colours.
    Plain,
    /// The run has no place in the column.
    Unknown,
    /// This share of the way from the least value to the greatest.
    Share(f64),
    /// The category of this place.
    Class(usize),
}

/// Gives each run the colour of its value.
#[derive(Clone, Debug, Default)]
pub struct Hues {
    by: Option<(Dimension, Option<Scale>)>,
}

impl Hues {
    /// Colours by a column, or none.
    pub fn by(dimension: Option<Dimension>) -> Self {
        Self {
            by: dimension.map(|dimension| {
                let scale = dimension.scale();
                (dimension, scale)
            }),
        }
    }

    /// The column that it goes by.
    pub fn dimension(&self) -> Option<&Dimension> {
        self.by.as_ref().map(|(dimension, _)| dimension)
    }

    /// The colour of a run.
    pub fn of(&self, run: usize) -> Hue {
        let Some((dimension, scale)) = &self.by else {
            return Hue::Plain;
        };
        match (dimension.value(run), scale) {
            (Some(value), _) if dimension.is_categorical() => Hue::Class(value as usize),
            (Some(value), Some(scale)) => Hue::Share(scale.share(value).clamp(0.0, 1.0)),
            _ => Hue::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{column, comparison};
    use super::*;

    #[test]
    fn numbers_have_shares_and_categories_have_places() {
        let params = [vec![("m", "b")], vec![("m", "a")], vec![]];
        let metrics = [vec![("x", 1.0)], vec![("x", 3.0)], vec![("x", 2.0)]];
        let own = comparison(&params, &metrics);
        let by = |name| Hues::by(Some(Dimension::of(&own, column(&own, name))));
        let shares = by("metrics.x");
        assert_eq!((shares.of(0), shares.of(2)), (Hue::Share(0.0), Hue::Share(0.5)));
        let classes = by("params.m");
        assert_eq!(
            [0, 1, 2].map(|run| classes.of(run)),
            [Hue::Class(1), Hue::Class(0), Hue::Unknown]
        );
        assert_eq!(Hues::default().of(0), Hue::Plain);
    }
}
