//! How to sign in at a tracking server, from the variables and the file that MLflow's own client reads.
//!
//! A name and a password win over a token, a variable over the file. Source: MLflow, `utils/rest_utils.py` and
//! `utils/credentials.py`.

mod credentials;
pub(crate) mod databricks;
mod ini;

use std::sync::Arc;
use std::time::Duration;

use flowdeck_domain::{Result, Secret};
use flowdeck_mlflow::rest::{Auth, ClientCertificate, Credentials, RestOptions, Route};
use url::Url;

use crate::context::{Context, HeaderValue, SignIn};
use crate::environment::Environment;
use crate::tunnel::Tunnel;
use credentials::ContextCredentials;
use databricks::Profile;

/// How to reach a server: as a context says where there is one, else as the environment does.
///
/// # Errors
/// A deadline that is no number of seconds, a Databricks profile that cannot be used.
pub fn rest_options(
    server: &Url,
    context: Option<&Context>,
    environment: &Environment,
) -> Result<RestOptions> {
    match context {
        Some(context) => of_context(server, context, environment),
        None => of_environment(server, environment),
    }
}

/// A context is taken whole: what the environment says of other servers' sign-ins goes to none of its own.
fn of_context(server: &Url, context: &Context, environment: &Environment) -> Result<RestOptions> {
    let connection = &context.connection;
    let path = |path: &Option<String>| path.as_deref().map(|path| environment.resolve_configured(path));
    let mut options = RestOptions::new(server.clone());
    options.workspace = context.workspace.clone();
    options.insecure_tls = connection.insecure_tls;
    options.ca_file = path(&connection.ca_file);
    options.client_certificate = path(&connection.client_cert).map(|certificate| ClientCertificate {
        certificate,
        key: path(&connection.client_key),
    });
    options.proxy = connection.proxy.clone();
    options.timeout = match connection.timeout {
        Some(timeout) => timeout,
        None => timeout(environment)?.unwrap_or(options.timeout),
    };
    let plain = connection.headers.iter().filter_map(|(name, value)| match value {
        HeaderValue::Plain(text) => Some((name.clone(), Secret::new(text.as_str()))),
        HeaderValue::Secret(_) => None,
    });
    options.headers = plain.collect();
    if context.sign_in == SignIn::Mlflow {
        options.auth = auth(environment);
    }
    let profile = match &context.sign_in {
        SignIn::Databricks { profile } => Some(Profile::read(profile.as_deref(), environment)?),
        _ => None,
    };
    let credentials = ContextCredentials::of(context, profile, environment);
    options.credentials = credentials.map(|found| -> Arc<dyn Credentials> { Arc::new(found) });
    if let Some(host) = &connection.ssh_host {
        let tunnel: Arc<dyn Route> = Arc::new(Tunnel::to(server, host)?);
        options.route = Some(tunnel);
    }
    if context.is_named() {
        let name = &context.name;
        let hint = match &context.sign_in {
            SignIn::None => format!("`flowdeck context edit {name} --auth …` says who asks"),
            _ => format!(
                "`flowdeck context test {name}` shows what is tried; `context edit {name}` changes it"
            ),
        };
        options.sign_in_hint = Some(hint.into());
    }
    Ok(options)
}

fn of_environment(server: &Url, environment: &Environment) -> Result<RestOptions> {
    let path = |name| environment.variable(name).map(|path| environment.resolve(path));
    let mut options = RestOptions::new(server.clone());
    options.auth = auth(environment);
    options.workspace = environment.variable("MLFLOW_WORKSPACE").map(str::to_owned);
    options.insecure_tls = environment.is_true("MLFLOW_TRACKING_INSECURE_TLS");
    options.ca_file = path("MLFLOW_TRACKING_SERVER_CERT_PATH");
    options.client_certificate =
        path("MLFLOW_TRACKING_CLIENT_CERT_PATH").map(|certificate| ClientCertificate {
            certificate,
            key: None,
        });
    options.timeout = timeout(environment)?.unwrap_or(options.timeout);
    Ok(options)
}

