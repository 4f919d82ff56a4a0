//! Curves drawn in braille dots.
