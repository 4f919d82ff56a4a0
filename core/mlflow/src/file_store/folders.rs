//! The folders that runs, logged models and traces are made of, and how a file of each is read.

use std::sync::Arc;

use flowdeck_domain::tracking::{Metric, MetricOrigin, MetricPoint, Param, Tag};
use flowdeck_domain::{ModelId, RunId, Timestamp};
use rustc_hash::{FxHashMap, FxHashSet};

use super::codec::{Reader, Writer};
use super::fs::Dir;
use super::metric_file::{Malformed, Rank, Walk, for_each_line};
use super::metric_line::{Line, Owner};
use super::names::is_key;
use super::section::{Checked, Folder, Item, Source, Value, check, items, why};

/// Metric files up to this size are read in one piece.
const SMALL_BYTES: u64 = 1 << 16;

pub(super) const PARAMS: Folder = text_folder("params");
pub(super) const TAGS: Folder = text_folder("tags");
pub(super) const TRACE_METADATA: Folder = text_folder("request_metadata");
pub(super) const ALIASES: Folder = text_folder("aliases");
pub(super) const METRICS: Folder = Folder {
    name: "metrics",
    read: |source, value| read_latest(source, value, Owner::Run),
    counts: |_| true,
};
pub(super) const LOGGED_MODEL_METRICS: Folder = Folder {
    name: "metrics",
    read: |source, value| read_latest(source, value, Owner::LoggedModel),
    counts: |_| true,
};

const fn text_folder(name: &'static str) -> Folder {
    Folder {
        name,
        read: read_text,
        counts: |_| true,
    }
}

fn read_text(source: &mut Source<'_>, value: &mut Value) -> Result<(), String> {
    value.bytes.text(source.text()?);
    Ok(())
}

/// Neither run nor dataset, as [`encode_origin`] spells it out.
const NO_ORIGIN: &[u8] = &[0, 0, 0];

/// Texts that many runs have in common, each held once.
#[derive(Default)]
pub(super) struct Interner(FxHashSet<Arc<str>>);

impl Interner {
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// Passes over what is no key, and hands on what was passed over in the others.
fn keep<'a>(item: Item<'a>, what: &str, mut warn: impl FnMut(String)) -> Option<(&'a str, Reader<'a>)> {
    if !is_key(item.key) {
        warn(format!(
            "{what} `{}` has a name that MLflow does not give",
            item.key.escape_debug()
        ));
        return None;
    }
    if let Some(reason) = item.warning() {
        warn(format!("{what} `{}` {reason}", item.key));
    }
    Some((item.key, item.value()?))
}

