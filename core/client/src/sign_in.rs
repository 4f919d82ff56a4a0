//! How to sign in at a tracking server, from the variables and the file that MLflow's own client reads.
//!
//! A name and a password win over a token, a variable over the file. Source: MLflow, `utils/rest_utils.py` and
//! `utils/credentials.py`.

use std::time::Duration;

use flowdeck_domain::Result;
use flowdeck_mlflow::rest::{Auth, ClientCertificate, RestOptions, Secret};
use url::Url;

use crate::environment::Environment;

/// How to reach a server, as the environment says.
///
/// # Errors
/// A deadline that is no number of seconds.
pub fn rest_options(server: &Url, environment: &Environment) -> Result<RestOptions> {
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
    if let Some(text) = environment.variable("MLFLOW_HTTP_REQUEST_TIMEOUT") {
        options.timeout = seconds(text)?;
    }
    Ok(options)
}

/// Which sign-in is used and where it was found, in words that hold no secret.
pub fn describe(environment: &Environment) -> String {
    match auth(environment) {
        Auth::Basic { username, .. } => format!("name and password of `{username}`"),
        Auth::Bearer(_) => "token of MLFLOW_TRACKING_TOKEN".to_owned(),
        Auth::Header { name, .. } => format!("header {name}"),
        Auth::None => "none".to_owned(),
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
        let lines = self.0.lines().map(str::trim);
        let of_section = lines
            .skip_while(|line| *line != "[mlflow]")
            .skip(1)
            .take_while(|line| !line.starts_with('['));
        of_section
            .filter(|line| !line.starts_with(['#', ';']))
            .filter_map(|line| line.split_once(['=', ':']))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case(key))
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty())
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
        let of = |variables: &[(&'static str, &str)], home| describe(&environment(variables, home));
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
