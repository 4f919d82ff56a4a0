//! Logged models, which MLflow 3 knows.

use flowdeck_domain::port::LoggedModelQuery;
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::{LoggedModel, LoggedModelStatus, Metric, MetricOrigin, Param};
use flowdeck_domain::{Failure, FailureKind, ModelId, Page, Timestamp, Warning};
use rusqlite::{Row, ToSql};
use rustc_hash::FxHashMap;

use super::database::Reader;
use super::fault::Fault;
use super::rows::{self, Names};
use super::runs::numbers;
use crate::local::page_of;

/// One page of the logged models that a query asks for.
pub(super) fn search(
    reader: &Reader,
    query: &LoggedModelQuery,
    warnings: Vec<Warning>,
) -> Result<Page<LoggedModel>, Fault> {
    supported(reader)?;
    let search = Search::<LoggedModel>::parse(&query.query.filter, &query.query.order_by, Dialect::Sql)?;
    let condition = format!(
        "experiment_id IN ({}) AND lifecycle_stage != 'deleted'",
        numbers(&query.experiments)?
    );
    let found = search.select(load(reader, &condition, &[])?)?;
    Ok(page_of(found, &query.query, warnings)?)
}

/// One logged model.
pub(super) fn one(reader: &Reader, id: &ModelId) -> Result<LoggedModel, Fault> {
    supported(reader)?;
    let condition = "model_id = ?1 AND lifecycle_stage != 'deleted'";
    let mut found = load(reader, condition, &[&id.as_str()])?;
    let missing = || {
        Failure::new(
            FailureKind::NotFound,
            format!("there is no logged model with id {id}"),
        )
        .with_hint("list them with `flowdeck logged-models list`")
    };
    Ok(found.pop().ok_or_else(missing)?)
}

fn supported(reader: &Reader) -> Result<(), Failure> {
    if reader.schema().has("logged_models") {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::Unsupported,
        "this store has no logged models: an MLflow before 3.0 wrote it",
    ))
}

fn load(reader: &Reader, condition: &str, values: &[&dyn ToSql]) -> Result<Vec<LoggedModel>, Fault> {
    let sql = format!(
        "SELECT model_id, experiment_id, name, model_type, source_run_id, status, status_message, \
         artifact_location, creation_timestamp_ms, last_updated_timestamp_ms FROM logged_models WHERE {condition}"
    );
    let mut statement = reader.connection().prepare_cached(&sql)?;
    let mut models = statement
        .query_map(values, |row| Ok(logged_model(row)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let places: FxHashMap<ModelId, usize> = models.iter().map(|model| model.id.clone()).zip(0..).collect();
    let alone = match &*models {
        [model] => Some(model.id.clone()),
        _ => None,
    };
    let mut names = Names::default();
    let mut each = |columns: &str, table: &str, order: &str, add: Add<'_>| -> Result<(), Fault> {
        let which = if alone.is_some() {
            "model_id = ?1"
        } else {
            "?1 IS NULL"
        };
        let sql = format!("SELECT model_id, {columns} FROM {table} WHERE {which} ORDER BY {order}");
        let mut statement = reader.connection().prepare_cached(&sql)?;
        let mut found = statement.query([alone.as_ref().map(ModelId::as_str)])?;
        while let Some(row) = found.next()? {
            let owner = rows::text(row, 0).unwrap_or_default();
            if let Some(&place) = places.get(&*owner) {
                add(&mut models[place], row, &mut names);
            }
        }
        Ok(())
    };
    each(
        "param_key, param_value",
        "logged_model_params",
        "param_key",
        &|model, row, names| {
            model.params.push(Param {
                key: names.share(&rows::text(row, 1).unwrap_or_default()).into(),
                value: rows::string_or_empty(row, 2),
            });
        },
    )?;
    each(
        "tag_key, tag_value",
        "logged_model_tags",
        "tag_key",
        &|model, row, names| {
            model.tags.push(rows::tag(row, 1, 2, names));
        },
    )?;
    let columns =
        "metric_name, metric_value, metric_timestamp_ms, metric_step, run_id, dataset_name, dataset_digest";
    each(columns, "logged_model_metrics", "rowid", &|model, row, names| {
        let metric = metric(row, model.id.clone(), names);
        model.metrics.push(metric);
    })?;
    Ok(models)
}

type Add<'a> = &'a dyn Fn(&mut LoggedModel, &Row<'_>, &mut Names);

fn logged_model(row: &Row<'_>) -> LoggedModel {
    LoggedModel {
        id: rows::string_or_empty(row, 0).into(),
        experiment_id: rows::string_or_empty(row, 1).into(),
        name: rows::string_or_empty(row, 2),
        model_type: rows::string(row, 3),
        source_run_id: rows::string(row, 4).map(Into::into),
        status: LoggedModelStatus::from_number(rows::integer(row, 5).unwrap_or_default()),
        status_message: rows::string(row, 6),
        artifact_uri: rows::string_or_empty(row, 7),
        creation_timestamp: rows::timestamp(row, 8).unwrap_or(Timestamp(0)),
        last_updated_timestamp: rows::timestamp(row, 9).unwrap_or(Timestamp(0)),
        params: Vec::new(),
        metrics: Vec::new(),
        tags: Vec::new(),
    }
}

fn metric(row: &Row<'_>, model_id: ModelId, names: &mut Names) -> Metric {
    Metric {
        key: names.share(&rows::text(row, 1).unwrap_or_default()).into(),
        value: rows::number(row, 2).map_or(f64::NAN, rows::as_logged),
        timestamp: rows::timestamp(row, 3).unwrap_or(Timestamp(0)),
        step: rows::integer(row, 4).unwrap_or_default(),
        origin: Some(Box::new(MetricOrigin {
            model_id: Some(model_id),
            run_id: rows::string(row, 5).map(Into::into),
            dataset_name: rows::string(row, 6),
            dataset_digest: rows::string(row, 7),
        })),
    }
}
