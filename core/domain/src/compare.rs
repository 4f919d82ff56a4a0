//! What differs between runs.
