use flowdeck_client::registry::{ModelAlias, ModelVersion, RegisteredModel, Stage};
use flowdeck_client::tracking::Tag;

use super::*;
use crate::clock::Clock;
use crate::tone::Tone;

fn version(number: &str, stage: Stage) -> ModelVersion {
    ModelVersion {
        name: "detector".into(),
        version: number.into(),
        creation_timestamp: None,
        last_updated_timestamp: None,
        current_stage: stage,
        description: None,
        source: None,
        run_id: Some("a1".into()),
        run_link: None,
        model_id: None,
        status: "READY".to_owned(),
        status_message: None,
        user_id: None,
        tags: vec![Tag {
            key: "reviewed".into(),
            value: "yes".to_owned(),
        }],
        aliases: vec!["champion".to_owned()],
        storage_location: None,
    }
}

#[test]
fn a_line_of_a_model_tells_the_newest_of_each_stage_by_number() {
    let model = RegisteredModel {
        name: "detector".into(),
        creation_timestamp: None,
        last_updated_timestamp: None,
        description: Some("\n# Finds cats\nand dogs".to_owned()),
        latest_versions: vec![
            version("9", Stage::Production),
            version("10", Stage::None),
            version("8", Stage::Staging),
        ],
        tags: version("1", Stage::None).tags,
        aliases: vec![ModelAlias {
            alias: "champion".to_owned(),
            version: "9".into(),
        }],
    };
    let line = ModelLine::of(&model);
    assert_eq!(
        (
            line.latest.as_str(),
            line.production.as_str(),
            line.staging.as_str()
        ),
        ("10", "9", "8")
    );
    assert_eq!(
        (
            line.aliases.as_str(),
            line.tags.as_str(),
            line.description.as_str()
        ),
        ("@champion 9", "reviewed=yes", "Finds cats")
    );
}

#[test]
fn versions_stand_newest_first_and_by_number() {
    let lines = version_lines(&[
        version("2", Stage::None),
        version("10", Stage::Archived),
        version("9", Stage::Production),
    ]);
    let numbers: Vec<_> = lines.iter().map(|line| line.version.as_str()).collect();
    assert_eq!(numbers, ["10", "9", "2"]);
    assert_eq!(
        (lines[1].stage.as_str(), lines[1].stage_tone),
        ("Production", Tone::Good)
    );
    assert_eq!(lines[2].stage, "");
}

#[test]
fn the_run_of_a_version_leads_there_unless_it_is_known_to_be_gone() {
    let one = version("1", Stage::None);
    let lineage = |kin: Option<&VersionKin>| {
        let facts = version_facts(&one, kin, &Clock::utc());
        let run = facts.iter().find(|fact| fact.label == "Run").expect("it has one");
        (run.text.clone(), run.lineage.clone())
    };
    assert_eq!(lineage(None), ("a1".to_owned(), Some(Lineage::Run("a1".into()))));
    assert_eq!(
        lineage(Some(&VersionKin::default())),
        ("a1, not in this store".to_owned(), None)
    );
    let facts = version_facts(&one, None, &Clock::utc());
    let last = facts.last().expect("its tag");
    assert_eq!(
        (last.label.as_str(), last.tag.as_deref()),
        ("Tag reviewed", Some("reviewed"))
    );
}
