//! `flowdeck doctor`: what was looked at, what was found, and whether it can be read.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use flowdeck_surface::client::port::{RunFields, StoreKind, View};
use flowdeck_surface::client::{
    Chosen, Discovery, Failure, ListRequest, Listing, Location, Result, RunListRequest, Session, index_file,
    sign_in,
};
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use serde::Serialize;

use super::context::{Context, Form};
use super::exit::{Outcome, Stop};
use super::output::card::write_lines;
use super::output::json;
use super::output::paint::painted;
use flowdeck_surface::text::harmless;

/// Things of a kind that are counted on a server, which sends them all in order to count them.
const COUNTED_ON_SERVER: usize = 1_000;

/// What was found, as JSON and for people.
#[derive(Default, Serialize)]
struct Report {
    version: &'static str,
    looks: Vec<Look>,
    context: Option<InUse>,
    store: Option<Store>,
    registry: Option<String>,
    sign_in: Option<String>,
    latency_ms: Option<u64>,
    counts: Option<Counts>,
    index: Option<Index>,
    config_file: Option<String>,
    cache_dir: Option<String>,
    warnings: Vec<String>,
    problem: Option<Problem>,
}

/// One place that was looked at.
#[derive(Serialize)]
struct Look {
    place: &'static str,
    outcome: String,
}

/// The context that is used, and why.
#[derive(Serialize)]
struct InUse {
    name: String,
    place: &'static str,
    read_only: bool,
    production: bool,
    ssh_host: Option<String>,
}

/// The store that was chosen.
#[derive(Serialize)]
struct Store {
    kind: &'static str,
    uri: String,
    place: &'static str,
    version: Option<String>,
    other: Option<String>,
}

/// The file in which what was read of an `mlruns/` is kept.
#[derive(Serialize)]
struct Index {
    path: String,
    /// Null before the first look.
    size_bytes: Option<u64>,
}

/// How many there are; a count that was cut off says so in people's words and is null in JSON.
#[derive(Serialize)]
struct Counts {
    experiments: Count,
    deleted_experiments: Count,
    runs: Count,
    models: Count,
}

/// A number, or what stood in its way.
enum Count {
    Exactly(usize),
    MoreThan(usize),
    Unknown(String),
}

impl Serialize for Count {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exactly(number) => serializer.serialize_some(number),
            Self::MoreThan(_) | Self::Unknown(_) => serializer.serialize_none(),
        }
    }
}

/// Why the store cannot be read.
#[derive(Serialize)]
struct Problem {
    kind: &'static str,
    message: String,
    hint: Option<String>,
}

/// Looks, opens, asks, and reports. Ends with the code of what stood in the way.
pub(crate) async fn run(cx: &Context) -> Outcome {
    let mut report = Report {
        version: env!("CARGO_PKG_VERSION"),
        config_file: cx
            .environment
            .config_file()
            .map(|path| path.display().to_string()),
        cache_dir: cx
            .environment
            .cache_dir
            .as_ref()
            .map(|dir| dir.display().to_string()),
        ..Report::default()
    };
    let failure = examined(cx, &mut report).await.err();
    report.problem = failure.as_ref().map(problem);
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &report)?,
        Form::People | Form::Csv => write(cx, &report)?,
    }
    failure.map_or(Ok(()), |failure| Err(Stop::Failed(failure)))
}

async fn examined(cx: &Context, report: &mut Report) -> Result<()> {
    let discovery = cx.discovery()?;
    report.looks = looks(&discovery);
    report.warnings = discovery.warnings.iter().map(|it| it.0.to_string()).collect();
    let chosen = discovery.required()?;
    report.context = in_use(chosen);
    report.store = Some(store_of(chosen));
    report.registry = chosen.registry.as_ref().map(Location::to_string);
    match &chosen.tracking {
        Location::Server(_) => {
            let context = chosen.context.as_deref();
            report.sign_in = Some(sign_in::describe(context, &cx.environment));
        }
        Location::FileStore(path) => report.index = index_file(path, &cx.environment).map(index_of),
        Location::Sqlite(_) => {}
    }
    let session = Session::open(chosen, &cx.environment)?;
    let version = session.probe().await?.version;
    let started = Instant::now();
    let first = session.experiments(&all(View::Active, Some(1))).await;
    report.latency_ms = Some(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX));
    if let Some(store) = &mut report.store {
        store.version = version;
    }
    first?;
    let (counts, warnings) = counted(&session).await;
    report.counts = Some(counts);
    report.warnings.extend(warnings);
    Ok(())
}

fn in_use(chosen: &Chosen) -> Option<InUse> {
    let context = chosen.context.as_ref().filter(|context| context.is_named())?;
    Some(InUse {
        name: context.name.clone(),
        place: chosen.place,
        read_only: context.read_only,
        production: context.production,
        ssh_host: context.connection.ssh_host.clone(),
    })
}

fn index_of(path: PathBuf) -> Index {
    Index {
        size_bytes: path.metadata().ok().map(|metadata| metadata.len()),
        path: path.display().to_string(),
    }
}

fn looks(discovery: &Discovery) -> Vec<Look> {
    let look = |look: &flowdeck_surface::client::Look| Look {
        place: look.place,
        outcome: look.outcome.clone(),
    };
    discovery.looks.iter().map(look).collect()
}

