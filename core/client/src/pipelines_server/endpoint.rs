//! Which server of Kubeflow Pipelines is meant, and who asks there.

use std::sync::Arc;

use flowdeck_domain::{Failure, FailureKind, Namespace, Result, Secret};
use flowdeck_mlflow::rest::{Auth, RestOptions};
use serde::Deserialize;
use url::Url;

use crate::context::{Context, SignIn};
use crate::contexts::Contexts;
use crate::discovery::Flags;
use crate::environment::Environment;
use crate::policy::Policy;
use crate::sign_in::rest_options;

/// The server that is meant.
pub(super) struct Endpoint {
    pub(super) options: RestOptions,
    pub(super) policy: Policy,
    pub(super) namespace: Option<Namespace>,
    pub(super) experiment: Option<String>,
    pub(super) place: &'static str,
}

/// What the `kfp` client keeps of the person. Source: `kfp/client/client.py`, `_load_context_setting_or_default`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct KfpContext {
    namespace: Option<String>,
}

impl Endpoint {
    /// The order: `--pipelines`; the context of `--context` and `FLOWDECK_CONTEXT`; `KF_PIPELINES_ENDPOINT`; the current
    /// context of the configuration. A context that is named says who asks wherever the address is from.
    pub(super) fn find(flags: &Flags, environment: &Environment) -> Result<Self> {
        let named = flags
            .context
            .as_deref()
            .or(environment.variable("FLOWDECK_CONTEXT"));
        let context = named.map(|name| context(name, environment)).transpose()?;
        if let Some(address) = &flags.pipelines {
            return Self::at(address, "--pipelines", context.as_deref(), flags, environment);
        }
        if let Some(context) = &context {
            let address = context
                .pipelines
                .as_ref()
                .ok_or_else(|| without_pipelines(context))?;
            return Self::at(address, "the context", Some(context), flags, environment);
        }
        for variable in ["KF_PIPELINES_ENDPOINT", "KF_PIPELINES_UI_ENDPOINT"] {
            if let Some(address) = environment.variable(variable) {
                return Self::at(address, variable, None, flags, environment);
            }
        }
        let contexts = Contexts::load(environment)?;
        let current = contexts
            .current
            .as_deref()
            .map(|name| contexts.get(name))
            .transpose()?;
        match current {
            Some(context) => {
                let address = context
                    .pipelines
                    .as_ref()
                    .ok_or_else(|| without_pipelines(context))?;
                Self::at(address, "the current context", Some(context), flags, environment)
            }
            None => Err(Failure::new(
                FailureKind::NotFound,
                "no server of Kubeflow Pipelines is named here",
            )
            .with_hint("pass --pipelines URL, set KF_PIPELINES_ENDPOINT, or name `pipelines` in a context")),
        }
    }

    fn at(
        address: &str,
        place: &'static str,
        context: Option<&Context>,
        flags: &Flags,
        environment: &Environment,
    ) -> Result<Self> {
        let server = url(address)?;
        let options = match context {
            Some(context) => rest_options(&server, Some(&for_pipelines(context)), environment)?,
            None => of_environment(server, environment)?,
        };
        let namespace = flags
            .namespace
            .clone()
            .or_else(|| context.and_then(|context| context.namespace.clone()))
            .or_else(|| kfp_namespace(environment));
        Ok(Self {
            options,
            policy: Policy::of(context),
            namespace: namespace.filter(|it| !it.is_empty()).map(Namespace::from),
            experiment: environment
                .variable("KF_PIPELINES_DEFAULT_EXPERIMENT_NAME")
                .map(str::to_owned),
            place,
        })
    }
}

fn context(name: &str, environment: &Environment) -> Result<Arc<Context>> {
    Ok(Arc::new(Contexts::load(environment)?.get(name)?.clone()))
}

fn without_pipelines(context: &Context) -> Failure {
    let name = &context.name;
    Failure::new(
        FailureKind::NotFound,
        format!("context `{name}` names no `pipelines`"),
    )
    .with_hint(format!(
        "`flowdeck context edit {name} --pipelines URL` says where Kubeflow Pipelines answers"
    ))
}

/// An address as people type it: `kfp` takes `host:8888`, too.
fn url(address: &str) -> Result<Url> {
    let address = address.trim();
    let whole = if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    };
    Url::parse(&whole).ok().filter(Url::has_host).ok_or_else(|| {
        // The text may hold a password, so it is not repeated.
        Failure::new(
            FailureKind::InvalidInput,
            "the address of Kubeflow Pipelines is no URL",
        )
        .with_hint("give one like https://kubeflow.example/pipeline or http://localhost:8888")
    })
}

