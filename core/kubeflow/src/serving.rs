//! KServe, through the Kubernetes API: inference services as their controller writes them.
//!
//! ```text
//! wire       the objects as the server spells them; `object` makes them what we mean
//! ```

mod object;
mod wire;

#[cfg(test)]
mod tests;

pub use object::inference_service;
