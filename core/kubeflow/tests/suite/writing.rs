use flowdeck_domain::FailureKind;
use flowdeck_domain::pipelines::{RunSource, Trigger};
use flowdeck_domain::port::{
    NewPipelineRun, NewRecurringRun, PipelinePackage, PipelinesReader, PipelinesWriter, UploadDescription,
};
use serde_json::{Value, json};
use wiremock::matchers::{method, path, path_regex};
use wiremock::{Mock, ResponseTemplate};

use crate::captures;
use crate::replay::{self, asked, parameter};

fn run() -> NewPipelineRun {
    let request = captures::named("single_user", "run_create").request_body;
    let reference = &request["pipeline_version_reference"];
    NewPipelineRun {
        display_name: request["display_name"].as_str().unwrap().to_owned(),
        experiment_id: request["experiment_id"].as_str().map(Into::into),
        source: RunSource::Version {
            pipeline_id: reference["pipeline_id"].as_str().unwrap().into(),
            version_id: reference["pipeline_version_id"].as_str().map(Into::into),
        },
        parameters: serde_json::from_value(request["runtime_config"]["parameters"].clone()).unwrap(),
        ..NewPipelineRun::default()
    }
}

fn schedule(trigger: Trigger) -> NewRecurringRun {
    NewRecurringRun {
        run: run(),
        trigger,
        max_concurrency: 1,
        no_catchup: false,
        enabled: true,
    }
}

fn cron(expression: &str) -> Trigger {
    Trigger::Cron {
        expression: expression.to_owned(),
        start: None,
        end: None,
    }
}

fn yaml(name: &str) -> PipelinePackage {
    PipelinePackage::File {
        name: name.to_owned(),
        bytes: "pipelineInfo: {}\n".into(),
    }
}

#[tokio::test]
async fn a_run_is_asked_for_with_what_is_set_and_nothing_else() {
    let mock = replay::of("single_user", &["run_create"]).await;
    let made = replay::client(&mock).create_pipeline_run(&run()).await.unwrap();
    assert_eq!(made.state.word(), "PENDING");
    assert!(made.tasks.is_empty() && made.finished_at.is_none());
    let body: Value = asked(&mock).await[0].body_json().unwrap();
    assert_eq!(body, captures::named("single_user", "run_create").request_body);
}

#[tokio::test]
async fn a_run_without_a_name_or_anything_to_run_is_not_sent() {
    let mock = replay::of("single_user", &["run_create"]).await;
    let client = replay::client(&mock);
    for wrong in [
        NewPipelineRun {
            display_name: " ".to_owned(),
            ..run()
        },
        NewPipelineRun {
            display_name: "n".repeat(256),
            ..run()
        },
        NewPipelineRun {
            source: RunSource::Unknown,
            ..run()
        },
    ] {
        let failure = client.create_pipeline_run(&wrong).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::InvalidInput);
    }
    assert!(asked(&mock).await.is_empty());
    let mock = replay::of("multi_user", &["run_create"]).await;
    let homeless = NewPipelineRun {
        experiment_id: None,
        ..run()
    };
    let failure = replay::client(&mock)
        .create_pipeline_run(&homeless)
        .await
        .unwrap_err();
    assert!(failure.hint().unwrap().contains("--experiment"));
}

#[tokio::test]
async fn a_five_field_cron_is_sent_as_six_and_a_schedule_that_never_fires_not_at_all() {
    let mock = replay::of("single_user", &["recurringrun_create_cron"]).await;
    let client = replay::client(&mock);
    client
        .create_recurring_run(&schedule(cron("30 4 * * 1")))
        .await
        .unwrap();
    let body: Value = asked(&mock).await[0].body_json().unwrap();
    assert_eq!(
        body["trigger"],
        json!({"cron_schedule": {"cron": "0 30 4 * * 1"}})
    );
    assert_eq!(
        (&body["max_concurrency"], &body["mode"]),
        (&json!("1"), &json!("ENABLE"))
    );
    for wrong in [
        schedule(Trigger::Never),
        schedule(cron("every monday")),
        schedule(Trigger::Interval {
            seconds: 0,
            start: None,
            end: None,
        }),
        NewRecurringRun {
            max_concurrency: 0,
            ..schedule(cron("@daily"))
        },
        NewRecurringRun {
            max_concurrency: 11,
            ..schedule(cron("@daily"))
        },
    ] {
        let failure = client.create_recurring_run(&wrong).await.unwrap_err();
        assert_eq!(failure.kind(), FailureKind::InvalidInput);
    }
    assert_eq!(asked(&mock).await.len(), 1);
}

