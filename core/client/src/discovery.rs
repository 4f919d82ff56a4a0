//! Which store is meant: flags first, then a context by name, the ecosystem's variables, the current context, the
//! directory.

use std::sync::Arc;

use flowdeck_domain::{Failure, FailureKind, Result, Warning};

use crate::context::{Context, SignIn};
use crate::contexts::Contexts;
use crate::environment::Environment;
use crate::location::{Location, within};
use crate::sign_in::databricks::{Profile, profile_of};

/// What the command line says of stores.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--store`.
    pub store: Option<String>,
    /// `--context`.
    pub context: Option<String>,
    /// `--pipelines`.
    pub pipelines: Option<String>,
    /// `--kube-context`.
    pub kube_context: Option<String>,
    /// `--namespace`.
    pub namespace: Option<String>,
}

/// Where a store was looked for, in order, and what was chosen.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// The store to open, and where it was found.
    pub chosen: Option<Chosen>,
    /// Every place that was looked at, up to the one chosen.
    pub looks: Vec<Look>,
    /// What was passed over in the configuration.
    pub warnings: Vec<Warning>,
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
    /// The context that says how it is reached and who asks; none where the environment does.
    pub context: Option<Arc<Context>>,
}

impl Chosen {
    /// A store that was found at this place, reached as the environment says.
    pub fn at(tracking: Location, place: &'static str) -> Self {
        Self {
            tracking,
            registry: None,
            place,
            other: None,
            context: None,
        }
    }

    /// The name of the context that is used.
    pub fn context_name(&self) -> Option<&str> {
        let name = self.context.as_ref()?.name.as_str();
        (!name.is_empty()).then_some(name)
    }
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
/// The order: `--store`; `--context` and `FLOWDECK_CONTEXT`; `MLFLOW_TRACKING_URI`; the current context of the
/// configuration; then `mlruns/` of the current directory if it holds an experiment, else `mlflow.db`. Nothing found is
/// no failure. The configuration is read only where the order comes to it.
///
/// # Errors
/// A flag or a variable that names no store, a configuration or a context that cannot be used.
pub fn discover(flags: &Flags, environment: &Environment) -> Result<Discovery> {
    let mut discovery = Discovery::default();
    if flags.store.is_some() && flags.context.is_some() {
        return Err(
            Failure::new(FailureKind::InvalidInput, "--store and --context name two stores")
                .with_hint("pass one of them"),
        );
    }
    if discovery.named("--store", flags.store.as_deref(), environment)? {
        return Ok(discovery);
    }
    let by_variable = environment.variable("FLOWDECK_CONTEXT");
    for (place, name) in [
        ("--context", flags.context.as_deref()),
        ("FLOWDECK_CONTEXT", by_variable),
    ] {
        let Some(name) = name else {
            discovery.look(place, "not set");
            continue;
        };
        let contexts = Contexts::load(environment)?;
        discovery.take(place, contexts.get(name)?, environment)?;
        discovery.warnings = contexts.warnings;
        return Ok(discovery);
    }
    let uri = environment.variable("MLFLOW_TRACKING_URI");
    if discovery.named("MLFLOW_TRACKING_URI", uri, environment)? {
        return Ok(discovery);
    }
    let contexts = Contexts::load(environment)?;
    discovery.warnings.clone_from(&contexts.warnings);
    match &contexts.current {
        Some(name) => {
            discovery.take(CURRENT, contexts.get(name)?, environment)?;
            return Ok(discovery);
        }
        None => discovery.look(CURRENT, &none_is_current(&contexts)),
    }
    discovery.look_into_directory(environment)?;
    Ok(discovery)
}

/// Where the current context stands.
const CURRENT: &str = "the current context";

fn none_is_current(contexts: &Contexts) -> String {
    match contexts.all.len() {
        0 => "no context is configured".to_owned(),
        1 => "none of 1 is current".to_owned(),
        n => format!("none of {n} is current"),
    }
}

/// The store of one context, to be opened beside or instead of the one that is open.
///
/// # Errors
/// A configuration or a context that cannot be used.
pub fn chosen_context(name: &str, environment: &Environment) -> Result<Chosen> {
    let contexts = Contexts::load(environment)?;
    let mut discovery = Discovery::default();
    discovery.take(":ctx", contexts.get(name)?, environment)?;
    discovery.required().cloned()
}

/// The registry that a variable names. A store named by flag brings its own.
fn registry(environment: &Environment) -> Result<Option<Location>> {
    match environment.variable("MLFLOW_REGISTRY_URI") {
        // Databricks' names for its own registries; the workspace answers for both.
        Some(uri) if uri.starts_with("databricks") => Ok(None),
        Some(uri) => Location::parse(uri, environment).map(Some),
        None => Ok(None),
    }
}

/// What MLflow calls `databricks`, as a context without a name; none where the text is something else.
fn databricks(uri: &str, environment: &Environment) -> Result<Option<(Location, Arc<Context>)>> {
    let Some(profile) = profile_of(uri) else {
        return Ok(None);
    };
    let host = Profile::read(profile.as_deref(), environment)?.host;
    let context = Context {
        sign_in: SignIn::Databricks { profile },
        ..Context::default()
    };
    Ok(Some((Location::Server(host), Arc::new(context))))
}

impl Discovery {
    fn look(&mut self, place: &'static str, outcome: &str) {
        self.looks.push(Look {
            place,
            outcome: outcome.to_owned(),
        });
    }

