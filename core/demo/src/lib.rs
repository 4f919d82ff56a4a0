//! Seeded stores that make every view work with nothing installed.

pub mod schema;
