//! The least and the greatest value of each metric of a run, in one pass over its points.

use std::collections::HashMap;

use flowdeck_domain::tracking::{MetricExtremes, MetricPoint};
use flowdeck_domain::{RunId, Timestamp};

use super::database::Reader;
use super::fault::Fault;
use super::rows;

/// Points that are read for it at most: about a second's work. A run with more tells nothing.
const MOST_POINTS: usize = 3_000_000;

/// By metric, in no order; none where the run has too many points to tell soon.
pub(super) fn of_run(reader: &Reader, run: &RunId) -> Result<Option<Vec<MetricExtremes>>, Fault> {
    let schema = reader.schema();
    let step = schema.column_or("metrics", "step", "0");
    let is_nan = schema.column_or("metrics", "is_nan", "0");
    let sql = format!("SELECT key, timestamp, {step}, value, {is_nan} FROM metrics WHERE run_uuid = ?1");
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut found = statement.query([run.as_str()])?;
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<MetricExtremes> = Vec::new();
    // Neighbours mostly are of one metric.
    let mut last: Option<usize> = None;
    let mut n_points = 0;
    while let Some(row) = found.next()? {
        n_points += 1;
        if n_points > MOST_POINTS {
            return Ok(None);
        }
        let key = rows::text(row, 0).unwrap_or_default();
        let place = match last.filter(|&place| all[place].key.as_str() == key) {
            Some(place) => place,
            None => match places.get(&*key) {
                Some(&place) => place,
                None => {
                    places.insert(key.to_string(), all.len());
                    all.push(MetricExtremes::new((&*key).into()));
                    all.len() - 1
                }
            },
        };
        last = Some(place);
        all[place].take(MetricPoint {
            timestamp: rows::timestamp(row, 1).unwrap_or(Timestamp(0)),
            step: rows::integer(row, 2).unwrap_or_default(),
            value: rows::metric_value(row, 3, 4),
        });
    }
    Ok(Some(all))
}
