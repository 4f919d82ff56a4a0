use flowdeck_domain::FailureKind;
use flowdeck_domain::port::{Query, RegistryReader};
use flowdeck_domain::registry::Stage;

use super::{Fixture, everything};

fn with_models(release: &str) -> Fixture {
    let fixture = Fixture::new(release);
    fixture.sql(
        "INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES \
         ('net', 1, 2, 'a net'), ('words', 3, 4, NULL); \
         INSERT INTO registered_model_tags (key, value, name) VALUES ('team', 'a', 'net'), \
         ('mlflow.prompt.is_prompt', 'true', 'words'); \
         INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, run_id, \
         status) VALUES ('net', 1, 5, 6, 'Production', 's3://a', 'r1', 'READY'), \
         ('net', 2, 5, 7, 'None', 's3://b', '', 'READY'), ('net', 10, 5, 8, 'None', 's3://c', NULL, 'READY'), \
         ('net', 11, 5, 9, 'Deleted_Internal', NULL, NULL, 'READY'), ('words', 1, 5, 6, 'None', 'x', NULL, 'READY'); \
         INSERT INTO model_version_tags (key, value, name, version) VALUES ('q', '1', 'net', 1), \
         ('mlflow.prompt.is_prompt', 'true', 'words', 1)",
    );
    if release != "1.30.1" {
        fixture.sql(
            "INSERT INTO registered_model_aliases (alias, version, name) VALUES ('champion', 10, 'net'), \
             ('best', 10, 'net')",
        );
    }
    fixture
}

#[tokio::test]
async fn models_are_read_with_tags_aliases_and_the_newest_version_of_each_stage() {
    for release in ["1.30.1", "2.22.5", "3.18.0"] {
        let fixture = with_models(release);
        let model = fixture.store().model(&"net".into()).await.expect("the model");
        assert_eq!(model.description.as_deref(), Some("a net"));
        assert_eq!(model.tag("team"), Some("a"));
        let latest: Vec<(&str, &Stage)> = model
            .latest_versions
            .iter()
            .map(|version| (version.version.as_str(), &version.current_stage))
            .collect();
        assert_eq!(latest, [("1", &Stage::Production), ("10", &Stage::None)]);
        assert_eq!(model.aliases.len(), if release == "1.30.1" { 0 } else { 2 });
    }
}

#[tokio::test]
async fn versions_are_found_by_number_and_by_alias_and_deleted_ones_are_not() {
    let fixture = with_models("3.18.0");
    let store = fixture.store();
    let first = store
        .version(&"net".into(), &"1".into())
        .await
        .expect("a version");
    assert_eq!(
        first.run_id.as_ref().map(flowdeck_domain::RunId::as_str),
        Some("r1")
    );
    assert_eq!(first.tags[0].value, "1");
    let champion = store
        .version_by_alias(&"net".into(), "champion")
        .await
        .expect("a version");
    assert_eq!(
        (champion.version.as_str(), champion.aliases.as_slice()),
        ("10", &["best".to_owned(), "champion".to_owned()][..])
    );
    assert_eq!(champion.run_id, None);
    let latest = store
        .version_by_alias(&"net".into(), "LATEST")
        .await
        .expect("a version");
    assert_eq!(latest.version, champion.version);
    for number in ["11", "3", "x"] {
        let failure = store
            .version(&"net".into(), &number.into())
            .await
            .expect_err("no such version");
        assert_eq!(failure.kind(), FailureKind::NotFound);
    }
    for (name, alias) in [("net", "nobody"), ("nothing", "champion")] {
        let failure = store
            .version_by_alias(&name.into(), alias)
            .await
            .expect_err("no such alias");
        assert_eq!(failure.kind(), FailureKind::NotFound);
    }
}

#[tokio::test]
async fn prompts_are_hidden_unless_the_filter_asks_for_them() {
    let fixture = with_models("3.18.0");
    let store = fixture.store();
    let models = store.search_models(&everything()).await.expect("a page");
    let names: Vec<&str> = models.items.iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["net"]);
    assert_eq!(
        store
            .search_versions(&everything())
            .await
            .expect("a page")
            .items
            .len(),
        3
    );
    let prompts = Query {
        filter: "tags.`mlflow.prompt.is_prompt` = 'true'".to_owned(),
        ..everything()
    };
    let models = store.search_models(&prompts).await.expect("a page");
    assert!(models.items.iter().any(|model| model.name.as_str() == "words"));
}

#[tokio::test]
async fn models_of_other_workspaces_are_not_mixed_in() {
    let fixture = with_models("3.18.0");
    fixture.sql(
        "INSERT INTO registered_models (name, workspace) VALUES ('net', 'b'); \
         INSERT INTO model_versions (name, version, current_stage, status, workspace) VALUES ('net', 99, 'None', 'READY', 'b'); \
         INSERT INTO registered_model_tags (key, value, name, workspace) VALUES ('other', 'x', 'net', 'b')",
    );
    let model = fixture.store().model(&"net".into()).await.expect("ours");
    assert_eq!(model.tags.len(), 1);
    assert!(
        model
            .latest_versions
            .iter()
            .all(|version| version.version.as_str() != "99")
    );
}
