//! `flowdeck demo`: a seeded store with a run that is still going on.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use flowdeck_demo::{DemoStore, Grown, Growth, StoreOptions, prepare_store};
use flowdeck_surface::client::{Chosen, Discovery, Failure, FailureKind, Flags, Location, Result, Timestamp};
use serde::Serialize;

use super::context::Context;
use super::exit::Stop;
use super::output::json;
use crate::app;

/// How often the running run gets a chance to log.
const TICK: Duration = Duration::from_millis(500);

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The directory to keep the store in; a temporary one unless given
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Open no screen: print where the store is as one JSON line and keep it going until stopped
    #[arg(long)]
    serve: bool,
}

/// Opens the app on a demo store, or keeps one going for others.
pub(crate) fn run(cx: &Context, args: &Demo) -> Result<ExitCode, Stop> {
    let store = prepare_store(args.dir.as_deref(), StoreOptions::at(now()))?;
    if args.serve {
        return serve(cx, &store);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let growing = grow(&store, Arc::clone(&stop))?;
    let discovery = Discovery {
        chosen: Some(Chosen::at(
            Location::Sqlite(store.database().to_owned()),
            "the demo",
        )),
        ..Discovery::default()
    };
    let options = app::Options {
        colour: cx.colour_on(true),
    };
    let shown = app::run(&discovery, &cx.environment, Flags::default(), &options);
    stop.store(true, Ordering::Relaxed);
    if let Some(growing) = growing {
        growing.thread().unpark();
        // It ends within one tick; its failures cost nobody anything.
        let _ = growing.join();
    }
    Ok(shown?)
}

/// What `--serve` prints. Pipelines and their cluster are null until the demo has them.
#[derive(Serialize)]
struct Serving {
    tracking_uri: String,
    pipelines_url: Option<String>,
    kubeconfig: Option<String>,
    pid: u32,
}

fn serve(cx: &Context, store: &DemoStore) -> Result<ExitCode, Stop> {
    let stopped_by = signals()?;
    json::write_line(
        cx.out(),
        &Serving {
            tracking_uri: store.tracking_uri(),
            pipelines_url: None,
            kubeconfig: None,
            pid: std::process::id(),
        },
    )?;
    let mut growth = Growth::resume(store)?;
    loop {
        match stopped_by.load(Ordering::Relaxed) {
            0 => {}
            INTERRUPTED => return Ok(ExitCode::from(130)),
            _ => return Ok(ExitCode::SUCCESS),
        }
        if tick(growth.as_mut()) == Some(Grown::Finished) {
            growth = None;
        }
        thread::park_timeout(TICK);
    }
}

const INTERRUPTED: usize = signal_hook::consts::SIGINT as usize;

/// The number of the signal that asked to stop, once one has.
fn signals() -> Result<Arc<AtomicUsize>> {
    let stopped_by = Arc::new(AtomicUsize::new(0));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_usize(signal, Arc::clone(&stopped_by), signal as usize).map_err(
            |error| {
                Failure::new(FailureKind::System, format!("cannot watch for signals: {error}"))
                    .caused_by(error)
            },
        )?;
    }
    Ok(stopped_by)
}

/// Lets the running run go on, on a thread of its own, until told to stop.
fn grow(store: &DemoStore, stop: Arc<AtomicBool>) -> Result<Option<thread::JoinHandle<()>>> {
    let Some(mut growth) = Growth::resume(store)? else {
        return Ok(None);
    };
    let growing = thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) && tick(Some(&mut growth)) != Some(Grown::Finished) {
            thread::park_timeout(TICK);
        }
    });
    Ok(Some(growing))
}

/// One step, if it is due. A database that is held just now is written at the next tick.
fn tick(growth: Option<&mut Growth>) -> Option<Grown> {
    match growth?.tick(now()) {
        Ok(grown) => Some(grown),
        Err(failure) => {
            tracing::debug!(%failure, "the demo's run did not go on");
            None
        }
    }
}

/// The present.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
