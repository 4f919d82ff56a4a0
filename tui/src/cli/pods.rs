//! `flowdeck pods`

mod noun;

use clap::{Args, Subcommand};
use flowdeck_surface::client::kubernetes::Pod;
use flowdeck_surface::client::{Kubernetes, ListRequest, Listing, Namespace, PodName, Result};
use flowdeck_surface::status;

use super::context::{Context, Form};
use super::exit::Outcome;
use super::output::column::Noun;
use super::output::json;
pub(crate) use noun::PodRow;

const EXAMPLES: &str = "\
Examples:
  flowdeck pods list -n kubeflow
  flowdeck pods list -A --selector app=train --json
  flowdeck pods get POD";

#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(crate) enum Verb {
    /// List pods, each with why it waits or died
    #[command(alias = "ls")]
    List(List),
    /// Show one pod with its containers and what happened to it
    Get(Get),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// In all namespaces
    #[arg(long, short = 'A')]
    all_namespaces: bool,
    /// Only pods with these labels: app=train,tier!=web
    #[arg(long, short = 'l', value_name = "SELECTOR")]
    selector: Option<String>,
    /// Only pods of a pipeline run, by its id
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// All of them, however many
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Columns to show, like name,status,summary; may be repeated
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    /// Its name
    pod: String,
}

impl Verb {
    /// Does it.
    pub(crate) async fn run(&self, cx: &Context) -> Outcome {
        match self {
            Self::List(args) => list(cx, args).await,
            Self::Get(args) => get(cx, args).await,
        }
    }
}

impl Context {
    /// The cluster that is meant.
    pub(crate) async fn cluster(&self) -> Result<Kubernetes> {
        let cluster = Kubernetes::open(&self.global.flags(), &self.environment).await?;
        tracing::info!(place = cluster.place(), "opening");
        Ok(cluster)
    }
}

async fn list(cx: &Context, args: &List) -> Outcome {
    let names: Vec<&str> = args.columns.iter().map(|name| name.trim()).collect();
    let columns = PodRow::columns(&names)?;
    let cluster = cx.cluster().await?;
    let mut labels: Vec<String> = args.selector.iter().cloned().collect();
    labels.extend(args.run.as_ref().map(|run| format!("pipeline/runid={run}")));
    let namespace = (!args.all_namespaces).then(|| cluster.namespace().clone());
    let mut pods = cluster.pods(namespace.as_ref(), &labels.join(",")).await?;
    pods.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.name.cmp(&b.name)));
    let limit = (!args.all).then_some(args.limit);
    let more = limit.is_some_and(|limit| pods.len() > limit);
    pods.truncate(limit.unwrap_or(usize::MAX));
    let listing = Listing {
        items: pods.into_iter().map(PodRow::of).collect(),
        more,
        warnings: Vec::new(),
    };
    let request = ListRequest {
        limit,
        ..ListRequest::default()
    };
    cx.write_list(&listing, columns, &request)
}

async fn get(cx: &Context, args: &Get) -> Outcome {
    let cluster = cx.cluster().await?;
    let namespace: Namespace = cluster.namespace().clone();
    let (pod, events) = cluster.pod(&namespace, &PodName::from(args.pod.as_str())).await?;
    let row = PodRow { pod, events };
    match cx.form() {
        Form::Json => json::write_thing(cx.out(), &noun::WholeView::of(&row)),
        _ => cx.write_thing(&row),
    }
}

/// The word and colour of a pod's state.
pub(crate) fn badge(pod: &Pod) -> status::Badge {
    status::of_pod(pod)
}
