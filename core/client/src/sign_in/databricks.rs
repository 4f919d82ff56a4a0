//! Databricks: a profile of `~/.databrickscfg`, or its variables.
//!
//! Source: Databricks' unified authentication; `MLFLOW_TRACKING_URI=databricks://profile` of MLflow. Tried against a stub
//! of its token endpoint only.

use flowdeck_domain::{Failure, FailureKind, Result, Secret};
use flowdeck_mlflow::rest::{Auth, client_credentials};
use serde::Deserialize;
use url::Url;

use super::ini;
use crate::environment::Environment;
use crate::secrets::{CommandLine, output_of};

/// The profile that is used where none is named.
const DEFAULT_PROFILE: &str = "DEFAULT";

/// Where a workspace is and who asks there.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) host: Url,
    proof: Proof,
}

/// What proves who asks.
#[derive(Clone, Debug)]
enum Proof {
    Token(Secret),
    Basic {
        username: String,
        password: Secret,
    },
    /// A service principal, whose token lives for an hour.
    Principal {
        id: String,
        secret: Secret,
    },
    /// Who signed in with Databricks' own command line.
    CommandLine {
        profile: String,
    },
}

/// The profile in `databricks` and `databricks://profile`; none where the text is something else.
pub(crate) fn profile_of(uri: &str) -> Option<Option<String>> {
    let rest = uri.strip_prefix("databricks")?;
    match rest.strip_prefix("://") {
        None => rest.is_empty().then_some(None),
        // `scope:key` of a notebook's secrets means nothing outside of one.
        Some(name) => Some(Some(name.trim_end_matches('/').to_owned()).filter(|name| !name.is_empty())),
    }
}

impl Profile {
    /// Reads a profile: the variables first where none is named, then the file.
    ///
    /// # Errors
    /// No such profile, one without a host, and one without anything that proves who asks.
    pub(crate) fn read(name: Option<&str>, environment: &Environment) -> Result<Self> {
        let variable = |name| environment.variable(name).map(str::to_owned);
        if name.is_none()
            && let Some(host) = variable("DATABRICKS_HOST")
        {
            let value = |key: &str| match key {
                "token" => variable("DATABRICKS_TOKEN"),
                "client_id" => variable("DATABRICKS_CLIENT_ID"),
                "client_secret" => variable("DATABRICKS_CLIENT_SECRET"),
                "username" => variable("DATABRICKS_USERNAME"),
                "password" => variable("DATABRICKS_PASSWORD"),
                "auth_type" => variable("DATABRICKS_AUTH_TYPE"),
                _ => None,
            };
            return Self::of("DATABRICKS_HOST", &host, DEFAULT_PROFILE, value);
        }
        let named = name
            .map(str::to_owned)
            .or_else(|| variable("DATABRICKS_CONFIG_PROFILE"));
        let profile = named.as_deref().unwrap_or(DEFAULT_PROFILE);
        let path = match environment.variable("DATABRICKS_CONFIG_FILE") {
            Some(path) => environment.resolve(path),
            None => environment
                .home
                .clone()
                .unwrap_or_default()
                .join(".databrickscfg"),
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| wrong(format!("cannot read {}: {error}", path.display())).caused_by(error))?;
        let section = ini::section(&text, profile)
            .ok_or_else(|| wrong(format!("{} has no profile [{profile}]", path.display())))?;
        let value = |key: &str| ini::value(section.iter().copied(), key);
        let host = value("host")
            .ok_or_else(|| wrong(format!("profile [{profile}] of {} names no host", path.display())))?;
        Self::of(&format!("profile [{profile}]"), &host, profile, value)
    }

    fn of(place: &str, host: &str, profile: &str, value: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let with_scheme = if host.contains("://") {
            host.to_owned()
        } else {
            format!("https://{host}")
        };
        let host = Url::parse(&with_scheme)
            .ok()
            .filter(Url::has_host)
            .ok_or_else(|| wrong(format!("the host of {place} is no address")))?;
        let secret = |key| value(key).map(Secret::new);
        let is_command_line = value("auth_type").as_deref() == Some("databricks-cli");
        let proof = if let Some(token) = secret("token") {
            Proof::Token(token)
        } else if let (Some(id), Some(secret)) = (value("client_id"), secret("client_secret")) {
            Proof::Principal { id, secret }
        } else if let (Some(username), Some(password)) = (value("username"), secret("password")) {
            Proof::Basic { username, password }
        } else if is_command_line {
            Proof::CommandLine {
                profile: profile.to_owned(),
            }
        } else {
            return Err(wrong(format!(
                "{place} has nothing that proves who asks: neither a token nor a client_id with its client_secret"
            )));
        };
        Ok(Self { host, proof })
    }

