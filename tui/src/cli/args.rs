//! Arguments that several nouns share.

use clap::{Args, ValueEnum};
use flowdeck_surface::client::port::View;
use flowdeck_surface::client::tracking::Tag;
use flowdeck_surface::client::{ExperimentId, Flags, ListRequest, Result, Session};

/// What may stand anywhere on the command line.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The store: a path to mlruns/ or mlflow.db, sqlite:///path, or http(s)://host
    #[arg(long, global = true, value_name = "URI")]
    pub(crate) store: Option<String>,
    /// The context of the configuration to use
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The server of Kubeflow Pipelines: http(s)://host, with /pipeline behind a gateway
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) pipelines: Option<String>,
    /// The context of kubeconfig
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) kube_context: Option<String>,
    /// The namespace of pods, and of pipelines on servers with several
    #[arg(long, short = 'n', global = true, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,
    /// Write JSON: a list is one array, a thing one object
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Write CSV with a header line
    #[arg(long, global = true, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// Write without colours
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// Ask the store itself, never what was kept of it
    #[arg(long, global = true)]
    pub(crate) fresh: bool,
    /// Leave servers alone: answer from what was kept of them
    #[arg(long, global = true, conflicts_with = "fresh")]
    pub(crate) offline: bool,
    /// Leave out warnings and notes on stderr
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say on stderr what is being done; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Global {
    /// What they say of stores.
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            store: self.store.clone(),
            context: self.context.clone(),
            pipelines: self.pipelines.clone(),
            kube_context: self.kube_context.clone(),
            namespace: self.namespace.clone(),
        }
    }
}

/// What every list takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct ListArgs {
    /// MLflow's search language: "metrics.loss < 0.1 AND tags.team = 'vision'"
    #[arg(long, value_name = "FILTER", allow_hyphen_values = true)]
    pub(crate) filter: Option<String>,
    /// One clause of the order, like "metrics.loss DESC"; may be repeated
    #[arg(long, value_name = "CLAUSE", allow_hyphen_values = true)]
    pub(crate) order_by: Vec<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = at_least_one)]
    pub(crate) limit: usize,
    /// All of them, however many
    #[arg(long, conflicts_with = "limit")]
    pub(crate) all: bool,
    /// Columns to show, like run_id,metrics.loss,params.lr,tags.team; may be repeated
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) columns: Vec<String>,
}

impl ListArgs {
    /// What is asked of the store.
    pub(crate) fn request(&self, view: View) -> ListRequest {
        ListRequest {
            filter: self.filter.clone().unwrap_or_default(),
            order_by: self.order_by.clone(),
            view,
            limit: (!self.all).then_some(self.limit),
        }
    }

    /// The names of the columns asked for; empty for the usual ones.
    pub(crate) fn column_names(&self) -> Vec<&str> {
        self.columns.iter().flat_map(|text| split_columns(text)).collect()
    }
}

/// Splits at commas that do not stand between back-ticks; a metric's key may hold one.
fn split_columns(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |letter| {
        quoted ^= letter == '`';
        letter == ',' && !quoted
    })
    .map(str::trim)
    .filter(|name| !name.is_empty())
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("not a number".to_owned()),
    }
}

/// Which lifecycle stages a list shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum ViewArg {
    #[default]
    Active,
    Deleted,
    All,
}

impl From<ViewArg> for View {
    fn from(view: ViewArg) -> Self {
        match view {
            ViewArg::Active => Self::Active,
            ViewArg::Deleted => Self::Deleted,
            ViewArg::All => Self::All,
        }
    }
}

/// The experiments to look in.
#[derive(Clone, Debug, Args)]
pub(crate) struct ExperimentArgs {
    /// Name or id of an experiment to look in; may be repeated. All active ones unless given
    #[arg(long = "experiment", short = 'e', value_name = "NAME_OR_ID")]
    experiments: Vec<String>,
}

impl ExperimentArgs {
    /// Their ids; none where none was named.
    pub(crate) async fn ids(&self, session: &Session) -> Result<Vec<ExperimentId>> {
        let mut ids = Vec::with_capacity(self.experiments.len());
        for name_or_id in &self.experiments {
            ids.push(session.experiment(name_or_id).await?.id);
        }
        Ok(ids)
    }
}

/// `KEY=VALUE`; the value may hold further equals signs.
pub(crate) fn tag(text: &str) -> Result<Tag, String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok(Tag {
            key: key.into(),
            value: value.to_owned(),
        }),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}

/// Whether a deletion may go ahead without a question.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct YesArg {
    /// Do not ask; a production context wants --confirm instead
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// The name of the production context, as it would be typed when asked
    #[arg(long, value_name = "CONTEXT")]
    pub(crate) confirm: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_between_back_ticks_does_not_part_columns() {
        let names: Vec<_> = split_columns("run_id, metrics.`a,b`,,params.lr").collect();
        assert_eq!(names, ["run_id", "metrics.`a,b`", "params.lr"]);
    }

    #[test]
    fn a_tag_is_cut_at_its_first_equals_sign() {
        let read = tag("key=a=b").expect("a key and a value");
        assert_eq!((read.key.as_str(), read.value.as_str()), ("key", "a=b"));
        assert!(tag("=x").is_err() && tag("x").is_err());
    }
}
