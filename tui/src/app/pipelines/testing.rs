//! A server of Kubeflow Pipelines for tests: answers of a real one, carried as the runtime carries them.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use flowdeck_surface::client::{Environment, Flags, Pipelines, Result};
use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex, query_param_is_missing};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::app::effect::Question;
use crate::app::message::{Answer, Msg};
use crate::app::runtime::pipelines::answer;
use crate::app::runtime::worker::Teller;
use crate::app::testing::Bench;

/// Captures in the order in which they win: the state of the server in these tests.
const KNOWN: [&str; 20] = [
    "healthz",
    "pipelines_list",
    "pipeline_get",
    "pipeline_versions_list",
    "pipeline_versions_list_fanout",
    "pipeline_version_get",
    "experiments_list",
    "experiment_get",
    "recurringruns_list",
    "recurringrun_get_cron",
    "run_get_succeeded",
    "run_get_failed_retries_used_up",
    "run_get_failed_v1beta1",
    "run_get_driver_failed",
    "run_get_cached_step",
    "run_get_fanout_running",
    "v1beta1_run_get_running",
    "run_get_step_unschedulable",
    "run_get_pending",
    "run_create",
];

/// A run of the captures that succeeded.
pub(crate) const SUCCEEDED: &str = "62d46b18-c853-4e33-a26f-bf74fdb0b40d";
/// One whose task failed three times.
pub(crate) const FAILED: &str = "8ff6ece4-1c20-420f-bb78-ad8ca0d93c08";
/// One that goes on with a loop of many shards.
pub(crate) const FANOUT: &str = "e803d453-96e6-4813-bf4d-e1ce041b0b53";
/// One whose task fits on no node.
pub(crate) const WAITING: &str = "92ac9d47-622d-4506-92ce-c2f67057f9d0";
/// One whose driver failed.
pub(crate) const DRIVER: &str = "b7e4352c-4c83-4abd-8ac6-386e5fa60674";
/// One that was made and of which nothing was reported.
pub(crate) const PENDING: &str = "11afffef-e45d-4d93-ae4a-30355f7934da";

/// A server that answers as the captured one did.
pub(crate) struct Replay {
    runtime: tokio::runtime::Runtime,
    mock: MockServer,
    server: Pipelines,
    environment: Environment,
}

impl Replay {
    /// A server of one's own.
    pub(crate) fn own() -> Self {
        Self::under("")
    }

    /// A server that many tests read.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Replay> = OnceLock::new();
        SHARED.get_or_init(Self::own)
    }

    /// A server in a context with these settings.
    pub(crate) fn under(settings: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("threads");
        let mock = runtime.block_on(mounted());
        let dir = tempfile::tempdir().expect("a temporary directory");
        let uri = mock.uri();
        let config = format!("current = 'lab'\n[contexts.lab]\npipelines = '{uri}'\n{settings}\n");
        std::fs::write(dir.path().join("config.toml"), config).expect("writable");
        let variables = [("FLOWDECK_CONFIG_DIR", dir.path().display().to_string())];
        let environment = Environment::of(dir.path(), variables);
        let server = Pipelines::open(&Flags::default(), &environment).expect("a context names it");
        Self {
            runtime,
            mock,
            server,
            environment,
        }
    }

    /// What the server says to a question of pipelines, one answer after the other.
    pub(crate) fn answers(&self, question: &Question) -> Vec<Result<Answer>> {
        let Question::Pipelines(asked) = question else {
            return vec![Err(crate::app::testing::unreachable())];
        };
        let (teller, inbox) = Teller::heard();
        let answered = answer((**asked).clone(), &self.server, &self.environment, &teller);
        if let Err(failure) = self.runtime.block_on(answered) {
            return vec![Err(failure)];
        }
        let heard = std::iter::from_fn(|| inbox.next_answer());
        let mut answers: Vec<Result<Answer>> = heard
            .filter_map(|msg| match msg {
                Msg::Reply(reply) => Some(reply.answer),
                _ => None,
            })
            .collect();
        // Its port is another one in every test.
        for answer in &mut answers {
            if let Ok(Answer::Pipelines(from)) = answer {
                from.place = Some("kfp.example (KFP 2.17.0)".to_owned());
            }
        }
        answers
    }

    /// Answers all that a bench asks.
    pub(crate) fn answer(&self, bench: &mut Bench) {
        bench.answer_all(|question| self.answers(question));
    }

    /// What was asked of it so far, as `POST /path`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.requests()
            .iter()
            .map(|request| format!("{} {}", request.method, request.url.path()))
            .collect()
    }

    /// The body of the last request that made something.
    pub(crate) fn written(&self) -> Value {
        let requests = self.requests();
        let last = requests
            .iter()
            .rev()
            .find(|request| request.method.as_str() == "POST");
        serde_json::from_slice(&last.expect("something was made").body).unwrap_or_default()
    }

    fn requests(&self) -> Vec<Request> {
        let all = self.runtime.block_on(self.mock.received_requests());
        all.expect("requests are kept")
    }
}

fn captures() -> Arc<Vec<Value>> {
    static CAPTURES: OnceLock<Arc<Vec<Value>>> = OnceLock::new();
    let read = || {
        let file = "../tests/fixtures/kubeflow/captures/single_user.json";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let json = std::fs::read(path).expect("the captures are there");
        Arc::new(serde_json::from_slice(&json).expect("JSON"))
    };
    Arc::clone(CAPTURES.get_or_init(read))
}

fn named(name: &str) -> Value {
    let captures = captures();
    let found = captures.iter().find(|capture| capture["name"] == name);
    found
        .unwrap_or_else(|| panic!("there is no capture {name}"))
        .clone()
}

async fn mounted() -> MockServer {
    let mock = MockServer::start().await;
    for name in KNOWN {
        let capture = named(name);
        Mock::given(method(capture["method"].as_str().unwrap_or_default()))
            .and(path(capture["path"].as_str().unwrap_or_default()))
            .respond_with(answer_of(&capture))
            .mount(&mock)
            .await;
    }
    Mock::given(method("GET"))
        .and(path("/apis/v2beta1/runs"))
        .and(query_param_is_missing("page_token"))
        .respond_with(answer_of(&named("runs_list_page1")))
        .mount(&mock)
        .await;
    Mock::given(method("GET"))
        .and(path("/apis/v2beta1/runs"))
        .respond_with(answer_of(&named("runs_list_token_only")))
        .mount(&mock)
        .await;
    Mock::given(method("POST"))
        .and(path("/apis/v2beta1/recurringruns"))
        .respond_with(answer_of(&named("recurringrun_get_cron")))
        .mount(&mock)
        .await;
    Mock::given(method("POST"))
        .and(path_regex(":(archive|unarchive|retry|terminate|enable|disable)$"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&mock)
        .await;
    Mock::given(method("DELETE"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&mock)
        .await;
    mock
}

fn answer_of(capture: &Value) -> ResponseTemplate {
    let status = capture["status"]
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    ResponseTemplate::new(status.expect("captures have a status")).set_body_json(&capture["response_body"])
}
