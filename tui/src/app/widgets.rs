//! Parts that screens are made of.

pub(crate) mod area;
pub(crate) mod cursor;
#[allow(dead_code, reason = "screens that ask come one after the other")]
pub(crate) mod dialog;
pub(crate) mod frame;
pub(crate) mod message;
pub(crate) mod picture;
pub(crate) mod prompt;
pub(crate) mod table;
pub(crate) mod text;
