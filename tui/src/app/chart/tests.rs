//! Charts by keys and frames, without a screen around them.

mod bench;
mod export;
mod grid;
mod pixels;
mod several;
mod single;
mod speed;