    /// Who asks, now.
    pub(crate) async fn auth(&self, environment: &Environment) -> Result<Auth> {
        Ok(match &self.proof {
            Proof::Token(token) => Auth::Bearer(token.clone()),
            Proof::Basic { username, password } => Auth::Basic {
                username: username.clone(),
                password: password.clone(),
            },
            Proof::Principal { id, secret } => {
                let mut endpoint = self.host.clone();
                endpoint.set_path("/oidc/v1/token");
                Auth::Bearer(client_credentials(endpoint, id, secret, "all-apis").await?)
            }
            Proof::CommandLine { profile } => Auth::Bearer(told_by_command(profile, environment).await?),
        })
    }
}

#[derive(Deserialize)]
struct TokenWire {
    access_token: String,
}

async fn told_by_command(profile: &str, environment: &Environment) -> Result<Secret> {
    let words = ["databricks", "auth", "token", "--profile", profile].map(str::to_owned);
    let output = output_of(&CommandLine::Program(words.to_vec()), environment).await?;
    let output = zeroize::Zeroizing::new(output.stdout);
    serde_json::from_slice::<TokenWire>(&output)
        .map(|wire| Secret::new(wire.access_token))
        .map_err(|_| wrong("`databricks auth token` did not write a token".to_owned()))
}

fn wrong(message: String) -> Failure {
    Failure::new(FailureKind::SignIn, message).with_hint(
        "`databricks configure` writes a profile; DATABRICKS_HOST and DATABRICKS_TOKEN are read too",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[DEFAULT]\nhost = https://one.example\ntoken = hunter2\n\n[two]\nhost = two.example/\n\
                        client_id = abc\nclient_secret = hunter3\n[three]\nhost = https://three.example\n";

    fn environment(home: &std::path::Path, variables: &[(&'static str, &str)]) -> Environment {
        let variables = variables.iter().map(|&(name, value)| (name, value.to_owned()));
        let mut environment = Environment::of("/", variables);
        environment.home = Some(home.to_owned());
        environment
    }

    #[test]
    fn a_profile_is_read_from_the_file_and_the_variables_go_before_the_default() {
        let home = tempfile::tempdir().expect("a temporary directory");
        std::fs::write(home.path().join(".databrickscfg"), FILE).expect("writable");
        let host = |name: Option<&str>, variables: &[(&'static str, &str)]| {
            let profile = Profile::read(name, &environment(home.path(), variables));
            profile
                .map(|profile| profile.host.to_string())
                .map_err(|failure| failure.to_string())
        };
        assert_eq!(host(None, &[]).as_deref(), Ok("https://one.example/"));
        assert_eq!(host(Some("two"), &[]).as_deref(), Ok("https://two.example/"));
        assert_eq!(
            host(None, &[("DATABRICKS_CONFIG_PROFILE", "two")]).as_deref(),
            Ok("https://two.example/")
        );
        let set = [
            ("DATABRICKS_HOST", "https://four.example"),
            ("DATABRICKS_TOKEN", "t"),
        ];
        assert_eq!(host(None, &set).as_deref(), Ok("https://four.example/"));
        assert_eq!(host(Some("two"), &set).as_deref(), Ok("https://two.example/"));
        for wrong in ["three", "four"] {
            let failure = host(Some(wrong), &[]).expect_err("it cannot be used");
            assert!(
                failure.contains(&format!("[{wrong}]")) && !failure.contains("hunter"),
                "{failure}"
            );
        }
    }

    #[test]
    fn what_mlflow_calls_databricks_is_a_profile() {
        assert_eq!(profile_of("databricks"), Some(None));
        assert_eq!(profile_of("databricks://prod"), Some(Some("prod".into())));
        assert_eq!(profile_of("databricks-uc"), None);
        assert_eq!(profile_of("https://databricks"), None);
    }
}
