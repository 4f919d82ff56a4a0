use std::fmt;

use flowdeck_domain::registry::Stage;
use flowdeck_domain::{Failure, FailureKind, Result};

/// What a version is promoted to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// A stage; with `archive_existing` the versions that hold it go to Archived.
    Stage {
        /// Where to.
        stage: Stage,
        /// Whether the versions there make room.
        archive_existing: bool,
    },
    /// An alias, without `@`.
    Alias(String),
}

impl Target {
    /// A stage by its word, in any case.
    ///
    /// # Errors
    /// A word that is none of MLflow's stages, and archiving where the stage is not an active one.
    pub fn stage(word: &str, archive_existing: bool) -> Result<Self> {
        let stage = Stage::from_word(word);
        let wrong = |message: String, hint: &'static str| {
            Err(Failure::new(FailureKind::InvalidInput, message).with_hint(hint))
        };
        if matches!(stage, Stage::Other(_)) {
            return wrong(
                format!("there is no stage `{word}`"),
                "use None, Staging, Production or Archived",
            );
        }
        if archive_existing && !stage.is_active() {
            return wrong(
                format!("a transition to {} archives nothing", stage.word()),
                "--archive-existing goes with Staging and Production",
            );
        }
        Ok(Self::Stage {
            stage,
            archive_existing,
        })
    }

    /// An alias, with or without `@`.
    pub fn alias(alias: &str) -> Self {
        Self::Alias(alias.trim_start_matches('@').to_owned())
    }
}

/// `Production`, `@champion`.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage { stage, .. } => f.write_str(stage.word()),
            Self::Alias(alias) => write!(f, "@{alias}"),
        }
    }
}
