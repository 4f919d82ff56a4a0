//! The adapter against answers of real servers.

#![allow(clippy::unwrap_used, reason = "a test may stop here")]

mod captures;
mod dashboard;
mod lists;
mod outcomes;
mod probing;
mod read_back;
mod refusals;
mod replay;
mod runs;
mod spelling;
mod writing;
