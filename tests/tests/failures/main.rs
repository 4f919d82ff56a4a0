//! What goes wrong is said in one sentence that names the thing, with a hint at the way out and the exit code that
//! scripts stand on; nothing panics, and nothing is written to standard output.

mod flowdeck;
mod local;
mod misbehaving;
mod server;
mod words;
