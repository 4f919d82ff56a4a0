//! Parts that screens are made of.

pub(crate) mod cursor;
pub(crate) mod frame;
pub(crate) mod message;
pub(crate) mod prompt;
pub(crate) mod table;
pub(crate) mod text;
