use std::fmt;
use std::sync::Arc;

use crate::random::Random;

/// What gets an id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum IdKind {
    /// A pipeline.
    Pipeline,
    /// A version of a pipeline.
    Version,
    /// An experiment.
    Experiment,
    /// A run.
    Run,
    /// A schedule.
    RecurringRun,
    /// The workflow of a run: its whole name.
    Workflow,
    /// A task of the coming API.
    Task,
    /// An artifact of the coming API.
    Artifact,
    /// A link between the two.
    ArtifactTask,
    /// A run that the MLflow plugin makes.
    MlflowRun,
    /// An entry of the older cache.
    CachedTask,
}

/// Where ids come from; where it gives none, the server makes one up.
#[derive(Clone)]
pub struct IdSource(Arc<dyn Fn(IdKind) -> Option<String> + Send + Sync>);

impl IdSource {
    /// A source that asks this.
    pub fn new(ask: impl Fn(IdKind) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    pub(super) fn ask(&self, kind: IdKind) -> Option<String> {
        (self.0)(kind)
    }
}

impl Default for IdSource {
    fn default() -> Self {
        Self::new(|_| None)
    }
}

impl fmt::Debug for IdSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdSource")
    }
}

/// A UUID of version 4.
pub(super) fn uuid(random: &mut Random) -> String {
    dashed(&random.hex(32), '4')
}

/// The UUID that belongs to these texts, always the same.
pub(super) fn uuid_of(parts: &[&str]) -> String {
    dashed(&Random::new(hash(parts)).hex(32), '5')
}

fn dashed(hex: &str, version: char) -> String {
    format!(
        "{}-{}-{version}{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

/// Five letters, as Kubernetes ends a generated name.
pub(super) fn suffix(random: &mut Random) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    (0..5).map(|_| char::from(*random.pick(LETTERS))).collect()
}

/// FNV-1a over 64 bits of texts, one after the other.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
