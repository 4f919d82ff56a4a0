//! Pipelines as people read them: what a run may be given, when a schedule fires, how a task stands.

mod facts;
mod filter;
pub mod graph;
mod planned;
mod rows;
mod run_comparison;
mod run_form;
mod run_line;
mod run_words;
mod schedule;
mod task;
mod when;

pub use facts::{FactSection, LabelledFact, run_facts, task_facts};
pub use filter::{read_filter, read_sort, since};
pub use planned::{planned_tasks, with_plan};
pub use rows::{TaskRow, TaskRows, TaskSpan, took_ms};
pub use run_comparison::{
    ComparedOutcome, ComparedParameter, ComparedSide, ComparedTask, ComparedValue, PipelineRunComparison,
};
pub use run_form::{FormField, RunForm};
pub use run_line::{PipelineRunLine, progress, runs_in_csv};
pub use run_words::{complete_run_words, read_run_words};
pub use schedule::{FIRES_SHOWN, SchedulePreview, preview, trigger_words};
pub use task::task_summary;
pub use when::{WHEN_EXAMPLES, When, from_now, next_fire, read_when, when_typed};
