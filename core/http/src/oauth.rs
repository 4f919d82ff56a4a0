//! A token for a service principal. Source: RFC 6749, section 4.4.

use flowdeck_domain::{Failure, FailureKind, Result, Secret};
use serde::Deserialize;
use url::Url;

use super::connect;
use super::options::RestOptions;

#[derive(Deserialize)]
struct TokenWire {
    access_token: String,
}

/// Exchanges the id and the secret of a client for a token.
///
/// # Errors
/// An endpoint that cannot be reached, or does not take them.
pub async fn client_credentials(endpoint: Url, id: &str, secret: &Secret, scope: &str) -> Result<Secret> {
    let server = connect::server_of(&endpoint);
    let options = RestOptions::new(endpoint.clone());
    let client = connect::client(&options, None).await?;
    let sent = client
        .post(endpoint)
        .timeout(options.timeout)
        .basic_auth(id, Some(secret.reveal()))
        .form(&[("grant_type", "client_credentials"), ("scope", scope)])
        .send()
        .await;
    let response = sent.map_err(|error| connect::broken(&server, error).failure)?;
    let status = response.status();
    if !status.is_success() {
        return Err(Failure::new(
            FailureKind::SignIn,
            format!(
                "{server} gives no token to the client `{id}` (it answered {})",
                status.as_u16()
            ),
        )
        .with_hint("check client_id and client_secret"));
    }
    let wire = response.json::<TokenWire>().await.map_err(|_| {
        Failure::new(
            FailureKind::SignIn,
            format!("{server} answered with something else than a token"),
        )
    })?;
    Ok(Secret::new(wire.access_token))
}
