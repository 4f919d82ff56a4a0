//! The index: what was read before, kept between sessions in one file.
//!
//! The file is a cache and nothing more. Another version, another store, a wrong checksum, half a file: it is
//! ignored and written anew. It is replaced by a rename, so a reader never sees half of it, and of two writers the
//! last one wins.

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use bytes::Bytes;
use rustc_hash::FxHashSet;

use super::codec::{Reader, Writer};
use super::record::{self, Records, RunRecord};
use super::stamp::fold;

/// Changes with every change of what is kept or how.
const VERSION: u64 = 2;
const MAGIC: &[u8; 8] = b"flowdkFS";
/// Bytes written at once.
const BLOCK_BYTES: usize = 1 << 16;
/// Magic, checksum.
const HEADER_BYTES: usize = 16;

/// What is known of a store from earlier reads.
#[derive(Debug)]
pub(super) struct Index {
    file: Option<PathBuf>,
    /// The store it speaks of.
    store: String,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    loaded: bool,
    records: Records,
    saving: Option<JoinHandle<()>>,
}

impl Index {
    /// The index of the store at `root`, kept in `file` or else in memory alone.
    pub(super) fn new(root: &Path, file: Option<&Path>) -> Self {
        Self {
            file: file.map(Path::to_owned),
            store: root.display().to_string(),
            state: Mutex::default(),
        }
    }

    /// What is kept of some runs of an experiment, in their order, and of its datasets.
    pub(super) fn recall(&self, experiment: &str, runs: &[String]) -> (Vec<RunRecord>, Option<Bytes>) {
        let mut state = self.state();
        if !state.loaded {
            state.loaded = true;
            state.records = self.load().unwrap_or_default();
        }
        let Some(known) = state.records.get(experiment) else {
            return (vec![RunRecord::default(); runs.len()], None);
        };
        let records = runs
            .iter()
            .map(|run| known.runs.get(run.as_str()).cloned().unwrap_or_default())
            .collect();
        (records, known.datasets.clone())
    }

    /// Keeps what was read of an experiment's runs; where all of them were listed, others are forgotten. Gives
    /// whether any were.
    pub(super) fn keep(&self, experiment: &str, changes: Changes) -> bool {
        let mut state = self.state();
        let known = state.records.entry(experiment.into()).or_default();
        if let Some(datasets) = changes.datasets {
            known.datasets = Some(datasets);
        }
        for (run, record) in changes.runs {
            known.runs.insert(run.into_boxed_str(), record);
        }
        let Some(all) = changes.all_runs else { return false };
        let before = known.runs.len();
        if before > all.len() {
            let all: FxHashSet<&str> = all.iter().map(String::as_str).collect();
            known.runs.retain(|run, _| all.contains(&**run));
        }
        known.runs.len() < before
    }

    /// Writes the file, in the background: nobody waits for it but the end of the process.
    pub(super) fn save(&self) {
        let Some(file) = self.file.clone() else { return };
        let mut state = self.state();
        if state.saving.as_ref().is_some_and(|saving| !saving.is_finished()) {
            return;
        }
        let records = state.records.clone();
        let store = self.store.clone();
        let save = move || {
            if let Err(error) = write(&file, &store, &records) {
                tracing::debug!(file = %file.display(), %error, "the index could not be written");
            }
        };
        state.saving = std::thread::Builder::new()
            .name("file-store-index".to_owned())
            .spawn(save)
            .ok();
    }

    fn load(&self) -> Option<Records> {
        let bytes = Bytes::from(std::fs::read(self.file.as_ref()?).ok()?);
        let (header, body) = bytes.split_at_checked(HEADER_BYTES)?;
        let (magic, sum) = header.split_at(8);
        if magic != MAGIC || sum != checksum(body).to_le_bytes() {
            return None;
        }
        let mut reader = Reader(body);
        if reader.u64()? != VERSION || reader.text()? != self.store {
            return None;
        }
        record::decode(&bytes, reader)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What is kept is checked against the files whenever it is used, so a half-done change does no harm.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        if let Some(saving) = self.state().saving.take() {
            let _ = saving.join();
        }
    }
}

/// What a search found out about one experiment.
#[derive(Default)]
pub(super) struct Changes {
    /// Runs of which something was read.
    pub(super) runs: Vec<(String, RunRecord)>,
    /// Its datasets, if they were read.
    pub(super) datasets: Option<Bytes>,
    /// All runs that there are, if they were listed.
    pub(super) all_runs: Option<Vec<String>>,
}

