//! From options to a client, and from a broken connection to a sentence.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use flowdeck_domain::{Failure, FailureKind, Result, Secret};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Proxy};
use url::{Host, Url};

use super::call::Broken;
use super::options::{Auth, ClientCertificate, RestOptions};

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(10);

const USER_AGENT: &str = concat!("flowdeck/", env!("CARGO_PKG_VERSION"));

/// Host and port of an address, for sentences.
pub fn server_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the server");
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The address without a name and a password, and those as who asks where nobody else was named.
pub(super) fn split_credentials(options: &RestOptions) -> Result<(Url, Auth)> {
    let mut base = options.base.clone();
    if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("`{}` is not the address of a server", crate::address_of(&base)),
        )
        .with_hint("give one that starts with http:// or https://"));
    }
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let auth = match &options.auth {
        Auth::None if !base.username().is_empty() => Auth::Basic {
            username: decoded(base.username()),
            password: Secret::new(decoded(base.password().unwrap_or_default())),
        },
        auth => auth.clone(),
    };
    // Neither can fail: the address has a host.
    let _ = base.set_username("");
    let _ = base.set_password(None);
    base.set_query(None);
    base.set_fragment(None);
    Ok((base, auth))
}

/// The headers of every request, and whether they say who asks.
pub(super) fn headers(
    options: &RestOptions,
    auth: &Auth,
    further: &[(String, Secret)],
) -> Result<(HeaderMap, bool)> {
    let mut headers = HeaderMap::new();
    for (name, value) in options.headers.iter().chain(further) {
        headers.insert(header_name(name)?, header_value(name, value.reveal())?);
    }
    if let Some(workspace) = &options.workspace {
        let name = HeaderName::from_static("x-mlflow-workspace");
        headers.insert(name, header_value("workspace", workspace)?);
    }
    match auth {
        Auth::None => {}
        Auth::Basic { username, password } => {
            use base64::Engine;
            let pair = format!("{username}:{}", password.reveal());
            let pair = base64::engine::general_purpose::STANDARD.encode(pair);
            headers.insert(AUTHORIZATION, header_value("password", &format!("Basic {pair}"))?);
        }
        Auth::Bearer(token) => {
            let bearer = format!("Bearer {}", token.reveal().trim());
            headers.insert(AUTHORIZATION, header_value("token", &bearer)?);
        }
        Auth::Header { name, value } => {
            headers.insert(header_name(name)?, header_value(name, value.reveal())?);
        }
    }
    let signed = !matches!(auth, Auth::None) || headers.contains_key(AUTHORIZATION);
    Ok((headers, signed))
}

fn header_name(name: &str) -> Result<HeaderName> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        Failure::new(
            FailureKind::InvalidInput,
            format!("`{name}` is not the name of a header"),
        )
    })
}

/// The header in which gateways name a user of Kubeflow.
const KUBEFLOW_USER: &str = "kubeflow-userid";

