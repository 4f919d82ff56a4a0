use async_trait::async_trait;
use flowdeck_domain::pipelines::{
    Pipeline, PipelineExperiment, PipelineRun, PipelineVersion, RecurringRun, RunSource, Trigger,
};
use flowdeck_domain::port::{
    NewPipelineRun, NewRecurringRun, PipelinePackage, PipelinesReader, PipelinesWriter, UploadDescription,
};
use flowdeck_domain::{
    Failure, FailureKind, Namespace, PipelineId, PipelineRunId, PipelineVersionId, RecurringRunId, Result,
    Timestamp,
};
use flowdeck_http::{Call, Method, segment};
use serde_json::{Value, json};

use super::answer::Trouble;
use super::wire::{ExperimentWire, Listed, PipelineWire, RunWire, ScheduleWire, VersionWire};
use super::{PipelinesRest, multipart, object, package, text, v2};

/// The longest name of a run. Source: the server's answer, 2.17.
const LONGEST_RUN_NAME: usize = 255;

#[async_trait]
impl PipelinesWriter for PipelinesRest {
    async fn upload_pipeline(&self, package: &PipelinePackage, said: &UploadDescription) -> Result<Pipeline> {
        package::check_name(said.name.as_deref().unwrap_or_default())?;
        let call = match package {
            PipelinePackage::File { name, bytes } => {
                let call = described(upload("upload", name, bytes)?, said);
                match &said.namespace {
                    Some(namespace) => call.with("namespace", namespace.as_str()),
                    None => call,
                }
            }
            PipelinePackage::Url(url) => {
                let name = said.name.clone().unwrap_or_else(|| name_in(url));
                let pipeline = object([
                    ("name", text(&name)),
                    (
                        "display_name",
                        text(said.display_name.as_deref().unwrap_or(&name)),
                    ),
                    ("description", text(&said.description)),
                    (
                        "namespace",
                        said.namespace.as_ref().and_then(|it| text(it.as_str())),
                    ),
                    ("tags", tags(said)),
                ]);
                let version = json!({ "package_url": { "pipeline_url": url } });
                let body = json!({ "pipeline": pipeline, "pipeline_version": version });
                Call::write(v2("pipelines/create"), &body)
            }
        };
        match self.fetch(&call).await {
            Ok(json) => self.read::<PipelineWire>(&call, &json),
            Err(trouble) => Err(self.not_uploaded(trouble, said).await),
        }
    }

    async fn upload_version(
        &self,
        id: &PipelineId,
        package: &PipelinePackage,
        said: &UploadDescription,
    ) -> Result<PipelineVersion> {
        package::check_name(said.name.as_deref().unwrap_or_default())?;
        let call = match package {
            PipelinePackage::File { name, bytes } => {
                described(upload("upload_version", name, bytes)?, said).with("pipelineid", id.as_str())
            }
            PipelinePackage::Url(url) => {
                let name = said.name.clone().unwrap_or_else(|| name_in(url));
                let body = object([
                    ("pipeline_id", text(id.as_str())),
                    ("name", text(&name)),
                    (
                        "display_name",
                        text(said.display_name.as_deref().unwrap_or(&name)),
                    ),
                    ("description", text(&said.description)),
                    ("package_url", Some(json!({ "pipeline_url": url }))),
                    ("tags", tags(said)),
                ]);
                Call::write(v2(format!("pipelines/{}/versions", segment(id.as_str()))), &body)
            }
        };
        match self.fetch(&call).await {
            Ok(json) => self.read::<VersionWire>(&call, &json),
            Err(trouble) => Err(self.not_uploaded(trouble, said).await),
        }
    }

    async fn delete_pipeline(&self, id: &PipelineId) -> Result<()> {
        // Without the word a pipeline that has versions is refused.
        let path = v2(format!("pipelines/{}", segment(id.as_str())));
        self.done(&Call::act(Method::DELETE, path).with("cascade", "true"))
            .await
    }

    async fn delete_version(&self, id: &PipelineId, version: &PipelineVersionId) -> Result<()> {
        let (id, version) = (segment(id.as_str()), segment(version.as_str()));
        let path = v2(format!("pipelines/{id}/versions/{version}"));
        self.done(&Call::act(Method::DELETE, path)).await
    }

    async fn create_pipeline_experiment(
        &self,
        name: &str,
        description: &str,
        namespace: Option<&Namespace>,
    ) -> Result<PipelineExperiment> {
        if name.trim().is_empty() {
            return Err(nameless("an experiment"));
        }
        let body = object([
            ("display_name", text(name)),
            ("description", text(description)),
            ("namespace", namespace.and_then(|it| text(it.as_str()))),
        ]);
        let call = Call::write(v2("experiments"), &body);
        Ok(self.one::<ExperimentWire>(&call).await?.item())
    }

    async fn create_pipeline_run(&self, run: &NewPipelineRun) -> Result<PipelineRun> {
        let body = object(self.run_fields(run).await?);
        let call = Call::write(v2("runs"), &body);
        Ok(self.one::<RunWire>(&call).await?.item())
    }