    /// Takes what a flag or a variable names; answers whether it names anything.
    fn named(&mut self, place: &'static str, uri: Option<&str>, environment: &Environment) -> Result<bool> {
        let Some(uri) = uri else {
            self.look(place, "not set");
            return Ok(false);
        };
        let chosen = match databricks(uri, environment)? {
            Some((tracking, context)) => Chosen {
                context: Some(context),
                ..Chosen::at(tracking, place)
            },
            None => Chosen::at(Location::parse(uri, environment)?, place),
        };
        self.look(place, &chosen.tracking.to_string());
        let registry = if place == "--store" {
            None
        } else {
            registry(environment)?
        };
        self.chosen = Some(Chosen { registry, ..chosen });
        Ok(true)
    }

    /// Takes the store of a context.
    fn take(&mut self, place: &'static str, context: &Context, environment: &Environment) -> Result<()> {
        // Paths of the configuration start where it lies.
        let mut there = environment.clone();
        if let Some(dir) = &environment.config_dir {
            there.current_dir.clone_from(dir);
        }
        let mut context = context.clone();
        let tracking = match (&context.tracking, &context.sign_in) {
            (Some(uri), _) => match databricks(uri, environment)? {
                Some((tracking, of_uri)) => {
                    if context.sign_in == SignIn::None {
                        context.sign_in = of_uri.sign_in.clone();
                    }
                    tracking
                }
                None => Location::parse(uri, &there)?,
            },
            (None, SignIn::Databricks { profile }) => {
                Location::Server(Profile::read(profile.as_deref(), environment)?.host)
            }
            (None, _) => {
                return Err(Failure::new(
                    FailureKind::InvalidInput,
                    format!("context `{}` names no `tracking`", context.name),
                )
                .with_hint(format!(
                    "`flowdeck context edit {} --tracking URI` says where its runs are",
                    context.name
                )));
            }
        };
        self.look(place, &format!("`{}`: {tracking}", context.name));
        let registry = context.registry.as_deref();
        let registry = registry.map(|uri| Location::parse(uri, &there)).transpose()?;
        self.chosen = Some(Chosen {
            registry,
            context: Some(Arc::new(context)),
            ..Chosen::at(tracking, place)
        });
        Ok(())
    }

    fn look_into_directory(&mut self, environment: &Environment) -> Result<()> {
        const PLACE: &str = "the current directory";
        let Some(found) = within(&environment.current_dir) else {
            self.look(PLACE, "neither mlruns/ with an experiment nor mlflow.db");
            return Ok(());
        };
        self.look(PLACE, &found.chosen.to_string());
        self.chosen = Some(Chosen {
            registry: registry(environment)?,
            other: found.other,
            ..Chosen::at(found.chosen, PLACE)
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
        assert_eq!(discovery.looks.len(), 6);
    }

    #[test]
    fn a_context_by_name_wins_over_the_variable_and_the_variable_over_the_current_one() {
        let dir = store_dir();
        std::fs::create_dir(dir.path().join("config")).expect("writable");
        let text = "current = 'lab'\n[contexts.lab]\ntracking = 'http://lab'\nread_only = true\n\
                    [contexts.prod]\ntracking = '../mlflow.db'\n[contexts.wrong]\ntracking = 3\n";
        std::fs::write(dir.path().join("config/config.toml"), text).expect("writable");
        let found_with = |context: Option<&str>, variables: &[(&'static str, &str)]| {
            let mut variables: Vec<_> = variables
                .iter()
                .map(|&(name, value)| (name, value.to_owned()))
                .collect();
            variables.push(("FLOWDECK_CONFIG_DIR", "config".to_owned()));
            let flags = Flags {
                context: context.map(str::to_owned),
                ..Flags::default()
            };
            let found = discover(&flags, &Environment::of(dir.path(), variables));
            found.map(|found| {
                let chosen = found.chosen.expect("there is one");
                (chosen.place, chosen.context_name().map(str::to_owned))
            })
        };
        let lab = |place| Some((place, Some("lab".to_owned())));
        assert_eq!(found_with(None, &[]).ok(), lab("the current context"));
        let uri = ("MLFLOW_TRACKING_URI", "http://server");
        assert_eq!(found_with(None, &[uri]).ok(), Some(("MLFLOW_TRACKING_URI", None)));
        let variable = ("FLOWDECK_CONTEXT", "lab");
        assert_eq!(found_with(None, &[uri, variable]).ok(), lab("FLOWDECK_CONTEXT"));
        assert_eq!(
            found_with(Some("prod"), &[uri, variable]).ok(),
            Some(("--context", Some("prod".to_owned())))
        );
        let failure = found_with(Some("wrong"), &[]).expect_err("its entry cannot be used");
        assert!(failure.message().contains("line 8"), "{failure}");
        let failure = found_with(Some("lba"), &[]).expect_err("there is none");
        assert_eq!(failure.kind(), FailureKind::InvalidInput);
        assert!(failure.hint().is_some_and(|hint| hint.contains("`lab`")));
    }
}
