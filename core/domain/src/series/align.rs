use super::Series;

/// Several curves over one x axis, as a table or a chart library wants them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aligned {
    /// Every `x` that any curve has, once, rising.
    pub x: Vec<f64>,
    /// For each curve its value at each `x`: the last logged there, or none.
    pub y: Vec<Vec<Option<f64>>>,
}

/// Lays curves over one x axis. A logged NaN stays a value; only what was not logged is none.
pub fn align(series: &[Series]) -> Aligned {
    let mut x: Vec<f64> = series.iter().flat_map(|one| one.x().iter().copied()).collect();
    x.sort_by(f64::total_cmp);
    x.dedup();
    let y = series.iter().map(|one| values_at(one, &x)).collect();
    Aligned { x, y }
}

fn values_at(series: &Series, x: &[f64]) -> Vec<Option<f64>> {
    let mut next = 0;
    x.iter()
        .map(|&wanted| {
            let start = next;
            while next < series.len() && series.x()[next] <= wanted {
                next += 1;
            }
            (next > start).then(|| series.y()[next - 1])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_with_different_steps_share_one_axis() {
        let one = Series::from_unsorted(vec![0.0, 1.0, 1.0, 4.0], vec![0.0, 1.0, 1.5, f64::NAN]);
        let two = Series::from_unsorted(vec![1.0, 2.0], vec![10.0, 20.0]);
        let aligned = align(&[one, two]);
        assert_eq!(aligned.x, [0.0, 1.0, 2.0, 4.0]);
        assert_eq!(aligned.y[0][..3], [Some(0.0), Some(1.5), None]);
        assert!(aligned.y[0][3].is_some_and(f64::is_nan));
        assert_eq!(aligned.y[1], [None, Some(10.0), Some(20.0), None]);
    }
}
