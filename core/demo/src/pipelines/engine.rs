//! Runs that are only played: what a workflow controller would make of a pipeline, worked out at once for all time.
//!
//! ```text
//! script    how the steps of a run are to go
//! node      the nodes of a workflow, each with its times
//! plan      a pipeline -> nodes: order, loops, conditions, exit handlers, retries, cached steps
//! values    what a step is given and what it makes
//! print     what a step prints
//! workflow  a plan at a moment -> the Workflow object
//! pods      a plan at a moment -> pods, events and logs in the cluster
//! ```

pub(super) mod node;
pub(super) mod plan;
pub(super) mod pods;
mod print;
pub(super) mod script;
mod values;
pub(super) mod workflow;
