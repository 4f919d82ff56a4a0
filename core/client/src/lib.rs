//! Where stores are found, how they are opened, and the use cases over them.
//!
//! Screens name domain types through this crate's re-exports.

pub mod artifact_reference;
pub mod changes;
mod cluster_view;
pub mod config;
pub mod context;
pub mod contexts;
pub mod discovery;
pub mod environment;
pub mod kubernetes_cluster;
pub mod list;
pub mod location;
pub mod logs;
pub mod offline;
mod pause;
pub mod pipelines_server;
pub mod policy;
pub mod promotion;
mod read_only;
pub mod saved_views;
pub mod secrets;
pub mod session;
pub mod sign_in;
mod stores;
pub mod sync;
mod tunnel;
pub mod version_reference;
pub mod watch;

pub use artifact_reference::ArtifactReference;
pub use changes::{Change, Changed, Edit};
pub use cluster_view::ClusterView;
pub use config::Config;
pub use context::Context;
pub use contexts::Contexts;
pub use discovery::{Chosen, Discovery, Flags, Look, chosen_context, discover};
pub use environment::Environment;
pub use flowdeck_cache as cache;
pub use flowdeck_domain::*;
pub use kubernetes_cluster::Kubernetes;
pub use list::{ListRequest, Listing};
pub use location::Location;
pub use pipelines_server::{Pace, Pipelines, PipelinesListRequest, ended_well, read_package, task_of};
pub use policy::{Confirmation, Policy};
pub use saved_views::{SavedView, SavedViews};
pub use session::{Download, DownloadProgress, RunListRequest, Session, versions_filter};
pub use stores::index_file;
pub use sync::{SyncProgress, SyncReport, SyncRequest, SyncTarget};
pub use version_reference::VersionReference;
