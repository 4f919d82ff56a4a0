//! The offline store: one SQLite file for each context, and the ports answered from it.
//!
//! What a server answered is kept with the time it was read: experiments, runs, metric histories, logged models, traces,
//! registered models and versions, listings of artifacts and small files. Writing is the work of one thread that nobody
//! waits for; where it fails, that is said once and everything goes on without a cache. The file can be deleted at any
//! time and costs only time; logs that were followed lie elsewhere ([`logs`]). Nothing of signing in is ever handed to this crate.

mod file;
pub mod logs;
mod offline;
mod record;
mod schema;
mod store;

pub use file::{FileInfo, info, remove};
pub use offline::{NothingKept, Offline, is_kept_page, model_named};
pub use record::{Artifact, Directory, Kind, Thing, owner_key};
pub use schema::SCHEMA_VERSION;
pub use store::{
    Cache, CacheOptions, Census, HistoryState, HistoryToken, KeepResult, Kept, ListState, Reading, Sync,
    Writing, look_into,
};
