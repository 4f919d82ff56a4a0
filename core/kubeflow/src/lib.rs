//! Kubeflow Pipelines: its REST API, and its runs as the Argo Workflows that carry them out.

pub mod argo;
pub mod pipelines;
