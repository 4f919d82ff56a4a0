//! A store behind its ports, and all pages of an answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use flowdeck_domain::port::{
    ArtifactReader, LoggedModelQuery, Query, RegistryReader, RegistryWriter, RunFields, RunQuery, StoreKind,
    TraceQuery, TrackingReader, TrackingWriter,
};
use flowdeck_domain::registry::ModelVersion;
use flowdeck_domain::tracking::{Experiment, Run};
use flowdeck_domain::{ExperimentId, Failure, FailureKind, Page, VersionNumber};
use flowdeck_mlflow::artifacts::Artifacts;
use flowdeck_mlflow::file_store::FileStore;
use flowdeck_mlflow::rest::{RestOptions, RestStore};
use flowdeck_mlflow::sqlite::SqliteStore;

use crate::subject::Subject;

/// One store behind each of its ports.
pub(crate) struct Ports {
    pub(crate) tracking: Arc<dyn TrackingReader>,
    pub(crate) writer: Arc<dyn TrackingWriter>,
    pub(crate) registry: Arc<dyn RegistryReader>,
    pub(crate) registry_writer: Arc<dyn RegistryWriter>,
    pub(crate) artifacts: Arc<dyn ArtifactReader>,
}

impl Ports {
    /// Opens the store of a subject through the adapter for its kind.
    pub(crate) fn open(subject: &Subject) -> Self {
        let nothing_set = BTreeMap::new;
        match subject.kind {
            StoreKind::Server => {
                let base = subject.url().parse().expect("a server has a URL");
                let store = Arc::new(RestStore::new(RestOptions::new(base)).expect("the options are right"));
                let artifacts = Artifacts::new(Some(Arc::clone(&store)), &subject.directory, nothing_set());
                Self::of(store, artifacts)
            }
            StoreKind::FileStore => {
                let store = FileStore::open(&subject.path(), None).expect("the store opens");
                let artifacts = Artifacts::new(None, &subject.directory, nothing_set());
                Self::of(Arc::new(store), artifacts.of_directory(subject.path()))
            }
            StoreKind::Sqlite => {
                let store = SqliteStore::open(&subject.path()).expect("the store opens");
                Self::of(
                    Arc::new(store),
                    Artifacts::new(None, &subject.directory, nothing_set()),
                )
            }
        }
    }

    fn of<S: TrackingReader + TrackingWriter + RegistryReader + RegistryWriter + 'static>(
        store: Arc<S>,
        artifacts: Artifacts,
    ) -> Self {
        Self {
            tracking: Arc::<S>::clone(&store),
            writer: Arc::<S>::clone(&store),
            registry: Arc::<S>::clone(&store),
            registry_writer: store,
            artifacts: Arc::new(artifacts),
        }
    }

    pub(crate) async fn experiments(&self, query: Query) -> Vec<Experiment> {
        let tracking = &self.tracking;
        pages(
            query,
            |query| async move { tracking.search_experiments(&query).await },
            std::convert::identity,
        )
        .await
        .expect("experiments can be searched")
        .concat()
    }

    /// Ids of all experiments, sorted as text: a search over them has the same order on both sides.
    pub(crate) async fn experiment_ids(&self) -> Vec<ExperimentId> {
        let query = Query {
            view: flowdeck_domain::port::View::All,
            max_results: 1000,
            ..Query::default()
        };
        let mut ids: Vec<_> = self
            .experiments(query)
            .await
            .into_iter()
            .map(|experiment| experiment.id)
            .collect();
        ids.sort();
        ids
    }

    /// All runs of all experiments, deleted ones too.
    pub(crate) async fn runs(&self, fields: RunFields) -> Vec<Run> {
        let experiments = self.experiment_ids().await;
        let query = Query {
            view: flowdeck_domain::port::View::All,
            max_results: 7,
            ..Query::default()
        };
        let (tracking, experiments, fields) = (&self.tracking, &experiments, &fields);
        let ask = |query| async move {
            let query = RunQuery {
                query,
                experiments: experiments.clone(),
                fields: fields.clone(),
            };
            tracking.search_runs(&query).await
        };
        pages(query, ask, std::convert::identity)
            .await
            .expect("runs can be searched")
            .concat()
    }

    /// All versions of a model, read one by one; numbers of deleted ones are passed over.
    pub(crate) async fn versions(
        &self,
        model: &flowdeck_domain::registry::RegisteredModel,
    ) -> Vec<ModelVersion> {
        let newest = model
            .latest_versions
            .iter()
            .filter_map(|v| v.version.as_str().parse::<u32>().ok())
            .max();
        let mut found = Vec::new();
        for number in 1..=newest.unwrap_or(0) {
            match self
                .registry
                .version(&model.name, &VersionNumber::from(number.to_string()))
                .await
            {
                Ok(version) => found.push(version),
                Err(failure) => assert_eq!(failure.kind(), FailureKind::NotFound, "{failure}"),
            }
        }
        found
    }
}

/// All pages that a query has, each item turned into something.
pub(crate) async fn pages<T, U, Answer>(
    mut query: Query,
    ask: impl Fn(Query) -> Answer,
    item: impl Fn(T) -> U,
) -> Result<Vec<Vec<U>>, Failure>
where
    Answer: Future<Output = Result<Page<T>, Failure>>,
{
    let mut pages = Vec::new();
    loop {
        let page = ask(query.clone()).await?;
        pages.push(page.items.into_iter().map(&item).collect());
        query.page = page.next;
        if query.page.is_none() {
            return Ok(pages);
        }
    }
}

/// A query for logged models or traces over experiments.
pub(crate) fn logged_model_query(query: Query, experiments: &[ExperimentId]) -> LoggedModelQuery {
    LoggedModelQuery {
        query,
        experiments: experiments.to_vec(),
    }
}

pub(crate) fn trace_query(query: Query, experiments: &[ExperimentId]) -> TraceQuery {
    TraceQuery {
        query,
        experiments: experiments.to_vec(),
    }
}
