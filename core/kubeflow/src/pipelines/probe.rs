//! What answers at an address: the API server, the UI server before it, a sign-in page, or something else.

use flowdeck_domain::port::PipelinesServer;
use flowdeck_domain::{Failure, FailureKind, Result};
use flowdeck_http::{Call, Http, address_of};
use serde::Deserialize;
use url::Url;

use super::answer::Trouble;

/// The server, at the address that answers.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) http: Http,
    pub(super) server: PipelinesServer,
}

/// Both shapes of `healthz`: the API server's, and the UI server's in camel case.
#[derive(Default, Deserialize)]
#[serde(default)]
struct HealthWire {
    tag_name: Option<String>,
    commit_sha: Option<String>,
    multi_user: Option<bool>,
    pipeline_store: Option<String>,
    #[serde(rename = "apiServerReady")]
    api_server_ready: Option<bool>,
    #[serde(rename = "apiServerTagName")]
    api_server_tag_name: Option<String>,
    #[serde(rename = "apiServerMultiUser")]
    api_server_multi_user: Option<bool>,
    #[serde(rename = "pipelineStore")]
    ui_pipeline_store: Option<String>,
    #[serde(rename = "frontendCommitHash")]
    frontend_commit: Option<String>,
}

/// The address below which `/apis` lies, of one that a browser shows: `https://host/_/pipeline/#/runs`.
pub(super) fn api_base(named: &Url) -> Url {
    let mut base = named.clone();
    base.set_fragment(None);
    base.set_query(None);
    let path = base.path().trim_end_matches('/');
    let path = path.split("/apis/").next().unwrap_or(path);
    let path = path.strip_suffix("/apis").unwrap_or(path);
    // The dashboard shows the UI server in a frame under this path.
    let path = path
        .find("/_/pipeline")
        .map_or_else(|| path.to_owned(), |at| format!("{}/pipeline", &path[..at]));
    base.set_path(&path);
    base
}

/// Looks for the server at the address, then below its `/pipeline`, where a gateway has it.
pub(super) async fn find(named: &Http) -> Result<Found> {
    let first = match health(named).await {
        Ok(Some(found)) => return Ok(found),
        Ok(None) => None,
        Err(trouble) if !trouble.may_be_elsewhere() => return Err(trouble.into()),
        Err(trouble) => Some(trouble),
    };
    if !named.base.path().trim_end_matches('/').ends_with("/pipeline") {
        let mut below = named.base.clone();
        below.set_path(&format!("{}/pipeline", named.base.path().trim_end_matches('/')));
        if let Ok(Some(found)) = health(&named.moved_to(below)).await {
            return Ok(found);
        }
    }
    match first {
        Some(trouble) if !trouble.is_missing_route() => Err(trouble.into()),
        _ => Err(what_else(named).await),
    }
}

/// What `healthz` tells; nothing where it answers with something else.
async fn health(http: &Http) -> Result<Option<Found>, Trouble> {
    let json = http.fetch(&Call::get("apis/v2beta1/healthz")).await?;
    let Ok(wire) = serde_json::from_slice::<HealthWire>(&json) else {
        return Ok(None);
    };
    wire.server(http)?
        .map(|server| {
            Ok(Found {
                http: http.clone(),
                server,
            })
        })
        .transpose()
}

/// Why no server of v2beta1 answers.
async fn what_else(http: &Http) -> Failure {
    let old = http.fetch(&Call::get("apis/v1beta1/healthz")).await;
    let is_old = old
        .is_ok_and(|json| serde_json::from_slice::<serde_json::Value>(&json).is_ok_and(|it| it.is_object()));
    if is_old {
        return Failure::new(
            FailureKind::Unsupported,
            format!(
                "{} runs Kubeflow Pipelines 1, which knows no v2beta1 API",
                http.server
            ),
        )
        .with_hint("flowdeck speaks to Kubeflow Pipelines 2.0 and later");
    }
    Failure::new(
        FailureKind::NotFound,
        format!("{} is no server of Kubeflow Pipelines", address_of(&http.base)),
    )
    .with_hint("give the address of ml-pipeline, of ml-pipeline-ui, or of the gateway with /pipeline")
}

impl HealthWire {
    fn server(self, http: &Http) -> Result<Option<PipelinesServer>> {
        let is_ui_server = self.api_server_ready.is_some() || self.frontend_commit.is_some();
        if !is_ui_server && self.tag_name.is_none() && self.commit_sha.is_none() && self.multi_user.is_none()
        {
            return Ok(None);
        }
        if self.api_server_ready == Some(false) {
            return Err(Failure::new(
                FailureKind::Unreachable,
                format!(
                    "the UI server at {} answers, but the API server behind it does not",
                    http.server
                ),
            )
            .with_hint("look at the pods of ml-pipeline"));
        }
        let version = self.tag_name.or(self.api_server_tag_name);
        let store = self.pipeline_store.or(self.ui_pipeline_store);
        Ok(Some(PipelinesServer {
            uri: address_of(&http.base),
            version: version.filter(|version| !version.is_empty() && version != "unknown"),
            multi_user: self.multi_user.or(self.api_server_multi_user).unwrap_or_default(),
            is_ui_server,
            keeps_pipelines_in_kubernetes: store.as_deref() == Some("kubernetes"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_copied_from_a_browser_leads_to_the_api() {
        for (shown, base) in [
            ("http://host:8888", "http://host:8888/"),
            ("http://host:8888/apis/v2beta1/healthz", "http://host:8888/"),
            ("https://host/pipeline/#/runs/details/1", "https://host/pipeline"),
            (
                "https://host/_/pipeline/?ns=team-a#/runs",
                "https://host/pipeline",
            ),
            ("https://host/kf/_/pipeline/", "https://host/kf/pipeline"),
        ] {
            assert_eq!(api_base(&Url::parse(shown).unwrap()).as_str(), base, "{shown}");
        }
    }
}
