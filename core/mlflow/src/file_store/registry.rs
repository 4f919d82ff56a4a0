//! The model registry, `models/<name>`.

use flowdeck_domain::port::Query;
use flowdeck_domain::registry::{ModelAlias, ModelVersion, PROMPT_TAG, RegisteredModel, Stage};
use flowdeck_domain::search::{Dialect, Search};
use flowdeck_domain::tracking::Tag;
use flowdeck_domain::{ModelName, Page, Result, Timestamp, VersionNumber, Warning};
use rayon::prelude::*;

use super::failures::{damaged, not_found, unreadable};
use super::folders::{ALIASES, TAGS, texts};
use super::fs::{Dir, Kind};
use super::layout::{META, Root};
use super::meta_file::{self, NoMeta};
use super::model_version;
use super::names::is_entry;
use super::section::why;
use super::yaml::Fields;
use crate::local::page_of;

pub(super) const MODELS: &str = "models";

pub(super) const KEYS: &[&str] = &[
    "name",
    "creation_timestamp",
    "last_updated_timestamp",
    "description",
];

/// Registered models that match, one page; prompts only where the filter names their tag.
pub(super) fn search_models(root: &Root, query: &Query) -> Result<Page<RegisteredModel>> {
    let search = Search::<RegisteredModel>::parse(&query.filter, &query.order_by, Dialect::File)?;
    let (models, warnings) = all(root)?;
    let mut found: Vec<_> = models.into_iter().map(|model| model.model).collect();
    if !query.filter.contains(PROMPT_TAG) {
        found.retain(|model| !model.is_prompt());
    }
    page_of(search.select(found)?, query, warnings)
}

/// Model versions that match, one page; those of prompts only where the filter names their tag.
pub(super) fn search_versions(root: &Root, query: &Query) -> Result<Page<ModelVersion>> {
    let search = Search::<ModelVersion>::parse(&query.filter, &query.order_by, Dialect::File)?;
    let (models, warnings) = all(root)?;
    let mut found: Vec<_> = models.into_iter().flat_map(|model| model.versions).collect();
    if !query.filter.contains(PROMPT_TAG) {
        let is_prompt = |tag: &Tag| tag.key.as_str() == PROMPT_TAG && tag.value == "true";
        found.retain(|version| !version.tags.iter().any(is_prompt));
    }
    page_of(search.select(found)?, query, warnings)
}

/// One registered model.
pub(super) fn model(root: &Root, name: &ModelName) -> Result<RegisteredModel> {
    Ok(one(root, name)?.model)
}

/// One version of a registered model; MLflow keeps deleted ones on the disk and does not show them.
pub(super) fn version(root: &Root, name: &ModelName, version: &VersionNumber) -> Result<ModelVersion> {
    let missing = || not_found(&format!("version {version} of model"), name.as_str());
    let number: i64 = version.as_str().parse().map_err(|_| missing())?;
    let mut versions = one(root, name)?.versions.into_iter();
    versions
        .find(|found| found.version.as_str().parse() == Ok(number))
        .ok_or_else(missing)
}

/// The version that an alias points at; `latest` is the greatest one.
pub(super) fn version_by_alias(root: &Root, name: &ModelName, alias: &str) -> Result<ModelVersion> {
    let found = one(root, name)?;
    let missing = || not_found(&format!("alias `{alias}` of model"), name.as_str());
    if alias.eq_ignore_ascii_case("latest") {
        let greatest = found
            .versions
            .into_iter()
            .max_by_key(|version| number_of(&version.version));
        return greatest.ok_or_else(missing);
    }
    let pointed = found
        .model
        .aliases
        .iter()
        .find(|known| known.alias == alias)
        .ok_or_else(missing)?
        .version
        .clone();
    found
        .versions
        .into_iter()
        .find(|version| version.version == pointed)
        .ok_or_else(missing)
}

/// The versions of a registered model that are not deleted, by number.
pub(super) fn live_versions(root: &Root, name: &ModelName) -> Result<Vec<ModelVersion>> {
    Ok(one(root, name)?.versions)
}

/// A registered model of which only the name counts.
pub(super) fn model_without_versions(name: &ModelName) -> RegisteredModel {
    RegisteredModel {
        name: name.clone(),
        creation_timestamp: None,
        last_updated_timestamp: None,
        description: None,
        latest_versions: Vec::new(),
        tags: Vec::new(),
        aliases: Vec::new(),
    }
}

/// A registered model and its versions, deleted ones left out.
struct Found {
    model: RegisteredModel,
    versions: Vec<ModelVersion>,
    warnings: Vec<String>,
}

fn one(root: &Root, name: &ModelName) -> Result<Found> {
    let missing = || not_found("registered model", name.as_str());
    if !is_entry(name.as_str()) {
        return Err(missing());
    }
    let directory = root.open()?;
    let below = format!("{MODELS}/{name}");
    match read(&directory, &below, name.as_str(), root.now_ns()) {
        Ok(found) => Ok(found),
        Err(NoMeta::Missing) => Err(missing()),
        Err(NoMeta::Unreadable(reason)) => Err(damaged(&root.at(&below).join(META), &reason)),
    }
}

