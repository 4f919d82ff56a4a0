use std::fmt;

use flowdeck_domain::VersionNumber;
use flowdeck_domain::registry::{ModelVersion, Stage};

use super::target::Target;

/// One write to the registry, with what stood there before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// A version moves to another stage.
    Stage {
        /// Which one.
        version: VersionNumber,
        /// Where it stands.
        from: Stage,
        /// Where it goes.
        to: Stage,
    },
    /// An alias moves to another version, appears or goes.
    Alias {
        /// Which one, without `@`.
        alias: String,
        /// The version it points at.
        from: Option<VersionNumber>,
        /// The version it shall point at.
        to: Option<VersionNumber>,
    },
}

/// The steps that give a target to the candidate, in the order they are to be taken.
///
/// `versions` are all of the model; `holds_alias` is the version that an alias points at now.
pub fn plan(
    target: &Target,
    candidate: &ModelVersion,
    versions: &[ModelVersion],
    holds_alias: Option<&VersionNumber>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    match target {
        Target::Alias(alias) => {
            if holds_alias != Some(&candidate.version) {
                steps.push(Step::Alias {
                    alias: alias.clone(),
                    from: holds_alias.cloned(),
                    to: Some(candidate.version.clone()),
                });
            }
        }
        Target::Stage {
            stage,
            archive_existing,
        } => {
            let mut moves = |version: &ModelVersion, to: &Stage| {
                steps.push(Step::Stage {
                    version: version.version.clone(),
                    from: version.current_stage.clone(),
                    to: to.clone(),
                });
            };
            if candidate.current_stage != *stage {
                moves(candidate, stage);
            }
            if *archive_existing {
                let others = versions.iter().filter(|version| {
                    version.version != candidate.version && version.current_stage == *stage
                });
                others.for_each(|version| moves(version, &Stage::Archived));
            }
        }
    }
    ordered(steps)
}

/// Steps that put a version into use first, those that take one out of use last: at no moment does nobody serve.
pub(super) fn ordered(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort_by_key(|step| match step {
        Step::Stage { to, .. } if to.is_active() => 0,
        Step::Alias { .. } => 1,
        Step::Stage { .. } => 2,
    });
    steps
}

impl Step {
    /// The step that takes it back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        match self.clone() {
            Self::Stage { version, from, to } => Self::Stage {
                version,
                from: to,
                to: from,
            },
            Self::Alias { alias, from, to } => Self::Alias {
                alias,
                from: to,
                to: from,
            },
        }
    }
}

/// `version 2: Production → Archived`, `@champion: version 2 → version 3`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage { version, from, to } => {
                write!(f, "version {version}: {} → {}", from.word(), to.word())
            }
            Self::Alias { alias, from, to } => {
                let place = |version: &Option<VersionNumber>| {
                    version
                        .as_ref()
                        .map_or_else(|| "nothing".to_owned(), |version| format!("version {version}"))
                };
                write!(f, "@{alias}: {} → {}", place(from), place(to))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn version(number: &str, stage: Stage) -> ModelVersion {
        ModelVersion {
            name: "m".into(),
            version: number.into(),
            creation_timestamp: None,
            last_updated_timestamp: None,
            current_stage: stage,
            description: None,
            source: None,
            run_id: None,
            run_link: None,
            model_id: None,
            status: "READY".to_owned(),
            status_message: None,
            user_id: None,
            tags: Vec::new(),
            aliases: Vec::new(),
            storage_location: None,
        }
    }

    fn said(steps: &[Step]) -> Vec<String> {
        steps.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_candidate_goes_in_before_anybody_goes_out() {
        let all = [
            version("1", Stage::Production),
            version("2", Stage::Production),
            version("3", Stage::Staging),
            version("4", Stage::Staging),
        ];
        let target = Target::stage("production", true).expect("it is one");
        assert_eq!(
            said(&plan(&target, &all[2], &all, None)),
            [
                "version 3: Staging → Production",
                "version 1: Production → Archived",
                "version 2: Production → Archived"
            ]
        );
        let alone = Target::stage("Production", false).expect("it is one");
        assert_eq!(
            said(&plan(&alone, &all[2], &all, None)),
            ["version 3: Staging → Production"]
        );
    }

    #[test]
    fn taking_back_puts_the_old_one_in_first_too() {
        let all = [version("1", Stage::Production), version("2", Stage::None)];
        let target = Target::stage("Production", true).expect("it is one");
        let back = plan(&target, &all[1], &all, None)
            .iter()
            .map(Step::reversed)
            .collect();
        assert_eq!(
            said(&ordered(back)),
            ["version 1: Archived → Production", "version 2: Production → None"]
        );
    }

    #[test]
    fn who_holds_it_already_needs_no_step() {
        let one = version("1", Stage::Production);
        let target = Target::stage("Production", true).expect("it is one");
        assert!(plan(&target, &one, std::slice::from_ref(&one), None).is_empty());
        let alias = Target::alias("@champion");
        assert!(plan(&alias, &one, &[], Some(&"1".into())).is_empty());
        assert_eq!(
            said(&plan(&alias, &one, &[], None)),
            ["@champion: nothing → version 1"]
        );
    }
}
