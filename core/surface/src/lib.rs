//! View-models, action list, notices and the contract that every screen shares.
//!
//! What a person reads is decided here once: which columns, how a number is written, what a status means,
//! which actions apply. Screens and the command line draw it.

pub mod action;
pub mod activity;
pub mod chart;
pub mod clock;
pub mod command;
pub mod compare;
pub mod context_list;
pub mod contract;
pub mod experiment_row;
pub mod fuzzy;
pub mod history;
pub mod inbox;
pub mod log;
pub mod markdown;
pub mod notice;
pub mod pipelines;
pub mod pods;
pub mod preview;
pub mod promotion;
pub mod registry;
pub mod rpc;
pub mod run_cell;
pub mod run_column;
pub mod run_overview;
pub mod run_reading;
pub mod run_table;
pub mod sparkline;
pub mod status;
pub mod text;
pub mod ticks;
pub mod timeline;
pub mod tone;
pub mod web;
pub mod words;

pub use flowdeck_client as client;
pub use flowdeck_client::format;