#[tokio::test]
async fn an_interval_travels_as_text() {
    let mock = replay::of("single_user", &["recurringrun_create_cron"]).await;
    let hourly = schedule(Trigger::Interval {
        seconds: 3600,
        start: None,
        end: None,
    });
    replay::client(&mock).create_recurring_run(&hourly).await.unwrap();
    let body: Value = asked(&mock).await[0].body_json().unwrap();
    assert_eq!(
        body["trigger"],
        json!({"periodic_schedule": {"interval_second": "3600"}})
    );
}

#[tokio::test]
async fn a_file_is_uploaded_as_the_part_that_the_server_reads() {
    let mock = replay::of("single_user", &["pipeline_upload", "pipeline_upload_version"]).await;
    let client = replay::client(&mock);
    let said = UploadDescription {
        name: Some("uploaded-flow".to_owned()),
        display_name: Some("Uploaded flow".to_owned()),
        tags: [("team".to_owned(), "churn".to_owned())].into(),
        ..UploadDescription::default()
    };
    let pipeline = client
        .upload_pipeline(&yaml("artifacts.yaml"), &said)
        .await
        .unwrap();
    assert_eq!(
        (pipeline.name.as_str(), pipeline.display_name.as_str()),
        ("uploaded-flow", "Uploaded flow")
    );
    let version = client
        .upload_version(&pipeline.id, &yaml("artifacts.yaml"), &said)
        .await
        .unwrap();
    assert_eq!(version.pipeline_id, pipeline.id);
    let requests = asked(&mock).await;
    let body = String::from_utf8(requests[0].body.clone()).unwrap();
    assert!(
        body.contains("name=\"uploadfile\"; filename=\"artifacts.yaml\""),
        "{body}"
    );
    assert_eq!(
        parameter(&requests[0], "tags").as_deref(),
        Some("{\"team\":\"churn\"}")
    );
    assert_eq!(
        parameter(&requests[1], "pipelineid").as_deref(),
        Some(pipeline.id.as_str())
    );
}

#[tokio::test]
async fn a_file_that_the_server_cannot_read_is_not_sent() {
    let mock = replay::of("single_user", &["pipeline_upload"]).await;
    let client = replay::client(&mock);
    let long = UploadDescription {
        name: Some("n".repeat(129)),
        ..UploadDescription::default()
    };
    assert!(
        client
            .upload_pipeline(&yaml("a.py"), &UploadDescription::default())
            .await
            .is_err()
    );
    assert!(client.upload_pipeline(&yaml("a.yaml"), &long).await.is_err());
    assert!(asked(&mock).await.is_empty());
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_although_the_server_does_not() {
    let mock = replay::of("single_user", &["pipeline_upload_duplicate_name"]).await;
    let said = UploadDescription {
        name: Some("uploaded-flow".to_owned()),
        ..UploadDescription::default()
    };
    let failure = replay::client(&mock)
        .upload_pipeline(&yaml("a.yaml"), &said)
        .await
        .unwrap_err();
    assert_eq!(failure.message(), "there is one called `uploaded-flow` already");
    assert_eq!(failure.kind(), FailureKind::InvalidInput);
}

#[tokio::test]
async fn an_upload_without_the_right_is_a_missing_right_although_the_server_says_400() {
    let mock = replay::of("multi_user", &["pipeline_upload_viewer", "auth_v1beta1_denied"]).await;
    let said = UploadDescription {
        namespace: Some("team-a".into()),
        ..UploadDescription::default()
    };
    let failure = replay::client(&mock)
        .upload_pipeline(&yaml("a.yaml"), &said)
        .await
        .unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Permission);
    assert!(failure.message().contains("team-a"), "{failure}");
}

