//! Artifacts from every place that a root may name, each played by a server on loopback.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cloud;
mod downloads;
mod served;

use std::collections::BTreeMap;
use std::sync::Arc;

use flowdeck_domain::Result;
use flowdeck_domain::artifact::{ArtifactEntry, ArtifactKind, ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::port::ArtifactReader;
use flowdeck_mlflow::artifacts::Artifacts;
use flowdeck_mlflow::rest::{RestOptions, RestStore};
use futures::TryStreamExt;

fn path(text: &str) -> ArtifactPath {
    ArtifactPath::parse(text).unwrap()
}

fn root(uri: &str) -> ArtifactRoot {
    ArtifactRoot {
        owner: ArtifactOwner::Run("r1".into()),
        uri: uri.into(),
    }
}

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn through(uri: &str) -> Artifacts {
    let server = RestStore::new(RestOptions::new(uri.parse().unwrap())).unwrap();
    Artifacts::new(Some(Arc::new(server)), "/nowhere", BTreeMap::new())
}

async fn text(artifacts: &Artifacts, root: &ArtifactRoot, file: &str) -> Result<String> {
    let pieces: Vec<_> = artifacts.read(root, &path(file)).await?.try_collect().await?;
    Ok(String::from_utf8(pieces.concat()).unwrap())
}

/// `model/ note.txt:5`
fn words(entries: &[ArtifactEntry]) -> String {
    let words: Vec<_> = entries
        .iter()
        .map(|entry| match entry.kind {
            ArtifactKind::Directory => format!("{}/", entry.path),
            ArtifactKind::File { size_bytes: None } => format!("{}", entry.path),
            ArtifactKind::File {
                size_bytes: Some(size),
            } => format!("{}:{size}", entry.path),
        })
        .collect();
    words.join(" ")
}
