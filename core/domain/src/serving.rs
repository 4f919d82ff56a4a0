//! What flowdeck knows of model serving: inference services, the models and revisions behind them, and how they stand.
//!
//! ```text
//! service        an inference service with what was asked of it and what its controller says
//! component      its predictor, transformer or explainer: the model, replicas, revisions, traffic
//! model_status   what the controller says of loading the model
//! state          one word for how it stands
//! standing       the rule that finds that word, with the pods beside the conditions
//! trouble        why it is not ready: the cause behind KServe's own reasons
//! ```

mod component;
mod model_status;
mod service;
mod standing;
mod state;
mod trouble;

pub use component::{Autoscaling, Component, ComponentKind, Model, Revisions, TrafficShare};
pub use model_status::{LoadFailure, ModelStatus, Transition};
pub use service::{Canary, Condition, InferenceService, ServingMode};
pub use standing::{Standing, Surroundings};
pub use state::ServiceState;
