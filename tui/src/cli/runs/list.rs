use clap::Args;
use flowdeck_surface::client::port::{Keys, RunFields, View};
use flowdeck_surface::client::{Result, RunListRequest};
use flowdeck_surface::run_column::RunColumn;

use super::noun::of_run_column;
use crate::cli::args::{ExperimentArgs, ListArgs, ViewArg};
use crate::cli::context::{Context, Form};
use crate::cli::exit::Outcome;

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    experiments: ExperimentArgs,
    #[command(flatten)]
    list: ListArgs,
    /// Which lifecycle stages
    #[arg(long, value_enum, default_value_t)]
    view: ViewArg,
}

/// Lists runs.
pub(crate) async fn run(cx: &Context, args: &List) -> Outcome {
    let columns: Result<Vec<_>> = args
        .list
        .column_names()
        .into_iter()
        .map(RunColumn::parse)
        .collect();
    let columns = columns?;
    let session = cx.session()?;
    let request = RunListRequest {
        list: args.list.request(View::from(args.view)),
        experiments: args.experiments.ids(&session).await?,
        fields: fields(cx, &columns),
        page_size: None,
    };
    let listing = cx.found(&session, session.runs(&request), &request.list).await?;
    let columns = (!columns.is_empty()).then(|| columns.into_iter().map(of_run_column).collect());
    cx.write_list(&listing, columns, &request.list)
}

/// What must be read of runs: what the columns show, or what the form shows without columns.
fn fields(cx: &Context, columns: &[RunColumn]) -> RunFields {
    if !columns.is_empty() {
        return RunColumn::fields(columns);
    }
    match cx.form() {
        Form::Json | Form::Csv => RunFields::all(),
        Form::People => RunFields {
            metrics: Keys::All,
            ..RunFields::default()
        },
    }
}
