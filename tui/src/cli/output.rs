//! What commands write: tables for people, JSON and CSV for programs.

pub(crate) mod card;
pub(crate) mod cell;
pub(crate) mod column;
pub(crate) mod csv;
pub(crate) mod family;
pub(crate) mod json;
pub(crate) mod paint;
pub(crate) mod table;
