//! Reading runs: each with as much of it as is asked for, and with what is kept of it as far as that still holds.

use std::sync::Arc;

use bytes::Bytes;
use flowdeck_domain::ExperimentId;
use flowdeck_domain::port::{Keys, RunFields};
use flowdeck_domain::tracking::{RUN_NAME_TAG, Run, RunInfo};

use super::codec::{Reader, Writer};
use super::folders::{Interner, METRICS, PARAMS, TAGS, metrics, params, tags};
use super::fs::Dir;
use super::inputs::{self, Datasets, INPUTS, OUTPUTS};
use super::layout::META;
use super::meta_file::{self, NoMeta};
use super::record::RunRecord;
use super::run_meta;
use super::section::{Checked, Folder, check, items, some, why};
use super::stamp::Stamp;

/// A run being read, with what is kept of it.
pub(super) struct Reading {
    pub(super) run: Run,
    pub(super) record: RunRecord,
    /// Whether the record holds anything new.
    pub(super) changed: bool,
    /// What was passed over, one sentence part each.
    pub(super) warnings: Vec<String>,
}

/// Reads the meta of a run, below the directory of its experiment.
///
/// # Errors
/// Why there is no run in that directory.
pub(super) fn begin(
    experiment: &Dir,
    experiment_id: &ExperimentId,
    name: &str,
    mut record: RunRecord,
    interner: &mut Interner,
    now_ns: i64,
) -> Result<Reading, NoMeta> {
    let path = format!("{name}/{META}");
    let kept = record
        .meta
        .as_ref()
        .and_then(|kept| recall(experiment, experiment_id, name, kept, interner));
    let changed = kept.is_none();
    let info = match kept {
        Some(info) => info,
        None => {
            let (stat, text) = meta_file::read(experiment, &path, now_ns)?;
            let info = run_meta::parse(&text, experiment_id, name, interner).map_err(NoMeta::Unreadable)?;
            let mut writer = Writer::default();
            writer.u64(Stamp::trusted(&stat, now_ns).to_bits());
            run_meta::encode(&info, &mut writer);
            record.meta = Some(writer.0.into());
            info
        }
    };
    Ok(Reading {
        run: Run::bare(info),
        record,
        changed,
        warnings: Vec::new(),
    })
}

/// What is kept of a meta, if the file is still what it was.
fn recall(
    experiment: &Dir,
    experiment_id: &ExperimentId,
    name: &str,
    kept: &Bytes,
    interner: &mut Interner,
) -> Option<RunInfo> {
    let mut reader = Reader(kept);
    let stamp = Stamp::from_bits(reader.u64()?);
    let stat = experiment.stat(&format!("{name}/{META}")).ok()?;
    if !Stamp::of(&stat).still(stamp) {
        return None;
    }
    run_meta::decode(&mut reader, experiment_id, name, interner)
}

/// Reads what is wanted of a run beside its info; what is not wanted stays as it is.
pub(super) fn fill(
    reading: &mut Reading,
    experiment: &Dir,
    wanted: &RunFields,
    datasets: &Datasets,
    interner: &mut Interner,
    now_ns: i64,
) {
    let needs_name = reading.run.info.name.is_empty();
    if *wanted == RunFields::default() && !needs_name {
        return;
    }
    let directory = match experiment.dir(reading.run.info.id.as_str()) {
        Ok(directory) => directory,
        Err(error) => {
            reading.warnings.push(format!("the directory {}", why(&error)));
            return;
        }
    };
    let mut cx = Filling {
        directory: &directory,
        changed: false,
        now_ns,
    };
    let Reading {
        run,
        record,
        changed,
        warnings,
    } = reading;
    if let Some(section) = cx.section(PARAMS, &wanted.params, &mut record.params, warnings) {
        run.params = params(&items(&section), interner, |warning| warnings.push(warning));
    }
    if let Some(section) = cx.section(METRICS, &wanted.metrics, &mut record.metrics, warnings) {
        run.metrics = metrics(&items(&section), None, interner, |warning| warnings.push(warning));
    }
    if let Some(section) = cx.section(TAGS, &wanted.tags, &mut record.tags, warnings) {
        run.tags = tags(&items(&section), interner, |warning| warnings.push(warning));
    }
    if wanted.inputs {
        if let Some(section) = cx.section(INPUTS, &Keys::All, &mut record.inputs, warnings) {
            let warn = |warning| warnings.push(warning);
            (run.datasets, run.model_inputs) = inputs::inputs(&items(&section), datasets, interner, warn);
        }
        if let Some(section) = cx.section(OUTPUTS, &Keys::All, &mut record.outputs, warnings) {
            run.model_outputs = inputs::outputs(&items(&section), interner, |warning| warnings.push(warning));
        }
    }
    if needs_name {
        run.info.name = cx.name_from_tag(run, record);
    }
    *changed |= cx.changed;
}

struct Filling<'a> {
    directory: &'a Dir,
    changed: bool,
    now_ns: i64,
}

impl Filling<'_> {
    /// The encoded section with the wanted keys; nothing where none are wanted.
    fn section(
        &mut self,
        folder: Folder,
        keys: &Keys,
        kept: &mut Option<Bytes>,
        warnings: &mut Vec<String>,
    ) -> Option<Bytes> {
        let read = match keys {
            Keys::None => return None,
            Keys::Only(keys) => some(self.directory, folder, kept.as_deref(), keys, self.now_ns),
            Keys::All => match check(self.directory, folder, kept.as_deref(), self.now_ns) {
                Ok(Checked::Changed(section)) => {
                    *kept = Some(section.clone());
                    self.changed = true;
                    Ok(section)
                }
                Ok(Checked::Still) => return kept.clone(),
                Err(error) => Err(error),
            },
        };
        match read {
            Ok(section) => Some(section),
            Err(error) => {
                warnings.push(format!("folder {} {}", folder.name, why(&error)));
                None
            }
        }
    }

    /// The name of a run whose meta has none: clients before 1.30 wrote a tag alone.
    fn name_from_tag(&mut self, run: &Run, record: &RunRecord) -> String {
        if let Some(name) = run.tag(RUN_NAME_TAG) {
            return name.to_owned();
        }
        let keys = [Arc::from(RUN_NAME_TAG)];
        let section = some(self.directory, TAGS, record.tags.as_deref(), &keys, self.now_ns);
        let Ok(section) = section else {
            return String::new();
        };
        let value = items(&section)
            .first()
            .and_then(|item| item.value()?.text().map(str::to_owned));
        value.unwrap_or_default()
    }
}
