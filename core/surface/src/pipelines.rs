//! Pipelines as people read them: what a run may be given, when a schedule fires, how a task stands.

mod filter;
mod run_form;
mod schedule;
mod task;

pub use filter::{read_filter, read_sort, since};
pub use run_form::{FormField, RunForm};
pub use schedule::{FIRES_SHOWN, SchedulePreview, preview, trigger_words};
pub use task::task_summary;
