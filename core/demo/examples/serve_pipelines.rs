//! Serves an empty server of pipelines and its cluster until its standard input closes; prints where they are as JSON.
//!
//! Everything goes a hundred times as fast as for people.

use std::io::Read;

use flowdeck_demo::kubernetes::{KubernetesCluster, KubernetesServer};
use flowdeck_demo::pipelines::{Pipelines, PipelinesOptions, PipelinesServer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let options = PipelinesOptions {
            cluster: KubernetesCluster::with_namespaces(&["kubeflow"]),
            pace: 0.01,
            ..PipelinesOptions::default()
        };
        let cluster = KubernetesServer::start(options.cluster.clone()).await?;
        let pipelines = PipelinesServer::start(Pipelines::new(options)).await?;
        println!(
            "{}",
            serde_json::json!({ "pipelines": pipelines.url(), "kubernetes": format!("http://{}", cluster.address()) })
        );
        let waiting = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        let _ = waiting.await;
        Ok(())
    })
}
