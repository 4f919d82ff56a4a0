//! Kubeflow Pipelines: so far its runs, as the Argo Workflows that carry them out.

pub mod argo;
