//! A server of Kubeflow Pipelines that exists only as answers: its API, and runs that advance and print.
//!
//! It speaks v2beta1 of release 2.17 (and what is left of v1beta1 and v1alpha1) as a real API server did when it was
//! recorded, its oddities with it; or the coming API of tasks. Runs are played: what a workflow controller would make of a
//! pipeline is worked out when the run is made, and told as far as the clock has come. Pods, events and logs stand in the
//! cluster of [`crate::kubernetes`].
//!
//! ```text
//! store      what there is, behind one lock; how it goes on with the clock
//! engine     a pipeline -> the nodes of its workflow, its pods and what they print
//! answer     a question -> an answer, without the network; a file for each kind of thing below it
//! table      sorting, filtering and pages, as all lists have them
//! proto_json bodies, and what is refused in them
//! server     the network
//! ```

mod answer;
mod catalog;
mod condition;
pub(crate) mod content;
mod engine;
mod experiments;
mod filter;
mod ids;
mod legacy;
mod mlflow;
mod options;
mod package;
mod proto_json;
mod query;
mod records;
mod refusal;
mod reply;
mod run;
mod runs;
mod schedules;
mod server;
mod spec;
mod store;
mod table;
mod task_api;
mod upload;
mod users;

pub use engine::script::{Fate, Script};
pub use ids::{IdKind, IdSource};
pub use options::{Clock, MlflowPlugin, MlflowRun, PipelinesOptions, Users};
pub use server::PipelinesServer;
pub use store::Pipelines;
