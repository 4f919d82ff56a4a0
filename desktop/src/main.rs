//! The window.
//!
//! One command, `rpc`, carries every request of the page to [`flowdeck_surface::rpc::Desk`], and one, `follow`, tells it
//! what has changed; the page itself reaches no network.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[cfg(target_os = "linux")]
mod webkit;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use flowdeck_client::{Chosen, Environment, Flags, Location, Timestamp};
use flowdeck_demo::LiveDemo;
use flowdeck_surface::contract::FailureView;
use flowdeck_surface::rpc::{Answer, Desk, OpenDemo};
use futures::StreamExt;
use serde_json::Value;
use tauri::State;
use tauri::ipc::{Channel, InvokeResponseBody, Response};

const USAGE: &str = "usage: flowdeck-desktop [--store URI] [--version]";

fn main() -> ExitCode {
    let flags = match flags(std::env::args().skip(1)) {
        Ok(Asked::Window(flags)) => flags,
        Ok(Asked::Version) => {
            println!("flowdeck-desktop {}", env!("CARGO_PKG_VERSION"));
            return ExitCode::SUCCESS;
        }
        Err(word) => {
            eprintln!("flowdeck-desktop does not know `{word}`\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    #[cfg(target_os = "linux")]
    webkit::prepare();
    let run = tauri::Builder::default()
        .manage(Desk::new(flags, Environment::of_process(), Some(open_demo())))
        .invoke_handler(tauri::generate_handler![rpc, follow])
        .run(tauri::generate_context!());
    match run {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("flowdeck-desktop cannot open its window: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers a request of the page.
#[tauri::command]
async fn rpc(desk: State<'_, Desk>, request: Value) -> Result<Response, FailureView> {
    desk.answer(request).await.map(|answer| match answer {
        Answer::Json(text) => Response::new(InvokeResponseBody::Json(text)),
        Answer::Columns(bytes) => Response::new(InvokeResponseBody::Raw(bytes)),
    })
}

/// Tells the page what it follows until it is gone.
#[tauri::command]
async fn follow(desk: State<'_, Desk>, stream: Value, told: Channel<Value>) -> Result<(), FailureView> {
    let mut stream = desk.follow(stream)?;
    while let Some(news) = stream.next().await {
        if told.send(news).is_err() {
            break;
        }
    }
    Ok(())
}

/// Writes the demo when it is asked for; it goes away with the window.
fn open_demo() -> OpenDemo {
    let demo = LiveDemo::default();
    Box::new(move |_| {
        let database = demo.database(now)?;
        Ok(Chosen::at(Location::Sqlite(database), "the demo"))
    })
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// What the command line asks for.
#[derive(Debug)]
enum Asked {
    Window(Flags),
    Version,
}

/// Reads the arguments; the error is the word that is not known.
fn flags(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut flags = Flags::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--version" => return Ok(Asked::Version),
            "--store" => flags.store = Some(arguments.next().ok_or(argument)?),
            _ => match argument.strip_prefix("--store=") {
                Some(store) => flags.store = Some(store.to_owned()),
                None => return Err(argument),
            },
        }
    }
    Ok(Asked::Window(flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(arguments: &[&str]) -> Result<Option<String>, String> {
        match flags(arguments.iter().map(|&argument| argument.to_owned()))? {
            Asked::Window(flags) => Ok(flags.store),
            Asked::Version => Ok(None),
        }
    }

    #[test]
    fn a_store_is_named_in_either_spelling() {
        assert_eq!(store(&["--store", "mlruns"]), Ok(Some("mlruns".to_owned())));
        assert_eq!(store(&["--store=mlflow.db"]), Ok(Some("mlflow.db".to_owned())));
        assert_eq!(store(&[]), Ok(None));
    }

    #[test]
    fn a_word_that_is_not_known_is_named() {
        assert_eq!(store(&["--frobnicate"]), Err("--frobnicate".to_owned()));
        assert_eq!(store(&["--store"]), Err("--store".to_owned()));
    }
}
