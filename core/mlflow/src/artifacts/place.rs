//! What an artifact root says of where it lies.

use std::path::PathBuf;

use flowdeck_domain::{Failure, FailureKind, Result};
use percent_encoding::percent_decode_str;
use url::Url;

/// Where a root lies.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Address {
    /// Nothing is said.
    None,
    /// A directory; relative to that of the store.
    Path(PathBuf),
    /// Behind a tracking server, perhaps another than the one asked.
    Proxied { authority: Option<String>, path: String },
    /// In an object store.
    Object(Object),
    /// On a web server.
    Web(Url),
    /// Under a scheme that nothing here reads.
    Other(String),
}

/// A prefix in an object store.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Object {
    pub(super) service: Service,
    /// Bucket or container.
    pub(super) bucket: String,
    /// What the keys below the root start with, without slashes at its ends.
    pub(super) prefix: String,
}

/// Who keeps the objects.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Service {
    S3,
    Google,
    /// The host of the account: `account.blob.core.windows.net`.
    Azure(String),
}

impl Address {
    /// Reads a root as MLflow reads it.
    pub(super) fn parse(uri: &str) -> Result<Self> {
        let uri = uri.trim();
        let Some((scheme, rest)) = scheme_of(uri) else {
            return Ok(if uri.is_empty() {
                Self::None
            } else {
                Self::Path(uri.into())
            });
        };
        let (authority, path) = split_authority(rest);
        match scheme.as_str() {
            "file" => file(uri, authority, path),
            "mlflow-artifacts" => Ok(Self::Proxied {
                authority: authority.map(str::to_owned),
                path: inner_path(uri, path)?,
            }),
            "s3" | "s3a" | "s3n" => object(uri, Service::S3, authority, path),
            "gs" | "gcs" => object(uri, Service::Google, authority, path),
            "wasb" | "wasbs" | "abfs" | "abfss" => {
                let (container, host) = authority
                    .and_then(|authority| authority.split_once('@'))
                    .ok_or_else(|| malformed(uri))?;
                object(uri, Service::Azure(host.to_owned()), Some(container), path)
            }
            "http" | "https" => Url::parse(uri).map(Self::Web).map_err(|_| malformed(uri)),
            "runs" | "models" => Err(Failure::new(
                FailureKind::InvalidInput,
                format!("{uri} names a run or a model rather than a place"),
            )),
            _ => Ok(Self::Other(scheme)),
        }
    }
}

/// A scheme of one letter is a drive.
fn scheme_of(uri: &str) -> Option<(String, &str)> {
    let (scheme, rest) = uri.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

fn split_authority(rest: &str) -> (Option<&str>, &str) {
    let Some(rest) = rest.strip_prefix("//") else {
        return (None, rest);
    };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    ((!authority.is_empty()).then_some(authority), path)
}

fn file(uri: &str, authority: Option<&str>, path: &str) -> Result<Address> {
    if authority.is_some_and(|host| host != "localhost") {
        return Err(malformed(uri));
    }
    let path = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| malformed(uri))?;
    Ok(Address::Path(path.into_owned().into()))
}

fn object(uri: &str, service: Service, bucket: Option<&str>, path: &str) -> Result<Address> {
    let bucket = bucket.ok_or_else(|| malformed(uri))?.to_owned();
    let prefix = checked(uri, path.trim_matches('/'))?;
    Ok(Address::Object(Object {
        service,
        bucket,
        prefix,
    }))
}

fn inner_path(uri: &str, path: &str) -> Result<String> {
    let path = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| malformed(uri))?;
    checked(uri, path.trim_matches('/'))
}

/// No part of a root may go up.
fn checked(uri: &str, path: &str) -> Result<String> {
    if path.split('/').any(|part| part == "..") || path.contains('\0') {
        return Err(malformed(uri));
    }
    Ok(path.to_owned())
}

fn malformed(uri: &str) -> Failure {
    // What stands before an `@` may be a secret.
    let shown = uri
        .rsplit_once('@')
        .map_or_else(|| uri.to_owned(), |(_, rest)| format!("…@{rest}"));
    Failure::new(
        FailureKind::InvalidInput,
        format!("artifact root `{shown}` is not one that can be read"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(service: Service, bucket: &str, prefix: &str) -> Address {
        Address::Object(Object {
            service,
            bucket: bucket.into(),
            prefix: prefix.into(),
        })
    }

    #[test]
    fn roots_are_read_as_mlflow_reads_them() {
        let proxied = |authority: Option<&str>, path: &str| Address::Proxied {
            authority: authority.map(str::to_owned),
            path: path.into(),
        };
        let azure = Service::Azure("acc.blob.core.windows.net".into());
        for (uri, address) in [
            ("", Address::None),
            (
                "./mlruns/0/abc/artifacts",
                Address::Path("./mlruns/0/abc/artifacts".into()),
            ),
            ("/srv/mlruns/a b", Address::Path("/srv/mlruns/a b".into())),
            ("C:/mlruns", Address::Path("C:/mlruns".into())),
            ("file:///srv/a%20b", Address::Path("/srv/a b".into())),
            ("file://localhost/srv", Address::Path("/srv".into())),
            ("file:mlruns/0", Address::Path("mlruns/0".into())),
            ("mlflow-artifacts:/1/r/artifacts", proxied(None, "1/r/artifacts")),
            (
                "mlflow-artifacts://host:5000/1/r",
                proxied(Some("host:5000"), "1/r"),
            ),
            ("mlflow-artifacts:/", proxied(None, "")),
            ("s3://b/k/x", object(Service::S3, "b", "k/x")),
            ("s3://b", object(Service::S3, "b", "")),
            ("gs://b/k/", object(Service::Google, "b", "k")),
            ("wasbs://c@acc.blob.core.windows.net/k", object(azure, "c", "k")),
            ("dbfs:/x", Address::Other("dbfs".into())),
        ] {
            assert_eq!(Address::parse(uri).ok(), Some(address), "{uri}");
        }
    }

    #[test]
    fn roots_that_lead_elsewhere_are_refused() {
        for uri in [
            "s3://b/../x",
            "s3:///x",
            "mlflow-artifacts:/1/%2e%2e/x",
            "file://other/share",
            "wasbs://container/x",
            "runs:/abc/model",
            "models:/m/1",
        ] {
            assert!(Address::parse(uri).is_err(), "{uri}");
        }
    }
}
