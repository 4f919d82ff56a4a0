//! A question -> an answer, without the network.

use serde_json::{Value, json};

use super::catalog;
use super::engine::node::Millis;
use super::experiments;
use super::legacy;
use super::proto_json::{self, Shape};
use super::query::Query;
use super::refusal::{INTERNAL, INVALID, Refusal};
use super::reply::Reply;
use super::runs;
use super::schedules;
use super::store::{Pipelines, State};
use super::task_api;
use super::upload;
use super::users::Caller;

/// A request, taken apart.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) query: Query,
    pub(super) body: &'a [u8],
    pub(super) content_type: &'a str,
    pub(super) caller: Caller,
}

impl Asked<'_> {
    /// The body as a message.
    pub(super) fn body(&self, shape: Shape) -> Result<Value, Refusal> {
        proto_json::read(self.body, shape).map_err(|words| Refusal::gateway(INVALID, words))
    }
}

/// What the server says of itself, and the branch with the API of tasks of itself.
const BUILD: (&str, &str) = ("7b70c7b95f6832772efd6fd0029a4024491a0f44", "2.17.0");
const TASK_API_BUILD: (&str, &str) = ("e2520ff3be", "2.16.0");

/// Paths of v2beta1 that there are, with the methods that they take.
const ROUTES: &[(&str, &[&str])] = &[
    ("healthz", &["GET"]),
    ("pipelines", &["GET", "POST"]),
    ("runs", &["GET", "POST"]),
    ("experiments", &["GET", "POST"]),
    ("recurringruns", &["GET", "POST"]),
];

impl Pipelines {
    /// Answers a request.
    pub(super) fn answer(&self, path: &str, asked: &Asked<'_>) -> Reply {
        let mut state = self.state();
        let words: Vec<String> = path.trim_matches('/').split('/').map(percent_decoded).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match &words[..] {
            ["apis", "v2beta1", "healthz"] if asked.method == "GET" => healthz(&state, true),
            ["apis", "v1beta1", "healthz"] if asked.method == "GET" => healthz(&state, false),
            ["apis", "v2beta1", rest @ ..] => match broken(&state, asked.method, rest) {
                Some(refusal) => refusal.reply(),
                None => v2(&mut state, asked, rest),
            },
            ["apis", "v1beta1", rest @ ..] => answered(v1(&mut state, asked, rest)),
            ["apis", "v1alpha1", rest @ ..] => v1alpha1(&mut state, asked, rest),
            ["apis", ..] => Refusal::no_route().reply(),
            _ => Reply::text(404, "404 page not found\n"),
        }
    }
}

fn answered(result: Result<Reply, Refusal>) -> Reply {
    result.unwrap_or_else(|refusal| refusal.reply())
}

fn percent_decoded(word: &str) -> String {
    // A plus in a path is a plus.
    super::query::unescape(&word.replace('+', "%2B")).unwrap_or_else(|_| word.to_owned())
}

fn healthz(state: &State, is_whole: bool) -> Reply {
    let (commit, tag) = if state.options.has_task_api {
        TASK_API_BUILD
    } else {
        BUILD
    };
    let mut json = json!({ "commit_sha": commit, "tag_name": tag, "multi_user": state.is_multi_user() });
    if is_whole {
        json["pipeline_store"] = json!("database");
    }
    Reply::ok(&json)
}

/// What every call but `healthz` says while the database is gone.
fn broken(state: &State, method: &str, rest: &[&str]) -> Option<Refusal> {
    if !state.is_database_down {
        return None;
    }
    const REFUSED: &str = "dial tcp mysql:3306: connect: connection refused";
    let message = match (method, rest) {
        ("GET", ["runs"]) => {
            "Failed to list runs: Failed to list runs: InternalServerError: Failed to list runs: invalid connection: invalid connection".to_owned()
        }
        ("GET", ["runs", id]) => format!(
            "Failed to get a run: Failed to fetch run {id}: InternalServerError: Failed to get run: {REFUSED}: {REFUSED}"
        ),
        ("POST", ["runs", action]) if action.ends_with(":archive") => {
            let id = action.trim_end_matches(":archive");
            format!(
                "Failed to archive a run: Failed to archive run {id} as it failed to be retrieved: Failed to fetch run {id}: \
                 InternalServerError: Failed to get run: {REFUSED}: {REFUSED}"
            )
        }
        _ => format!("InternalServerError: {REFUSED}: {REFUSED}"),
    };
    Some(Refusal {
        code: INTERNAL,
        message,
        short: Some("Internal Server Error".to_owned()),
    })
}

