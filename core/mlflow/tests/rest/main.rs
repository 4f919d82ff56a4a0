//! The REST adapter against answers that real servers gave, and against servers that misbehave.

mod recorded;
mod replay;
mod trouble;
mod wire_bytes;
