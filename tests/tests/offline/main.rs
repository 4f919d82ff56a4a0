//! Reading without the server: the real binary against a real MLflow server that is stopped, on the command line and in a
//! pseudo-terminal; syncs that are killed; caches that two processes write.

mod cli;
mod gate;
mod place;
mod screens;
mod sync;
mod terminal;
