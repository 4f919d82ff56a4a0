use flowdeck_client::promotion::Target;
use flowdeck_client::registry::{ModelAlias, ModelVersion, Stage};

/// What a version can be promoted to, as it is offered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TargetOffer {
    /// `@champion`, `Production`.
    pub label: String,
    /// What becomes of who has it now.
    pub detail: String,
    /// The target; none for an alias that is still to be named.
    pub target: Option<Target>,
}

/// What a version can be promoted to: the aliases of its model, an alias of another name, the stages.
///
/// Stages come last: MLflow calls them deprecated since 2.9, and aliases take their place.
pub fn target_offers(version: &ModelVersion, aliases: &[ModelAlias]) -> Vec<TargetOffer> {
    let mut offers: Vec<TargetOffer> = aliases
        .iter()
        .map(|alias| TargetOffer {
            label: format!("@{}", alias.alias),
            detail: match alias.version == version.version {
                true => "points at it already".to_owned(),
                false => format!("moves from version {}", alias.version),
            },
            target: Some(Target::alias(&alias.alias)),
        })
        .collect();
    offers.push(TargetOffer {
        label: "@ …".to_owned(),
        detail: "an alias of another name".to_owned(),
        target: None,
    });
    let stage = |stage: Stage, archive_existing: bool, label: &str, detail: &str| TargetOffer {
        label: label.to_owned(),
        detail: match stage == version.current_stage && !archive_existing {
            true => "where it is already".to_owned(),
            false => detail.to_owned(),
        },
        target: Some(Target::Stage {
            stage,
            archive_existing,
        }),
    };
    let (archives, beside) = ("who holds it goes to Archived", "who holds it keeps it too");
    offers.extend([
        stage(Stage::Production, true, "Production", archives),
        stage(Stage::Production, false, "Production, beside others", beside),
        stage(Stage::Staging, true, "Staging", archives),
        stage(Stage::Staging, false, "Staging, beside others", beside),
        stage(Stage::Archived, false, "Archived", "out of use"),
        stage(Stage::None, false, "None", "no stage at all"),
    ]);
    offers
}
