//! Datasets and logged models that runs used or made.

use std::fmt::Write as _;

use flowdeck_domain::RunId;
use flowdeck_domain::tracking::{Dataset, DatasetInput, ModelInput, ModelOutput, Run};
use rusqlite::Row;
use rustc_hash::FxHashMap;

use super::database::Reader;
use super::fault::Fault;
use super::rows::{self, Names};

/// Runs that are asked for in one statement, well below SQLite's limit of expressions.
const BATCH: usize = 500;

/// Adds datasets, model inputs and model outputs to runs, in the order they were logged.
pub(super) fn add_inputs(reader: &Reader, runs: &mut [Run]) -> Result<(), Fault> {
    if !reader.schema().has("inputs") || is_empty(reader)? {
        return Ok(());
    }
    let mut datasets = Datasets::default();
    for batch in runs.chunks_mut(BATCH) {
        let ids = in_list(batch.iter().map(|run| run.info.id.as_str()));
        let places: FxHashMap<String, usize> = batch
            .iter()
            .enumerate()
            .map(|(place, run)| (run.info.id.to_string(), place))
            .collect();
        let mut each = |sql: &str, add: &mut dyn FnMut(&mut Run, &Row<'_>)| -> Result<(), Fault> {
            let mut statement = reader.connection().prepare(sql)?;
            let mut found = statement.query([])?;
            while let Some(row) = found.next()? {
                let owner = rows::text(row, 0).unwrap_or_default();
                if let Some(&place) = places.get(&*owner) {
                    add(&mut batch[place], row);
                }
            }
            Ok(())
        };
        if reader.schema().has("datasets") {
            datasets.load(reader, &ids)?;
            let sql = format!(
                "SELECT i.destination_id, i.source_id, t.name, t.value FROM inputs i \
                 LEFT JOIN input_tags t ON t.input_uuid = i.input_uuid \
                 WHERE i.destination_type = 'RUN' AND i.destination_id IN ({ids}) ORDER BY i.rowid, t.rowid"
            );
            let mut seen = FxHashMap::default();
            each(&sql, &mut |run, row| datasets.add(run, row, &mut seen))?;
        }
        let step = reader.schema().column_or("inputs", "step", "0");
        let links = |source: &str, destination: &str| {
            format!(
                "SELECT source_id, destination_id, {step} FROM inputs WHERE source_type = '{source}' \
                 AND source_id IN ({ids}) AND destination_type = '{destination}' ORDER BY rowid"
            )
        };
        each(&links("RUN_INPUT", "MODEL_INPUT"), &mut |run, row| {
            let model_id = rows::string_or_empty(row, 1).into();
            run.model_inputs.push(ModelInput { model_id });
        })?;
        each(&links("RUN_OUTPUT", "MODEL_OUTPUT"), &mut |run, row| {
            run.model_outputs.push(ModelOutput {
                model_id: rows::string_or_empty(row, 1).into(),
                step: rows::integer(row, 2).unwrap_or_default(),
            });
        })?;
    }
    Ok(())
}

/// Datasets by their row's id, each read once however many runs used it.
#[derive(Default)]
struct Datasets {
    known: FxHashMap<String, Dataset>,
    names: Names,
}

impl Datasets {
    fn load(&mut self, reader: &Reader, run_ids: &str) -> Result<(), Fault> {
        let sql = format!(
            "SELECT DISTINCT source_id FROM inputs WHERE destination_type = 'RUN' AND destination_id IN ({run_ids})"
        );
        let mut statement = reader.connection().prepare(&sql)?;
        let mut found = statement.query([])?;
        let mut one = reader.connection().prepare_cached(
            "SELECT name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile \
             FROM datasets WHERE dataset_uuid = ?1",
        )?;
        while let Some(row) = found.next()? {
            let id = rows::string_or_empty(row, 0);
            if self.known.contains_key(&id) {
                continue;
            }
            let mut datasets = one.query([&id])?;
            if let Some(row) = datasets.next()? {
                self.known.insert(id, dataset(row));
            }
        }
        Ok(())
    }

    /// Takes a row of a use and one of its tags. Uses of one dataset by one run are one, as MLflow reads them;
    /// `seen` tells where it stands.
    fn add(&mut self, run: &mut Run, row: &Row<'_>, seen: &mut FxHashMap<(RunId, String), usize>) {
        let id = rows::string_or_empty(row, 1);
        let Some(dataset) = self.known.get(&id) else {
            return;
        };
        let place = *seen.entry((run.info.id.clone(), id)).or_insert_with(|| {
            run.datasets.push(DatasetInput {
                dataset: dataset.clone(),
                tags: Vec::new(),
            });
            run.datasets.len() - 1
        });
        if rows::text(row, 2).is_some() {
            run.datasets[place]
                .tags
                .push(rows::tag(row, 2, 3, &mut self.names));
        }
    }
}

fn dataset(row: &Row<'_>) -> Dataset {
    Dataset {
        name: rows::string_or_empty(row, 0),
        digest: rows::string_or_empty(row, 1),
        source_type: rows::string_or_empty(row, 2),
        source: rows::string_or_empty(row, 3),
        schema: rows::string(row, 4),
        profile: rows::string(row, 5),
    }
}

fn is_empty(reader: &Reader) -> Result<bool, Fault> {
    let mut any = reader
        .connection()
        .prepare_cached("SELECT 1 FROM inputs LIMIT 1")?;
    Ok(!any.exists([])?)
}

/// Texts for an `IN (…)`, quoted.
pub(super) fn in_list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut list = String::new();
    for text in texts {
        let comma = if list.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(list, "{comma}'{}'", text.replace('\'', "''"));
    }
    list
}
