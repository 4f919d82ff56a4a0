//! What happened to runs since the last look: failed, finished, stalled, diverging, no longer a number.
//!
//! A look holds the runs that go on, and those that ended lately, against what is remembered of the look before. Each
//! matter of a run is told once. What is remembered is a text that is kept in the state directory.

mod file;
mod gather;
mod item;
mod memory;
mod pace;
mod rules;
#[cfg(test)]
mod tests;
mod trend;

pub use file::InboxFile;
pub use gather::{Seen, gather};
pub use item::{Item, Matter};
pub use memory::Memory;
pub use pace::pause;
pub use rules::{STALLED_AFTER_MS, UNBORN_AFTER_MS};
pub use trend::{DIVERGED_BY, Trend, Trends, WORSE_BY};