    async fn retry_pipeline_run(&self, id: &PipelineRunId) -> Result<()> {
        self.remember_stopped(id, false);
        match self.fetch(&run_action(id, "retry")).await {
            Ok(_) => Ok(()),
            Err(trouble) if trouble.said().contains("must be Failed/Error") => Err(Failure::new(
                FailureKind::Refused,
                format!("run {id} has not failed, so there is nothing to retry"),
            )
            .with_hint("clone it to run it once more")),
            Err(trouble) => Err(trouble.into()),
        }
    }

    async fn terminate_pipeline_run(&self, id: &PipelineRunId) -> Result<()> {
        match self.fetch(&run_action(id, "terminate")).await {
            Ok(_) => {
                self.remember_stopped(id, true);
                Ok(())
            }
            Err(trouble) if trouble.said().contains("Row not found") => Err(Failure::new(
                FailureKind::Refused,
                format!("run {id} has ended or is being stopped already"),
            )),
            Err(trouble) => Err(trouble.into()),
        }
    }

    async fn archive_pipeline_run(&self, id: &PipelineRunId) -> Result<()> {
        self.done(&run_action(id, "archive")).await
    }

    async fn unarchive_pipeline_run(&self, id: &PipelineRunId) -> Result<()> {
        self.done(&run_action(id, "unarchive")).await
    }

    async fn delete_pipeline_run(&self, id: &PipelineRunId) -> Result<()> {
        let path = v2(format!("runs/{}", segment(id.as_str())));
        self.done(&Call::act(Method::DELETE, path)).await
    }

    async fn create_recurring_run(&self, schedule: &NewRecurringRun) -> Result<RecurringRun> {
        if !(1..=10).contains(&schedule.max_concurrency) {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("{} runs at once are not possible", schedule.max_concurrency),
            )
            .with_hint("a server takes 1 to 10"));
        }
        let mut fields = self.run_fields(&schedule.run).await?;
        fields.extend([
            // 64 bits travel as text.
            (
                "max_concurrency",
                Some(schedule.max_concurrency.to_string().into()),
            ),
            (
                "mode",
                Some(if schedule.enabled { "ENABLE" } else { "DISABLE" }.into()),
            ),
            ("no_catchup", schedule.no_catchup.then_some(true.into())),
            ("trigger", Some(trigger(&schedule.trigger)?)),
        ]);
        let call = Call::write(v2("recurringruns"), &object(fields));
        Ok(self.one::<ScheduleWire>(&call).await?.item())
    }

    async fn enable_recurring_run(&self, id: &RecurringRunId, enabled: bool) -> Result<()> {
        let word = if enabled { "enable" } else { "disable" };
        let path = v2(format!("recurringruns/{}:{word}", segment(id.as_str())));
        self.done(&Call::act(Method::POST, path)).await
    }

    async fn delete_recurring_run(&self, id: &RecurringRunId) -> Result<()> {
        let path = v2(format!("recurringruns/{}", segment(id.as_str())));
        self.done(&Call::act(Method::DELETE, path)).await
    }
}

type Fields = Vec<(&'static str, Option<Value>)>;

impl PipelinesRest {
    fn read<L: Listed>(&self, call: &Call, json: &[u8]) -> Result<L::Item> {
        let wire: L = serde_json::from_slice(json).map_err(|error| self.unreadable(call, error))?;
        Ok(wire.item())
    }

    /// What a run and a schedule have in common. Only what is known and set: anything else is refused.
    async fn run_fields(&self, run: &NewPipelineRun) -> Result<Fields> {
        if run.display_name.trim().is_empty() {
            return Err(nameless("a run"));
        }
        if run.display_name.len() > LONGEST_RUN_NAME {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("the name of a run has {LONGEST_RUN_NAME} bytes at most"),
            ));
        }
        if run.experiment_id.is_none() && self.found().await?.server.multi_user {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                "a server for several users has no default experiment",
            )
            .with_hint("pass --experiment"));
        }
        let config = object([
            (
                "parameters",
                (!run.parameters.is_empty()).then(|| json!(run.parameters)),
            ),
            ("pipeline_root", run.pipeline_root.as_deref().and_then(text)),
        ]);
        let plugins = (!run.plugins_input.is_empty()).then(|| json!(run.plugins_input));
        let (reference, spec) = source(&run.source)?;
        Ok(vec![
            ("display_name", text(&run.display_name)),
            ("description", text(&run.description)),
            (
                "experiment_id",
                run.experiment_id.as_ref().and_then(|id| text(id.as_str())),
            ),
            ("pipeline_version_reference", reference),
            ("pipeline_spec", spec),
            ("runtime_config", (config != json!({})).then_some(config)),
            ("service_account", run.service_account.as_deref().and_then(text)),
            ("plugins_input", plugins),
        ])
    }

    /// The server words a name that is taken and a right that is missing alike, as a plain mistake.
    async fn not_uploaded(&self, trouble: Trouble, said: &UploadDescription) -> Failure {
        let is_vague = trouble.said().starts_with("Failed to create a pipeline");
        if !is_vague {
            return trouble.into();
        }
        if trouble.status() == Some(409) {
            let name = said
                .name
                .as_deref()
                .map_or_else(|| "of this name".to_owned(), |name| format!("called `{name}`"));
            return Failure::new(FailureKind::InvalidInput, format!("there is one {name} already"))
                .with_hint("choose another name, or add a version to the pipeline that is there");
        }
        match self.may_create(said.namespace.as_ref()).await {
            Err(refused) if refused.kind() == FailureKind::Permission => refused,
            _ => trouble.into(),
        }
    }

    /// Whether the person may change things in a namespace; asked of v1beta1, as v2beta1 has no such route.
    async fn may_create(&self, namespace: Option<&Namespace>) -> Result<()> {
        let (Some(namespace), true) = (namespace, self.server().await?.multi_user) else {
            return Ok(());
        };
        let call = Call::get("apis/v1beta1/auth")
            .with("namespace", namespace.as_str())
            .with("resources", "VIEWERS")
            .with("verb", "CREATE");
        let refused = self.fetch(&call).await.err().map(Failure::from);
        if refused.is_none_or(|refused| refused.kind() != FailureKind::Permission) {
            return Ok(());
        }
        let sentence = format!("you may not create pipelines in namespace {namespace}");
        Err(Failure::new(FailureKind::Permission, sentence)
            .with_hint("ask the owner of the namespace for the right"))
    }
}

