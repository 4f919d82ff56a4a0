//! Which store is open, the ways to another, and the keys.

use std::sync::{Arc, PoisonError};

use flowdeck_client::config::Config;
use flowdeck_client::context::{add, use_context};
use flowdeck_client::port::StoreKind;
use flowdeck_client::{
    Chosen, Confirmation, Contexts, Failure, FailureKind, Flags, ListRequest, Result, Secret, Session,
    chosen_context, discover,
};

use super::open::Open;
use super::{Desk, now};
use crate::action::keymap::Keymap;
use crate::context_list::{context_fields, context_filled, context_lines, limits};
use crate::contract::{
    ActionView, ContextFieldView, ContextView, FailureView, LookedAt, OpenRequest, SaidView, StartView,
    StoreView, Topic,
};

impl Desk {
    /// Which store is open, or where one was looked for.
    pub(super) fn start(&self) -> Result<StartView> {
        let discovery = discover(&self.0.flags, &self.0.environment);
        let opened = self.opened();
        let open = opened.as_ref().ok();
        // That nothing was found is where everybody begins, and no failure.
        let failure = match (&opened, &discovery) {
            (Ok(_), _) => None,
            (Err(_), Ok(discovery)) if discovery.chosen.is_none() => None,
            (Err(failure), _) => Some(FailureView::from(failure)),
        };
        let mut warnings = Vec::new();
        let contexts = match Contexts::load(&self.0.environment) {
            Ok(contexts) => contexts,
            Err(failure) => {
                warnings.push(crate::notice::Notice::of(&failure).sentence);
                Contexts::default()
            }
        };
        warnings.extend(contexts.warnings.iter().map(|warning| warning.0.to_string()));
        let name = open.and_then(|open| open.chosen.context_name());
        let looks = discovery.map(|discovery| discovery.looks).unwrap_or_default();
        Ok(StartView {
            store: open.map(|open| store(open)),
            failure,
            looks: looks
                .into_iter()
                .map(|look| LookedAt {
                    place: look.place.to_owned(),
                    outcome: look.outcome,
                })
                .collect(),
            contexts: context_lines(&contexts, name).into_iter().map(context).collect(),
            warnings,
            has_demo: self.0.demo.is_some(),
        })
    }

