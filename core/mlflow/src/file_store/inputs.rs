//! Datasets and logged models that a run used or made.

use std::sync::Arc;

use flowdeck_domain::ModelId;
use flowdeck_domain::tracking::{Dataset, DatasetInput, ModelInput, ModelOutput, Tag};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::codec::Reader;
use super::folders::Interner;
use super::section::{Folder, Item, Source, Value};
use super::yaml::first_line;

pub(super) const INPUTS: Folder = Folder {
    name: "inputs",
    read: read_link,
    counts: is_meta,
};
pub(super) const OUTPUTS: Folder = Folder {
    name: "outputs",
    read: read_link,
    counts: is_meta,
};
/// The datasets of an experiment, which its runs point at.
pub(super) const DATASETS: Folder = Folder {
    name: "datasets",
    read: read_dataset,
    counts: is_meta,
};

/// Whether this is `<id>/meta.yaml`.
fn is_meta(path: &str) -> bool {
    path.strip_suffix("/meta.yaml")
        .is_some_and(|id| !id.contains('/'))
}

/// A link between a run and what it used or made. MLflow puts the id of the thing on both ends.
#[derive(Deserialize)]
struct WireLink {
    source_type: String,
    source_id: String,
    destination_type: String,
    destination_id: String,
    #[serde(default)]
    tags: Option<std::collections::BTreeMap<String, Option<String>>>,
    #[serde(default)]
    step: Option<i64>,
}

#[derive(Deserialize)]
struct WireDataset {
    name: String,
    digest: String,
    source_type: Option<String>,
    source: Option<String>,
    schema: Option<String>,
    profile: Option<String>,
}

fn malformed(error: &serde_saphyr::Error) -> String {
    format!("is malformed: {}", first_line(&error.to_string()))
}

fn read_link(source: &mut Source<'_>, value: &mut Value) -> Result<(), String> {
    let link: WireLink = serde_saphyr::from_str(source.text()?).map_err(|error| malformed(&error))?;
    let writer = &mut value.bytes;
    writer.text(&link.source_type);
    writer.text(&link.source_id);
    writer.text(&link.destination_type);
    writer.text(&link.destination_id);
    writer.i64(link.step.unwrap_or(0));
    let tags = link.tags.unwrap_or_default();
    writer.count(tags.len());
    for (key, text) in &tags {
        writer.text(key);
        writer.text(text.as_deref().unwrap_or_default());
    }
    Ok(())
}

fn read_dataset(source: &mut Source<'_>, value: &mut Value) -> Result<(), String> {
    let dataset: WireDataset = serde_saphyr::from_str(source.text()?).map_err(|error| malformed(&error))?;
    let writer = &mut value.bytes;
    writer.text(&dataset.name);
    writer.text(&dataset.digest);
    writer.text(dataset.source_type.as_deref().unwrap_or_default());
    writer.text(dataset.source.as_deref().unwrap_or_default());
    writer.optional_text(dataset.schema.as_deref());
    writer.optional_text(dataset.profile.as_deref());
    Ok(())
}

/// Datasets of an experiment by their ids.
pub(super) type Datasets = FxHashMap<String, Arc<Dataset>>;

/// The datasets of a section.
pub(super) fn datasets(items: &[Item<'_>], mut warn: impl FnMut(String)) -> Datasets {
    let mut datasets = Datasets::default();
    for item in items {
        let id = item.key.trim_end_matches("/meta.yaml");
        if let Some(reason) = item.warning() {
            warn(format!("dataset `{id}` {reason}"));
        }
        if let Some(dataset) = item.value().and_then(decode_dataset) {
            datasets.insert(id.to_owned(), Arc::new(dataset));
        }
    }
    datasets
}

fn decode_dataset(mut reader: Reader<'_>) -> Option<Dataset> {
    Some(Dataset {
        name: reader.text()?.to_owned(),
        digest: reader.text()?.to_owned(),
        source_type: reader.text()?.to_owned(),
        source: reader.text()?.to_owned(),
        schema: reader.optional_text()?.map(str::to_owned),
        profile: reader.optional_text()?.map(str::to_owned),
    })
}

/// What a run used.
pub(super) fn inputs(
    items: &[Item<'_>],
    known: &Datasets,
    interner: &mut Interner,
    mut warn: impl FnMut(String),
) -> (Vec<DatasetInput>, Vec<ModelInput>) {
    let (mut datasets, mut models) = (Vec::new(), Vec::new());
    for item in items {
        let Some(link) = link_of(item, "input", interner, &mut warn) else {
            continue;
        };
        match (link.source_type, known.get(link.source_id)) {
            ("DATASET", Some(dataset)) => datasets.push(DatasetInput {
                dataset: Dataset::clone(dataset),
                tags: link.tags,
            }),
            ("DATASET", None) => warn(format!(
                "input dataset `{}` is not in the experiment",
                link.source_id
            )),
            ("MODEL", _) => models.push(ModelInput {
                model_id: ModelId::from(link.source_id),
            }),
            _ => {}
        }
    }
    (datasets, models)
}

/// What a run made.
pub(super) fn outputs(
    items: &[Item<'_>],
    interner: &mut Interner,
    mut warn: impl FnMut(String),
) -> Vec<ModelOutput> {
    items
        .iter()
        .filter_map(|item| link_of(item, "output", interner, &mut warn))
        .filter(|link| link.destination_type == "MODEL_OUTPUT")
        .map(|link| ModelOutput {
            model_id: ModelId::from(link.destination_id),
            step: link.step,
        })
        .collect()
}

struct Link<'a> {
    source_type: &'a str,
    source_id: &'a str,
    destination_type: &'a str,
    destination_id: &'a str,
    step: i64,
    tags: Vec<Tag>,
}

fn link_of<'a>(
    item: &Item<'a>,
    what: &str,
    interner: &mut Interner,
    warn: &mut impl FnMut(String),
) -> Option<Link<'a>> {
    if let Some(reason) = item.warning() {
        warn(format!("{what} `{}` {reason}", item.key));
    }
    let mut reader = item.value()?;
    let mut link = Link {
        source_type: reader.text()?,
        source_id: reader.text()?,
        destination_type: reader.text()?,
        destination_id: reader.text()?,
        step: reader.i64()?,
        tags: Vec::new(),
    };
    for _ in 0..reader.count()? {
        link.tags.push(Tag {
            key: interner.text(reader.text()?).into(),
            value: reader.text()?.to_owned(),
        });
    }
    Some(link)
}
