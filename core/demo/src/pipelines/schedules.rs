use flowdeck_domain::Timestamp;
use serde_json::{Value, json};

use super::answer::Asked;
use super::engine::node::Millis;
use super::ids::IdKind;
use super::proto_json::{Field, Shape};
use super::records::{Schedule, Trigger};
use super::refusal::{Refusal, Within};
use super::reply::Reply;
use super::run::Source;
use super::runs::{self, REFERENCE, RUNTIME_CONFIG};
use super::store::{NewRun, State};
use super::table::Listing;
use super::users::Request;

const TRIGGER: Shape = &[
    (
        "cron_schedule",
        Field::Message(&[
            ("start_time", Field::Time),
            ("end_time", Field::Time),
            ("cron", Field::Text),
        ]),
    ),
    (
        "periodic_schedule",
        Field::Message(&[
            ("start_time", Field::Time),
            ("end_time", Field::Time),
            ("interval_second", Field::Number),
        ]),
    ),
];

const SCHEDULE: Shape = &[
    ("recurring_run_id", Field::Text),
    ("display_name", Field::Text),
    ("description", Field::Text),
    ("pipeline_version_id", Field::Text),
    ("pipeline_spec", Field::Any),
    ("pipeline_version_reference", Field::Message(REFERENCE)),
    ("runtime_config", Field::Message(RUNTIME_CONFIG)),
    ("service_account", Field::Text),
    ("max_concurrency", Field::Number),
    ("trigger", Field::Message(TRIGGER)),
    ("mode", Field::Word(&["MODE_UNSPECIFIED", "ENABLE", "DISABLE"])),
    ("created_at", Field::Time),
    ("updated_at", Field::Time),
    (
        "status",
        Field::Word(&["STATUS_UNSPECIFIED", "ENABLED", "DISABLED"]),
    ),
    ("error", Field::Any),
    ("no_catchup", Field::Bool),
    ("namespace", Field::Text),
    ("experiment_id", Field::Text),
    ("plugins_input", Field::Any),
];

/// Runs of one schedule that one look starts at most: what was missed in a longer sleep is not made up for.
const MOST_AT_ONCE: usize = 20;

pub(super) fn list(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let doing = "Failed to list jobs";
    let experiment_id = asked.query.text("experiment_id");
    let mut namespace = asked.query.text("namespace").to_owned();
    if !experiment_id.is_empty() {
        let experiment = state.experiment(experiment_id).within(doing)?;
        namespace.clone_from(&experiment.namespace);
    }
    let listing = Listing::read::<Schedule>(&asked.query, "sort_by")?;
    if state.is_multi_user() {
        let refused = format!(
            "Failed to list recurring runs due to authorization error. Check if you have permission to access namespace {namespace}"
        );
        if namespace.is_empty() {
            let empty = Refusal::invalid("A recurring run cannot have an empty namespace in multi-user mode");
            return Err(empty.within(refused).within(doing));
        }
        let request = request(&namespace, "list", "");
        let checked = state.check(&asked.caller, &request);
        checked
            .within("failed to authorize with API")
            .within(refused)
            .within(doing)?;
    }
    let is_multi_user = state.is_multi_user();
    let fitting = state.schedules.values().filter(|schedule| {
        let of_it = experiment_id.is_empty() || schedule.experiment_id == experiment_id;
        of_it && (!is_multi_user || schedule.namespace == namespace)
    });
    let page = listing.page(fitting).within(doing)?;
    Ok(Reply::ok(&page.json("recurringRuns", Schedule::json)))
}

fn request<'a>(namespace: &'a str, verb: &'a str, name: &'a str) -> Request<'a> {
    Request {
        namespace,
        verb,
        resource: "jobs",
        name,
    }
}

