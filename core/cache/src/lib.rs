//! The offline store: one SQLite file for each context, and the ports answered from it.
//!
//! The room is here so that the arrows of the house are checked from the start; it is furnished with contexts.
