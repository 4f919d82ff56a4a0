//! What the store promises as a whole, on small stores made here.

mod extremes;
mod fixture;
mod hostile;
mod index;
mod reading;
mod tails;
mod writing;
