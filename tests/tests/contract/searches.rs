//! Searches: the same things, in the same order, on the same pages as MLflow's own client finds them.

use flowdeck_domain::port::{Query, RunFields, RunQuery, View};
use flowdeck_domain::{Failure, FailureKind};
use serde_json::{Value, json};

use crate::ports::{self, Ports};
use crate::subject::Subject;

crate::over_every_store! {
    searches_for_experiments_find_what_mlflow_finds: experiments;
    searches_for_runs_find_what_mlflow_finds: runs;
    searches_for_registered_models_find_what_mlflow_finds: models;
    searches_for_model_versions_find_what_mlflow_finds: versions;
    searches_for_logged_models_find_what_mlflow_finds: logged_models;
    searches_for_traces_find_what_mlflow_finds: traces;
}

async fn experiments(subject: &Subject) {
    let ports = Ports::open(subject);
    let tracking = &ports.tracking;
    let mut judged = Judged {
        any_order: subject.orders_as_before_2(),
        ..Judged::default()
    };
    for search in searches(subject, "experiments") {
        let ask = |query| async move { tracking.search_experiments(&query).await };
        let found = ports::pages(query(search), ask, |experiment| experiment.id.to_string()).await;
        judged.compare(subject, search, found);
    }
    judged.assert_none_differs();
}

async fn runs(subject: &Subject) {
    let ports = Ports::open(subject);
    let (tracking, experiments) = (&ports.tracking, &ports.experiment_ids().await);
    let mut judged = Judged::default();
    for search in searches(subject, "runs") {
        let ask = |query| async move {
            let query = RunQuery {
                query,
                experiments: experiments.clone(),
                fields: RunFields::default(),
            };
            tracking.search_runs(&query).await
        };
        let found = ports::pages(query(search), ask, |run| run.info.id.to_string()).await;
        judged.compare(subject, search, found);
    }
    judged.assert_none_differs();
}

async fn models(subject: &Subject) {
    let ports = Ports::open(subject);
    let registry = &ports.registry;
    let mut judged = Judged::default();
    for search in searches(subject, "models") {
        let ask = |query| async move { registry.search_models(&query).await };
        let found = ports::pages(query(search), ask, |model| model.name.to_string()).await;
        judged.compare(subject, search, found);
    }
    judged.assert_none_differs();
}

async fn versions(subject: &Subject) {
    let ports = Ports::open(subject);
    let registry = &ports.registry;
    let mut judged = Judged::default();
    for search in searches(subject, "versions") {
        let ask = |query| async move { registry.search_versions(&query).await };
        let found = ports::pages(query(search), ask, |version| {
            format!("{}/{}", version.name, version.version)
        })
        .await;
        judged.compare(subject, search, found);
    }
    judged.assert_none_differs();
}

async fn logged_models(subject: &Subject) {
    let ports = Ports::open(subject);
    let (tracking, experiments) = (&ports.tracking, &ports.experiment_ids().await);
    let mut judged = Judged::default();
    for search in searches(subject, "logged_models") {
        let ask = |query| async move {
            tracking
                .search_logged_models(&ports::logged_model_query(query, experiments))
                .await
        };
        let found = ports::pages(query(search), ask, |model| model.id.to_string()).await;
        judged.compare(subject, search, found);
    }
    judged.assert_none_differs();
}

async fn traces(subject: &Subject) {
    let ports = Ports::open(subject);
    let (tracking, experiments) = (&ports.tracking, &ports.experiment_ids().await);
    let mut judged = Judged::default();
    for search in searches(subject, "traces") {
        let ask = |query| async move {
            tracking
                .search_traces(&ports::trace_query(query, experiments))
                .await
        };
        let found = ports::pages(query(search), ask, |trace| trace.id.to_string()).await;
        judged.compare(subject, search, found);
    }
    judged.assert_none_differs();
}

fn searches<'a>(subject: &'a Subject, of: &str) -> impl Iterator<Item = &'a Value> {
    subject.read["searches"][of]
        .as_array()
        .expect("searches are a list")
        .iter()
}

fn query(search: &Value) -> Query {
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    Query {
        filter: text(&search["filter"]),
        order_by: search["order_by"]
            .as_array()
            .expect("it is a list")
            .iter()
            .map(text)
            .collect(),
        view: match search["view"].as_str() {
            Some("deleted") => View::Deleted,
            Some("all") => View::All,
            _ => View::Active,
        },
        max_results: search["max_results"]
            .as_u64()
            .and_then(|n| n.try_into().ok())
            .expect("it is a count"),
        page: None,
    }
}

/// Searches whose answers differ.
#[derive(Default)]
struct Judged {
    wrong: Vec<String>,
    /// Whether a search without an order may find the same things in another.
    any_order: bool,
}

impl Judged {
    /// Holds our pages beside MLflow's. An empty last page says no more than none.
    fn compare(&mut self, subject: &Subject, search: &Value, found: Result<Vec<Vec<String>>, Failure>) {
        let told = match (found, search["error"].as_str()) {
            (Ok(pages), None) if filled(json!(pages)) == filled(search["pages"].clone()) => return,
            (Ok(pages), None)
                if self.any_order
                    && is_unordered(search)
                    && sorted(&json!(pages)) == sorted(&search["pages"]) =>
            {
                return;
            }
            (Ok(pages), None) => format!("found {}\n    MLflow {}", json!(pages), search["pages"]),
            (Err(failure), Some(_)) if failure.kind() == FailureKind::InvalidInput => return,
            // Searches are held to the newest language; that an old client's is smaller is no difference.
            (Ok(_), Some(_)) if is_newer_than(subject, search) => return,
            (Ok(pages), Some(code)) => format!("found {}\n    MLflow fails with {code}", json!(pages)),
            (Err(failure), error) => {
                format!(
                    "failed with {:?}: {failure}\n    MLflow {}",
                    failure.kind(),
                    error.map_or_else(|| search["pages"].to_string(), str::to_owned)
                )
            }
        };
        self.wrong.push(format!(
            "{} {} {}:\n    {told}",
            search["filter"], search["order_by"], search["view"]
        ));
    }

    fn assert_none_differs(&self) {
        assert!(
            self.wrong.is_empty(),
            "{} searches differ:\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
    }
}

fn filled(pages: Value) -> Value {
    let Value::Array(mut pages) = pages else {
        return pages;
    };
    if pages
        .last()
        .is_some_and(|page| page.as_array().is_some_and(Vec::is_empty))
    {
        pages.pop();
    }
    Value::Array(pages)
}

fn is_unordered(search: &Value) -> bool {
    search["order_by"].as_array().is_some_and(Vec::is_empty)
}

/// All ids of all pages, sorted.
fn sorted(pages: &Value) -> Vec<String> {
    let pages = pages.as_array().cloned().unwrap_or_default();
    let mut ids: Vec<String> = pages
        .iter()
        .filter_map(Value::as_array)
        .flatten()
        .map(ToString::to_string)
        .collect();
    ids.sort();
    ids
}

/// Whether the search uses words that came after this version, which MLflow 3 understands.
fn is_newer_than(subject: &Subject, search: &Value) -> bool {
    let newer_words = [
        "nonsense",
        "params.optimizer > ",
        "metrics.acc = 'text'",
        "tags.a = b",
    ];
    let text = format!("{} {}", search["filter"], search["order_by"]);
    subject.major() < 3
        && !newer_words
            .iter()
            .any(|wrong_everywhere| text.contains(wrong_everywhere))
}