/// The params of a section.
pub(super) fn params(
    items: &[Item<'_>],
    interner: &mut Interner,
    mut warn: impl FnMut(String),
) -> Vec<Param> {
    let mut params = Vec::with_capacity(items.len());
    for item in items {
        let Some((key, mut value)) = keep(*item, "param", &mut warn) else {
            continue;
        };
        let Some(value) = value.text() else { continue };
        params.push(Param {
            key: interner.text(key).into(),
            value: value.to_owned(),
        });
    }
    params
}

/// The tags of a section.
pub(super) fn tags(items: &[Item<'_>], interner: &mut Interner, mut warn: impl FnMut(String)) -> Vec<Tag> {
    let mut tags = Vec::with_capacity(items.len());
    for item in items {
        let Some((key, mut value)) = keep(*item, "tag", &mut warn) else {
            continue;
        };
        let Some(value) = value.text() else { continue };
        tags.push(Tag {
            key: interner.text(key).into(),
            value: value.to_owned(),
        });
    }
    tags
}

/// Reads a folder of texts of which nothing is kept.
pub(super) fn texts(directory: &Dir, folder: Folder, now_ns: i64, warnings: &mut Vec<String>) -> Vec<Tag> {
    match check(directory, folder, None, now_ns) {
        Ok(Checked::Changed(section)) => {
            let warn = |warning| warnings.push(warning);
            tags(&items(&section), &mut Interner::default(), warn)
        }
        Ok(Checked::Still) => Vec::new(),
        Err(error) => {
            warnings.push(format!("folder {} {}", folder.name, why(&error)));
            Vec::new()
        }
    }
}

/// The latest values of a section: one for each key, of a logged model one for each key and dataset.
pub(super) fn metrics(
    items: &[Item<'_>],
    model_id: Option<&ModelId>,
    interner: &mut Interner,
    mut warn: impl FnMut(String),
) -> Vec<Metric> {
    let mut metrics = Vec::with_capacity(items.len());
    for item in items {
        let Some((key, mut value)) = keep(*item, "metric", &mut warn) else {
            continue;
        };
        while let Some(metric) = decode_latest(&mut value, key, model_id, interner) {
            metrics.push(metric);
        }
    }
    metrics
}

/// Keeps the latest point for each dataset of a logged model, or the latest of all of a run.
fn read_latest(source: &mut Source<'_>, value: &mut Value, owner: Owner) -> Result<(), String> {
    let mut latest = Latest::default();
    let take = |line: Line<'_>| {
        latest.take(&line, owner);
        true
    };
    let malformed = if source.stat.size_bytes <= SMALL_BYTES {
        let mut walk = Walk::default();
        walk.lines(source.whole()?, true, owner, &mut { take });
        walk.malformed
    } else {
        for_each_line(&mut source.file, owner, take).map_err(|error| why(&error))?
    };
    for Candidate { point, origin, .. } in &latest.points {
        value.bytes.i64(point.timestamp.as_millis());
        value.bytes.i64(point.step);
        value.bytes.u64(point.value.to_bits());
        value
            .bytes
            .0
            .extend_from_slice(if origin.is_empty() { NO_ORIGIN } else { origin });
    }
    value.warning = malformed_words(malformed);
    Ok(())
}

fn malformed_words(malformed: Malformed) -> Option<String> {
    match malformed.lines {
        0 => None,
        1 => Some(format!("has a malformed line {}, passed over", malformed.first)),
        lines => Some(format!(
            "has {lines} malformed lines from line {} on, passed over",
            malformed.first
        )),
    }
}

/// A point that none before it was later than.
struct Candidate {
    point: MetricPoint,
    rank: Rank,
    /// Where it was measured, encoded.
    origin: Vec<u8>,
}

impl Candidate {
    fn of(line: &Line<'_>) -> Candidate {
        Candidate {
            point: line.point,
            rank: Rank::of(line),
            origin: encode_origin(line),
        }
    }
}

#[derive(Default)]
struct Latest {
    /// In the order their datasets came up.
    points: Vec<Candidate>,
    place: FxHashMap<Vec<u8>, usize>,
}

impl Latest {
    fn take(&mut self, line: &Line<'_>, owner: Owner) {
        let place = match owner {
            Owner::Run => 0,
            Owner::LoggedModel => {
                let (name, digest) = line.dataset.unwrap_or_default();
                let next = self.points.len();
                *self.place.entry([name, b" ", digest].concat()).or_insert(next)
            }
        };
        match self.points.get_mut(place) {
            None => self.points.push(Candidate::of(line)),
            Some(best) if Rank::of(line).is_later_than(&best.rank) => *best = Candidate::of(line),
            Some(_) => {}
        }
    }
}

/// Empty, and so without an allocation, where there is nothing to say: most lines of a long file come by here.
fn encode_origin(line: &Line<'_>) -> Vec<u8> {
    if line.run_id.is_none() && line.dataset.is_none() {
        return Vec::new();
    }
    let mut writer = Writer::default();
    let text = String::from_utf8_lossy;
    writer.optional_text(line.run_id.map(text).as_deref());
    writer.optional_text(line.dataset.map(|dataset| text(dataset.0)).as_deref());
    writer.optional_text(line.dataset.map(|dataset| text(dataset.1)).as_deref());
    writer.0
}

fn decode_latest(
    reader: &mut Reader<'_>,
    key: &str,
    model_id: Option<&ModelId>,
    interner: &mut Interner,
) -> Option<Metric> {
    let timestamp = Timestamp(reader.i64()?);
    let step = reader.i64()?;
    let value = f64::from_bits(reader.u64()?);
    let run_id = reader.optional_text()?;
    let dataset_name = reader.optional_text()?;
    let dataset_digest = reader.optional_text()?;
    let origin = (model_id.is_some() || dataset_name.is_some()).then(|| {
        Box::new(MetricOrigin {
            model_id: model_id.cloned(),
            run_id: run_id.map(RunId::from),
            dataset_name: dataset_name.map(str::to_owned),
            dataset_digest: dataset_digest.map(str::to_owned),
        })
    });
    Some(Metric {
        key: interner.text(key).into(),
        value,
        timestamp,
        step,
        origin,
    })
}
