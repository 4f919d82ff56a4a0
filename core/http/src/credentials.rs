//! What tells a server who asks, found out when it is needed and again when it is no longer taken.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use flowdeck_domain::{Failure, Result, Secret};
use reqwest::header::HeaderMap;
use tokio::sync::Mutex;

use super::connect;
use super::options::{Auth, RestOptions};

/// What was refused is found out again once, and then not for this long: a token may have expired since it was found, but a
/// wrong password must not ask the person for it, or start a command, with every request.
const SETTLED: Duration = Duration::from_secs(60);

/// What a request presents beside what the options say.
#[derive(Clone, Debug, Default)]
pub struct Presented {
    /// Who asks.
    pub auth: Auth,
    /// Further headers.
    pub headers: Vec<(String, Secret)>,
}

/// Finds out what to present: from a keyring, a file, a command.
#[async_trait]
pub trait Credentials: fmt::Debug + Send + Sync {
    /// What to present now. Asked before the first request, and again once the server no longer takes it.
    async fn present(&self) -> Result<Presented>;
}

/// A way to a server that is no plain connection: a tunnel.
#[async_trait]
pub trait Route: fmt::Debug + Send + Sync {
    /// The socket that leads to the server, made ready; the same one every time.
    async fn ready(&self) -> Result<PathBuf>;

    /// Why a connection through it broke just now, where it tells so within a moment.
    async fn fault(&self) -> Option<Failure>;
}

/// The headers that say who asks.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) headers: HeaderMap,
    /// Whether they say so at all.
    pub(super) is_signed: bool,
}

/// The headers, and when they were found out again after a refusal.
type Known = Option<(Arc<Signed>, Option<Instant>)>;

/// The headers as they are known. Copies share them.
#[derive(Clone, Debug)]
pub(super) struct SignIn {
    credentials: Option<Arc<dyn Credentials>>,
    options: Arc<RestOptions>,
    auth: Auth,
    known: Arc<Mutex<Known>>,
}

impl SignIn {
    /// As the options say; what they say themselves is looked at here, so that it is refused here.
    pub(super) fn new(options: &RestOptions, auth: Auth) -> Result<Self> {
        let (headers, is_signed) = connect::headers(options, &auth, &[])?;
        let fixed = Arc::new(Signed { headers, is_signed });
        let known = options.credentials.is_none().then_some((fixed, None));
        Ok(Self {
            credentials: options.credentials.clone(),
            options: Arc::new(options.clone()),
            auth,
            known: Arc::new(Mutex::new(known)),
        })
    }

    /// What to send.
    pub(super) async fn headers(&self) -> Result<Arc<Signed>> {
        let mut known = self.known.lock().await;
        if let Some((signed, _)) = &*known {
            return Ok(Arc::clone(signed));
        }
        let signed = self.found().await?;
        *known = Some((Arc::clone(&signed), None));
        Ok(signed)
    }

    /// What to send instead of what the server did not take; none where there is nothing else.
    pub(super) async fn instead_of(&self, refused: &Arc<Signed>) -> Result<Option<Arc<Signed>>> {
        let mut known = self.known.lock().await;
        if self.credentials.is_none() {
            return Ok(None);
        }
        if let Some((signed, renewed)) = &*known {
            // Another request was refused as well and has found out by now.
            if !Arc::ptr_eq(signed, refused) {
                return Ok(Some(Arc::clone(signed)));
            }
            if renewed.is_some_and(|renewed| renewed.elapsed() < SETTLED) {
                return Ok(None);
            }
        }
        let signed = self.found().await?;
        let is_other = signed.headers != refused.headers;
        *known = Some((Arc::clone(&signed), Some(Instant::now())));
        Ok(is_other.then_some(signed))
    }

    async fn found(&self) -> Result<Arc<Signed>> {
        let presented = match &self.credentials {
            Some(credentials) => credentials.present().await?,
            None => Presented::default(),
        };
        let auth = match &presented.auth {
            Auth::None => &self.auth,
            auth => auth,
        };
        let (headers, is_signed) = connect::headers(&self.options, auth, &presented.headers)?;
        Ok(Arc::new(Signed { headers, is_signed }))
    }
}
