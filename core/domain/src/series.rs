//! The arithmetic of curves.
