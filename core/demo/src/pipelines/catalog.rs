//! Pipelines and their versions.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::answer::Asked;
use super::ids::IdKind;
use super::proto_json::{Field, Shape};
use super::records::{Pipeline, Version};
use super::refusal::{Refusal, Within};
use super::reply::Reply;
use super::spec::Spec;
use super::store::State;
use super::table::Listing;
use super::users::{Caller, Request};

const PIPELINE: Shape = &[
    ("pipeline_id", Field::Text),
    ("display_name", Field::Text),
    ("name", Field::Text),
    ("description", Field::Text),
    ("created_at", Field::Time),
    ("namespace", Field::Text),
    ("error", Field::Any),
    ("tags", Field::Texts),
];

const URL: Shape = &[("pipeline_url", Field::Text)];

const VERSION: Shape = &[
    ("pipeline_id", Field::Text),
    ("pipeline_version_id", Field::Text),
    ("display_name", Field::Text),
    ("name", Field::Text),
    ("description", Field::Text),
    ("created_at", Field::Time),
    ("package_url", Field::Message(URL)),
    ("code_source_url", Field::Text),
    ("pipeline_spec", Field::Any),
    ("error", Field::Any),
    ("tags", Field::Texts),
];

const BOTH: Shape = &[
    ("pipeline", Field::Message(PIPELINE)),
    ("pipeline_version", Field::Message(VERSION)),
];

/// The longest name of a pipeline.
pub(super) const LONGEST_NAME: usize = 128;

fn request<'a>(namespace: &'a str, verb: &'a str, name: &'a str) -> Request<'a> {
    Request {
        namespace,
        verb,
        resource: "pipelines",
        name,
    }
}

/// Refuses who has no right to a pipeline; those without a namespace are everybody's to read.
pub(super) fn access(
    state: &State,
    caller: &Caller,
    verb: &str,
    (id, name): (&str, &str),
    namespace: &str,
) -> Result<(), Refusal> {
    if namespace.is_empty() && state.is_multi_user() {
        return match &state.options.users {
            Some(users) => users.identity(caller).map(drop),
            None => Ok(()),
        };
    }
    state
        .check(caller, &request(namespace, verb, name))
        .within(format!(
            "Failed to access pipeline {id}. Check if you have access to namespace {namespace}"
        ))
}

pub(super) fn list(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let namespace = if state.is_multi_user() {
        asked.query.text("namespace").to_owned()
    } else {
        String::new()
    };
    let listing = Listing::read::<Pipeline>(&asked.query, "sort_by")?;
    access(state, &asked.caller, "list", ("", ""), &namespace)
        .within(format!(
            "Failed to list pipelines due to authorization error. Check if you have read permission to namespace {namespace}"
        ))
        .within(format!("Failed to list pipelines in namespace {namespace}. Check error stack"))?;
    let fitting = state
        .pipelines
        .values()
        .filter(|pipeline| pipeline.namespace == namespace);
    let page = listing.page(fitting)?;
    Ok(Reply::ok(&page.json("pipelines", Pipeline::json)))
}

fn known<'a>(state: &'a State, id: &str) -> Result<&'a Pipeline, Refusal> {
    state
        .pipelines
        .get(id)
        .ok_or_else(|| Refusal::missing("Pipeline", id))
}

pub(super) fn get(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = format!("Failed to get a pipeline {id}. Check error stack");
    let found = known(state, id).within(format!("Failed to get a pipeline with id {id}"));
    let pipeline = found.within(&doing)?;
    access(
        state,
        &asked.caller,
        "get",
        (id, &pipeline.name),
        &pipeline.namespace,
    )
    .within(format!(
        "Failed to get a pipeline due authorization error for pipeline id {id}"
    ))
    .within(&doing)?;
    Ok(Reply::ok(&pipeline.json()))
}

pub(super) fn get_by_name(state: &mut State, asked: &Asked<'_>, name: &str) -> Result<Reply, Refusal> {
    let namespace = asked.query.text("namespace");
    let doing =
        format!("Failed to get a pipeline with name {name} and namespace {namespace}. Check error stack.");
    access(state, &asked.caller, "get", ("", name), namespace).within(&doing)?;
    let mut all = state.pipelines.values();
    let found = all.find(|pipeline| pipeline.name == name && pipeline.namespace == namespace);
    let missing = || {
        Refusal::missing("Namespace/Pipeline", &format!("{namespace}/{name}"))
            .within(format!(
                "Failed to get a pipeline named {name} in namespace {namespace}"
            ))
            .within(&doing)
    };
    found
        .map(|pipeline| Reply::ok(&pipeline.json()))
        .ok_or_else(missing)
}