#[tokio::test]
async fn a_package_by_address_is_fetched_by_the_server() {
    let mock = replay::of("single_user", &[]).await;
    Mock::given(method("POST"))
        .and(path("/apis/v2beta1/pipelines/create"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"pipeline_id": "p", "display_name": "churn"})),
        )
        .mount(&mock)
        .await;
    let package = PipelinePackage::Url("https://example.org/flows/churn.yaml?v=1".to_owned());
    let made = replay::client(&mock)
        .upload_pipeline(&package, &UploadDescription::default())
        .await
        .unwrap();
    assert_eq!(
        (made.id.as_str(), made.name.as_str()),
        ("p", "churn"),
        "servers before 2.14 know one name"
    );
    let body: Value = asked(&mock).await[0].body_json().unwrap();
    assert_eq!(
        body["pipeline"],
        json!({"name": "churn", "display_name": "churn"})
    );
    assert_eq!(
        body["pipeline_version"]["package_url"]["pipeline_url"],
        "https://example.org/flows/churn.yaml?v=1"
    );
}

#[tokio::test]
async fn a_pipeline_is_deleted_with_its_versions() {
    let mock = replay::of("single_user", &["pipeline_delete_cascade"]).await;
    let id = "fa1c0d34-8473-4446-b104-969e1a136298".into();
    replay::client(&mock).delete_pipeline(&id).await.unwrap();
    assert_eq!(
        parameter(&asked(&mock).await[0], "cascade").as_deref(),
        Some("true")
    );
}

#[tokio::test]
async fn stopping_what_has_ended_and_retrying_what_has_not_failed_are_told_so() {
    let mock = replay::of(
        "single_user",
        &["run_terminate_finished", "run_retry_succeeded_run"],
    )
    .await;
    let client = replay::client(&mock);
    let id = "62d46b18-c853-4e33-a26f-bf74fdb0b40d".into();
    for failure in [
        client.terminate_pipeline_run(&id).await.unwrap_err(),
        client.retry_pipeline_run(&id).await.unwrap_err(),
    ] {
        assert_eq!(failure.kind(), FailureKind::Refused, "{failure}");
        assert!(failure.message().starts_with("run 62d46b18"), "{failure}");
    }
}

#[tokio::test]
async fn a_stop_from_here_is_remembered_as_the_server_may_forget_it() {
    let mock = replay::of("single_user", &["run_get_stopped_without_canceling_in_history"]).await;
    Mock::given(method("POST"))
        .and(path_regex(":(terminate|retry)$"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&mock)
        .await;
    let client = replay::client(&mock);
    let id = "cf3f9794-5ff4-494a-84e0-2a72d1f0d2bd".into();
    assert!(!client.pipeline_run(&id).await.unwrap().stopped());
    client.terminate_pipeline_run(&id).await.unwrap();
    assert!(client.pipeline_run(&id).await.unwrap().stopped());
    client.retry_pipeline_run(&id).await.unwrap();
    assert!(!client.pipeline_run(&id).await.unwrap().stopped());
}

#[tokio::test]
async fn actions_are_posted_to_the_thing_they_are_done_to() {
    let mock = replay::of("single_user", &[]).await;
    Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .mount(&mock)
        .await;
    let client = replay::client(&mock);
    let (run, schedule) = ("a/b".into(), "s".into());
    client.archive_pipeline_run(&run).await.unwrap();
    client.unarchive_pipeline_run(&run).await.unwrap();
    client.delete_pipeline_run(&run).await.unwrap();
    client.enable_recurring_run(&schedule, true).await.unwrap();
    client.enable_recurring_run(&schedule, false).await.unwrap();
    client.delete_recurring_run(&schedule).await.unwrap();
    client.delete_version(&"p".into(), &"v".into()).await.unwrap();
    let calls: Vec<String> = asked(&mock)
        .await
        .iter()
        .map(|request| {
            format!(
                "{} {}",
                request.method,
                request.url.path().trim_start_matches("/apis/v2beta1/")
            )
        })
        .collect();
    assert_eq!(
        calls,
        [
            "POST runs/a%2Fb:archive",
            "POST runs/a%2Fb:unarchive",
            "DELETE runs/a%2Fb",
            "POST recurringruns/s:enable",
            "POST recurringruns/s:disable",
            "DELETE recurringruns/s",
            "DELETE pipelines/p/versions/v",
        ]
    );
}