fn v2(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    match (asked.method, rest) {
        ("POST", ["pipelines", "upload"]) => return upload::pipeline(state, asked),
        ("POST", ["pipelines", "upload_version"]) => return upload::version(state, asked),
        ("GET", ["runs", run, "nodes", node, "artifacts", name]) if name.ends_with(":read") => {
            return legacy::read_artifact(state, run, node, name.trim_end_matches(":read"));
        }
        ("POST", ["workflows"]) => return answered(report(state, asked)),
        _ => {}
    }
    let result = pipelines(state, asked, rest)
        .or_else(|| of_runs(state, asked, rest))
        .or_else(|| of_tasks(state, asked, rest));
    match result {
        Some(result) => answered(result),
        None if ROUTES
            .iter()
            .any(|(path, methods)| rest == [*path] && !methods.contains(&asked.method)) =>
        {
            Refusal::no_method().reply()
        }
        None => Refusal::no_route().reply(),
    }
}

type Answered = Option<Result<Reply, Refusal>>;

fn pipelines(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Answered {
    Some(match (asked.method, rest) {
        ("GET", ["pipelines"]) => catalog::list(state, asked),
        ("POST", ["pipelines"]) => catalog::create(state, asked),
        ("POST", ["pipelines", "create"]) => catalog::create_both(state, asked),
        ("GET", ["pipelines", "names", name]) => catalog::get_by_name(state, asked, name),
        ("GET", ["pipelines", id]) => catalog::get(state, asked, id),
        ("PATCH", ["pipelines", id]) => catalog::update(state, asked, id),
        ("DELETE", ["pipelines", id]) => catalog::delete(state, asked, id),
        ("GET", ["pipelines", id, "versions"]) => catalog::list_versions(state, asked, id),
        ("POST", ["pipelines", id, "versions"]) => catalog::create_version(state, asked, id),
        ("GET", ["pipelines", _, "versions", id]) => catalog::get_version(state, asked, id),
        ("PATCH", ["pipelines", _, "versions", id]) => catalog::update_version(state, asked, id),
        ("DELETE", ["pipelines", _, "versions", id]) => catalog::delete_version(state, asked, id),
        ("GET", ["experiments"]) => experiments::list(state, asked),
        ("POST", ["experiments"]) => experiments::create(state, asked),
        ("GET", ["experiments", id]) => experiments::get(state, asked, id),
        ("DELETE", ["experiments", id]) => experiments::delete(state, asked, id),
        ("POST", ["experiments", action]) => match action.rsplit_once(':')? {
            (id, "archive") => experiments::archive(state, asked, id, true),
            (id, "unarchive") => experiments::archive(state, asked, id, false),
            _ => return None,
        },
        _ => return None,
    })
}

fn of_runs(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Answered {
    Some(match (asked.method, rest) {
        ("GET", ["runs"]) => runs::list(state, asked),
        ("POST", ["runs"]) => runs::create(state, asked),
        ("GET", ["runs", id]) => runs::get(state, asked, id),
        ("DELETE", ["runs", id]) => runs::delete(state, asked, id),
        ("POST", ["runs", action]) => match action.rsplit_once(':')? {
            (id, "archive") => runs::archive(state, asked, id, true),
            (id, "unarchive") => runs::archive(state, asked, id, false),
            (id, "terminate") => runs::terminate(state, asked, id),
            (id, "retry") => runs::retry(state, asked, id),
            _ => return None,
        },
        ("GET", ["recurringruns"]) => schedules::list(state, asked),
        ("POST", ["recurringruns"]) => schedules::create(state, asked),
        ("GET", ["recurringruns", id]) => schedules::get(state, asked, id),
        ("DELETE", ["recurringruns", id]) => schedules::delete(state, asked, id),
        ("POST", ["recurringruns", action]) => match action.rsplit_once(':')? {
            (id, "enable") => schedules::set_mode(state, asked, id, true),
            (id, "disable") => schedules::set_mode(state, asked, id, false),
            _ => return None,
        },
        _ => return None,
    })
}

fn of_tasks(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Answered {
    if !state.options.has_task_api {
        return None;
    }
    Some(match (asked.method, rest) {
        ("GET", ["runs", run, "tasks"]) => task_api::list_tasks(state, asked, run),
        ("POST", ["runs", run, "tasks"]) => task_api::create_task(state, asked, run),
        ("POST", ["runs", run, "tasks:batchUpdate"]) => task_api::update_tasks(state, asked, run),
        ("GET", ["runs", run, "tasks", id]) => task_api::get_task(state, run, id),
        ("PATCH", ["runs", run, "tasks", id]) => task_api::update_task(state, asked, run, id),
        ("POST", ["tasks:findCached"]) => task_api::find_cached(state, asked),
        ("GET", ["artifacts"]) => task_api::list_artifacts(state, asked),
        ("POST", ["artifacts"]) => task_api::create_artifact(state, asked),
        ("POST", ["artifacts:batchCreate"]) => task_api::create_artifacts(state, asked),
        ("GET", ["artifacts", id]) => task_api::get_artifact(state, id),
        ("GET", ["artifact_tasks"]) => task_api::list_links(state, asked),
        ("POST", ["artifact_tasks"]) => task_api::create_link(state, asked),
        ("POST", ["artifact_tasks:batchCreate"]) => task_api::create_links(state, asked),
        _ => return None,
    })
}

fn v1(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Result<Reply, Refusal> {
    match (asked.method, rest) {
        ("GET", ["auth"]) => legacy::authorize(state, asked),
        ("GET", ["runs"]) => legacy::list_runs(state, asked),
        ("GET", ["runs", id]) => legacy::get_run(state, asked, id),
        ("GET", ["experiments"]) => legacy::list_experiments(state, asked),
        ("GET", ["pipelines"]) => legacy::list_pipelines(state, asked),
        ("GET", ["jobs"]) => legacy::list_jobs(state, asked),
        _ => Err(Refusal::no_route()),
    }
}

fn v1alpha1(state: &mut State, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    match (asked.method, rest) {
        ("GET", ["runs", run, "nodes", pod, "log"]) => legacy::log(state, run, pod),
        (_, ["tasks"]) if state.options.has_task_api => Refusal::no_service("api.TaskService").reply(),
        ("POST", ["tasks"]) => answered(legacy::create_cached_task(state, asked)),
        ("GET", ["tasks"]) => answered(legacy::list_cached_tasks(state, asked)),
        _ => Refusal::no_route().reply(),
    }
}

/// A workflow that somebody reports: the server plays its own, so that nothing comes of one that is right.
fn report(state: &State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let sent: Value = serde_json::from_slice(asked.body).unwrap_or_default();
    let workflow: Value = sent.as_str().map_or(sent.clone(), |text| {
        serde_json::from_str(text).unwrap_or_default()
    });
    let name = workflow["metadata"]["name"].as_str().unwrap_or_default();
    if name.is_empty() {
        let words = "The workflow must have a name: &Workflow{ObjectMeta:{      0 0001-01-01 00:00:00 +0000 UTC <nil> <nil> map[] map[] [] [] []}";
        return Err(Refusal::invalid(words).within("Report workflow failed"));
    }
    if let Some(users) = &state.options.users {
        let request = super::users::Request {
            namespace: "",
            verb: "report",
            resource: "workflows",
            name: "",
        };
        users.check(&asked.caller, &request).map_err(|refusal| {
            refusal.within(format!(
                "Failed to report workflows `{name}` due to authorization error."
            ))
        })?;
    }
    if !workflow["metadata"]["labels"]["pipeline/runid"].is_string() {
        return Err(
            Refusal::invalid(format!("Workflow[{name}] missing the Run ID label"))
                .within("Failed to report workflow"),
        );
    }
    Ok(Reply::empty())
}

/// How often a server that nobody asks looks at the time, in milliseconds.
pub(super) const TICK: Millis = 200;
