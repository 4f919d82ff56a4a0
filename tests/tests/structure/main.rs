//! What the workspace promises of itself.

mod arrows;
