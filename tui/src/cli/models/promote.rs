use std::io::Write;

use clap::{ArgGroup, Args};
use flowdeck_surface::client::promotion::{Back, Change, Preview, Step, Target, Undo, ValueChange};
use flowdeck_surface::client::{Result, Session, VersionReference};
use flowdeck_surface::promotion::{PairRow, PromotionView};
use flowdeck_surface::text::{harmless, width_cells};
use flowdeck_surface::tone::Tone;
use serde::Serialize;

use crate::cli::args::YesArg;
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;
use crate::cli::output::column::Noun;
use crate::cli::output::json::{self, Number};
use crate::cli::output::paint::painted;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("target").required(true).args(["stage", "alias"]))]
pub(crate) struct Promote {
    /// NAME, NAME@ALIAS or models:/…
    name: String,
    /// Its number, behind a plain NAME
    version: Option<String>,
    /// The stage to promote it to: None, Staging, Production, Archived
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// The alias to point at it
    #[arg(long, value_name = "ALIAS", conflicts_with = "archive_existing")]
    alias: Option<String>,
    /// Archive the versions that hold the stage now
    #[arg(long)]
    archive_existing: bool,
    /// Show what would be done and change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    yes: YesArg,
}

/// Shows who holds the target against the candidate, asks, and promotes.
pub(crate) async fn run(cx: &Context, args: &Promote) -> Outcome {
    let session = cx.session()?;
    let target = target(args)?;
    let reference = VersionReference::parse(&args.name, args.version.as_deref())?;
    let preview = session.preview_promotion(&reference, &target).await?;
    if cx.form() == Form::People {
        write_view(cx, &preview)?;
    }
    if args.dry_run {
        // A gate that holds it back is what a dry run is asked for, and scripts ask by the code.
        write_json(cx, &preview, None)?;
        return Ok(preview.change().map(drop)?);
    }
    let change = preview.change()?;
    if !change.steps.is_empty() {
        let (model, number) = (&preview.model, &preview.candidate.version.version);
        let question = format!("promote {model} {number} to {target}?");
        cx.confirm(session.policy(), &args.yes, &question)?;
    }
    let id = apply(cx, &session, &change).await?;
    write_json(cx, &preview, id.as_deref())
}

fn target(args: &Promote) -> Result<Target> {
    match (&args.stage, &args.alias) {
        (_, Some(alias)) => Ok(Target::alias(alias)),
        (stage, None) => Target::stage(stage.as_deref().unwrap_or_default(), args.archive_existing),
    }
}

/// Applies a change and says what was done; answers with its id.
pub(crate) async fn apply(cx: &Context, session: &Session, change: &Change) -> Result<Option<String>> {
    let outcome = session.apply_change(change).await?;
    if cx.form() == Form::People {
        for step in &change.steps {
            cx.note(&format!("Done: {} {step}.", change.model));
        }
        if change.steps.is_empty() {
            cx.note("There was nothing to change.");
        } else {
            cx.note(&format!("`models undo {}` takes it back.", change.model));
        }
    }
    Ok(outcome.id)
}

fn write_view(cx: &Context, preview: &Preview) -> Outcome {
    let style = cx.style();
    let view = PromotionView::of(preview, &style.clock);
    let mut out = cx.out();
    let paint = |text: &str, tone: Tone| painted(&harmless(text), tone, style.colour).into_owned();
    writeln!(out, "{}\n", paint(&view.title, Tone::Accent))?;
    let head = PairRow {
        holder: view.holder_title.clone(),
        candidate: view.candidate_title.clone(),
        ..PairRow::default()
    };
    let mut rows = vec![(head, Tone::Accent)];
    let sections = [&view.origin, &view.metrics, &view.params];
    rows.extend(
        sections
            .into_iter()
            .flatten()
            .map(|row| (row.clone(), Tone::Plain)),
    );
    let width = |of: fn(&PairRow) -> &str| {
        rows.iter()
            .map(|(row, _)| width_cells(of(row)))
            .max()
            .unwrap_or(0)
    };
    let widths = [
        width(|row| &row.name),
        width(|row| &row.holder),
        width(|row| &row.candidate),
    ];
    for (row, tone) in &rows {
        let cells = [&row.name, &row.holder, &row.candidate];
        let mut line = String::from("  ");
        for (cell, width) in cells.into_iter().zip(widths) {
            let cell = harmless(cell);
            line.push_str(&cell);
            line.push_str(&" ".repeat(width.saturating_sub(width_cells(&cell)) + 2));
        }
        let line = paint(&line, *tone) + &paint(&row.change, row.tone);
        writeln!(out, "{}", line.trim_end())?;
    }
    if view.same_params > 0 {
        writeln!(
            out,
            "  {}",
            paint(&format!("{} params are the same", view.same_params), Tone::Muted)
        )?;
    }
    writeln!(
        out,
        "\nSignature  {}",
        paint(&view.signature.text, view.signature.tone)
    )?;
    for gate in &view.gates {
        writeln!(out, "Gate       {}", paint(&gate.text, gate.tone))?;
    }
    for step in &view.steps {
        writeln!(out, "Change     {}", paint(step, Tone::Plain))?;
    }
    for warning in &view.warnings {
        writeln!(out, "Note       {}", paint(warning, Tone::Warning))?;
    }
    Ok(out.flush()?)
}

