//! Logs on disk: what was read of a log is kept line by line, found again by number, time and pattern.
//!
//! ```text
//! file     one log: text, a record for each line, a sparse index; one writes, many read
//! reading  lines by number and by time
//! search   lines by pattern, a block on each core
//! line_set which lines passed a filter
//! store    all logs that were kept, below the state directory
//! keeping  one log being kept: what is there already is left out
//! ```
//!
//! Memory does not grow with a log but for eight bytes for every 256 lines: the rest is on disk.

mod file;
mod keeping;
mod line_set;
mod reading;
mod search;
mod store;
#[cfg(test)]
mod tests;

pub use file::{LogFile, LogWriter, NewLine};
pub use keeping::{Keeping, Known};
pub use line_set::LineSet;
pub use reading::{Entry, LONGEST_SHOWN};
pub use search::{Direction, LineFilter, Pattern};
pub use store::{KeptLog, LogAbout, LogKey, LogStore, Usage};
