use std::io::Write;
use std::time::Instant;

use clap::Args;
use flowdeck_surface::client::{
    Contexts, Discovery, Failure, FailureKind, Flags, ListRequest, Pipelines, PipelinesListRequest, Result,
    Session, discover, sign_in,
};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::harmless;
use flowdeck_surface::tone::Tone;
use serde::Serialize;

use crate::cli::context::{Context, Form};
use crate::cli::exit::{Outcome, Stop};
use crate::cli::output::json;
use crate::cli::output::paint::painted;

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Its name; the one in use unless given
    name: Option<String>,
}

/// What was tried, in order, up to what failed.
#[derive(Default, Serialize)]
struct Report {
    name: Option<String>,
    tracking: Option<String>,
    sign_in: Option<String>,
    version: Option<String>,
    steps: Vec<Step>,
    problem: Option<Problem>,
}

/// One thing that was tried.
#[derive(Serialize)]
struct Step {
    what: &'static str,
    ok: bool,
    duration_ms: u64,
}

#[derive(Serialize)]
struct Problem {
    kind: &'static str,
    message: String,
    hint: Option<String>,
}

/// Tries a context and says how far it got; ends with the code of what stood in the way.
pub(crate) async fn run(cx: &Context, args: &Test) -> Outcome {
    let mut report = Report::default();
    let failure = tried(cx, args, &mut report).await.err();
    report.problem = failure.as_ref().map(|failure| {
        let notice = Notice::of(failure);
        Problem {
            kind: failure.kind().word(),
            message: notice.sentence,
            hint: notice.hint,
        }
    });
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &report)?,
        Form::People | Form::Csv => write(cx, &report)?,
    }
    failure.map_or(Ok(()), |failure| Err(Stop::Failed(failure)))
}

async fn tried(cx: &Context, args: &Test, report: &mut Report) -> Result<()> {
    report.name = args.name.clone().or_else(|| cx.global.context.clone());
    let discovery = report.step("read the configuration", found(cx, args))?;
    cx.warn(&discovery.warnings);
    let chosen = discovery.required()?;
    report.name = chosen.context_name().map(str::to_owned);
    report.tracking = Some(chosen.tracking.to_string());
    report.sign_in = Some(sign_in::describe(chosen.context.as_deref(), &cx.environment));
    let started = Instant::now();
    let session = Session::open(chosen, &cx.environment);
    let session = report.timed("open the store", started, session)?;
    if let Some(source) = chosen
        .context
        .as_ref()
        .and_then(|context| context.sign_in.source())
    {
        let started = Instant::now();
        let secret = source.find(&cx.environment).await;
        report.timed("find the secret", started, secret)?;
    }
    let started = Instant::now();
    let origin = session.probe().await;
    report.version = report.timed("reach the server", started, origin)?.version;
    let one = ListRequest {
        limit: Some(1),
        ..ListRequest::default()
    };
    let started = Instant::now();
    let listed = session.experiments(&one).await;
    report.timed("list experiments", started, listed)?;
    let started = Instant::now();
    let listed = session.models(&one).await;
    report.timed("list models", started, listed)?;
    match chosen.context.as_deref() {
        Some(context) if context.pipelines.is_some() => pipelines(cx, &context.name, report).await,
        _ => Ok(()),
    }
}

/// Tries the server of pipelines of a context.
async fn pipelines(cx: &Context, name: &str, report: &mut Report) -> Result<()> {
    let flags = Flags {
        context: Some(name.to_owned()),
        namespace: cx.global.namespace.clone(),
        ..Flags::default()
    };
    let server = Pipelines::open(&flags, &cx.environment)?;
    let started = Instant::now();
    let told = server.server().await;
    report.timed("reach the pipelines", started, told)?;
    let one = PipelinesListRequest {
        limit: Some(1),
        ..PipelinesListRequest::default()
    };
    let started = Instant::now();
    let listed = server.pipeline_runs(&one).await;
    report.timed("list pipeline runs", started, listed).map(drop)
}

fn found(cx: &Context, args: &Test) -> Result<Discovery> {
    let flags = match &args.name {
        Some(name) => Flags {
            context: Some(name.clone()),
            ..Flags::default()
        },
        None => cx.global.flags(),
    };
    let discovery = discover(&flags, &cx.environment)?;
    if discovery
        .chosen
        .as_ref()
        .is_some_and(|chosen| chosen.context.is_none())
        && args.name.is_none()
    {
        let contexts = Contexts::load(&cx.environment)?;
        let names: Vec<_> = contexts.names().collect();
        let hint = match names.as_slice() {
            [] => "`flowdeck context add` makes one; `flowdeck doctor` looks at the store in use".to_owned(),
            names => format!("name one of {}", names.join(", ")),
        };
        return Err(Failure::new(FailureKind::InvalidInput, "no context is in use").with_hint(hint));
    }
    Ok(discovery)
}

impl Report {
    fn step<T>(&mut self, what: &'static str, answer: Result<T>) -> Result<T> {
        self.timed(what, Instant::now(), answer)
    }

    fn timed<T>(&mut self, what: &'static str, started: Instant, answer: Result<T>) -> Result<T> {
        self.steps.push(Step {
            what,
            ok: answer.is_ok(),
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        answer
    }
}

fn write(cx: &Context, report: &Report) -> Outcome {
    let style = cx.style();
    let mut out = cx.out();
    let head = [
        ("context", &report.name),
        ("tracking", &report.tracking),
        ("sign-in", &report.sign_in),
        ("version", &report.version),
    ];
    for (key, value) in head {
        if let Some(value) = value {
            let key = format!("{key:<10}");
            let key = painted(&key, Tone::Muted, style.colour);
            writeln!(out, "{key}{}", harmless(value))?;
        }
    }
    writeln!(out)?;
    for step in &report.steps {
        let (word, tone) = if step.ok {
            ("ok", Tone::Good)
        } else {
            ("FAILED", Tone::Bad)
        };
        let (word, took) = (format!("{word:<8}"), format!("{} ms", step.duration_ms));
        let word = painted(&word, tone, style.colour);
        let took = painted(&took, Tone::Muted, style.colour);
        writeln!(out, "{word}{:<24}{took}", step.what)?;
    }
    Ok(out.flush()?)
}