fn write_json(cx: &Context, preview: &Preview, id: Option<&str>) -> Outcome {
    match cx.form() {
        Form::People => Ok(()),
        Form::Json | Form::Csv => json::write_thing(cx.out(), &View::of(preview, id)),
    }
}

/// A promotion as JSON.
#[derive(Serialize)]
struct View<'a> {
    model: &'a str,
    target: String,
    applied: bool,
    id: Option<&'a str>,
    candidate: <flowdeck_surface::client::registry::ModelVersion as Noun>::View<'a>,
    holder: Option<<flowdeck_surface::client::registry::ModelVersion as Noun>::View<'a>>,
    metrics: Vec<Metric<'a>>,
    params: Vec<Param<'a>>,
    signature: Signature<'a>,
    passed: bool,
    gates: Vec<Gate<'a>>,
    changes: Vec<StepView<'a>>,
}

#[derive(Serialize)]
struct Metric<'a> {
    key: &'a str,
    holder: Option<Number>,
    candidate: Option<Number>,
    delta: Option<Number>,
    better: Option<bool>,
}

#[derive(Serialize)]
struct Param<'a> {
    key: &'a str,
    holder: Option<&'a str>,
    candidate: Option<&'a str>,
}

#[derive(Serialize)]
struct Signature<'a> {
    agreement: Option<&'static str>,
    differences: &'a [String],
}

#[derive(Serialize)]
struct Gate<'a> {
    gate: &'a str,
    passed: bool,
    reason: &'a str,
}

/// One step: of a version `version, from, to` with stages, of an alias `alias, from, to` with versions, of anything else
/// `value, from, to` with its name and texts.
#[derive(Serialize)]
pub(super) struct StepView<'a> {
    version: Option<&'a str>,
    alias: Option<&'a str>,
    value: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
}

impl<'a> StepView<'a> {
    /// All that taking a change back changes.
    pub(super) fn of_undo(undo: &'a Undo) -> Vec<Self> {
        match &undo.back {
            Back::Moves(change) => change.steps.iter().map(Self::of).collect(),
            Back::Edits(back) => back.changes.iter().map(Self::of_value).collect(),
        }
    }

    fn of_value(change: &'a ValueChange) -> Self {
        Self {
            version: None,
            alias: None,
            value: Some(&change.name),
            from: change.from.as_deref(),
            to: change.to.as_deref(),
        }
    }

    pub(super) fn of(step: &'a Step) -> Self {
        match step {
            Step::Stage { version, from, to } => Self {
                version: Some(version.as_str()),
                alias: None,
                value: None,
                from: Some(from.word()),
                to: Some(to.word()),
            },
            Step::Alias { alias, from, to } => Self {
                version: None,
                alias: Some(alias),
                value: None,
                from: from.as_ref().map(AsRef::as_ref),
                to: to.as_ref().map(AsRef::as_ref),
            },
        }
    }
}

impl<'a> View<'a> {
    fn of(preview: &'a Preview, id: Option<&'a str>) -> Self {
        Self {
            model: preview.model.as_str(),
            target: preview.target.to_string(),
            applied: id.is_some(),
            id,
            candidate: preview.candidate.version.view(),
            holder: preview.holder.as_ref().map(|holder| holder.version.view()),
            metrics: preview
                .metrics
                .iter()
                .map(|pair| Metric {
                    key: &pair.key,
                    holder: pair.holder.map(Number),
                    candidate: pair.candidate.map(Number),
                    delta: pair.delta().map(Number),
                    better: pair.is_better(),
                })
                .collect(),
            params: preview
                .params
                .iter()
                .map(|pair| Param {
                    key: &pair.key,
                    holder: pair.holder.as_deref(),
                    candidate: pair.candidate.as_deref(),
                })
                .collect(),
            signature: Signature {
                agreement: preview.signature.word(),
                differences: preview.signature.differences(),
            },
            passed: preview.passes(),
            gates: preview
                .gates
                .iter()
                .map(|verdict| Gate {
                    gate: &verdict.gate,
                    passed: verdict.passed,
                    reason: &verdict.reason,
                })
                .collect(),
            changes: preview.steps.iter().map(StepView::of).collect(),
        }
    }
}
