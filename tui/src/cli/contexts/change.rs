use std::path::PathBuf;

use clap::Args;
use flowdeck_surface::client::context::{self, Draft, HeaderValue};
use flowdeck_surface::client::secrets::{SecretSource, forget_in_keyring};
use flowdeck_surface::client::{Contexts, Environment, Failure, FailureKind, Policy, Result};

use super::changed;
use super::secret::{Asking, keep};
use crate::cli::args::YesArg;
use crate::cli::context::Context;
use crate::cli::exit::Outcome;

/// What a context holds.
#[derive(Debug, Default, Args)]
pub(crate) struct Fields {
    /// Where runs are: https://host, a path to mlruns/ or mlflow.db, databricks://profile
    #[arg(long, value_name = "URI")]
    tracking: Option<String>,
    /// Where models are, when that is elsewhere
    #[arg(long, value_name = "URI")]
    registry: Option<String>,
    /// The workspace of an MLflow 3 server that has several
    #[arg(long, value_name = "NAME")]
    workspace: Option<String>,
    /// Where Kubeflow Pipelines answers
    #[arg(long, value_name = "URL")]
    pipelines: Option<String>,
    /// The context of kubeconfig
    #[arg(long, value_name = "NAME")]
    kube_context: Option<String>,
    /// The namespace of pipelines and services
    #[arg(long, short = 'n', value_name = "NAMESPACE")]
    namespace: Option<String>,
    /// Where inference requests go in
    #[arg(long, value_name = "URL")]
    ingress: Option<String>,
    /// Refuse every write
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    read_only: Option<String>,
    /// Ask for the context's name before what destroys
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    production: Option<String>,
    #[command(flatten)]
    sign_in: SignInFields,
    #[command(flatten)]
    connection: ConnectionFields,
}

/// Who asks.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Sign-in")]
struct SignInFields {
    /// none, basic, bearer, cookie, header, client-cert, databricks, or mlflow for its own variables
    #[arg(long, value_name = "KIND")]
    auth: Option<String>,
    /// The name of whoever asks, for basic
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// The name of the cookie or of the header
    #[arg(long, value_name = "NAME")]
    secret_name: Option<String>,
    /// The profile of ~/.databrickscfg
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Where the secret is found: keyring, env:NAME, file:PATH or command:LINE. In a keyring unless given
    #[arg(long, value_name = "PLACE")]
    secret_from: Option<String>,
    /// Read the secret from stdin and keep it in the keyring or in the file
    #[arg(long)]
    secret_stdin: bool,
}

