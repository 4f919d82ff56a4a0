use std::collections::VecDeque;

use flowdeck_domain::FailureKind;
use flowdeck_domain::artifact::{ArtifactKind, ArtifactOwner, ArtifactPath, ArtifactRoot};
use flowdeck_domain::{Result, RunId};
use futures::TryStreamExt;
use serde_json::{Map, Value, json};

use crate::compare::{assert_none, differences};
use crate::exemptions::unexplained;
use crate::ports::Ports;
use crate::subject::Subject;

crate::over_every_store! {
    every_artifact_is_listed_with_its_size_and_read_byte_for_byte: each_artifact_equals;
    a_file_that_is_not_there_is_not_found: missing_is_not_found;
}

async fn each_artifact_equals(subject: &Subject) {
    let ports = Ports::open(subject);
    let mut ours = Map::new();
    for id in subject.read["runs"].as_object().expect("it is a map").keys() {
        ours.insert(
            id.clone(),
            tree(&ports, &root(&ports, id).await)
                .await
                .expect("artifacts can be listed"),
        );
    }
    assert_none(&unexplained(
        subject,
        differences("artifacts", &ours.into(), &subject.read["artifacts"]),
    ));
}

async fn missing_is_not_found(subject: &Subject) {
    let ports = Ports::open(subject);
    let runs = subject.read["artifacts"].as_object().expect("it is a map");
    let (id, _) = runs
        .iter()
        .find(|(_, files)| files.get("notes.txt").is_some())
        .expect("one run has artifacts");
    let root = root(&ports, id).await;
    let path = ArtifactPath::parse("plots/nowhere.txt").expect("it is a path");
    let failure = read(&ports, &root, &path)
        .await
        .expect_err("there is no such file");
    assert_eq!(failure.kind(), FailureKind::NotFound, "{failure}");
    assert!(failure.message().contains("plots/nowhere.txt"), "{failure}");
}

async fn root(ports: &Ports, id: &str) -> ArtifactRoot {
    let run = ports
        .tracking
        .run(&RunId::from(id))
        .await
        .expect("the run is there");
    ArtifactRoot {
        owner: ArtifactOwner::Run(run.info.id),
        uri: run.info.artifact_uri,
    }
}

/// Every entry below a root by its path: null for a directory, size and content for a file.
async fn tree(ports: &Ports, root: &ArtifactRoot) -> Result<Value> {
    let mut found = Map::new();
    let mut directories = VecDeque::from([ArtifactPath::root()]);
    while let Some(directory) = directories.pop_front() {
        for entry in ports.artifacts.list(root, &directory).await? {
            let told = match entry.kind {
                ArtifactKind::Directory => {
                    directories.push_back(entry.path.clone());
                    Value::Null
                }
                ArtifactKind::File { size_bytes } => {
                    let content = read(ports, root, &entry.path).await?;
                    json!({"size_bytes": size_bytes, "content": hexadecimal(&content)})
                }
            };
            found.insert(entry.path.to_string(), told);
        }
    }
    Ok(found.into())
}

async fn read(ports: &Ports, root: &ArtifactRoot, path: &ArtifactPath) -> Result<Vec<u8>> {
    let parts: Vec<_> = ports.artifacts.read(root, path).await?.try_collect().await?;
    Ok(parts.concat())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
