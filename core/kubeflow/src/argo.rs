//! A run as Argo Workflows runs it: nodes, and the tasks of the pipeline that they stand for.
//!
//! Kubeflow Pipelines makes several nodes of one task: `train-driver` (a pod that prepares), `train` (a DAG around it)
//! and below that `executor` (the pod itself, with `executor(0)`, `executor(1)` where it is tried again).

mod details;
mod executor_input;
mod graph;
mod hash;
mod state;
mod tree;
mod workflow;

pub use details::{NodeDetail, tree_of_details};
pub(crate) use workflow::WorkflowWire;
pub use workflow::{WorkflowTold, read_manifest};
