//! The desktop's contract over loopback HTTP, so that a real browser drives the real core.
//!
//! ```text
//! GET  /…       the front end's files, as they were built
//! POST /rpc     a request; JSON or bytes, 422 with a failure
//! POST /follow  a stream; one JSON a line until the browser goes away
//! ```
//!
//! It listens on loopback alone. Whoever asks must name loopback as the host, so that no page of another name reaches it,
//! and must know the token, which is told on standard output and nowhere else.

mod files;
mod serve;

use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_client::{Chosen, Environment, Flags, Location, Timestamp};
use flowdeck_demo::LiveDemo;
use flowdeck_surface::rpc::Desk;
use tokio::net::TcpListener;

use serve::Bridge;

const USAGE: &str = "usage: flowdeck-bridge [--store URI] [--pages DIR]";

#[tokio::main]
async fn main() -> ExitCode {
    let (mut flags, mut pages) = (Flags::default(), PathBuf::from("frontend/dist"));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match (argument.as_str(), arguments.next()) {
            ("--store", Some(store)) => flags.store = Some(store),
            ("--pages", Some(dir)) => pages = dir.into(),
            _ => {
                eprintln!("flowdeck-bridge does not know `{argument}`\n{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    let demo = LiveDemo::default();
    let open_demo = Box::new(move |_| {
        let database = demo.database(now)?;
        Ok(Chosen::at(Location::Sqlite(database), "the demo"))
    });
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("flowdeck-bridge cannot listen on loopback: {error}");
            return ExitCode::FAILURE;
        }
    };
    let Ok(address) = listener.local_addr() else {
        return ExitCode::FAILURE;
    };
    let token = token();
    let desk = Desk::new(flags, Environment::of_process(), Some(open_demo));
    println!("http://{address}/?bridge={token}");
    let bridge = Arc::new(Bridge::new(desk, pages, token, address.port()));
    bridge.serve(listener).await;
    ExitCode::SUCCESS
}

/// What nobody can guess who was not told: two numbers that the standard library draws for every hash map anew.
fn token() -> String {
    use std::hash::{BuildHasher, RandomState};
    let draw = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", draw(), draw())
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
