//! What the suites share: the real MLflow environments, the servers they start, and the binary under test.

pub mod binary;
pub mod kept;
pub mod kubernetes_api;
pub mod picture;
pub mod python;
pub mod screen;
pub mod server;
