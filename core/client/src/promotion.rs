//! Promotion: a version takes a stage or an alias over, guarded, on record, and reversible.
//!
//! 1. [`Session::preview_promotion`] reads who holds the target now and what the candidate is, plans the steps
//!    ([`plan()`], pure) and judges the gates of the context ([`Gates`], pure).
//! 2. [`Session::apply_change`] reads the registry again and refuses where it is another one than was seen. Then it takes
//!    one step after the other, first those that put a version into use, then those that take one out: at no moment does
//!    nobody hold the stage. Each step stands in the audit log before it is taken and after, on the disk both times.
//! 3. It reads back, and the change is done only when the registry says so.
//!
//! What breaks off in between is found in the log by [`Session::unfinished_changes`] and is finished by promoting again, or
//! taken back by [`Session::preview_undo`], which also restores the state before a change that was done.
//!
//! Every other write, of names, descriptions, tags and versions, goes through [`Session::edit_registry`] and stands in the same
//! log. It is taken back from there, too, where nothing is lost by that: what is deleted is gone, and what was made goes
//! only while nobody has used it.
//!
//! MLflow has no way to change a registry on a condition: between the last look and the write another client may still
//! write. The reading back finds that too.

mod apply;
mod audit;
mod change;
mod edit;
mod edit_back;
mod gates;
mod plan;
mod preview;
mod record;
mod rule;
mod side;
mod side_by_side;
mod signature;
mod target;
mod undo;

pub use apply::Progress;
pub use audit::AuditLog;
pub use change::{Change, ChangeKind, ChangeOutcome};
pub use edit::{ModelEdit, RegistryEdit, VersionEdit};
pub use edit_back::{EditBack, ValueChange};
pub use gates::{Gates, Verdict};
pub use plan::{Step, plan};
pub use preview::{MetricPair, ParamPair, Preview};
pub use record::{AuditEntry, EntryState, State};
pub use rule::MetricRule;
pub use side::Side;
pub use side_by_side::VersionComparison;
pub use signature::{Agreement, Signature, SignatureComparison};
pub use target::Target;
pub use undo::{Back, Left, Undo, Undoable};

#[cfg(doc)]
use crate::session::Session;
