//! Which store is meant: flags first, then the ecosystem's variables, then the directory.

use flowdeck_domain::{Failure, FailureKind, Result};

use crate::environment::Environment;
use crate::location::{Location, within};

/// What the command line says of stores.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--store`.
    pub store: Option<String>,
    /// `--context`.
    pub context: Option<String>,
}

/// Where a store was looked for, in order, and what was chosen.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// The store to open, and where it was found.
    pub chosen: Option<Chosen>,
    /// Every place that was looked at, up to the one chosen.
    pub looks: Vec<Look>,
}

/// The store to open.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Where runs are.
    pub tracking: Location,
    /// Where models are, when that is elsewhere.
    pub registry: Option<Location>,
    /// Where it was found: `--store`, `MLFLOW_TRACKING_URI`, `the current directory`.
    pub place: &'static str,
    /// Another store in the same directory, which was passed over.
    pub other: Option<Location>,
}

/// One place that was looked at.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Look {
    /// The place.
    pub place: &'static str,
    /// What was there, in a few words.
    pub outcome: String,
}

/// Finds the store that is meant.
///
/// The order: `--store`; `--context` and `FLOWDECK_CONTEXT`; `MLFLOW_TRACKING_URI`; then `mlruns/` of the current
/// directory if it holds an experiment, else `mlflow.db`. Nothing found is no failure.
///
/// # Errors
/// A flag or a variable that names no store.
pub fn discover(flags: &Flags, environment: &Environment) -> Result<Discovery> {
    let mut discovery = Discovery::default();
    let context = flags
        .context
        .as_deref()
        .or_else(|| environment.variable("FLOWDECK_CONTEXT"));
    if let (Some(context), None) = (context, &flags.store) {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("there is no context named `{context}`"),
        )
        .with_hint("name the store itself with --store or MLFLOW_TRACKING_URI"));
    }
    let named = [
        ("--store", flags.store.as_deref()),
        ("MLFLOW_TRACKING_URI", environment.variable("MLFLOW_TRACKING_URI")),
    ];
    for (place, uri) in named {
        let Some(uri) = uri else {
            discovery.look(place, "not set");
            continue;
        };
        let tracking = Location::parse(uri, environment)?;
        discovery.look(place, &tracking.to_string());
        discovery.chosen = Some(Chosen {
            tracking,
            registry: registry(flags, environment)?,
            place,
            other: None,
        });
        return Ok(discovery);
    }
    discovery.look_into_directory(environment)?;
    Ok(discovery)
}

/// The registry that a variable names. A store named by flag brings its own.
fn registry(flags: &Flags, environment: &Environment) -> Result<Option<Location>> {
    match environment.variable("MLFLOW_REGISTRY_URI") {
        Some(uri) if flags.store.is_none() => Location::parse(uri, environment).map(Some),
        _ => Ok(None),
    }
}

impl Discovery {
    fn look(&mut self, place: &'static str, outcome: &str) {
        self.looks.push(Look {
            place,
            outcome: outcome.to_owned(),
        });
    }

    fn look_into_directory(&mut self, environment: &Environment) -> Result<()> {
        const PLACE: &str = "the current directory";
        let Some(found) = within(&environment.current_dir) else {
            self.look(PLACE, "neither mlruns/ with an experiment nor mlflow.db");
            return Ok(());
        };
        self.look(PLACE, &found.chosen.to_string());
        self.chosen = Some(Chosen {
            tracking: found.chosen,
            registry: registry(&Flags::default(), environment)?,
            place: PLACE,
            other: found.other,
        });
        Ok(())
    }

    /// The store that was chosen.
    ///
    /// # Errors
    /// Where nothing was found, with the ways to name a store.
    pub fn required(&self) -> Result<&Chosen> {
        self.chosen.as_ref().ok_or_else(|| {
            Failure::new(FailureKind::NotFound, "no MLflow store was found here").with_hint(
                "pass --store with mlruns/, mlflow.db or a server's address, set MLFLOW_TRACKING_URI, or try `flowdeck demo`",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store_dir() -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir_all(dir.path().join("mlruns/0")).expect("writable");
        std::fs::write(dir.path().join("mlruns/0/meta.yaml"), "name: Default").expect("writable");
        std::fs::write(dir.path().join("mlflow.db"), "").expect("writable");
        dir
    }

    fn found(flags: &Flags, environment: &Environment) -> Discovery {
        discover(flags, environment).expect("nothing is malformed")
    }

    #[test]
    fn the_flag_wins_over_the_variable_and_the_variable_over_the_directory() {
        let dir = store_dir();
        let variables = [("MLFLOW_TRACKING_URI", "http://server".to_owned())];
        let environment = Environment::of(dir.path(), variables);
        let flags = Flags {
            store: Some("mlflow.db".into()),
            ..Flags::default()
        };
        let place = |discovery: Discovery| discovery.chosen.map(|chosen| chosen.place);
        assert_eq!(place(found(&flags, &environment)), Some("--store"));
        assert_eq!(
            place(found(&Flags::default(), &environment)),
            Some("MLFLOW_TRACKING_URI")
        );
        let bare = Environment::of(dir.path(), []);
        assert_eq!(
            place(found(&Flags::default(), &bare)),
            Some("the current directory")
        );
    }

    #[test]
    fn of_two_stores_in_a_directory_the_files_are_opened_and_the_database_is_named() {
        let dir = store_dir();
        let chosen = found(&Flags::default(), &Environment::of(dir.path(), []))
            .chosen
            .expect("two stores");
        assert_eq!(chosen.tracking, Location::FileStore(dir.path().join("mlruns")));
        assert_eq!(chosen.other, Some(Location::Sqlite(dir.path().join("mlflow.db"))));
        std::fs::remove_file(dir.path().join("mlruns/0/meta.yaml")).expect("it was written above");
        let chosen = found(&Flags::default(), &Environment::of(dir.path(), []))
            .chosen
            .expect("one store");
        assert_eq!(chosen.tracking, Location::Sqlite(dir.path().join("mlflow.db")));
        assert_eq!(chosen.other, None);
    }

    #[test]
    fn nothing_found_offers_the_demo() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let discovery = found(&Flags::default(), &Environment::of(dir.path(), []));
        let failure = discovery.required().expect_err("there is no store");
        assert!(failure.hint().is_some_and(|hint| hint.contains("flowdeck demo")));
        assert_eq!(discovery.looks.len(), 3);
    }
}
