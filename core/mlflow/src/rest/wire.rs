//! What servers send, as they spell it. Every field may be absent or null, numbers may come as text, and what is
//! not known is passed over. Source: MLflow `service.proto`, `model_registry.proto`; answers of 1.30, 2.22, 3.18.

mod experiment;
mod logged_model;
mod page;
mod registry;
mod run;
mod scalar;
mod trace;

pub(super) use experiment::ExperimentIdWire;
use experiment::ExperimentWire;
use logged_model::LoggedModelWire;
pub(super) use page::{Decoding, Family, TraceInfoV2, decode_one, decode_page};
use page::{Missing, Wire};
use registry::{ModelVersionWire, RegisteredModelWire};
use run::RunWire;
pub(super) use scalar::{Double, Int, Text};
use trace::{OtlpTraceWire, TraceInfoV2Wire, TraceInfoWire};
