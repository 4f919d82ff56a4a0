//! Kubeflow's central dashboard: what it tells of the person who asks.

use flowdeck_domain::{Failure, FailureKind, Namespace, Result};
use flowdeck_http::{Call, Http, RestOptions, Trouble};
use serde::Deserialize;

/// What the dashboard knows of somebody. Source: central dashboard, `api_workgroup.ts`, `EnvironmentInfo`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct EnvironmentInfo {
    namespaces: Vec<Binding>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Binding {
    namespace: String,
}

/// The namespaces that one has a part in, as the dashboard of the gateway tells; `options` name anything at the gateway.
///
/// # Errors
/// There is no dashboard, or nobody is signed in there.
pub async fn dashboard_namespaces(mut options: RestOptions) -> Result<Vec<Namespace>> {
    // The dashboard lies at the root, Kubeflow Pipelines below it.
    let path = options.base.path().trim_end_matches('/').to_owned();
    let root = path.strip_suffix("/pipeline").unwrap_or(&path).to_owned();
    options.base.set_path(&root);
    let http = Http::new(options)?;
    let told = match http.fetch(&Call::get("api/workgroup/env-info")).await {
        Ok(told) => told,
        Err(Trouble::Failed(failure)) => return Err(failure),
        Err(Trouble::Refused(refusal)) => {
            let why = format!("the dashboard at {} answered {}", refusal.server, refusal.status);
            return Err(Failure::new(refusal.kind_of_status(), why));
        }
    };
    let info: EnvironmentInfo = serde_json::from_slice(&told).map_err(|error| {
        let why = format!("there is no dashboard of Kubeflow at {}", http.server);
        Failure::new(FailureKind::NotFound, why).caused_by(error)
    })?;
    let mut names: Vec<Namespace> = info
        .namespaces
        .into_iter()
        .filter(|binding| !binding.namespace.is_empty())
        .map(|binding| Namespace::from(binding.namespace))
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}