fn write(file: &Path, store: &str, records: &Records) -> std::io::Result<()> {
    let directory = file
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let mut temporary = tempfile::NamedTempFile::new_in(directory)?;
    temporary.write_all(&[0; HEADER_BYTES])?;
    let mut sum = Checksum::default();
    let mut writer = Writer(Vec::with_capacity(2 * BLOCK_BYTES));
    writer.u64(VERSION);
    writer.text(store);
    record::encode(records, &mut writer, |writer| {
        if writer.0.len() < BLOCK_BYTES {
            return Ok(());
        }
        let whole_words = writer.0.len() / 8 * 8;
        sum.add(&writer.0[..whole_words]);
        temporary.write_all(&writer.0[..whole_words])?;
        writer.0.drain(..whole_words);
        Ok(())
    })?;
    temporary.write_all(&writer.0)?;
    temporary.rewind()?;
    temporary.write_all(MAGIC)?;
    temporary.write_all(&sum.end(&writer.0).to_le_bytes())?;
    temporary.persist(file)?;
    Ok(())
}

fn checksum(bytes: &[u8]) -> u64 {
    Checksum::default().end(bytes)
}

/// A sum over bytes that come block by block.
#[derive(Default)]
struct Checksum {
    sum: u64,
    n_bytes: u64,
}

impl Checksum {
    /// Goes on with whole words.
    fn add(&mut self, words: &[u8]) {
        self.n_bytes += words.len() as u64;
        for word in words.as_chunks::<8>().0 {
            self.sum = fold(self.sum ^ u64::from_le_bytes(*word), 0xe703_7ed1_a0b4_28db);
        }
    }

    /// Ends with what is left.
    fn end(mut self, rest: &[u8]) -> u64 {
        let whole_words = rest.len() / 8 * 8;
        self.add(&rest[..whole_words]);
        for byte in &rest[whole_words..] {
            self.sum = fold(self.sum ^ u64::from(*byte), 0xe703_7ed1_a0b4_28db);
        }
        let n_bytes = self.n_bytes + (rest.len() - whole_words) as u64;
        fold(self.sum ^ n_bytes, 0x9e37_79b9_7f4a_7c15)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index_with_one_run(file: &Path) -> Index {
        let index = Index::new(Path::new("store"), Some(file));
        index.recall("0", &[]);
        let record = RunRecord {
            meta: Some(Bytes::from_static(b"meta")),
            ..RunRecord::default()
        };
        index.keep(
            "0",
            Changes {
                runs: vec![("run".to_owned(), record)],
                ..Changes::default()
            },
        );
        index
    }

    fn recalled(file: &Path, store: &str) -> Option<Bytes> {
        let index = Index::new(Path::new(store), Some(file));
        index.recall("0", &["run".to_owned()]).0.remove(0).meta
    }

    #[test]
    fn what_was_kept_is_recalled_in_the_next_session() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("deep/index");
        index_with_one_run(&file).save();
        assert_eq!(recalled(&file, "store").as_deref(), Some(&b"meta"[..]));
        assert_eq!(recalled(&file, "another store"), None);
    }

    #[test]
    fn an_index_of_many_blocks_is_recalled_whole() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("index");
        let index = index_with_one_run(&file);
        let part = |n: usize| Bytes::from(vec![n as u8; 1 + n % 3000]);
        let runs = (0..1000).map(|n| {
            let record = RunRecord {
                params: Some(part(n)),
                ..RunRecord::default()
            };
            (n.to_string(), record)
        });
        index.keep(
            "0",
            Changes {
                runs: runs.collect(),
                ..Changes::default()
            },
        );
        index.save();
        drop(index);
        assert!(std::fs::metadata(&file).unwrap().len() > 4 * BLOCK_BYTES as u64);
        let names: Vec<String> = (0..1000).map(|n: usize| n.to_string()).collect();
        let (records, _) = Index::new(Path::new("store"), Some(&file)).recall("0", &names);
        for (n, record) in records.into_iter().enumerate() {
            assert_eq!(record.params, Some(part(n)), "{n}");
        }
    }

    #[test]
    fn a_damaged_index_is_ignored_whatever_the_damage() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("index");
        index_with_one_run(&file).save();
        let whole = std::fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            std::fs::write(&file, &flipped).unwrap();
            assert_eq!(recalled(&file, "store"), None, "byte {at}");
            std::fs::write(&file, &whole[..at]).unwrap();
            assert_eq!(recalled(&file, "store"), None, "cut at {at}");
        }
    }

    #[test]
    fn runs_that_are_gone_are_forgotten() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("index");
        let index = index_with_one_run(&file);
        index.keep(
            "0",
            Changes {
                all_runs: Some(Vec::new()),
                ..Changes::default()
            },
        );
        assert!(index.recall("0", &["run".to_owned()]).0[0].meta.is_none());
    }
}