fn header_value(name: &str, value: &str) -> Result<HeaderValue> {
    // The API server of Kubeflow Pipelines ends with all its requests on a user without a name. Seen on 2.17.
    if value.trim().is_empty() && name.eq_ignore_ascii_case(KUBEFLOW_USER) {
        return Err(Failure::new(
            FailureKind::SignIn,
            format!("`{name}` names no user, so nothing was sent"),
        )
        .with_hint("give the header a value, or leave it out"));
    }
    let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        Failure::new(
            FailureKind::InvalidInput,
            format!("the value of `{name}` holds characters that a header cannot"),
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// A client with these options; reads the certificate files.
pub(super) async fn client(options: &RestOptions, socket: Option<PathBuf>) -> Result<Client> {
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT.min(options.timeout))
        .tcp_nodelay(true)
        .tls_danger_accept_invalid_certs(options.insecure_tls);
    if let Some(proxy) = &options.proxy {
        let proxy = Proxy::all(proxy.clone()).map_err(|error| {
            let message = format!("`{}` is not the address of a proxy", crate::address_of(proxy));
            Failure::new(FailureKind::InvalidInput, message).caused_by(error)
        })?;
        builder = builder.proxy(proxy);
    } else if is_loopback(&options.base) {
        // No proxy that the environment names can reach this machine's own loopback.
        builder = builder.no_proxy();
    }
    if let Some(path) = &options.ca_file {
        let pem = read_file(path).await?;
        let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| not_pem(path, error))?;
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some(certificate) = &options.client_certificate {
        builder = builder.identity(identity(certificate).await?);
    }
    if let Some(socket) = socket {
        builder = through(builder, socket)?;
    }
    builder.build().map_err(|error| {
        Failure::new(FailureKind::System, "cannot set up connections on this machine").caused_by(error)
    })
}

#[cfg(unix)]
fn through(builder: ClientBuilder, socket: PathBuf) -> Result<ClientBuilder> {
    Ok(builder.unix_socket(socket))
}

#[cfg(not(unix))]
fn through(_: ClientBuilder, _: PathBuf) -> Result<ClientBuilder> {
    Err(Failure::new(
        FailureKind::Unsupported,
        "this system has no sockets that a tunnel could end in",
    ))
}

async fn identity(files: &ClientCertificate) -> Result<Identity> {
    let mut pem = read_file(&files.certificate).await?;
    if let Some(key) = &files.key {
        pem.push(b'\n');
        pem.extend(read_file(key).await?);
    }
    Identity::from_pem(&pem).map_err(|error| not_pem(&files.certificate, error))
}

async fn read_file(path: &Path) -> Result<Vec<u8>> {
    tokio::fs::read(path).await.map_err(|error| {
        Failure::new(
            FailureKind::System,
            format!("cannot read certificate {}: {error}", path.display()),
        )
        .caused_by(error)
    })
}

fn not_pem(path: &Path, error: reqwest::Error) -> Failure {
    Failure::new(
        FailureKind::InvalidInput,
        format!("{} does not hold a certificate in PEM", path.display()),
    )
    .caused_by(error)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What a request that got no answer means.
pub(super) fn broken(server: &str, error: reqwest::Error) -> Broken {
    let again = !error.is_connect() && !error.is_timeout() && !error.is_builder();
    let chain = chain_of(&error);
    let refused = io_kind(&error);
    let (why, hint) = if let Some((why, hint)) = about_certificates(&chain) {
        (why.to_owned(), hint)
    } else if chain.contains("dns error") || chain.contains("lookup address") {
        (
            "its name is not known".to_owned(),
            "check the name and the network",
        )
    } else if error.is_timeout() {
        (
            "it did not answer in time".to_owned(),
            "check the address and the network",
        )
    } else if refused == Some(io::ErrorKind::ConnectionRefused) {
        (
            "connection refused".to_owned(),
            "check the address, and that the server is up",
        )
    } else if again {
        (
            "the connection broke".to_owned(),
            "try again; the server's log may say more",
        )
    } else {
        (last_cause(&error), "check the address and the network")
    };
    let failure = Failure::new(FailureKind::Unreachable, format!("cannot reach {server}: {why}"))
        .with_hint(hint)
        .caused_by(error.without_url());
    Broken { failure, again }
}

/// What a connection that broke over certificates means. Source: the names of rustls's errors and of TLS's alerts.
fn about_certificates(chain: &str) -> Option<(&'static str, &'static str)> {
    let says = |words: &[&str]| words.iter().any(|word| chain.contains(word));
    if says(&["CertificateRequired", "certificate required"]) {
        return Some((
            "it wants a client certificate",
            "name client_cert and client_key in the context, or set MLFLOW_TRACKING_CLIENT_CERT_PATH",
        ));
    }
    if says(&[
        "UnknownCA",
        "BadCertificate",
        "CertificateUnknown",
        "AccessDenied",
    ]) && says(&["alert"])
    {
        return Some((
            "it does not take this client certificate",
            "see that client_cert and client_key are those that its owner gave out",
        ));
    }
    if !says(&["certificate"]) {
        return None;
    }
    Some(if says(&["UnknownIssuer"]) {
        (
            "its certificate is of an authority that this machine does not know",
            "name the authority's file as ca_file in the context, or set MLFLOW_TRACKING_SERVER_CERT_PATH",
        )
    } else if says(&["NotValidForName", "not valid for name"]) {
        (
            "its certificate is for another name",
            "reach it by the name that its certificate is for",
        )
    } else if says(&["Expired", "expired"]) {
        ("its certificate has expired", "tell its owner")
    } else {
        (
            "its certificate is not believed",
            "name the authority's file, or allow any certificate",
        )
    })
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |cause: &&(dyn Error + 'static)| (*cause).source())
}

fn chain_of(error: &reqwest::Error) -> String {
    causes(error)
        .skip(1)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

fn last_cause(error: &reqwest::Error) -> String {
    causes(error).last().map_or_else(String::new, ToString::to_string)
}

fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .last()
        .map(io::Error::kind)
}