/// Which sign-in is used and where it was found, in words that hold no secret.
pub fn describe(context: Option<&Context>, environment: &Environment) -> String {
    let of_variables = || match auth(environment) {
        Auth::Basic { username, .. } => format!("name and password of `{username}`"),
        Auth::Bearer(_) => "token of MLFLOW_TRACKING_TOKEN".to_owned(),
        Auth::Header { name, .. } => format!("header {name}"),
        Auth::None => "none".to_owned(),
    };
    match context.map(|context| &context.sign_in) {
        None | Some(SignIn::Mlflow) => of_variables(),
        Some(sign_in) => sign_in.describe(),
    }
}

fn auth(environment: &Environment) -> Auth {
    let file = CredentialsFile::read(environment);
    let from = |variable, key| {
        environment
            .variable(variable)
            .map(str::to_owned)
            .or_else(|| file.value(key))
    };
    let username = from("MLFLOW_TRACKING_USERNAME", "mlflow_tracking_username");
    let password = from("MLFLOW_TRACKING_PASSWORD", "mlflow_tracking_password");
    match (username, password, environment.variable("MLFLOW_TRACKING_TOKEN")) {
        (Some(username), Some(password), _) => Auth::Basic {
            username,
            password: Secret::new(password),
        },
        (_, _, Some(token)) => Auth::Bearer(Secret::new(token)),
        _ => Auth::None,
    }
}

fn timeout(environment: &Environment) -> Result<Option<Duration>> {
    environment
        .variable("MLFLOW_HTTP_REQUEST_TIMEOUT")
        .map(seconds)
        .transpose()
}

fn seconds(text: &str) -> Result<Duration> {
    match text.trim().parse::<f64>().map(Duration::try_from_secs_f64) {
        Ok(Ok(duration)) if !duration.is_zero() => Ok(duration),
        _ => Err(flowdeck_domain::Failure::new(
            flowdeck_domain::FailureKind::InvalidInput,
            format!("MLFLOW_HTTP_REQUEST_TIMEOUT is `{text}`, which is no number of seconds"),
        )
        .with_hint("set it to a number such as 120, or unset it")),
    }
}

/// `~/.mlflow/credentials`, an INI file with one section, `[mlflow]`.
struct CredentialsFile(String);

impl CredentialsFile {
    /// A file that is not there or cannot be read counts as empty, as for MLflow.
    fn read(environment: &Environment) -> Self {
        let path = environment
            .home
            .as_ref()
            .map(|home| home.join(".mlflow/credentials"));
        Self(
            path.and_then(|path| std::fs::read_to_string(path).ok())
                .unwrap_or_default(),
        )
    }

    fn value(&self, key: &str) -> Option<String> {
        ini::value(ini::section(&self.0, "mlflow")?, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&'static str, &str)], home: Option<&std::path::Path>) -> Environment {
        let variables = variables.iter().map(|&(name, value)| (name, value.to_owned()));
        let mut environment = Environment::of("/", variables);
        environment.home = home.map(ToOwned::to_owned);
        environment
    }

    #[test]
    fn a_name_and_password_win_over_a_token_and_a_variable_over_the_file() {
        let home = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir(home.path().join(".mlflow")).expect("writable");
        let file = "[other]\nmlflow_tracking_username = no\n[mlflow]\n# c\nmlflow_tracking_username = ann\n\
                    mlflow_tracking_password: secret\n";
        std::fs::write(home.path().join(".mlflow/credentials"), file).expect("writable");
        let of = |variables: &[(&'static str, &str)], home| describe(None, &environment(variables, home));
        let token = [("MLFLOW_TRACKING_TOKEN", "t")];
        assert_eq!(of(&token, None), "token of MLFLOW_TRACKING_TOKEN");
        assert_eq!(of(&token, Some(home.path())), "name and password of `ann`");
        let name = [("MLFLOW_TRACKING_USERNAME", "bob")];
        assert_eq!(of(&name, Some(home.path())), "name and password of `bob`");
        assert_eq!(of(&name, None), "none");
    }

    #[test]
    fn a_deadline_that_is_no_number_is_named() {
        let server = Url::parse("http://host").expect("a URL");
        let of = |text| {
            rest_options(
                &server,
                None,
                &environment(&[("MLFLOW_HTTP_REQUEST_TIMEOUT", text)], None),
            )
        };
        assert_eq!(
            of("1.5").map(|options| options.timeout).ok(),
            Some(Duration::from_millis(1500))
        );
        for wrong in ["soon", "-1", "0", "1e400"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
