use async_trait::async_trait;
use flowdeck_domain::{Failure, Result, Secret};
use flowdeck_mlflow::rest::{Auth, Credentials, Presented};

use super::databricks::Profile;
use crate::context::{Context, HeaderValue, SignIn};
use crate::environment::Environment;
use crate::secrets::SecretSource;

/// What a context says of who asks, found where it says.
#[derive(Debug)]
pub(super) struct ContextCredentials {
    name: String,
    sign_in: SignIn,
    headers: Vec<(String, SecretSource)>,
    profile: Option<Profile>,
    environment: Environment,
}

impl ContextCredentials {
    /// None where nothing has to be found.
    pub(super) fn of(context: &Context, profile: Option<Profile>, environment: &Environment) -> Option<Self> {
        let headers = context.connection.headers.iter();
        let headers: Vec<_> = headers
            .filter_map(|(name, value)| match value {
                HeaderValue::Secret(source) => Some((name.clone(), source.clone())),
                HeaderValue::Plain(_) => None,
            })
            .collect();
        let is_needed = context.sign_in.source().is_some() || profile.is_some() || !headers.is_empty();
        is_needed.then(|| Self {
            name: context.name.clone(),
            sign_in: context.sign_in.clone(),
            headers,
            profile,
            environment: environment.clone(),
        })
    }

    async fn auth(&self) -> Result<Auth> {
        if let Some(profile) = &self.profile {
            return profile.auth(&self.environment).await;
        }
        let find = |source: &SecretSource| {
            let (source, environment) = (source.clone(), self.environment.clone());
            async move { source.find(&environment).await }
        };
        Ok(match &self.sign_in {
            SignIn::Basic { username, password } => Auth::Basic {
                username: username.clone(),
                password: find(password).await?,
            },
            SignIn::Bearer(token) => Auth::Bearer(find(token).await?),
            SignIn::Cookie { name, value } => {
                let value = find(value).await?;
                Auth::Header {
                    name: "cookie".to_owned(),
                    value: match name {
                        Some(name) => Secret::new(format!("{name}={}", value.reveal())),
                        None => value,
                    },
                }
            }
            SignIn::Header { name, value } => Auth::Header {
                name: name.clone(),
                value: find(value).await?,
            },
            SignIn::None | SignIn::Mlflow | SignIn::ClientCertificate | SignIn::Databricks { .. } => {
                Auth::None
            }
        })
    }

    /// What failed, with the context it failed for.
    fn named(&self, failure: Failure) -> Failure {
        if self.name.is_empty() {
            return failure;
        }
        let message = format!(
            "cannot sign in for context `{}`: {}",
            self.name,
            failure.message()
        );
        let hint = failure.hint().map(str::to_owned);
        let named = Failure::new(failure.kind(), message);
        match hint {
            Some(hint) => named.with_hint(hint),
            None => named,
        }
    }
}

#[async_trait]
impl Credentials for ContextCredentials {
    async fn present(&self) -> Result<Presented> {
        let auth = self.auth().await.map_err(|failure| self.named(failure))?;
        let mut headers = Vec::new();
        for (name, source) in &self.headers {
            let value = source.find(&self.environment).await;
            headers.push((name.clone(), value.map_err(|failure| self.named(failure))?));
        }
        Ok(Presented { auth, headers })
    }
}
