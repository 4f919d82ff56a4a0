use std::time::Duration;

use flowdeck_domain::{Failure, FailureKind, Result, Secret};

/// How long a keyring may take: a person may have to open it, and a broken one never answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// What entries are filed under.
const SERVICE: &str = "flowdeck";

/// Finds a secret in the keyring.
pub(super) async fn find(account: &str) -> Result<Secret> {
    let name = account.to_owned();
    let found = asked(account, move || platform::find(SERVICE, &name)).await;
    found.map_err(|failure| match failure.kind() {
        // Where a sign-in is meant, what is missing is the sign-in.
        FailureKind::NotFound => {
            Failure::new(FailureKind::SignIn, failure.message()).with_hint(failure.hint().unwrap_or_default())
        }
        _ => failure,
    })
}

/// Keeps a secret in the keyring, in place of an older one.
///
/// # Errors
/// No keyring, one that stays locked, one that does not answer.
pub async fn keep(account: &str, secret: &Secret) -> Result<()> {
    let (name, secret) = (account.to_owned(), secret.clone());
    asked(account, move || platform::keep(SERVICE, &name, &secret)).await
}

/// Removes a secret from the keyring; one that is not there is no failure.
///
/// # Errors
/// As for [`keep`].
pub async fn forget(account: &str) -> Result<()> {
    let name = account.to_owned();
    match asked(account, move || platform::forget(SERVICE, &name)).await {
        Err(failure) if failure.kind() == FailureKind::NotFound => Ok(()),
        answer => answer,
    }
}

/// Why a keyring gave nothing.
enum Trouble {
    /// It has no such entry.
    NoEntry,
    /// There is none, it is locked, or it failed; in its own words.
    Unusable(String),
}

/// Asks on a thread of its own, which is left behind where the keyring never answers.
async fn asked<T: Send + 'static>(
    account: &str,
    ask: impl FnOnce() -> std::result::Result<T, Trouble> + Send + 'static,
) -> Result<T> {
    let (tell, told) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            // Nobody may be waiting any more.
            let _ = tell.send(ask());
        });
    if let Err(error) = thread {
        return Err(unusable(&error.to_string()));
    }
    match tokio::time::timeout(PATIENCE, told).await {
        Ok(Ok(Ok(answer))) => Ok(answer),
        Ok(Ok(Err(Trouble::NoEntry))) => Err(Failure::new(
            FailureKind::NotFound,
            format!("the keyring has no entry `{account}` of flowdeck"),
        )
        .with_hint("`flowdeck context edit NAME --secret` puts it there")),
        Ok(Ok(Err(Trouble::Unusable(why)))) => Err(unusable(&why)),
        Ok(Err(_)) => Err(unusable("it broke off")),
        Err(_) => Err(unusable(&format!(
            "it did not answer within {} s",
            PATIENCE.as_secs()
        ))),
    }
}

fn unusable(why: &str) -> Failure {
    Failure::new(FailureKind::SignIn, format!("the keyring cannot be used: {why}")).with_hint(
        "where there is none, as over ssh, keep the secret in a variable, a file of mode 0600, or behind a command",
    )
}

#[cfg(target_os = "linux")]
mod platform {
    use std::collections::HashMap;

    use flowdeck_domain::Secret;
    use keyring_core::api::CredentialStoreApi;
    use keyring_core::{Entry, Error};
    use zbus_secret_service_keyring_store::Store;
    use zeroize::Zeroizing;

    use super::Trouble;

    fn entry(service: &str, account: &str) -> Result<Entry, Trouble> {
        let label = format!("flowdeck: {account}");
        let label = HashMap::from([("label", label.as_str())]);
        let store = Store::new().map_err(|error| trouble(&error))?;
        store
            .build(service, account, Some(&label))
            .map_err(|error| trouble(&error))
    }

    pub(super) fn find(service: &str, account: &str) -> Result<Secret, Trouble> {
        let bytes = Zeroizing::new(
            entry(service, account)?
                .get_secret()
                .map_err(|error| trouble(&error))?,
        );
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(Secret::new(text)),
            Err(_) => Err(Trouble::Unusable("its entry is no text".to_owned())),
        }
    }

    pub(super) fn keep(service: &str, account: &str, secret: &Secret) -> Result<(), Trouble> {
        let entry = entry(service, account)?;
        entry
            .set_secret(secret.reveal().as_bytes())
            .map_err(|error| trouble(&error))
    }

    pub(super) fn forget(service: &str, account: &str) -> Result<(), Trouble> {
        entry(service, account)?
            .delete_credential()
            .map_err(|error| trouble(&error))
    }

    /// Some errors hold what was read, so only those are repeated that cannot.
    fn trouble(error: &Error) -> Trouble {
        match error {
            Error::NoEntry => Trouble::NoEntry,
            Error::PlatformFailure(cause) => Trouble::Unusable(cause.to_string()),
            Error::NoStorageAccess(_) => Trouble::Unusable("it is locked".to_owned()),
            Error::Ambiguous(_) => Trouble::Unusable("it has several such entries".to_owned()),
            _ => Trouble::Unusable("its entry cannot be read".to_owned()),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use flowdeck_domain::Secret;

    use super::Trouble;

    fn none() -> Trouble {
        Trouble::Unusable("flowdeck knows the keyrings of Linux alone".to_owned())
    }

    pub(super) fn find(_: &str, _: &str) -> Result<Secret, Trouble> {
        Err(none())
    }

    pub(super) fn keep(_: &str, _: &str, _: &Secret) -> Result<(), Trouble> {
        Err(none())
    }

    pub(super) fn forget(_: &str, _: &str) -> Result<(), Trouble> {
        Err(none())
    }
}
