//! Histories that are read on from a mark, from servers that page and from servers that do not.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flowdeck_domain::FailureKind;
use flowdeck_domain::port::{HistoryMark, HistoryPart, TrackingReader};
use flowdeck_domain::tracking::MetricPoint;
use flowdeck_mlflow::rest::RestStore;
use futures::TryStreamExt;
use serde_json::{Value, json};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::recorded::store;

/// How a server answers for a history.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Manner {
    /// In pages, by offset, as 3.x over a database.
    Pages,
    /// All at once, whatever is asked, as 2.x and 1.x.
    AllAtOnce,
    /// Refuses tokens that it did not give out.
    RefusesTokens,
}

/// `[timestamp, step, value]` in the order of the store.
type Points = Arc<Mutex<Vec<[i64; 3]>>>;

struct Server {
    manner: Manner,
    points: Points,
}

impl Respond for Server {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let parameter = |name: &str| {
            let mut pairs = request.url.query_pairs();
            pairs
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let points = self.points.lock().unwrap();
        let token = parameter("page_token");
        if token.is_some() && self.manner == Manner::RefusesTokens {
            let body = json!({"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid page token"});
            return ResponseTemplate::new(400).set_body_json(body);
        }
        let (start, size) = match self.manner {
            Manner::AllAtOnce => (0, usize::MAX),
            _ => {
                let offset = token.map_or(0, |token| offset_of(&token));
                (offset, parameter("max_results").unwrap().parse().unwrap())
            }
        };
        let page: Vec<Value> = points
            .iter()
            .skip(start)
            .take(size)
            .map(|[timestamp, step, value]| json!({"key": "loss", "value": value, "timestamp": timestamp, "step": step}))
            .collect();
        let mut body = json!({});
        let end = start + page.len();
        if !page.is_empty() {
            body["metrics"] = page.into();
        }
        if end < points.len() {
            body["next_page_token"] = BASE64_STANDARD.encode(format!("{{\"offset\": {end}}}")).into();
        }
        ResponseTemplate::new(200).set_body_json(body)
    }
}

fn offset_of(token: &str) -> usize {
    let text = BASE64_STANDARD.decode(token).unwrap();
    let value: Value = serde_json::from_slice(&text).unwrap();
    usize::try_from(value["offset"].as_u64().unwrap()).unwrap()
}

struct Growing {
    points: Points,
    server: MockServer,
    store: RestStore,
    followed: Vec<MetricPoint>,
    mark: Option<HistoryMark>,
}

impl Growing {
    async fn new(manner: Manner, n_points: i64) -> Self {
        let points: Points = Arc::new(Mutex::new((0..n_points).map(|n| [n, n, n]).collect()));
        let server = MockServer::start().await;
        let answers = Server {
            manner,
            points: Arc::clone(&points),
        };
        Mock::given(path("/api/2.0/mlflow/metrics/get-history"))
            .respond_with(answers)
            .mount(&server)
            .await;
        let run =
            json!({"run": {"info": {"run_id": "r", "experiment_id": "1", "status": "RUNNING"}, "data": {}}});
        Mock::given(path("/api/2.0/mlflow/runs/get"))
            .respond_with(ResponseTemplate::new(200).set_body_json(run))
            .mount(&server)
            .await;
        let store = store(&server);
        let mut growing = Self {
            points,
            server,
            store,
            followed: Vec::new(),
            mark: None,
        };
        growing.read_on().await;
        growing
    }

    fn log(&self, point: [i64; 3]) {
        self.points.lock().unwrap().push(point);
    }

