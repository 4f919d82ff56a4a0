use std::fmt::Write;

use flowdeck_domain::pipelines::PipelineRun;
use flowdeck_domain::port::PipelinesReader;
use flowdeck_kubeflow::pipelines::read_run;

use crate::captures;
use crate::replay;

fn line(run: &PipelineRun) -> String {
    let outcome = run.outcome();
    let failed: Vec<String> = outcome
        .failed_tasks
        .iter()
        .map(|task| run.tasks.place(task))
        .collect();
    let mut line = format!("{} · {}", run.state.word(), outcome.summary);
    if outcome.stopped {
        line.push_str(" · STOPPED");
    }
    if !failed.is_empty() {
        write!(line, " · at {}", failed.join(", ")).unwrap();
    }
    if let Some(reason) = &outcome.reason {
        write!(line, " · {}", reason.kind.word()).unwrap();
    }
    line
}

#[tokio::test]
async fn every_captured_run_is_told_rightly() {
    let mut text = String::new();
    for server in captures::SERVERS {
        for exchange in captures::of(server) {
            let body = &exchange.response_body;
            let is_run = exchange.status == 200
                && exchange.method == "GET"
                && exchange.path.starts_with("/apis/v2beta1/runs/")
                && body.get("run_id").is_some()
                && body.get("task_id").is_none();
            if !is_run {
                continue;
            }
            let run = read_run(&body.to_string()).unwrap();
            writeln!(text, "{server}/{} · {}", exchange.name, line(&run)).unwrap();
        }
    }
    insta::assert_snapshot!("outcomes", text);
}

#[tokio::test]
async fn a_failed_run_is_told_with_the_reason_of_its_workflow() {
    let mock = replay::of(
        "single_user",
        &["run_get_failed_retries_used_up", "run_get_failed_v1beta1"],
    )
    .await;
    let id = "8ff6ece4-1c20-420f-bb78-ad8ca0d93c08".into();
    let run = replay::client(&mock).pipeline_run(&id).await.unwrap();
    assert_eq!(
        line(&run),
        "FAILED · failed at `train`: exit code 1, after 3 tries · at train · exit_code"
    );
}
