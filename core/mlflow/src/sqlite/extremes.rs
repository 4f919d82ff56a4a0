//! The least and the greatest value of some metrics of a run, in one pass over their points.

use std::collections::HashMap;

use flowdeck_domain::tracking::{MetricExtremes, MetricPoint};
use flowdeck_domain::{MetricKey, RunId, Timestamp};
use rusqlite::params_from_iter;

use super::database::Reader;
use super::fault::Fault;
use super::history::{BY_RUN_AND_KEY, index_of_points};
use super::rows;

/// Points that are read for it at most: about a second's work.
const MOST_POINTS: usize = 3_000_000;

/// By metric, in no order; a metric without a point is left out, and so are those that the limit broke off.
pub(super) fn of_metrics(
    reader: &Reader,
    run: &RunId,
    keys: &[MetricKey],
) -> Result<Vec<MetricExtremes>, Fault> {
    within(reader, run, keys, MOST_POINTS)
}

/// The same with another limit.
pub(super) fn within(
    reader: &Reader,
    run: &RunId,
    keys: &[MetricKey],
    most_points: usize,
) -> Result<Vec<MetricExtremes>, Fault> {
    let schema = reader.schema();
    let step = schema.column_or("metrics", "step", "0");
    let is_nan = schema.column_or("metrics", "is_nan", "0");
    let index = index_of_points(schema);
    let wanted = vec!["?"; keys.len()].join(", ");
    let sql = format!(
        "SELECT key, timestamp, {step}, value, {is_nan} FROM metrics {index} \
         WHERE run_uuid = ? AND key IN ({wanted})"
    );
    let mut statement = reader.connection().prepare(&sql)?;
    let given = std::iter::once(run.as_str()).chain(keys.iter().map(MetricKey::as_str));
    let mut found = statement.query(params_from_iter(given))?;
    let mut all = Known::default();
    let mut n_points = 0;
    while let Some(row) = found.next()? {
        n_points += 1;
        if n_points > most_points {
            // Where an index keeps the points of a metric together, those before the last are whole.
            return Ok(all.whole(schema.has_index(BY_RUN_AND_KEY)));
        }
        let key = rows::text(row, 0).unwrap_or_default();
        all.of(&key).take(MetricPoint {
            timestamp: rows::timestamp(row, 1).unwrap_or(Timestamp(0)),
            step: rows::integer(row, 2).unwrap_or_default(),
            value: rows::metric_value(row, 3, 4),
        });
    }
    Ok(all.all)
}

/// What is known of metrics while their points go by.
#[derive(Default)]
struct Known {
    all: Vec<MetricExtremes>,
    places: HashMap<String, usize>,
    /// The metric of the last point: neighbours mostly are of one.
    last: usize,
}

impl Known {
    fn of(&mut self, key: &str) -> &mut MetricExtremes {
        if self
            .all
            .get(self.last)
            .is_none_or(|last| last.key.as_str() != key)
        {
            self.last = match self.places.get(key) {
                Some(&place) => place,
                None => {
                    self.places.insert(key.to_owned(), self.all.len());
                    self.all.push(MetricExtremes::new(key.into()));
                    self.all.len() - 1
                }
            };
        }
        &mut self.all[self.last]
    }

    /// Those whose points all went by.
    fn whole(mut self, are_together: bool) -> Vec<MetricExtremes> {
        if are_together {
            self.all.remove(self.last);
            self.all
        } else {
            Vec::new()
        }
    }
}
