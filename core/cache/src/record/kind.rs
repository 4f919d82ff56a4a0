//! What is kept, and under which id.

use bytes::Bytes;
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::registry::{ModelVersion, RegisteredModel};
use flowdeck_domain::tracking::{Experiment, Lifecycle, LoggedModel, Run, Span, TraceInfo};

use super::codec::Stored;

/// A kind of thing. The numbers stand in the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[repr(i64)]
pub enum Kind {
    /// Experiments; all of one list.
    Experiment = 1,
    /// Runs, by experiment.
    Run = 2,
    /// Logged models, by experiment.
    LoggedModel = 3,
    /// Traces without spans, by experiment.
    Trace = 4,
    /// The spans of a trace.
    Spans = 5,
    /// Registered models; all of one list.
    Model = 6,
    /// Versions, by model.
    Version = 7,
    /// What lies in one directory of artifacts.
    Directory = 8,
    /// The bytes of an artifact.
    Artifact = 9,
}

impl Kind {
    /// All kinds, and what people call several of them.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Experiment, "experiments"),
        (Self::Run, "runs"),
        (Self::LoggedModel, "logged models"),
        (Self::Trace, "traces"),
        (Self::Spans, "traces with spans"),
        (Self::Model, "registered models"),
        (Self::Version, "model versions"),
        (Self::Directory, "artifact listings"),
        (Self::Artifact, "artifacts"),
    ];
}

/// A thing that is kept.
#[expect(private_bounds, reason = "how a thing is spelled is no one else's matter")]
pub trait Thing: Stored + Send + 'static {
    /// What kind it is.
    const KIND: Kind;

    /// Its id among all of its kind.
    fn id(&self) -> String;

    /// What it is listed under; empty where all are one list.
    fn parent(&self) -> &str {
        ""
    }

    /// Whether it was deleted and can be restored.
    fn is_deleted(&self) -> bool {
        false
    }
}

/// What lies directly below one path of artifacts.
#[derive(Clone, Debug, PartialEq)]
pub struct Directory {
    /// Whose artifacts they are, as [`owner_key`] says.
    pub owner: String,
    /// The path.
    pub path: ArtifactPath,
    /// The entries, by name.
    pub entries: Vec<ArtifactEntry>,
}

/// A file that was read whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// Whose artifact it is, as [`owner_key`] says.
    pub owner: String,
    /// Where it lies.
    pub path: ArtifactPath,
    /// Its bytes.
    pub bytes: Bytes,
}

/// The spans of a trace.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spans {
    pub(crate) trace: String,
    pub(crate) spans: Vec<Span>,
}

/// The name of an owner of artifacts: `run:ID`, `model:ID`, `version:NAME/3`, `trace:ID`.
pub fn owner_key(root: &ArtifactRoot) -> String {
    match &root.owner {
        ArtifactOwner::Run(id) => format!("run:{id}"),
        ArtifactOwner::LoggedModel(id) => format!("model:{id}"),
        ArtifactOwner::ModelVersion(name, version) => format!("version:{name}/{version}"),
        ArtifactOwner::Trace(id) => format!("trace:{id}"),
    }
}

/// The id of what lies at a path of an owner's artifacts.
pub(crate) fn artifact_id(owner: &str, path: &ArtifactPath) -> String {
    // Neither an id nor a path holds a line's end, so that no two come to the same.
    format!("{owner}\n{path}")
}

impl Thing for Experiment {
    const KIND: Kind = Kind::Experiment;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn is_deleted(&self) -> bool {
        self.lifecycle == Lifecycle::Deleted
    }
}

impl Thing for Run {
    const KIND: Kind = Kind::Run;

    fn id(&self) -> String {
        self.info.id.to_string()
    }

    fn parent(&self) -> &str {
        self.info.experiment_id.as_str()
    }

    fn is_deleted(&self) -> bool {
        self.info.lifecycle == Lifecycle::Deleted
    }
}

impl Thing for LoggedModel {
    const KIND: Kind = Kind::LoggedModel;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> &str {
        self.experiment_id.as_str()
    }
}

impl Thing for TraceInfo {
    const KIND: Kind = Kind::Trace;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn parent(&self) -> &str {
        self.experiment_id.as_str()
    }
}

impl Thing for Spans {
    const KIND: Kind = Kind::Spans;

    fn id(&self) -> String {
        self.trace.clone()
    }
}

impl Thing for RegisteredModel {
    const KIND: Kind = Kind::Model;

    fn id(&self) -> String {
        self.name.to_string()
    }
}

impl Thing for ModelVersion {
    const KIND: Kind = Kind::Version;

    fn id(&self) -> String {
        format!("{}\n{}", self.name, self.version)
    }

    fn parent(&self) -> &str {
        self.name.as_str()
    }
}

impl Thing for Directory {
    const KIND: Kind = Kind::Directory;

    fn id(&self) -> String {
        artifact_id(&self.owner, &self.path)
    }

    fn parent(&self) -> &str {
        &self.owner
    }
}

impl Thing for Artifact {
    const KIND: Kind = Kind::Artifact;

    fn id(&self) -> String {
        artifact_id(&self.owner, &self.path)
    }

    fn parent(&self) -> &str {
        &self.owner
    }
}