/// What signs in at MLflow alone does not go to another server.
fn for_pipelines(context: &Context) -> Context {
    let mut context = context.clone();
    context.workspace = None;
    if matches!(context.sign_in, SignIn::Mlflow | SignIn::Databricks { .. }) {
        context.sign_in = SignIn::None;
    }
    context
}

/// As the `kfp` client signs in: a token that Kubernetes keeps fresh in a file.
fn of_environment(server: Url, environment: &Environment) -> Result<RestOptions> {
    let mut options = RestOptions::new(server);
    if let Some(path) = environment.variable("KF_PIPELINES_SA_TOKEN_PATH") {
        let token = std::fs::read_to_string(environment.resolve(path)).map_err(|error| {
            Failure::new(
                FailureKind::SignIn,
                format!("the token that KF_PIPELINES_SA_TOKEN_PATH names cannot be read: {error}"),
            )
            .with_hint("set it to a file that holds a token, or unset it")
        })?;
        options.auth = Auth::Bearer(Secret::new(token.trim()));
    }
    Ok(options)
}

fn kfp_namespace(environment: &Environment) -> Option<String> {
    let file = environment.home.as_ref()?.join(".config/kfp/context.json");
    let json = std::fs::read_to_string(file).ok()?;
    serde_json::from_str::<KfpContext>(&json).ok()?.namespace
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "current = 'lab'\n[contexts.lab]\ntracking = 'http://mlflow'\npipelines = 'https://kf.lab/pipeline'\n\
                          namespace = 'team-a'\nworkspace = 'w'\nread_only = true\nauth = { kind = 'mlflow' }\n\
                          [contexts.bare]\ntracking = 'http://mlflow'\n";

    fn found(flags: &Flags, variables: &[(&'static str, &str)]) -> Result<Endpoint> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(dir.path().join("config")).expect("writable");
        std::fs::write(dir.path().join("config/config.toml"), CONFIG).expect("writable");
        let mut all: Vec<_> = variables
            .iter()
            .map(|&(name, value)| (name, value.to_owned()))
            .collect();
        all.push(("FLOWDECK_CONFIG_DIR", "config".to_owned()));
        Endpoint::find(flags, &Environment::of(dir.path(), all))
    }

    fn flags(pipelines: Option<&str>, context: Option<&str>) -> Flags {
        Flags {
            pipelines: pipelines.map(str::to_owned),
            context: context.map(str::to_owned),
            ..Flags::default()
        }
    }

    #[test]
    fn the_flag_wins_over_the_variable_and_the_variable_over_the_current_context() {
        let variable = [("KF_PIPELINES_ENDPOINT", "kf.env:8888")];
        let at = |flags: &Flags, variables| {
            let found = found(flags, variables).expect("one is named");
            (found.options.base.to_string(), found.place)
        };
        assert_eq!(
            at(&flags(Some("http://kf.flag"), None), &variable),
            ("http://kf.flag/".to_owned(), "--pipelines")
        );
        assert_eq!(
            at(&Flags::default(), &variable),
            ("http://kf.env:8888/".to_owned(), "KF_PIPELINES_ENDPOINT")
        );
        assert_eq!(at(&Flags::default(), &[]).1, "the current context");
        assert_eq!(
            at(&flags(None, Some("lab")), &variable).0,
            "https://kf.lab/pipeline"
        );
        let failure = found(&flags(None, Some("bare")), &variable)
            .err()
            .expect("it names none");
        assert!(failure.message().contains("`bare`"), "{failure}");
    }

    #[test]
    fn a_context_gives_namespace_and_policy_and_keeps_what_signs_in_at_mlflow() {
        let variables = [("MLFLOW_TRACKING_TOKEN", "secret")];
        let found = found(&Flags::default(), &variables).expect("one is named");
        assert_eq!(found.namespace, Some("team-a".into()));
        assert!(found.policy.read_only);
        assert!(matches!(found.options.auth, Auth::None) && found.options.workspace.is_none());
    }

    #[test]
    fn the_namespace_of_the_kfp_client_is_the_last_resort() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir_all(dir.path().join(".config/kfp")).expect("writable");
        std::fs::write(
            dir.path().join(".config/kfp/context.json"),
            "{\"namespace\": \"team-b\"}",
        )
        .expect("writable");
        let mut environment = Environment::of(dir.path(), []);
        environment.home = Some(dir.path().to_owned());
        let mut flags = flags(Some("host:8888"), None);
        let namespace = |flags: &Flags| {
            let found = Endpoint::find(flags, &environment).expect("one is named");
            found.namespace.map(|it| it.to_string())
        };
        assert_eq!(namespace(&flags).as_deref(), Some("team-b"));
        flags.namespace = Some("team-c".to_owned());
        assert_eq!(namespace(&flags).as_deref(), Some("team-c"));
    }
}
