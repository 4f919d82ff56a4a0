//! Logged models of MLflow 3, `<experiment>/models/<id>`.

use flowdeck_domain::port::{LoggedModelQuery, View};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::{LoggedModel, LoggedModelStatus};
use flowdeck_domain::{ExperimentId, ModelId, Page, Result, Timestamp, Warning};

use super::entries::{Entry, read_each};
use super::failures::{damaged, not_found};
use super::folders::{Interner, LOGGED_MODEL_METRICS, PARAMS, TAGS, metrics, params, tags};
use super::fs::{Dir, Kind};
use super::layout::{META, Place, Root};
use super::meta_file::{self, NoMeta};
use super::names::is_entry;
use super::section::{Checked, Folder, check, items, why};
use super::yaml::Fields;
use crate::local::page_of;

const MODELS: &str = "models";

const KEYS: &[&str] = &[
    "model_id",
    "experiment_id",
    "name",
    "model_type",
    "source_run_id",
    "status",
    "status_message",
    "artifact_location",
    "creation_timestamp",
    "last_updated_timestamp",
    "lifecycle_stage",
];

/// Logged models that match, one page. Deleted ones are not shown, and experiments that are not there hold none.
pub(super) fn search(root: &Root, query: &LoggedModelQuery) -> Result<Page<LoggedModel>> {
    let search = Search::<LoggedModel>::parse(&query.query.filter, &query.query.order_by, Dialect::File)?;
    let directory = root.open()?;
    let (mut found, mut warnings) = (Vec::new(), Vec::new());
    for id in &query.experiments {
        if let Some(place) = root.place(&directory, id.as_str()) {
            of_experiment(root, &directory, &place, &mut found, &mut warnings);
        }
    }
    page_of(search.select(found)?, &query.query, warnings)
}

/// One logged model, wherever in the store it lies.
pub(super) fn by_id(root: &Root, id: &ModelId) -> Result<LoggedModel> {
    let missing = || not_found("logged model", id.as_str());
    if !is_entry(id.as_str()) {
        return Err(missing());
    }
    let directory = root.open()?;
    for place in root.places(&directory, View::All, &mut Vec::new())? {
        let below = format!("{}/{MODELS}/{id}", place.below_root());
        if directory
            .stat(&below)
            .is_ok_and(|stat| stat.kind == Kind::Directory)
        {
            let path = root.at(&below).join(META);
            return match read(&directory, &below, &place, id.as_str(), root.now_ns()) {
                Ok(Some((model, _))) => Ok(model),
                Ok(None) | Err(NoMeta::Missing) => Err(missing()),
                Err(NoMeta::Unreadable(reason)) => Err(damaged(&path, &reason)),
            };
        }
    }
    Err(missing())
}

fn of_experiment(
    root: &Root,
    directory: &Dir,
    place: &Place,
    found: &mut Vec<LoggedModel>,
    warnings: &mut Vec<Warning>,
) {
    let models = format!("{}/{MODELS}", place.below_root());
    let now_ns = root.now_ns();
    let read = |below: &str, name: &str| read(directory, below, place, name, now_ns);
    found.extend(read_each(root, directory, &models, META, read, warnings));
}

/// Reads a logged model with what was passed over in it; nothing where it was deleted.
fn read(
    root: &Dir,
    below: &str,
    place: &Place,
    name: &str,
    now_ns: i64,
) -> Result<Option<Entry<LoggedModel>>, NoMeta> {
    let (_, text) = meta_file::read(root, &format!("{below}/{META}"), now_ns)?;
    let Some(mut model) = parse(&text, place, name).map_err(NoMeta::Unreadable)? else {
        return Ok(None);
    };
    let mut warnings = Vec::new();
    let directory = root.dir(below).map_err(|error| NoMeta::Unreadable(why(&error)))?;
    let mut interner = Interner::default();
    let section = |folder: Folder| match check(&directory, folder, None, now_ns) {
        Ok(Checked::Changed(section)) => section,
        Ok(Checked::Still) => bytes::Bytes::new(),
        Err(error) => {
            tracing::warn!(model = name, folder = folder.name, "folder {}", why(&error));
            bytes::Bytes::new()
        }
    };
    let mut warn = |warning| warnings.push(warning);
    model.params = params(&items(&section(PARAMS)), &mut interner, &mut warn);
    model.tags = tags(&items(&section(TAGS)), &mut interner, &mut warn);
    let logged = section(LOGGED_MODEL_METRICS);
    model.metrics = metrics(&items(&logged), Some(&model.id), &mut interner, &mut warn);
    Ok(Some((model, warnings)))
}

fn parse(text: &str, place: &Place, name: &str) -> Result<Option<LoggedModel>, String> {
    let fields = Fields::read(text, KEYS)?;
    if fields.get("lifecycle_stage") == Some("deleted") {
        return Ok(None);
    }
    let id = fields.need("model_id")?;
    if id != name {
        return Err(format!("names another model, `{id}`"));
    }
    let experiment_id = fields.need("experiment_id")?;
    if experiment_id != place.id {
        return Err(format!("names another experiment, `{experiment_id}`"));
    }
    let time = |key| Ok::<_, String>(Timestamp(fields.integer(key)?.unwrap_or(0)));
    let text = |key| fields.get(key).map(str::to_owned);
    Ok(Some(LoggedModel {
        id: id.into(),
        experiment_id: ExperimentId::from(experiment_id),
        name: text("name").unwrap_or_default(),
        model_type: text("model_type"),
        source_run_id: fields.get("source_run_id").map(Into::into),
        status: match fields.integer("status")? {
            Some(number) => LoggedModelStatus::from_number(number),
            None => LoggedModelStatus::Ready,
        },
        status_message: text("status_message"),
        artifact_uri: text("artifact_location").unwrap_or_default(),
        creation_timestamp: time("creation_timestamp")?,
        last_updated_timestamp: time("last_updated_timestamp")?,
        params: Vec::new(),
        metrics: Vec::new(),
        tags: Vec::new(),
    }))
}
