//! A curve of 1,000,000 points from the cache, where its server is down.

use std::time::Duration;

use flowdeck_client::cache::{Cache, CacheOptions, HistoryToken, Kind};
use flowdeck_client::offline::{CacheSettings, cache_file};
use flowdeck_client::tracking::{Experiment, Lifecycle, Metric, MetricPoint, Run, RunInfo, RunStatus};
use flowdeck_client::{Chosen, Environment, Location, Timestamp};

use crate::QUIET;
use crate::charts::is_whole;
use crate::figures::Figures;
use crate::terminal::Terminal;

/// Nothing listens there: the port is the discard service's, which nobody runs.
const SERVER: &str = "http://127.0.0.1:9";
/// Points of the curve.
const POINTS: i64 = 1_000_000;
/// How often the chart is opened.
const OPENINGS: usize = 9;
/// When everything was read.
const READ_AT: Timestamp = Timestamp(1_790_000_000_000);

/// From the key that opens the chart to the end of its curve.
pub(crate) fn curve(binary: &str, figures: &mut Figures) {
    fill();
    // A new process each time, which has nothing of the curve in memory.
    let times = (0..OPENINGS).map(|_| {
        let mut terminal = Terminal::start(binary, &["--store", SERVER], &[]);
        terminal.until("long history");
        terminal.rest(QUIET);
        terminal.press("\r");
        terminal.until("one curve");
        terminal.rest(QUIET);
        terminal.press("\r");
        terminal.until_so("the whole curve", is_whole).since_key
    });
    figures.times(
        "cached curve of 1,000,000 points, server down: key to curve",
        times.collect(),
        Duration::from_millis(100),
    );
}

/// Fills the cache as reading from the server would.
fn fill() {
    let environment = Environment::of_process();
    let url = SERVER.parse().expect("it is a URL");
    let chosen = Chosen::at(Location::Server(url), "--store");
    let file =
        cache_file(&chosen, &CacheSettings::default(), &environment).expect("there is a cache directory");
    let cache = Cache::open(CacheOptions {
        file,
        context: SERVER.to_owned(),
        store: SERVER.to_owned(),
        size_limit: u64::MAX,
        artifact_limit: 0,
        now: || READ_AT,
    });
    cache.keep(0, |writing| {
        writing.things(&[experiment()], READ_AT)?;
        writing.list_whole(Kind::Experiment, "", false, READ_AT)?;
        writing.things(&[run()], READ_AT)?;
        writing.list_whole(Kind::Run, "1", false, READ_AT)?;
        let token = HistoryToken::new(READ_AT);
        writing.history_begin(token, &"r1".into(), &"loss".into(), READ_AT)?;
        let points: Vec<_> = (0..POINTS).map(point).collect();
        for batch in points.chunks(65_536) {
            writing.history_points(token, batch)?;
        }
        writing.history_end(token, None)
    });
    // Dropping it waits until all is in the file.
    drop(cache);
}

fn point(step: i64) -> MetricPoint {
    let falling = 1.0 / (1.0 + step as f64 / 50_000.0);
    MetricPoint {
        step,
        timestamp: Timestamp(READ_AT.0 - (POINTS - step) * 40),
        value: falling + f64::from((step as u32).wrapping_mul(2_654_435_761) >> 20) / 40_960.0,
    }
}

fn experiment() -> Experiment {
    Experiment {
        id: "1".into(),
        name: "long history".to_owned(),
        artifact_location: String::new(),
        lifecycle: Lifecycle::Active,
        creation_time: Some(READ_AT),
        last_update_time: Some(READ_AT),
        tags: Vec::new(),
    }
}

fn run() -> Run {
    let last = point(POINTS - 1);
    Run {
        metrics: vec![Metric {
            key: "loss".into(),
            value: last.value,
            timestamp: last.timestamp,
            step: last.step,
            origin: None,
        }],
        ..Run::bare(RunInfo {
            id: "r1".into(),
            experiment_id: "1".into(),
            name: "one curve".to_owned(),
            user_id: "ann".into(),
            status: RunStatus::Finished,
            start_time: Some(READ_AT),
            end_time: Some(READ_AT),
            artifact_uri: String::new(),
            lifecycle: Lifecycle::Active,
        })
    }
}
