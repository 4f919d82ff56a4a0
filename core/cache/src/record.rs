//! How things are spelled in the file: one record each, and a curve as columns.
//!
//! A record starts with the version of its spelling; one of another version counts as not there. Fields follow in the
//! order of the lists in `things.rs`: who changes a list raises [`SPELLING`].

mod codec;
mod columns;
mod kind;
mod things;

pub(crate) use codec::{Cursor, Names, Stored};
pub(crate) use columns::{read_points, write_points};
pub use kind::{Artifact, Directory, Kind, Thing, owner_key};
pub(crate) use kind::{Spans, artifact_id};

/// The version of the spelling of records.
const SPELLING: u8 = 1;

/// The record of a thing.
pub(crate) fn encoded<T: Stored>(thing: &T) -> Vec<u8> {
    let mut out = vec![SPELLING];
    thing.write(&mut out);
    out
}

/// The thing that a record spells; none where another version or a fault of the disk spelled it.
pub(crate) fn decoded<T: Stored>(record: &[u8], names: &mut Names) -> Option<T> {
    let (&spelling, rest) = record.split_first()?;
    let mut cursor = Cursor::new(rest, names);
    let thing = T::read(&mut cursor)?;
    (spelling == SPELLING && cursor.is_at_end()).then_some(thing)
}