fn store_of(chosen: &Chosen) -> Store {
    Store {
        kind: match chosen.tracking {
            Location::Server(_) => "server",
            Location::FileStore(_) => "file_store",
            Location::Sqlite(_) => "sqlite",
        },
        uri: chosen.tracking.to_string(),
        place: chosen.place,
        version: None,
        other: chosen.other.as_ref().map(Location::to_string),
    }
}

fn problem(failure: &Failure) -> Problem {
    let notice = Notice::of(failure);
    Problem {
        kind: failure.kind().word(),
        message: notice.sentence,
        hint: notice.hint,
    }
}

fn all(view: View, limit: Option<usize>) -> ListRequest {
    ListRequest {
        view,
        limit,
        ..ListRequest::default()
    }
}

/// Counts what the store holds. What cannot be counted does not keep the rest from being told.
async fn counted(session: &Session) -> (Counts, Vec<String>) {
    let limit = (session.origin().kind == StoreKind::Server).then_some(COUNTED_ON_SERVER);
    let mut warnings = Vec::new();
    let runs = RunListRequest {
        list: all(View::Active, limit),
        experiments: Vec::new(),
        fields: RunFields::default(),
        page_size: None,
    };
    let counts = Counts {
        experiments: count(
            session.experiments(&all(View::Active, limit)).await,
            &mut warnings,
        ),
        deleted_experiments: count(
            session.experiments(&all(View::Deleted, limit)).await,
            &mut warnings,
        ),
        runs: count(session.runs(&runs).await, &mut warnings),
        models: count(session.models(&all(View::Active, limit)).await, &mut warnings),
    };
    (counts, warnings)
}

fn count<T>(answer: Result<Listing<T>>, warnings: &mut Vec<String>) -> Count {
    match answer {
        Ok(listing) => {
            for warning in &listing.warnings {
                let text = warning.0.to_string();
                if !warnings.contains(&text) {
                    warnings.push(text);
                }
            }
            if listing.more {
                Count::MoreThan(listing.items.len())
            } else {
                Count::Exactly(listing.items.len())
            }
        }
        Err(failure) => Count::Unknown(failure.to_string()),
    }
}

fn write(cx: &Context, report: &Report) -> Outcome {
    let style = cx.style();
    let mut out = cx.out();
    let line = |key: &str, value: String| (key.to_owned(), harmless(&value).into_owned(), Tone::Plain);
    writeln!(out, "flowdeck {}", report.version)?;
    let title = |text| painted(text, Tone::Accent, style.colour);
    if !report.looks.is_empty() {
        writeln!(out, "\n{}", title("Looked at"))?;
        let looks: Vec<_> = report
            .looks
            .iter()
            .map(|look| line(look.place, look.outcome.clone()))
            .collect();
        write_lines(&mut out, &looks, "  ", &style)?;
    }
    if let Some(store) = &report.store {
        writeln!(out, "\n{}", title("Store"))?;
        write_lines(&mut out, &store_lines(report, store), "  ", &style)?;
    }
    if let Some(counts) = &report.counts {
        writeln!(out, "\n{}", title("Holds"))?;
        let lines = [
            line("experiments", counts.experiments.words()),
            line("deleted experiments", counts.deleted_experiments.words()),
            line("active runs", counts.runs.words()),
            line("registered models", counts.models.words()),
        ];
        write_lines(&mut out, &lines, "  ", &style)?;
    }
    if !report.warnings.is_empty() {
        writeln!(out, "\n{}", title("Passed over"))?;
        for warning in &report.warnings {
            writeln!(out, "  {}", harmless(warning))?;
        }
    }
    Ok(out.flush()?)
}

/// The version of a server or the head of a schema; a server before 2.0 tells none, files have none.
fn version_words(store: &Store) -> Option<String> {
    let untold = (store.kind == "server").then(|| "not told".to_owned());
    store.version.clone().or(untold)
}

fn store_lines(report: &Report, store: &Store) -> Vec<(String, String, Tone)> {
    let lines = [
        ("context", report.context.as_ref().map(InUse::words)),
        ("kind", Some(store.kind.replace('_', " "))),
        ("at", Some(store.uri.clone())),
        ("named by", Some(store.place.to_owned())),
        ("version", version_words(store)),
        ("also there", store.other.clone()),
        ("models at", report.registry.clone()),
        ("sign-in", report.sign_in.clone()),
        (
            "first answer",
            report.latency_ms.map(|millis| format!("{millis} ms")),
        ),
        ("index", report.index.as_ref().map(Index::words)),
        ("configuration", report.config_file.clone()),
        ("cache", report.cache_dir.clone()),
    ];
    lines
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), harmless(&value?).into_owned(), Tone::Plain)))
        .collect()
}

impl InUse {
    fn words(&self) -> String {
        let mut words = self.name.clone();
        for (is_so, word) in [(self.read_only, "read-only"), (self.production, "production")] {
            if is_so {
                words = format!("{words}, {word}");
            }
        }
        match &self.ssh_host {
            Some(host) => format!("{words}, through ssh to {host}"),
            None => words,
        }
    }
}

impl Index {
    fn words(&self) -> String {
        match self.size_bytes {
            Some(size) => format!("{} ({})", self.path, format::size(size)),
            None => format!("{} (none yet)", self.path),
        }
    }
}

impl Count {
    fn words(&self) -> String {
        match self {
            Self::Exactly(number) => format::count(*number),
            Self::MoreThan(number) => format!("more than {}", format::count(*number)),
            Self::Unknown(why) => format!("unknown: {why}"),
        }
    }
}