/// What a pipeline or a version is called and tagged with.
#[derive(Default)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) namespace: String,
    pub(super) code_source_url: String,
    pub(super) package_url: String,
    pub(super) tags: Map<String, Value>,
}

impl Described {
    /// Either name stands for the other where that is missing.
    fn of_body(body: &Value) -> Self {
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let (name, display_name) = (text("name"), text("display_name"));
        Self {
            description: text("description"),
            namespace: text("namespace"),
            code_source_url: text("code_source_url"),
            package_url: body["package_url"]["pipeline_url"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            tags: body["tags"].as_object().cloned().unwrap_or_default(),
            name: if name.is_empty() {
                display_name.clone()
            } else {
                name.clone()
            },
            display_name: if display_name.is_empty() {
                name
            } else {
                display_name
            },
        }
    }
}

/// Keeps a new pipeline.
pub(super) fn add(state: &mut State, new: Described) -> Result<Pipeline, Refusal> {
    let is_taken = state
        .pipelines
        .values()
        .any(|pipeline| pipeline.name == new.name && pipeline.namespace == new.namespace);
    if is_taken {
        return Err(Refusal::exists(format!(
            "Failed to create a new pipeline. The name {} already exist. Please specify a new name",
            new.name
        )));
    }
    let pipeline = Pipeline {
        id: state.id(IdKind::Pipeline),
        name: new.name,
        display_name: new.display_name,
        description: new.description,
        namespace: new.namespace,
        tags: new.tags,
        created_at: state.now,
    };
    state.pipelines.insert(pipeline.id.clone(), pipeline.clone());
    Ok(pipeline)
}

/// Keeps a new version of a pipeline.
pub(super) fn add_version(
    state: &mut State,
    pipeline_id: &str,
    new: Described,
    spec: Arc<Spec>,
) -> Result<Version, Refusal> {
    known(state, pipeline_id)?;
    let is_taken = state
        .versions
        .values()
        .any(|version| version.pipeline_id == pipeline_id && version.name == new.name);
    if is_taken {
        return Err(Refusal::exists(format!(
            "Failed to create a new pipeline version. The name {} already exist. Please specify a new name",
            new.name
        )));
    }
    let version = Version {
        id: state.id(IdKind::Version),
        pipeline_id: pipeline_id.to_owned(),
        name: new.name,
        display_name: new.display_name,
        description: new.description,
        code_source_url: new.code_source_url,
        package_url: new.package_url,
        tags: new.tags,
        created_at: state.now,
        order: state.n_made,
        spec,
    };
    state.versions.insert(version.id.clone(), version.clone());
    Ok(version)
}

pub(super) fn create(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let body = asked.body(PIPELINE)?;
    let doing = "Failed to create a pipeline due to server error";
    let pipeline = checked_add(state, asked, Described::of_body(&body)).within(doing)?;
    Ok(Reply::ok(&pipeline.json()))
}

fn checked_add(state: &mut State, asked: &Asked<'_>, new: Described) -> Result<Pipeline, Refusal> {
    if new.name.is_empty() {
        return Err(Refusal::invalid("pipeline's name cannot be empty"));
    }
    access(state, &asked.caller, "create", ("", &new.name), &new.namespace)?;
    add(state, new).within("Failed to create a pipeline in PipelineStore")
}

/// A pipeline and its first version, fetched from an address.
pub(super) fn create_both(state: &mut State, asked: &Asked<'_>) -> Result<Reply, Refusal> {
    let body = asked.body(BOTH)?;
    let doing = "Failed to create a pipeline and a pipeline version";
    let spec = fetched(&body["pipeline_version"]).within(doing)?;
    let mut version = Described::of_body(&body["pipeline_version"]);
    let pipeline = checked_add(state, asked, Described::of_body(&body["pipeline"])).within(doing)?;
    if version.name.is_empty() {
        version.name.clone_from(&pipeline.name);
        version.display_name.clone_from(&pipeline.display_name);
    }
    add_version(state, &pipeline.id, version, spec).within(doing)?;
    Ok(Reply::ok(&pipeline.json()))
}

/// The package behind an address.
fn fetched(version: &Value) -> Result<Arc<Spec>, Refusal> {
    let url = version["package_url"]["pipeline_url"]
        .as_str()
        .unwrap_or_default();
    if url.is_empty() {
        return Err(Refusal::invalid(
            "Pipeline URL is empty. Please specify a valid URL",
        ));
    }
    let package = super::package::fetch(url);
    let text = package
        .map_err(|why| Refusal::internal(format!("Failed to download the pipeline from {url}: {why}")))?;
    Spec::read(&text).map(Arc::new).map_err(Refusal::invalid)
}

pub(super) fn update(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let body = asked.body(PIPELINE)?;
    let doing = format!("Failed to update pipeline {id}");
    let (name, namespace) = {
        let pipeline = known(state, id).within(&doing)?;
        (pipeline.name.clone(), pipeline.namespace.clone())
    };
    access(state, &asked.caller, "update", (id, &name), &namespace).within(&doing)?;
    let Some(pipeline) = state.pipelines.get_mut(id) else {
        return Err(Refusal::missing("Pipeline", id));
    };
    change(&mut pipeline.display_name, &mut pipeline.tags, &body);
    Ok(Reply::ok(&pipeline.json()))
}

/// A description in a change is not looked at.
fn change(display_name: &mut String, tags: &mut Map<String, Value>, body: &Value) {
    if let Some(name) = body["display_name"].as_str().filter(|name| !name.is_empty()) {
        name.clone_into(display_name);
    }
    if let Some(given) = body["tags"].as_object() {
        *tags = given.clone();
    }
}

pub(super) fn delete(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = format!("Failed to delete pipeline {id}. Check error stack");
    let missing = format!("Failed to delete pipeline with id {id} as it was not found");
    let pipeline = known(state, id).within(missing).within(&doing)?;
    access(
        state,
        &asked.caller,
        "delete",
        (id, &pipeline.name),
        &pipeline.namespace,
    )
    .within(&doing)?;
    if let Some(version) = state
        .latest_version(id)
        .filter(|_| asked.query.text("cascade") != "true")
    {
        return Err(Refusal::invalid(format!(
            "Failed to delete pipeline with id {id} as it has existing pipeline versions (e.g. {}). Set cascade=true to delete all versions",
            version.id
        ))
        .within(doing));
    }
    state.versions.retain(|_, version| version.pipeline_id != id);
    state.pipelines.remove(id);
    Ok(Reply::empty())
}

pub(super) fn list_versions(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = format!("Failed to list pipeline versions of pipeline {id}");
    let listing = Listing::read::<Version>(&asked.query, "sort_by")?;
    if let Some(pipeline) = state.pipelines.get(id) {
        access(
            state,
            &asked.caller,
            "get",
            (id, &pipeline.name),
            &pipeline.namespace,
        )
        .within(&doing)?;
    }
    let page = listing.page(
        state
            .versions
            .values()
            .filter(|version| version.pipeline_id == id),
    )?;
    Ok(Reply::ok(&page.json("pipeline_versions", Version::json)))
}

pub(super) fn create_version(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let body = asked.body(VERSION)?;
    let doing = "Failed to create a pipeline version";
    let spec = fetched(&body).within(doing)?;
    let version = add_version(state, id, Described::of_body(&body), spec).within(doing)?;
    Ok(Reply::ok(&version.json()))
}

fn known_version<'a>(state: &'a State, id: &str) -> Result<&'a Version, Refusal> {
    let found = state
        .versions
        .get(id)
        .ok_or_else(|| Refusal::missing("PipelineVersion", id));
    found.within(format!("Failed to get a pipeline version with id {id}"))
}

