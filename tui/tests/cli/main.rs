//! The real binary over a demo store, as scripts and people use it.

mod codes;
mod csv;
mod inbox;
mod json;
mod logs;
mod people;
mod pipelines;
mod promotion;
mod support;
mod terminal;
mod undo;
mod writes;
