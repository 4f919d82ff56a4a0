//! What kind of server answers.

use flowdeck_domain::Result;
use serde::Deserialize;

use super::RestStore;
use super::answer::Trouble;
use super::http::Call;

/// What a server tells of itself.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ServerInfo {
    /// Its version, told since 2.0: `3.18.0`.
    pub version: Option<String>,
    /// What it keeps its runs in, told by recent 3.x.
    pub backend: Option<Backend>,
    /// Whether it has several workspaces.
    pub workspaces: bool,
}

/// What a server keeps its runs in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Backend {
    /// A SQL database, which clamps infinity to the greatest finite number.
    Sql,
    /// A directory, which keeps infinity.
    Files,
}

#[derive(Deserialize)]
struct InfoWire {
    store_type: Option<String>,
    workspaces_enabled: Option<bool>,
}

impl ServerInfo {
    /// Whether it tells nothing of itself, as servers before 2.0 do.
    pub(super) fn is_first_generation(&self) -> bool {
        self.version.is_none() && self.backend.is_none()
    }
}

impl RestStore {
    /// What the server tells of itself; asked once, whoever asks first.
    ///
    /// # Errors
    /// The server cannot be reached, or wants a sign-in.
    pub async fn server(&self) -> Result<&ServerInfo> {
        self.inner.server.get_or_try_init(|| self.probe()).await
    }

    async fn probe(&self) -> Result<ServerInfo> {
        let (version, info) = (Call::get("version"), Call::get("api/3.0/mlflow/server-info"));
        let (version, info) = tokio::join!(self.inner.http.fetch(&version), self.inner.http.fetch(&info));
        let mut found = ServerInfo::default();
        match version {
            Ok(text) => found.version = version_of(&text),
            Err(trouble) if is_silence(&trouble) => {}
            Err(trouble) => return Err(trouble.into()),
        }
        // A server that says its version is known well enough: what it says more is no reason to fail.
        if let Ok(json) = info
            && let Ok(wire) = serde_json::from_slice::<InfoWire>(&json)
        {
            found.backend = wire.store_type.as_deref().and_then(backend_of);
            found.workspaces = wire.workspaces_enabled.unwrap_or_default();
        }
        Ok(found)
    }

    /// Whether the server is known to clamp infinity.
    pub(super) async fn clamps_infinity(&self) -> bool {
        self.server()
            .await
            .is_ok_and(|server| server.backend == Some(Backend::Sql))
    }
}

/// Servers of 1.x, and gateways that let nothing but the API through, have no such page.
fn is_silence(trouble: &Trouble) -> bool {
    trouble.is_missing_endpoint() || trouble.is_not_found()
}

fn version_of(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?.trim().trim_matches('"');
    let is_version = text.len() < 40
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains('.')
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-'));
    is_version.then(|| text.to_owned())
}

fn backend_of(word: &str) -> Option<Backend> {
    match word {
        "SqlStore" => Some(Backend::Sql),
        "FileStore" => Some(Backend::Files),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn only_a_version_is_taken_for_one() {
        assert_eq!(version_of(b"3.18.0\n").as_deref(), Some("3.18.0"));
        assert_eq!(version_of(b"2.22.5.dev0").as_deref(), Some("2.22.5.dev0"));
        for other in [
            "",
            "OK",
            "<html>3.1</html>",
            "404 page not found",
            "{\"version\": \"1.2\"}",
        ] {
            assert_eq!(version_of(other.as_bytes()), None, "{other}");
        }
    }
}
