//! The REST adapter against answers that real servers gave, and against servers that misbehave.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod recorded;
mod replay;
mod tails;
mod trouble;
mod wire_bytes;
