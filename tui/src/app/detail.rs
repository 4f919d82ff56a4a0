//! What pages of runs, models and traces ask of a store, and what it answers.

use std::path::PathBuf;
use std::sync::Arc;

use flowdeck_surface::client::artifact::{ArtifactEntry, ArtifactPath, ArtifactRoot};
use flowdeck_surface::client::registry::ModelVersion;
use flowdeck_surface::client::tracking::{
    Experiment, LoggedModel, MetricExtremes, Run, Tag, Trace, TraceInfo,
};
use flowdeck_surface::client::{
    Download, DownloadProgress, ExperimentId, Listing, MetricKey, ModelId, RunId, TraceId,
};
use flowdeck_surface::preview::{Preview, TextFile};

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    /// The least and the greatest value of some metrics, where telling is cheap.
    Extremes(RunId, Vec<MetricKey>),
    /// Runs that are nested in one, at any depth.
    Children(ExperimentId, RunId),
    /// Logged models by id, those that are gone left out.
    LoggedModels(Vec<ModelId>),
    /// One logged model.
    LoggedModel(ModelId),
    /// Logged models of an experiment, the latest first.
    ExperimentModels(ExperimentId),
    /// Traces that were made in a run, the latest first.
    RunTraces(ExperimentId, RunId),
    /// Traces of an experiment, the latest first.
    ExperimentTraces(ExperimentId),
    /// One trace with its spans.
    Trace(TraceId),
    /// Model versions that came from a run.
    Versions(RunId),
    /// What a file is and what it shows; its size, where it was told.
    Preview(ArtifactRoot, ArtifactPath, Option<u64>),
    /// The files of a run, at any depth.
    Files(ArtifactRoot),
    /// A file as text.
    Text(ArtifactRoot, ArtifactPath, Option<u64>),
    /// Copies a file or a directory to this machine.
    Download(ArtifactRoot, ArtifactPath, PathBuf),
    /// Opens a file with the program that the desktop has for it.
    OpenOutside(ArtifactRoot, ArtifactPath),
    /// One experiment.
    Experiment(ExperimentId),
    /// Changes a run.
    Change(RunId, Change),
}

/// A change of a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Change {
    /// Gives it another name.
    Rename(String),
    /// Sets a tag; the note is one.
    Tag(Tag),
    /// Removes a tag.
    Untag(String),
    /// Deletes it; it can be restored.
    Delete,
    /// Takes the deletion back.
    Restore,
}

/// What was answered.
#[derive(Debug)]
pub(crate) enum Told {
    /// By metric; none where the store cannot tell without reading all points.
    Extremes(Option<Vec<MetricExtremes>>),
    /// In the store's order.
    Runs(Listing<Run>),
    /// Logged models.
    LoggedModels(Listing<LoggedModel>),
    /// A logged model.
    LoggedModel(Box<LoggedModel>),
    /// Traces without spans.
    Traces(Listing<TraceInfo>),
    /// A trace with its spans.
    Trace(Box<Trace>),
    /// Model versions.
    Versions(Vec<ModelVersion>),
    /// What a file shows.
    Preview(Box<Preview>),
    /// The files of a run, and whether there are more.
    Files(Vec<ArtifactEntry>, bool),
    /// A file as text.
    Text(Arc<TextFile>),
    /// How far a download has come; more replies follow.
    Downloading(DownloadProgress),
    /// A download is done.
    Downloaded(Download),
    /// A file was handed to another program; its name.
    Opened(String),
    /// An experiment.
    Experiment(Box<Experiment>),
    /// The change was made.
    Changed,
}