fn all(root: &Root) -> Result<(Vec<Found>, Vec<Warning>)> {
    let directory = root.open()?;
    let names: Vec<String> = match directory.dir(MODELS).and_then(|models| models.entries()) {
        Ok(entries) => entries
            .into_iter()
            .filter(|entry| entry.kind == Kind::Directory && is_entry(&entry.name))
            .map(|entry| entry.name)
            .collect(),
        // Stores of clients before 2.0 hold no registry.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
        Err(error) => return Err(unreadable(&root.at(MODELS), error)),
    };
    let now_ns = root.now_ns();
    let read_all: Vec<_> = names
        .par_iter()
        .map(|name| {
            let below = format!("{MODELS}/{name}");
            let read = read(&directory, &below, name, now_ns);
            (below, read)
        })
        .collect();
    let (mut found, mut warnings) = (Vec::new(), Vec::new());
    for (below, read) in read_all {
        let mut warn = |text: &str| {
            warnings.push(Warning::new(format!("{}: {text}", root.at(&below).display())));
        };
        match read {
            Ok(model) => {
                model.warnings.iter().for_each(|text| warn(text));
                found.push(model);
            }
            Err(NoMeta::Missing) => warn(&format!("{META} is missing, skipped")),
            Err(NoMeta::Unreadable(reason)) => warn(&format!("{META} {reason}, skipped")),
        }
    }
    Ok((found, warnings))
}

fn read(root: &Dir, below: &str, name: &str, now_ns: i64) -> Result<Found, NoMeta> {
    let (_, text) = meta_file::read(root, &format!("{below}/{META}"), now_ns)?;
    let mut model = parse(&text, name).map_err(NoMeta::Unreadable)?;
    let directory = root.dir(below).map_err(|error| NoMeta::Unreadable(why(&error)))?;
    let mut warnings = Vec::new();
    model.tags = texts(&directory, TAGS, now_ns, &mut warnings);
    model.aliases = texts(&directory, ALIASES, now_ns, &mut warnings)
        .into_iter()
        .map(|tag| ModelAlias {
            alias: tag.key.to_string(),
            version: tag.value.into(),
        })
        .collect();
    let versions = versions(&directory, &model, now_ns, &mut warnings)?;
    model.latest_versions = latest(&versions);
    Ok(Found {
        model,
        versions,
        warnings,
    })
}

pub(super) fn parse(text: &str, name: &str) -> Result<RegisteredModel, String> {
    let fields = Fields::read(text, KEYS)?;
    let written = fields.need("name")?;
    if written != name {
        return Err(format!("names another model, `{written}`"));
    }
    Ok(RegisteredModel {
        name: written.into(),
        creation_timestamp: fields.integer("creation_timestamp")?.map(Timestamp),
        last_updated_timestamp: fields.integer("last_updated_timestamp")?.map(Timestamp),
        description: fields.get("description").map(str::to_owned),
        latest_versions: Vec::new(),
        tags: Vec::new(),
        aliases: Vec::new(),
    })
}

/// The versions that are not deleted, by number.
fn versions(
    model_directory: &Dir,
    model: &RegisteredModel,
    now_ns: i64,
    warnings: &mut Vec<String>,
) -> Result<Vec<ModelVersion>, NoMeta> {
    let entries = model_directory
        .entries()
        .map_err(|error| NoMeta::Unreadable(why(&error)))?;
    let mut versions = Vec::new();
    for entry in entries {
        if entry.kind != Kind::Directory || !entry.name.starts_with("version-") {
            continue;
        }
        let read = meta_file::read(model_directory, &format!("{}/{META}", entry.name), now_ns).and_then(
            |(_, text)| model_version::parse(&text, model, &entry.name).map_err(NoMeta::Unreadable),
        );
        match read {
            Ok(Some(mut version)) => {
                match model_directory.dir(&entry.name) {
                    Ok(directory) => version.tags = texts(&directory, TAGS, now_ns, warnings),
                    Err(error) => warnings.push(format!("{} {}", entry.name, why(&error))),
                }
                versions.push(version);
            }
            Ok(None) => {}
            Err(NoMeta::Missing) => warnings.push(format!("{}: {META} is missing, skipped", entry.name)),
            Err(NoMeta::Unreadable(reason)) => {
                warnings.push(format!("{}: {META} {reason}, skipped", entry.name));
            }
        }
    }
    versions.sort_by_key(|version| number_of(&version.version));
    Ok(versions)
}

/// The greatest version of each stage that MLflow knows, in the order of stages.
fn latest(versions: &[ModelVersion]) -> Vec<ModelVersion> {
    [Stage::None, Stage::Staging, Stage::Production, Stage::Archived]
        .iter()
        .filter_map(|stage| versions.iter().rfind(|version| version.current_stage == *stage))
        .cloned()
        .collect()
}

fn number_of(version: &VersionNumber) -> i64 {
    version.as_str().parse().unwrap_or(0)
}