pub(super) fn create(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let body = asked.body(SCHEDULE)?;
    let name = body["display_name"].as_str().unwrap_or_default();
    let converted =
        |refusal: Refusal| refusal.within("Failed to create a recurring run due to conversion error");
    let (trigger, trigger_json) = trigger(&body["trigger"]).map_err(converted)?;
    let concurrency = body["max_concurrency"].as_i64().unwrap_or_default();
    if !(1..=10).contains(&concurrency) {
        return Err(converted(Refusal::invalid(format!(
            "Max concurrency of a recurring run must be at least 1 and at most 10. Received {concurrency}"
        ))));
    }
    if name.is_empty() {
        return Err(converted(Refusal::internal(
            "Failed to convert API recurring run to its internal representation: Invalid input error: Recurring run name cannot be empty",
        )));
    }
    let doing = "Failed to create a recurring run";
    let (experiment_id, namespace) = runs::experiment_of(state, &body, "recurring run").within(doing)?;
    let checked = state.check(&asked.caller, &request(&namespace, "create", name));
    checked
        .within("failed to authorize with API")
        .within(format!(
            "Failed to create a recurring run due to authorization error. Check if you have write permission to namespace {namespace}"
        ))
        .within(doing)?;
    let (source, spec) = runs::source_of(state, &body).within(doing)?;
    let config = super::store::runtime_config(&body);
    let values = spec.check_values(&super::store::parameters(config.as_ref()));
    values.within("invalid pipeline job inputs").within(doing)?;
    let names_version = body["pipeline_version_reference"]["pipeline_version_id"].is_string()
        || body["pipeline_version_id"].is_string();
    let (pipeline_id, version_id) = match source {
        Source::Version {
            pipeline_id,
            version_id,
        } => (Some(pipeline_id), names_version.then_some(version_id)),
        Source::Package => (None, None),
    };
    let now = state.now;
    let time = |key: &str| {
        ["cron_schedule", "periodic_schedule"]
            .iter()
            .find_map(|kind| body["trigger"][*kind][key].as_str())
            .and_then(Timestamp::parse_rfc3339)
            .map(|at| at.0)
    };
    let schedule = Schedule {
        id: state.id(IdKind::RecurringRun),
        display_name: name.to_owned(),
        description: body["description"].as_str().unwrap_or_default().to_owned(),
        experiment_id,
        namespace,
        pipeline_id,
        version_id,
        spec,
        runtime_config: config,
        service_account: body["service_account"]
            .as_str()
            .filter(|name| !name.is_empty())
            .unwrap_or("pipeline-runner")
            .to_owned(),
        max_concurrency: concurrency,
        no_catchup: body["no_catchup"] == true,
        is_enabled: body["mode"] == "ENABLE",
        trigger,
        trigger_json,
        from: time("start_time"),
        until: time("end_time"),
        created_at: now,
        updated_at: now,
        // With a start in the past, what was missed since then is made up for.
        last: time("start_time")
            .filter(|start| *start < now && body["no_catchup"] != true)
            .unwrap_or(now),
        n_started: 0,
    };
    let json = schedule.json();
    state.schedules.insert(schedule.id.clone(), schedule);
    Ok(Reply::ok(&json))
}

/// When it starts runs, and how the server tells it again.
fn trigger(given: &Value) -> Result<(Trigger, Value), Refusal> {
    if let Some(cron) = given["cron_schedule"].as_object() {
        let expression = cron.get("cron").and_then(Value::as_str).unwrap_or_default();
        let read = expression.parse().map_err(|fault| {
            let n_fields = expression.split_whitespace().count();
            let why = if (5..=6).contains(&n_fields) || expression.starts_with('@') {
                format!("{fault}")
            } else {
                format!("Expected 5 to 6 fields, found {n_fields}: {expression}")
            };
            Refusal::invalid(format!(
                "Schedule cron is not a supported format(https://godoc.org/github.com/robfig/cron). Error: {why}"
            ))
        })?;
        return Ok((Trigger::Cron(read), given.clone()));
    }
    if given["periodic_schedule"].is_object() {
        let seconds = given["periodic_schedule"]["interval_second"]
            .as_i64()
            .unwrap_or_default();
        if seconds < 1 {
            return Err(Refusal::invalid(
                "Found invalid period schedule interval seconds. Set at interval to least 1",
            ));
        }
        let mut told = given.clone();
        told["periodic_schedule"]["interval_second"] = json!(seconds.to_string());
        return Ok((Trigger::Every(seconds.saturating_mul(1000)), told));
    }
    Ok((Trigger::Never, json!({})))
}

