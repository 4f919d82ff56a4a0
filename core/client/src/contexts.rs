//! The contexts of the configuration.

use flowdeck_domain::{Failure, FailureKind, Result, Warning};

use crate::config::{Config, nearest};
use crate::context::Context;
use crate::environment::Environment;

/// The contexts of the configuration, each read on its own: a wrong one does not keep the others from being used.
#[derive(Clone, Debug, Default)]
pub struct Contexts {
    /// The configuration they are from.
    pub config: Config,
    /// In the order of the file, with what is wrong where one cannot be used.
    pub all: Vec<(String, Result<Context>)>,
    /// The one that is used where none is named.
    pub current: Option<String>,
    /// What was passed over while reading.
    pub warnings: Vec<Warning>,
}

impl Contexts {
    /// Reads the configuration.
    ///
    /// # Errors
    /// A file that cannot be read, or is no TOML.
    pub fn load(environment: &Environment) -> Result<Self> {
        Self::of(Config::load(environment)?)
    }

    /// The contexts of a configuration.
    ///
    /// # Errors
    /// `contexts` that is no table, and `current` that is no text.
    pub fn of(config: Config) -> Result<Self> {
        let current = config.current()?.map(str::to_owned);
        let (mut all, mut remarks) = (Vec::new(), Vec::new());
        for entry in config.section("contexts")?.entries() {
            let context = entry
                .section()
                .and_then(|section| Context::read(entry.name(), &section, &mut remarks))
                .map_err(Failure::from);
            all.push((entry.name().to_owned(), context));
        }
        let mut warnings = config.warnings();
        warnings.extend(remarks.into_iter().map(Warning::from));
        Ok(Self {
            all,
            current,
            warnings,
            config,
        })
    }

    /// The names, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(name, _)| name.as_str())
    }

    /// One of them.
    ///
    /// # Errors
    /// One that is not there, and one that cannot be used, with why.
    pub fn get(&self, name: &str) -> Result<&Context> {
        match self.all.iter().find(|(known, _)| known == name) {
            Some((_, Ok(context))) => Ok(context),
            Some((_, Err(failure))) => Err(failure.clone()),
            None => Err(no_such_context(name, self.names())),
        }
    }
}

pub(crate) fn no_such_context<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Failure {
    let known: Vec<_> = known.into_iter().collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "`flowdeck context add` makes one".to_owned(),
        None => format!("known are {}", known.join(", ")),
    };
    Failure::new(
        FailureKind::InvalidInput,
        format!("there is no context named `{name}`"),
    )
    .with_hint(hint)
}
