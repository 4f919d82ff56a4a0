//! The arrows between crates, as ARCHITECTURE.md draws them.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Each crate with the crates of the workspace it may stand on, and no others.
const ARROWS: &[(&str, &[&str])] = &[
    ("flowdeck-domain", &[]),
    // How a server is asked is the same for both adapters: who asks, deadlines, retries, tunnels.
    ("flowdeck-http", &["flowdeck-domain"]),
    ("flowdeck-mlflow", &["flowdeck-domain", "flowdeck-http"]),
    ("flowdeck-kubeflow", &["flowdeck-domain", "flowdeck-http"]),
    ("flowdeck-cache", &["flowdeck-domain"]),
    (
        "flowdeck-client",
        &[
            "flowdeck-domain",
            "flowdeck-mlflow",
            "flowdeck-kubeflow",
            "flowdeck-cache",
        ],
    ),
    ("flowdeck-surface", &["flowdeck-domain", "flowdeck-client"]),
    ("flowdeck-demo", &["flowdeck-domain"]),
    (
        "flowdeck",
        &["flowdeck-surface", "flowdeck-client", "flowdeck-demo"],
    ),
    (
        "flowdeck-desktop",
        &["flowdeck-surface", "flowdeck-client", "flowdeck-demo"],
    ),
    ("xtask", &[]),
];

/// Suites may look at every crate, and nothing may stand on them.
const SUITES: &[&str] = &["flowdeck-tests", "flowdeck-bridge"];

#[test]
fn every_crate_stands_only_on_those_that_the_design_names() {
    let metadata = metadata();
    let allowed: BTreeMap<&str, BTreeSet<&str>> = ARROWS
        .iter()
        .map(|(crate_name, below)| (*crate_name, below.iter().copied().collect()))
        .collect();
    let mut wrong = Vec::new();
    for (crate_name, below) in arrows(&metadata) {
        if SUITES.contains(&crate_name.as_str()) {
            continue;
        }
        let Some(allowed) = allowed.get(crate_name.as_str()) else {
            wrong.push(format!(
                "{crate_name} has no place in the design; give it one in ARROWS and ARCHITECTURE.md"
            ));
            continue;
        };
        for dependency in below
            .iter()
            .filter(|dependency| !allowed.contains(dependency.as_str()))
        {
            wrong.push(format!("{crate_name} -> {dependency} is no arrow of the design"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_of_the_design_is_there() {
    let found: BTreeSet<String> = arrows(&metadata()).into_keys().collect();
    let drawn: BTreeSet<String> = ARROWS
        .iter()
        .map(|(crate_name, _)| *crate_name)
        .chain(SUITES.iter().copied())
        .map(str::to_owned)
        .collect();
    assert_eq!(found, drawn);
}

/// Each crate of the workspace with the crates of the workspace it depends on, in tests and builds too.
fn arrows(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let members: BTreeSet<String> = metadata
        .workspace_packages()
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    metadata
        .workspace_packages()
        .iter()
        .map(|package| {
            let below = package
                .dependencies
                .iter()
                .filter(|dependency| {
                    matches!(
                        dependency.kind,
                        DependencyKind::Normal | DependencyKind::Build | DependencyKind::Development
                    )
                })
                .map(|dependency| dependency.name.clone())
                .filter(|name| members.contains(name))
                .collect();
            (package.name.to_string(), below)
        })
        .collect()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .no_deps()
        .other_options(["--locked".to_owned(), "--offline".to_owned()])
        .exec()
        .expect("cargo describes its own workspace")
}