fn nameless(what: &str) -> Failure {
    Failure::new(FailureKind::InvalidInput, format!("{what} needs a name"))
}

fn run_action(id: &PipelineRunId, action: &str) -> Call {
    Call::act(
        Method::POST,
        v2(format!("runs/{}:{action}", segment(id.as_str()))),
    )
}

fn upload(route: &str, name: &str, bytes: &[u8]) -> Result<Call> {
    package::check_file(name, bytes)?;
    let (content_type, body) = multipart::one_file("uploadfile", name, bytes);
    Ok(Call::upload(v2(format!("pipelines/{route}")), content_type, body))
}

fn described(mut call: Call, said: &UploadDescription) -> Call {
    let texts = [
        ("name", said.name.as_deref().unwrap_or_default()),
        ("display_name", said.display_name.as_deref().unwrap_or_default()),
        ("description", &said.description),
    ];
    for (key, value) in texts.into_iter().filter(|(_, value)| !value.is_empty()) {
        call = call.with(key, value);
    }
    match tags(said) {
        Some(tags) => call.with("tags", tags.to_string()),
        None => call,
    }
}

/// Servers before 2.17 know no tags, so that none are sent as nothing.
fn tags(said: &UploadDescription) -> Option<Value> {
    (!said.tags.is_empty()).then(|| json!(said.tags))
}

/// `https://host/dir/churn.yaml` as `churn`.
fn name_in(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let file = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path);
    let endings = [".yaml", ".yml", ".json", ".zip", ".tar.gz"];
    let bare = endings.iter().find_map(|ending| file.strip_suffix(ending));
    bare.unwrap_or(file).to_owned()
}

/// The two fields of which one is sent.
fn source(source: &RunSource) -> Result<(Option<Value>, Option<Value>)> {
    match source {
        RunSource::Version {
            pipeline_id,
            version_id,
        } => {
            let version = version_id.as_ref().and_then(|id| text(id.as_str()));
            let reference = object([
                ("pipeline_id", text(pipeline_id.as_str())),
                ("pipeline_version_id", version),
            ]);
            Ok((Some(reference), None))
        }
        RunSource::Package(spec) => Ok((None, Some(spec.document.clone()))),
        RunSource::Unknown => Err(Failure::new(
            FailureKind::InvalidInput,
            "nothing was named that the run is made from",
        )
        .with_hint("name a pipeline, a version or a package")),
    }
}

/// A schedule without a trigger is taken and never fires, so it is refused here.
fn trigger(trigger: &Trigger) -> Result<Value> {
    let time = |time: &Option<Timestamp>| time.map(|time| time.to_string().into());
    Ok(match trigger {
        Trigger::Never => {
            return Err(
                Failure::new(FailureKind::InvalidInput, "the schedule never fires")
                    .with_hint("give a cron expression or an interval"),
            );
        }
        Trigger::Cron {
            expression,
            start,
            end,
        } => {
            let expression = flowdeck_domain::pipelines::Cron::sendable(expression).map_err(|fault| {
                Failure::new(
                    FailureKind::InvalidInput,
                    format!("`{expression}` is no cron expression: {fault}"),
                )
                .with_hint("six fields, seconds first: `0 30 4 * * 1` is Mondays at 04:30")
            })?;
            json!({ "cron_schedule": object([
                ("cron", text(&expression)),
                ("start_time", time(start)),
                ("end_time", time(end)),
            ]) })
        }
        Trigger::Interval { seconds, start, end } => {
            if *seconds == 0 {
                return Err(Failure::new(
                    FailureKind::InvalidInput,
                    "an interval of 0 s never fires",
                ));
            }
            json!({ "periodic_schedule": object([
                ("interval_second", Some(seconds.to_string().into())),
                ("start_time", time(start)),
                ("end_time", time(end)),
            ]) })
        }
    })
}