/// How the servers are reached.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
struct ConnectionFields {
    /// A host that the system's ssh forwards through
    #[arg(long, value_name = "HOST")]
    ssh_host: Option<String>,
    /// A proxy to go through
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Certificates in PEM to believe beside the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<String>,
    /// A client certificate in PEM
    #[arg(long, value_name = "FILE")]
    client_cert: Option<String>,
    /// Its key in PEM, where that is another file
    #[arg(long, value_name = "FILE")]
    client_key: Option<String>,
    /// Believe any certificate
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    insecure_tls: Option<String>,
    /// Seconds that a server may take to answer
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<String>,
    /// A header of every request; may be repeated. Without a value it is removed
    #[arg(long, value_name = "NAME=VALUE")]
    header: Vec<String>,
    /// A header whose value is found in a place: X-Key=env:LAB_KEY; may be repeated
    #[arg(long, value_name = "NAME=PLACE")]
    secret_header: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// What it is called
    name: String,
    #[command(flatten)]
    fields: Fields,
    /// Make it the current one; the first one always is
    #[arg(long = "use")]
    make_current: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Edit {
    /// Its name
    name: String,
    #[command(flatten)]
    fields: Fields,
    /// Ask for the secret anew
    #[arg(long)]
    secret: bool,
    /// A key to remove; may be repeated
    #[arg(long, value_name = "KEY")]
    unset: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Use {
    /// Its name
    name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// Its name
    name: String,
    #[command(flatten)]
    yes: YesArg,
}

/// Adds a context, with its secret where one is typed.
pub(crate) async fn add(cx: &Context, args: &Add) -> Outcome {
    let file = config_file(&cx.environment)?;
    context::check_name(&args.name)?;
    let known = Contexts::load(&cx.environment)?;
    if known.names().any(|name| name == args.name) {
        let taken = format!("there is a context `{}` already", args.name);
        let hint = format!("`flowdeck context edit {}` changes it", args.name);
        return Err(Failure::new(FailureKind::InvalidInput, taken)
            .with_hint(hint)
            .into());
    }
    let mut draft = Draft::new(&args.name);
    args.fields.fill(&mut draft, cx)?;
    let asking = Asking {
        name: &args.name,
        from_stdin: args.fields.sign_in.secret_stdin,
        anew: true,
    };
    keep(cx, &mut draft, &asking).await?;
    context::add(&file, &args.name, &draft.edit())?;
    if args.make_current {
        context::use_context(&file, &args.name)?;
    }
    let sentence = format!(
        "Added context {0}; `flowdeck context test {0}` tries it.",
        args.name
    );
    changed(cx, &args.name, &sentence)
}

/// Changes a context; without a change, opens the file in an editor.
pub(crate) async fn edit(cx: &Context, args: &Edit) -> Outcome {
    let file = config_file(&cx.environment)?;
    let contexts = Contexts::load(&cx.environment)?;
    // One that cannot be used can be mended all the same.
    let mut draft = match contexts.get(&args.name) {
        Ok(context) => Draft::of(context),
        Err(failure) if contexts.names().any(|name| name == args.name) => {
            cx.note(&format!("As it is: {failure}."));
            Draft::new(&args.name)
        }
        Err(failure) => return Err(failure.into()),
    };
    let before = draft.source().cloned();
    args.fields.fill(&mut draft, cx)?;
    for key in &args.unset {
        draft.set(key, "")?;
    }
    let is_other_place = draft.source() != before.as_ref();
    let anew = args.secret || args.fields.sign_in.secret_stdin;
    if draft.is_unchanged() && !anew {
        return super::secret::open_editor(cx, &file);
    }
    if anew || is_other_place || draft.source().is_none() {
        let asking = Asking {
            name: &args.name,
            from_stdin: args.fields.sign_in.secret_stdin,
            anew,
        };
        keep(cx, &mut draft, &asking).await?;
    }
    context::edit(&file, &args.name, &draft.edit())?;
    changed(cx, &args.name, &format!("Changed context {}.", args.name))
}

/// Makes a context the current one.
pub(crate) fn make_current(cx: &Context, args: &Use) -> Outcome {
    context::use_context(&config_file(&cx.environment)?, &args.name)?;
    for variable in ["FLOWDECK_CONTEXT", "MLFLOW_TRACKING_URI"] {
        if cx.environment.variable(variable).is_some() {
            cx.note(&format!("{variable} is set and goes before the current context."));
        }
    }
    changed(cx, &args.name, &format!("The current context is {}.", args.name))
}

/// Removes a context, and what it kept in the keyring.
pub(crate) async fn remove(cx: &Context, args: &Remove) -> Outcome {
    let file = config_file(&cx.environment)?;
    let contexts = Contexts::load(&cx.environment)?;
    if !contexts.names().any(|name| name == args.name) {
        contexts.get(&args.name)?;
    }
    let question = format!("remove context {}?", args.name);
    cx.confirm(&Policy::default(), &args.yes, &question)?;
    context::remove(&file, &args.name)?;
    let source = contexts
        .get(&args.name)
        .ok()
        .and_then(|context| context.sign_in.source());
    // Another context may sign in with the same entry.
    let is_shared = contexts.all.iter().any(|(name, read)| {
        *name != args.name
            && read
                .as_ref()
                .is_ok_and(|context| context.sign_in.source() == source)
    });
    match source {
        Some(SecretSource::Keyring(account)) if !is_shared => {
            if let Err(failure) = forget_in_keyring(account).await {
                cx.note(&format!("Its secret is still in the keyring: {failure}."));
            }
        }
        Some(SecretSource::File(path)) if !is_shared => {
            cx.note(&format!(
                "Its secret is still in {}.",
                cx.environment.resolve_configured(path).display()
            ));
        }
        _ => {}
    }
    cx.note(&format!("Removed context {}.", args.name));
    Ok(())
}

/// Where the configuration is written.
pub(super) fn config_file(environment: &Environment) -> Result<PathBuf> {
    environment.config_file().ok_or_else(|| {
        Failure::new(
            FailureKind::System,
            "this system has no place for a configuration",
        )
        .with_hint("set FLOWDECK_CONFIG_DIR to a directory")
    })
}

impl Fields {
    fn fill(&self, draft: &mut Draft, cx: &Context) -> Result<()> {
        let located = |text: &Option<String>| text.as_deref().map(|text| absolute(text, &cx.environment));
        let (connection, sign_in) = (&self.connection, &self.sign_in);
        let texts = [
            ("tracking", located(&self.tracking)),
            ("registry", located(&self.registry)),
            ("workspace", self.workspace.clone()),
            ("pipelines", self.pipelines.clone()),
            ("kube_context", self.kube_context.clone()),
            ("namespace", self.namespace.clone()),
            ("ingress", self.ingress.clone()),
            ("read_only", self.read_only.clone()),
            ("production", self.production.clone()),
            ("ssh_host", connection.ssh_host.clone()),
            ("proxy", connection.proxy.clone()),
            ("ca_file", located(&connection.ca_file)),
            ("client_cert", located(&connection.client_cert)),
            ("client_key", located(&connection.client_key)),
            ("insecure_tls", connection.insecure_tls.clone()),
            ("timeout", connection.timeout.clone()),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                draft.set(key, &text)?;
            }
        }
        for (headers, is_secret) in [(&connection.header, false), (&connection.secret_header, true)] {
            for header in headers {
                let (name, value) = header
                    .split_once('=')
                    .ok_or_else(|| wrong("a header is NAME=VALUE"))?;
                let value = match (value, is_secret) {
                    ("", _) => None,
                    (text, false) => Some(HeaderValue::Plain(text.to_owned())),
                    (place, true) => Some(HeaderValue::Secret(place.parse()?)),
                };
                draft.set_header(name, value);
            }
        }
        if let Some(kind) = &sign_in.auth {
            draft.set_kind(kind)?;
        }
        if let Some(name) = &sign_in.username {
            draft.set_username(name);
        }
        if let Some(name) = &sign_in.secret_name {
            draft.set_secret_name(name);
        }
        if let Some(profile) = &sign_in.profile {
            draft.set_profile(profile);
        }
        if let Some(place) = &sign_in.secret_from {
            draft.set_source(match place.parse()? {
                SecretSource::File(path) => SecretSource::File(absolute(&path, &cx.environment)),
                place => place,
            });
        }
        let has_secret = sign_in.secret_from.is_some() || sign_in.secret_stdin;
        if has_secret && draft.secret_name().is_none() {
            return Err(wrong("a secret was given and no sign-in that has one")
                .with_hint("say how it is presented: --auth basic, bearer, cookie or header"));
        }
        Ok(())
    }
}

/// A path as it is from everywhere: the context is used from other directories too. Addresses stay.
fn absolute(text: &str, environment: &Environment) -> String {
    let is_path = !text.contains("://") && !text.starts_with("~/") && text != "databricks";
    if !is_path || text.is_empty() || text.starts_with("file:") || text.starts_with("sqlite:") {
        return text.to_owned();
    }
    environment.resolve(text).display().to_string()
}

fn wrong(message: &'static str) -> Failure {
    Failure::new(FailureKind::InvalidInput, message)
}