pub(super) fn get(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let schedule = known(state, id).within("Failed to fetch a recurring run")?;
    let checked = state.check(
        &asked.caller,
        &request(&schedule.namespace, "get", &schedule.display_name),
    );
    checked
        .within("failed to authorize with API")
        .within("Failed to authorize the request")
        .within("Failed to fetch a recurring run")?;
    Ok(Reply::ok(&schedule.json()))
}

fn known<'a>(state: &'a State, id: &str) -> Result<&'a Schedule, Refusal> {
    state.schedules.get(id).ok_or_else(|| Refusal::missing("Job", id))
}

pub(super) fn delete(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = "Failed to delete a recurring run";
    let found = known(state, id).within(format!("Failed to delete recurring run {id}. Check if exists"));
    let schedule = found.within(doing)?;
    let checked = state.check(
        &asked.caller,
        &request(&schedule.namespace, "delete", &schedule.display_name),
    );
    checked
        .within("failed to authorize with API")
        .within("Failed to authorize the request")
        .within(doing)?;
    state.schedules.remove(id);
    Ok(Reply::empty())
}

pub(super) fn set_mode(state: &mut State, asked: &Asked<'_>, id: &str, on: bool) -> Result<Reply, Refusal> {
    let verb = if on { "enable" } else { "disable" };
    let doing = format!("Failed to {verb} a recurring run");
    let missing =
        format!("Failed to change recurring run's mode to enable:{on}. Check if recurring run {id} exists");
    let schedule = known(state, id).within(missing).within(&doing)?;
    let checked = state.check(
        &asked.caller,
        &request(&schedule.namespace, verb, &schedule.display_name),
    );
    checked
        .within("failed to authorize with API")
        .within("Failed to authorize the request")
        .within(&doing)?;
    let now = state.now;
    if let Some(schedule) = state.schedules.get_mut(id) {
        schedule.updated_at = now;
        if on && !schedule.is_enabled && schedule.no_catchup {
            schedule.last = now;
        }
        schedule.is_enabled = on;
    }
    Ok(Reply::empty())
}

/// Starts the runs whose time has come.
pub(super) fn start_due(state: &mut State) {
    let ids: Vec<String> = state.schedules.keys().cloned().collect();
    for id in ids {
        for _ in 0..MOST_AT_ONCE {
            let Some(schedule) = state.schedules.get(&id) else {
                break;
            };
            let due = schedule
                .next()
                .filter(|next| schedule.is_enabled && *next <= state.now);
            let running = state
                .runs
                .values()
                .filter(|run| run.recurring_run_id.as_deref() == Some(&id) && run.ended_at().is_none());
            let is_full = running.count() as i64 >= schedule.max_concurrency;
            let Some(due) = due.filter(|_| !is_full) else {
                break;
            };
            start(state, &id, due);
        }
    }
}

fn start(state: &mut State, id: &str, due: Millis) {
    let Some(schedule) = state.schedules.get_mut(id) else {
        return;
    };
    schedule.last = due;
    if schedule.no_catchup {
        // What was missed stays missed: the latest time that has come is the one that counts.
        while let Some(next) = schedule.next().filter(|next| *next <= state.now) {
            schedule.last = next;
        }
    }
    schedule.n_started += 1;
    let schedule = schedule.clone();
    let (source, spec) = match (&schedule.pipeline_id, &schedule.version_id) {
        (Some(pipeline), named) => {
            let version = match named {
                Some(version) => state.versions.get(version),
                None => state.latest_version(pipeline),
            };
            let Some(version) = version else {
                return;
            };
            let source = Source::Version {
                pipeline_id: pipeline.clone(),
                version_id: version.id.clone(),
            };
            (source, version.spec.clone())
        }
        (None, _) => (Source::Package, schedule.spec.clone()),
    };
    // A pipeline whose inputs have changed since takes no run of this schedule, as on the real server.
    let _ = state.add_run(NewRun {
        display_name: format!("{} {}", schedule.display_name, schedule.n_started),
        description: String::new(),
        experiment_id: schedule.experiment_id,
        namespace: schedule.namespace,
        source,
        spec,
        runtime_config: schedule.runtime_config,
        service_account: schedule.service_account,
        scheduled_at: schedule.last,
        recurring_run_id: Some(schedule.id),
        plugins_input: None,
    });
}
