//! How numbers, durations and sizes are written.
