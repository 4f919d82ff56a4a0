//! Where a picture marks points that no line can show.

use flowdeck_client::series::Column;

use super::super::Drawn;

/// Columns between two marks, so that each can be told.
const APART: usize = 8;

/// Places along the x axis, from 0 to 1.
#[derive(Debug, Default, PartialEq)]
pub(super) struct OddPlaces {
    /// Of points that are NaN.
    pub(super) nan: Vec<f64>,
    /// Of points that are infinite.
    pub(super) infinite: Vec<f64>,
}

impl OddPlaces {
    /// Those of curves that were reduced to so many columns.
    pub(super) fn of(drawn: &[Drawn], n_columns: usize) -> Self {
        let columns = || drawn.iter().flat_map(|drawn| &drawn.raw.columns);
        Self {
            nan: places(columns().filter(|column| column.n_nan > 0), n_columns),
            infinite: places(columns().filter(|column| column.n_infinite > 0), n_columns),
        }
    }

    /// What the marks mean; nothing where there are none.
    pub(super) fn note(&self) -> &'static str {
        match (self.nan.is_empty(), self.infinite.is_empty()) {
            (true, true) => "",
            (false, true) => "   (cross: NaN)",
            (true, false) => "   (triangle: infinite)",
            (false, false) => "   (cross: NaN, triangle: infinite)",
        }
    }
}

fn places<'a>(columns: impl Iterator<Item = &'a Column>, n_columns: usize) -> Vec<f64> {
    let mut indexes: Vec<usize> = columns.map(|column| column.index).collect();
    indexes.sort_unstable();
    let mut last: Option<usize> = None;
    indexes.retain(|&index| {
        let is_apart = last.is_none_or(|last| index >= last + APART);
        if is_apart {
            last = Some(index);
        }
        is_apart
    });
    let middle = |index: usize| (index as f64 + 0.5) / n_columns.max(1) as f64;
    indexes.into_iter().map(middle).collect()
}