    /// Reads on; what was followed is then what a reader of the whole has. Gives whether it began anew, and how many points
    /// came over the wire in requests.
    async fn read_on(&mut self) -> (bool, usize) {
        let before = self.server.received_requests().await.unwrap().len();
        let parts = self
            .store
            .history_after(&"r".into(), &"loss".into(), self.mark.as_ref());
        let parts: Vec<_> = parts.try_collect().await.unwrap();
        let n_requests = self.server.received_requests().await.unwrap().len() - before;
        let mut was_anew = false;
        for part in parts {
            match part {
                HistoryPart::Anew => {
                    self.followed.clear();
                    was_anew = true;
                }
                HistoryPart::Points(points) => self.followed.extend(points),
                HistoryPart::End(mark) => self.mark = mark,
            }
        }
        let whole = self.store.metric_history(&"r".into(), &"loss".into());
        assert_eq!(self.followed, whole.try_concat().await.unwrap());
        (was_anew, n_requests)
    }
}

#[tokio::test]
async fn a_server_that_pages_is_asked_from_the_last_known_point_on() {
    for n_points in [1, 2, 4_999, 5_000, 5_001, 12_000] {
        let mut growing = Growing::new(Manner::Pages, n_points).await;
        assert_eq!(growing.read_on().await, (false, 1), "{n_points}");
        growing.log([20_000, 1, 7]);
        growing.log([20_001, 2, 8]);
        assert_eq!(growing.read_on().await, (false, 1), "{n_points}");
        for n in 0..9_000 {
            growing.log([30_000 + n, n, n]);
        }
        assert_eq!(growing.read_on().await, (false, 2), "{n_points}");
        assert_eq!(growing.followed.len(), usize::try_from(n_points).unwrap() + 9_002);
    }
}

#[tokio::test]
async fn a_server_that_sends_everything_is_read_anew_without_asking_twice() {
    let mut growing = Growing::new(Manner::AllAtOnce, 100).await;
    growing.log([200, 1, 7]);
    assert_eq!(growing.read_on().await, (true, 1));
    assert_eq!(growing.read_on().await, (true, 1));
    let mut growing = Growing::new(Manner::AllAtOnce, 1).await;
    growing.log([200, 1, 7]);
    assert_eq!(growing.read_on().await, (false, 1));
}

#[tokio::test]
async fn a_server_that_refuses_the_token_is_asked_for_everything() {
    let mut growing = Growing::new(Manner::RefusesTokens, 100).await;
    growing.log([200, 1, 7]);
    assert_eq!(growing.read_on().await, (true, 2));
}

#[tokio::test]
async fn points_that_moved_or_are_gone_are_read_anew() {
    let mut growing = Growing::new(Manner::Pages, 100).await;
    growing.points.lock().unwrap().insert(5, [4, 4, 77]);
    assert_eq!(growing.read_on().await, (true, 2));
    growing.points.lock().unwrap().truncate(50);
    assert!(growing.read_on().await.0);
    growing.points.lock().unwrap().clear();
    assert!(growing.read_on().await.0);
    growing.log([1, 1, 1]);
    assert_eq!(growing.read_on().await, (true, 1));
}

#[tokio::test]
async fn a_history_whose_ends_look_alike_has_no_mark() {
    let mut growing = Growing::new(Manner::Pages, 3).await;
    growing.log([0, 0, 0]);
    growing.read_on().await;
    assert_eq!(growing.mark, None);
    growing.mark = Some(HistoryMark("file 1 2 3 4 5".into()));
    assert_eq!(growing.read_on().await, (true, 1));
}

#[tokio::test]
async fn a_server_that_fails_is_not_asked_twice_from_a_mark_on() {
    let mut growing = Growing::new(Manner::Pages, 3).await;
    growing.server.reset().await;
    let page = ResponseTemplate::new(401).set_body_string("You are not authenticated.");
    Mock::given(wiremock::matchers::any())
        .respond_with(page)
        .mount(&growing.server)
        .await;
    let parts = growing
        .store
        .history_after(&"r".into(), &"loss".into(), growing.mark.take().as_ref());
    let failure = parts.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(failure.kind(), FailureKind::SignIn);
    assert_eq!(growing.server.received_requests().await.unwrap().len(), 1);
}
