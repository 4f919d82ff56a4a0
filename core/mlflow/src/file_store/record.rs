//! What is kept of runs that were read, in memory and in the index file.

use std::io;

use bytes::Bytes;
use rustc_hash::FxHashMap;

use super::codec::{Reader, Writer};

/// What is kept of one run: its parts in encoded form, each with the stamps it is trusted by.
#[derive(Clone, Debug, Default)]
pub(super) struct RunRecord {
    pub(super) meta: Option<Bytes>,
    pub(super) params: Option<Bytes>,
    pub(super) metrics: Option<Bytes>,
    pub(super) tags: Option<Bytes>,
    pub(super) inputs: Option<Bytes>,
    pub(super) outputs: Option<Bytes>,
}

impl RunRecord {
    fn parts(&self) -> [&Option<Bytes>; 6] {
        [
            &self.meta,
            &self.params,
            &self.metrics,
            &self.tags,
            &self.inputs,
            &self.outputs,
        ]
    }

    fn parts_mut(&mut self) -> [&mut Option<Bytes>; 6] {
        [
            &mut self.meta,
            &mut self.params,
            &mut self.metrics,
            &mut self.tags,
            &mut self.inputs,
            &mut self.outputs,
        ]
    }
}

/// What is kept of one experiment.
#[derive(Clone, Debug, Default)]
pub(super) struct ExperimentRecord {
    pub(super) datasets: Option<Bytes>,
    pub(super) runs: FxHashMap<Box<str>, RunRecord>,
}

/// What is kept of a store, by the ids of its experiments.
pub(super) type Records = FxHashMap<Box<str>, ExperimentRecord>;

/// Writes down all records, and hands over what is written after every run: all of it at once would take as much
/// memory as the records themselves.
pub(super) fn encode(
    records: &Records,
    writer: &mut Writer,
    mut hand_over: impl FnMut(&mut Writer) -> io::Result<()>,
) -> io::Result<()> {
    writer.count(records.len());
    for (id, experiment) in records {
        writer.text(id);
        encode_part(experiment.datasets.as_ref(), writer);
        writer.count(experiment.runs.len());
        for (run, record) in &experiment.runs {
            writer.text(run);
            for part in record.parts() {
                encode_part(part.as_ref(), writer);
            }
            hand_over(writer)?;
        }
    }
    Ok(())
}

/// Reads what [`encode`] wrote from the end of `bytes` on, which the records then share.
pub(super) fn decode(bytes: &Bytes, mut reader: Reader<'_>) -> Option<Records> {
    let mut records = Records::default();
    for _ in 0..reader.count()? {
        let id = reader.text()?;
        let mut experiment = ExperimentRecord {
            datasets: decode_part(bytes, &mut reader)?,
            runs: FxHashMap::default(),
        };
        let count = reader.count()?;
        experiment.runs.reserve(count.min(bytes.len()));
        for _ in 0..count {
            let run = reader.text()?;
            let mut record = RunRecord::default();
            for part in record.parts_mut() {
                *part = decode_part(bytes, &mut reader)?;
            }
            experiment.runs.insert(run.into(), record);
        }
        records.insert(id.into(), experiment);
    }
    Some(records)
}

fn encode_part(part: Option<&Bytes>, writer: &mut Writer) {
    writer.byte(part.is_some().into());
    if let Some(part) = part {
        writer.bytes(part);
    }
}

fn decode_part(bytes: &Bytes, reader: &mut Reader<'_>) -> Option<Option<Bytes>> {
    match reader.byte()? {
        0 => Some(None),
        _ => Some(Some(bytes.slice_ref(reader.bytes()?))),
    }
}
