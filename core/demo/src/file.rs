//! The bytes of artifacts: pictures, tables, logs, models.

pub(crate) mod model;
pub(crate) mod picture;
pub(crate) mod text;
