//! Kubeflow: Pipelines through its REST API, runs as the Argo Workflows that carry them out, and the cluster beneath.

pub mod argo;
pub mod cluster;
pub mod dashboard;
mod object_meta;
pub mod pipelines;
pub mod serving;
