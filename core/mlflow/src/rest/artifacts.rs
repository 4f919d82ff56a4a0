//! Artifacts through the server: its own endpoints for each owner, and the proxied store behind `mlflow-artifacts:`.

use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactOwner, ArtifactPath};
use flowdeck_domain::port::ByteStream;
use flowdeck_domain::{Failure, FailureKind, Result};
use futures::StreamExt;
use serde::Deserialize;
use url::Url;

use super::RestStore;
use super::answer::{Trouble, is_web_page, web_page};
use super::http::{Body, Call, Http, segment};
use super::wire::Int;
use flowdeck_http::{Auth, RestOptions, server_of};

/// Where the proxied store is served, below the server's own path.
const PROXIED: &str = "api/2.0/mlflow-artifacts/artifacts";

#[derive(Deserialize)]
struct FilesWire {
    files: Option<Vec<FileWire>>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct FileWire {
    #[serde(default)]
    path: String,
    is_dir: Option<bool>,
    file_size: Option<Int>,
}

impl RestStore {
    /// The server at another address. Who asks goes along only where host and port are the same.
    pub(crate) fn at(&self, base: Url) -> Result<Self> {
        let own = &self.inner.http;
        if server_of(&base) == own.server && base.scheme() == own.base.scheme() {
            return Ok(self.clone());
        }
        Self::new(RestOptions {
            base,
            auth: Auth::None,
            credentials: None,
            route: None,
            headers: Vec::new(),
            client_certificate: None,
            ..own.options().clone()
        })
    }

    /// The server at another path, or another server: as [`RestStore::at`].
    pub(crate) fn at_path(&self, base: Url) -> Result<Self> {
        let own = &self.inner.http;
        if server_of(&base) == own.server && base.scheme() == own.base.scheme() {
            return Ok(Self {
                inner: std::sync::Arc::new(super::Inner {
                    http: own.moved_to(base),
                    server: tokio::sync::OnceCell::new(),
                }),
            });
        }
        self.at(base)
    }

    /// The bytes of a file below the address itself.
    pub(crate) async fn read_plain(&self, path: &ArtifactPath) -> Result<ByteStream> {
        let parts: Vec<_> = path.as_str().split('/').map(segment).collect();
        match self.inner.http.open(&Call::get(parts.join("/"))).await {
            Ok(body) => body_stream(body, path).await,
            // A plain web server answers a page for what is not there.
            Err(trouble) if trouble.is_missing_endpoint() => Err(missing(path)),
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// Its address, for what is resolved against it.
    pub(crate) fn base(&self) -> &Url {
        &self.inner.http.base
    }

    /// Entries directly below a path, asked of the server that keeps the owner.
    pub(crate) async fn list_owned(
        &self,
        owner: &ArtifactOwner,
        path: &ArtifactPath,
    ) -> Result<Vec<ArtifactEntry>> {
        let mut call = match owner {
            ArtifactOwner::Run(run) => {
                Call::get("api/2.0/mlflow/artifacts/list").with("run_id", run.as_str())
            }
            ArtifactOwner::LoggedModel(model) => Call::get(format!(
                "api/2.0/mlflow/logged-models/{}/artifacts/directories",
                segment(model.as_str())
            )),
            ArtifactOwner::ModelVersion(..) | ArtifactOwner::Trace(_) => {
                return Err(self.cannot_list());
            }
        };
        if !path.is_root() {
            let key = match owner {
                ArtifactOwner::LoggedModel(_) => "artifact_directory_path",
                _ => "path",
            };
            call = call.with(key, path.as_str());
        }
        self.list_pages(&self.inner.http, call, path)
            .await
            .map_err(Failure::from)
    }

    fn cannot_list(&self) -> Failure {
        Failure::new(
            FailureKind::Unsupported,
            format!("{} does not list the artifacts of these", self.inner.http.server),
        )
        .with_hint("look at the run or the logged model that they came from")
    }

    /// The bytes of a file, fetched by the server that keeps the owner.
    pub(crate) async fn read_owned(&self, owner: &ArtifactOwner, path: &ArtifactPath) -> Result<ByteStream> {
        let file = path.as_str();
        let call = match owner {
            ArtifactOwner::Run(run) => Call::get("get-artifact")
                .with("run_uuid", run.as_str())
                .with("path", file),
            ArtifactOwner::LoggedModel(model) => Call::get(format!(
                "ajax-api/2.0/mlflow/logged-models/{}/artifacts/files",
                segment(model.as_str())
            ))
            .with("artifact_file_path", file),
            ArtifactOwner::ModelVersion(name, version) => Call::get("model-versions/get-artifact")
                .with("name", name.as_str())
                .with("version", version.as_str())
                .with("path", file),
            ArtifactOwner::Trace(trace) => {
                let call =
                    Call::get("ajax-api/2.0/mlflow/get-trace-artifact").with("request_id", trace.as_str());
                match file.strip_prefix("attachments/") {
                    Some(attachment) => call.with("path", attachment),
                    None => call,
                }
            }
        };
        let opened = self.inner.http.open(&call).await;
        match opened {
            Ok(body) => body_stream(body, path).await,
            Err(trouble) => Err(self
                .why_unread(trouble, path, self.list_owned(owner, &parent(path)))
                .await),
        }
    }

    /// Entries directly below a path of the proxied store.
    pub(crate) async fn list_proxied(&self, root: &str, path: &ArtifactPath) -> Result<Vec<ArtifactEntry>> {
        let below = joined(root, path);
        for http in self.proxies()? {
            let call = Call::get(PROXIED).with("path", &below);
            match self.list_pages(&http, call, path).await {
                Err(trouble) if trouble.is_missing_endpoint() => {}
                answer => return answer.map_err(Failure::from),
            }
        }
        Err(self.no_proxy())
    }

    /// The bytes of a file of the proxied store.
    pub(crate) async fn read_proxied(&self, root: &str, path: &ArtifactPath) -> Result<ByteStream> {
        let file = joined(root, path);
        let file: Vec<_> = file.split('/').map(segment).collect();
        for http in self.proxies()? {
            let call = Call::get(format!("{PROXIED}/{}", file.join("/")));
            match http.open(&call).await {
                Ok(body) => return body_stream(body, path).await,
                Err(trouble) if trouble.is_missing_endpoint() => {}
                Err(trouble) => {
                    let siblings = parent(path);
                    return Err(self
                        .why_unread(trouble, path, self.list_proxied(root, &siblings))
                        .await);
                }
            }
        }
        Err(self.no_proxy())
    }

    /// Where the proxied store may be: 3.18 serves it without the prefix that all else has.
    fn proxies(&self) -> Result<Vec<std::borrow::Cow<'_, Http>>> {
        use std::borrow::Cow;
        let own = &self.inner.http;
        let mut places = vec![Cow::Borrowed(own)];
        if own.base.path() != "/" {
            let mut base = own.base.clone();
            base.set_path("/");
            places.push(Cow::Owned(own.moved_to(base)));
        }
        Ok(places)
    }

    fn no_proxy(&self) -> Failure {
        Failure::new(
            FailureKind::Unsupported,
            format!("{} serves no artifacts", self.inner.http.server),
        )
        .with_hint("start the server with --serve-artifacts")
    }

    async fn list_pages(
        &self,
        http: &Http,
        call: Call,
        path: &ArtifactPath,
    ) -> Result<Vec<ArtifactEntry>, Trouble> {
        let mut entries = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page = match &token {
                Some(token) => call.clone().with("page_token", token),
                None => call.clone(),
            };
            let json = http.fetch(&page).await?;
            let wire: FilesWire =
                serde_json::from_slice(&json).map_err(|error| self.unreadable(&page, error))?;
            entries.extend(
                wire.files
                    .into_iter()
                    .flatten()
                    .filter_map(|file| entry(&file, path)),
            );
            match wire.next_page_token.filter(|next| !next.is_empty()) {
                Some(next) if token.as_ref() != Some(&next) => token = Some(next),
                _ => break,
            }
        }
        entries.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(entries)
    }