fn access_version(state: &State, asked: &Asked<'_>, verb: &str, version: &Version) -> Result<(), Refusal> {
    match state.pipelines.get(&version.pipeline_id) {
        Some(pipeline) => access(
            state,
            &asked.caller,
            verb,
            (&pipeline.id, &pipeline.name),
            &pipeline.namespace,
        ),
        None => Ok(()),
    }
}

pub(super) fn get_version(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = format!("Failed to get a pipeline version {id}");
    let version = known_version(state, id).within(&doing)?;
    access_version(state, asked, "get", version).within(&doing)?;
    Ok(Reply::ok(&version.json()))
}

pub(super) fn update_version(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let body = asked.body(VERSION)?;
    let doing = format!("Failed to update pipeline version {id}");
    access_version(state, asked, "update", known_version(state, id).within(&doing)?).within(&doing)?;
    let Some(version) = state.versions.get_mut(id) else {
        return Err(Refusal::missing("PipelineVersion", id));
    };
    change(&mut version.display_name, &mut version.tags, &body);
    Ok(Reply::ok(&version.json()))
}

pub(super) fn delete_version(state: &mut State, asked: &Asked<'_>, id: &str) -> Result<Reply, Refusal> {
    let doing = format!("Failed to delete a pipeline version {id}");
    access_version(state, asked, "delete", known_version(state, id).within(&doing)?).within(&doing)?;
    state.versions.remove(id);
    Ok(Reply::empty())
}
