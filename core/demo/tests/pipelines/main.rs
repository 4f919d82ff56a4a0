//! The server of pipelines, held to what real servers answered.

mod captures;
mod http;
mod outcomes;
mod platform;
mod replay;
mod stage;