    /// Servers before 3 answer 500 for a file that is not there, and 3 refuses a directory in words of its own: what
    /// lies beside it tells which it is.
    async fn why_unread(
        &self,
        trouble: Trouble,
        path: &ArtifactPath,
        siblings: impl Future<Output = Result<Vec<ArtifactEntry>>>,
    ) -> Failure {
        let failure = Failure::from(trouble);
        if matches!(failure.kind(), FailureKind::Server | FailureKind::InvalidInput)
            && let Ok(siblings) = siblings.await
        {
            match siblings
                .iter()
                .find(|entry| entry.path == *path)
                .map(|it| it.kind)
            {
                None => return missing(path),
                Some(ArtifactKind::Directory) => return directory(path),
                Some(ArtifactKind::File { .. }) => {}
            }
        }
        if failure.kind() == FailureKind::NotFound {
            return missing(path);
        }
        failure
    }
}

/// What a server names below `path`; a name that would lead elsewhere is passed over.
fn entry(wire: &FileWire, path: &ArtifactPath) -> Option<ArtifactEntry> {
    let name = wire.path.trim_end_matches('/').rsplit('/').next()?;
    let whole = path.join(name).ok()?;
    if whole.name() != name || name.is_empty() {
        return None;
    }
    let kind = if wire.is_dir.unwrap_or_default() {
        ArtifactKind::Directory
    } else {
        ArtifactKind::File {
            size_bytes: wire.file_size.and_then(|size| u64::try_from(size.0).ok()),
        }
    };
    Some(ArtifactEntry { path: whole, kind })
}

pub(crate) fn parent(path: &ArtifactPath) -> ArtifactPath {
    let above = path.as_str().rsplit_once('/').map_or("", |(above, _)| above);
    ArtifactPath::parse(above).unwrap_or_default()
}

pub(crate) fn missing(path: &ArtifactPath) -> Failure {
    Failure::new(FailureKind::NotFound, format!("there is no artifact `{path}`"))
}

pub(crate) fn directory(path: &ArtifactPath) -> Failure {
    Failure::new(
        FailureKind::InvalidInput,
        format!("artifact `{path}` is a directory"),
    )
    .with_hint("name a file in it")
}

fn joined(root: &str, path: &ArtifactPath) -> String {
    match (root, path.as_str()) {
        ("", path) => path.to_owned(),
        (root, "") => root.to_owned(),
        (root, path) => format!("{root}/{path}"),
    }
}

/// The bytes of an answer. A page that is no HTML artifact is a sign-in.
async fn body_stream(mut body: Body, path: &ArtifactPath) -> Result<ByteStream> {
    let first = body.next().await?;
    let name = path.name().to_ascii_lowercase();
    let may_be_page = body.attachment
        || [".html", ".htm", ".xhtml", ".svg"]
            .iter()
            .any(|it| name.ends_with(it));
    if let Some(first) = &first
        && !may_be_page
        && is_web_page(&body.content_type, first)
    {
        return Err(web_page(body.server()));
    }
    let rest = futures::stream::try_unfold(body, |mut body| async move {
        Ok(body.next().await?.map(|piece| (piece, body)))
    });
    Ok(futures::stream::iter(first.map(Ok)).chain(rest).boxed())
}
