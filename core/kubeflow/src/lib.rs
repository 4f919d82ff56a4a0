//! Adapters for Kubeflow Pipelines, Kubernetes objects and the inference data plane.
//!
//! The room is here so that the arrows of the house are checked from the start; it is furnished with pipelines.