    /// Opens another store; the one that is open stays until the other answers.
    pub(super) async fn open(&self, what: OpenRequest) -> Result<()> {
        let environment = self.0.environment.clone();
        let desk = self.clone();
        let opening = tokio::task::spawn_blocking(move || {
            let chosen = match what {
                OpenRequest::Store(uri) => {
                    let flags = Flags {
                        store: Some(uri.trim().to_owned()),
                        ..Flags::default()
                    };
                    let found = discover(&flags, &environment)?.required()?.clone();
                    Chosen {
                        place: "what was typed",
                        ..found
                    }
                }
                OpenRequest::Context(name) => chosen_context(&name, &environment)?,
                OpenRequest::Demo => {
                    let demo = desk.0.demo.as_ref().ok_or_else(|| {
                        Failure::new(FailureKind::Unsupported, "there is no demo in this build")
                    })?;
                    demo(now())?
                }
            };
            Open::of(chosen, &environment, desk.0.changes.clone())
        });
        let broken_off = |_| Failure::new(FailureKind::System, "opening the store was broken off");
        let open = opening.await.map_err(broken_off)??;
        open.session.probe().await?;
        let open = Arc::new(open);
        *self.0.open.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&open));
        open.tell(&[
            Topic::Store,
            Topic::Contexts,
            Topic::Experiments,
            Topic::Runs,
            Topic::Files,
            Topic::Registry,
        ]);
        Ok(())
    }

    /// Writes a new context into the configuration.
    pub(super) fn add_context(&self, values: &[String]) -> Result<()> {
        let file = self.config_file()?;
        let filled = context_filled(None, values, Secret::new(String::new()))?;
        add(&file, &filled.name, &filled.draft.edit())
    }

    /// Tries a context: its place, its secret, its server, without opening it for anybody.
    pub(super) async fn test_context(&self, name: &str) -> Result<SaidView> {
        let (name, environment) = (name.to_owned(), self.0.environment.clone());
        let began = std::time::Instant::now();
        let opening = tokio::task::spawn_blocking(move || {
            let chosen = chosen_context(&name, &environment)?;
            Session::open(&chosen, &environment).map(|session| (session, name))
        });
        let broken_off = |_| Failure::new(FailureKind::System, "trying the context was broken off");
        let (session, name) = opening.await.map_err(broken_off)??;
        let origin = session.probe().await?;
        let one = ListRequest {
            limit: Some(1),
            ..ListRequest::default()
        };
        session.experiments(&one).await?;
        let kind = match (kind_word(origin.kind), origin.version) {
            (kind, Some(version)) => format!("{kind} {version}"),
            (kind, None) => kind.to_owned(),
        };
        let took = began.elapsed().as_millis();
        Ok(SaidView {
            said: format!("{name} answers: {kind}, in {took} ms."),
        })
    }

    /// Uses a context where none is named.
    pub(super) fn use_context(&self, name: &str) -> Result<SaidView> {
        use_context(&self.config_file()?, name)?;
        Ok(SaidView {
            said: format!("{name} is used where no context is named."),
        })
    }

    fn config_file(&self) -> Result<std::path::PathBuf> {
        self.0.environment.config_file().ok_or_else(|| {
            Failure::new(
                FailureKind::System,
                "this system has no place for a configuration",
            )
            .with_hint("set FLOWDECK_CONFIG_DIR to a directory")
        })
    }

    /// Every action with its keys, as the configuration has them; what is wrong in it is told where contexts are.
    pub(super) fn actions(&self) -> Vec<ActionView> {
        let keymap = Config::load(&self.0.environment)
            .map(|config| Keymap::of(&config).0)
            .unwrap_or_default();
        let view = |bound: &crate::action::keymap::KeyBinding| ActionView {
            name: bound.name.clone(),
            scope: bound.binding.scope.title().to_owned(),
            title: bound.binding.title.to_owned(),
            keys: bound.keys.clone(),
        };
        keymap.bindings().iter().map(view).collect()
    }
}

/// The fields of the form for a new context, but for the secret: none goes through the page.
pub(super) fn context_form() -> Vec<ContextFieldView> {
    context_fields(None)
        .into_iter()
        .filter(|field| !field.is_secret)
        .map(|field| ContextFieldView {
            label: field.label.to_owned(),
            value: field.value,
            options: field.options.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}

fn kind_word(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::Server => "Tracking server",
        StoreKind::FileStore => "File store",
        StoreKind::Sqlite => "SQLite store",
    }
}

fn store(open: &Open) -> StoreView {
    let origin = open.session.origin();
    let policy = open.session.policy();
    let short = origin.uri.trim_end_matches('/').rsplit('/').next();
    StoreView {
        short: short.unwrap_or_default().to_owned(),
        uri: origin.uri.clone(),
        kind: kind_word(origin.kind).to_owned(),
        found: open.chosen.place.to_owned(),
        context: open.chosen.context_name().map(str::to_owned),
        limits: limits(policy.read_only, policy.production).to_owned(),
        read_only: policy.read_only,
        confirm: match policy.confirmation() {
            Ok(Confirmation::Word(word)) => Some(word),
            Ok(Confirmation::Yes) | Err(_) => None,
        },
    }
}

fn context(line: crate::context_list::ContextLine) -> ContextView {
    ContextView {
        name: line.name,
        is_open: line.is_open,
        is_current: line.is_current,
        place: line.place,
        sign_in: line.sign_in,
        limits: line.limits,
        tone: line.tone,
    }
}
