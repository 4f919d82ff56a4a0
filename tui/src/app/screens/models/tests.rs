use std::path::PathBuf;
use std::sync::OnceLock;

use flowdeck_demo::{DemoStore, StoreOptions, prepare_store};
use flowdeck_surface::client::promotion::{AuditLog, Gates};
use flowdeck_surface::client::registry::ModelVersion;
use flowdeck_surface::client::{Chosen, Environment, Listing, Location, Policy, Result, Session};
use tempfile::TempDir;

use super::Models;
use crate::app::effect::{Effect, Question};
use crate::app::message::Answer;
use crate::app::registry::{Asked, Told};
use crate::app::runtime::registry::tell;
use crate::app::runtime::worker::Teller;
use crate::app::testing::{Bench, NOW, unreachable};

/// A demo store with its registry, which answers as the runtime does.
pub(in crate::app) struct Registry {
    session: Session,
    store: DemoStore,
    state: TempDir,
    tasks: tokio::runtime::Runtime,
}

impl Registry {
    /// A store that a test may change.
    pub(in crate::app) fn own() -> Self {
        let store = prepare_store(None, StoreOptions::at(NOW)).expect("a demo store can be written");
        let state = tempfile::tempdir().expect("a temporary directory can be made");
        let chosen = Chosen::at(Location::Sqlite(store.database().to_owned()), "a test");
        let session = Session::open(&chosen, &Environment::default()).expect("it can be opened");
        let log = AuditLog::at(&state.path().join("audit.jsonl"));
        Self {
            session: session.with_promotion(log, Gates::default()),
            store,
            state,
            tasks: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("tasks can be run"),
        }
    }

    /// A store that many tests read.
    pub(in crate::app) fn shared() -> &'static Self {
        static SHARED: OnceLock<Registry> = OnceLock::new();
        SHARED.get_or_init(Self::own)
    }

    /// The log of its changes.
    pub(in crate::app) fn log(&self) -> PathBuf {
        self.state.path().join("audit.jsonl")
    }

    /// Where the registry is, as the log has it.
    pub(in crate::app) fn uri(&self) -> String {
        self.session.origin().uri
    }

    /// What the store says to a question of the registry.
    pub(in crate::app) fn answers(&self, question: &Question) -> Vec<Result<Answer>> {
        let Question::Registry(asked) = question else {
            return vec![Err(unreachable())];
        };
        let told = self
            .tasks
            .block_on(tell((**asked).clone(), &self.session, &Teller::unheard()));
        vec![told.map(|told| Answer::Registry(self.settled(told)))]
    }

    /// Without the directory of this run of the test.
    fn settled(&self, told: Told) -> Told {
        let directory = self
            .store
            .database()
            .parent()
            .map(|path| path.display().to_string());
        let settle = |version: &mut ModelVersion| {
            let places = [&mut version.source, &mut version.storage_location];
            for place in places.into_iter().flatten() {
                if let Some(directory) = &directory {
                    *place = place.replace(directory, "/lab");
                }
            }
        };
        match told {
            Told::Model(model, mut versions) => {
                versions.iter_mut().for_each(settle);
                Told::Model(model, versions)
            }
            Told::Version(mut version) => {
                settle(&mut version);
                Told::Version(version)
            }
            told => told,
        }
    }
}

fn empty() -> Answer {
    Answer::Registry(Told::Models(Listing {
        items: Vec::new(),
        more: false,
        warnings: Vec::new(),
    }))
}

fn full(width: u16, height: u16) -> Bench {
    let mut bench = Bench::on(Models::of(false), width, height);
    bench.answer_all(|question| Registry::shared().answers(question));
    bench
}

#[test]
fn every_state_has_something_to_show() {
    for (width, height) in [(80, 24), (160, 48)] {
        let name = |state: &str| format!("models_{state}_{width}x{height}");
        let loading = Bench::on(Models::of(false), width, height);
        insta::assert_snapshot!(name("loading"), loading.frame());
        let mut none = Bench::on(Models::of(false), width, height);
        none.answer_all(|_| vec![Ok(empty())]);
        insta::assert_snapshot!(name("empty"), none.frame());
        let mut failed = Bench::on(Models::of(false), width, height);
        failed.answer_all(|_| vec![Err(unreachable())]);
        insta::assert_snapshot!(name("failed"), failed.frame());
        insta::assert_snapshot!(name("full"), full(width, height).frame());
        let mut prompts = Bench::on(Models::of(true), width, height);
        prompts.answer_all(|question| Registry::shared().answers(question));
        insta::assert_snapshot!(name("prompts"), prompts.frame());
        insta::assert_snapshot!(name("create"), full(width, height).press("c").frame());
        insta::assert_snapshot!(name("help"), full(width, height).press("?").frame());
        let mut page = full(width, height);
        page.press("enter")
            .answer_all(|question| Registry::shared().answers(question));
        insta::assert_snapshot!(name("of_one"), page.frame());
        insta::assert_snapshot!(name("of_one_about"), page.press("tab").frame());
        insta::assert_snapshot!(name("of_one_delete"), page.press("tab D").frame());
    }
}

#[test]
fn letters_narrow_the_list_and_a_filter_that_is_wrong_says_where() {
    let mut bench = full(100, 24);
    bench.press("/").type_text("crdt").press("enter");
    assert!(bench.frame().contains("1 of "), "{}", bench.frame());
    bench.press("esc f").type_text("name LIKEE 'a'").press("enter");
    bench.answer_all(|question| Registry::shared().answers(question));
    let frame = bench.frame();
    assert!(frame.contains("filter") && frame.contains('^'), "{frame}");
    bench
        .press("ctrl-u")
        .type_text("name LIKE 'credit%'")
        .press("enter");
    bench.answer_all(|question| Registry::shared().answers(question));
    assert!(
        bench.frame().contains("filter name LIKE 'credit%'"),
        "{}",
        bench.frame()
    );
    bench.press("esc");
    bench.answer_all(|question| Registry::shared().answers(question));
    assert!(!bench.frame().contains("LIKE"), "{}", bench.frame());
}

#[test]
fn a_model_is_made_described_tagged_renamed_and_deleted_by_its_name() {
    let registry = Registry::own();
    let mut bench = Bench::on(Models::of(false), 100, 30);
    let answer = |bench: &mut Bench| {
        bench.answer_all(|question| registry.answers(question));
    };
    answer(&mut bench);
    bench
        .press("c")
        .type_text("detector")
        .press("tab")
        .type_text("finds")
        .press("enter");
    answer(&mut bench);
    assert!(
        bench.frame().contains("Made registered model detector."),
        "{}",
        bench.frame()
    );
    bench.press("enter");
    answer(&mut bench);
    assert!(
        bench.frame().contains("It has no version yet."),
        "{}",
        bench.frame()
    );
    bench
        .press("T")
        .type_text("team")
        .press("tab")
        .type_text("vision")
        .press("enter");
    answer(&mut bench);
    assert!(
        bench.frame().contains("Set the tag of detector."),
        "{}",
        bench.frame()
    );
    // A name that is taken is refused where it was typed, and can be mended there.
    bench
        .press("R")
        .press("ctrl-u")
        .type_text("credit-risk")
        .press("enter");
    answer(&mut bench);
    let taken = bench.frame();
    assert!(taken.contains("Rename detector"), "{taken}");
    bench.press("ctrl-u").type_text("finder").press("enter");
    answer(&mut bench);
    assert!(
        bench.frame().contains("detector is now called finder."),
        "{}",
        bench.frame()
    );
    bench.press("D").type_text("detector").press("enter");
    assert!(
        bench.frame().contains("That is not the name."),
        "{}",
        bench.frame()
    );
    bench.press("ctrl-u").type_text("finder").press("enter");
    answer(&mut bench);
    assert!(bench.frame().contains("Deleted finder"), "{}", bench.frame());
    let log = std::fs::read_to_string(registry.log()).expect("it was written");
    for action in ["create_model", "tag_model", "rename_model", "delete_model"] {
        assert!(log.contains(action), "{action} in {log}");
    }
}

#[test]
fn a_read_only_context_says_so_at_once_and_asks_nothing() {
    for keys in ["c", "R", "E", "T", "U", "D"] {
        let mut bench = full(100, 24);
        bench.state.policy = Policy {
            context: Some("live".into()),
            read_only: true,
            production: false,
        };
        bench.wanted();
        bench.press(keys);
        assert!(
            bench
                .frame()
                .contains("Context `live` is read-only: nothing was changed."),
            "{keys}: {}",
            bench.frame()
        );
        assert_eq!(bench.wanted(), [], "{keys}");
        assert!(bench.state.dialog.is_none(), "{keys}");
    }
}

#[test]
fn the_palette_goes_to_models_and_completes_their_names() {
    let mut bench = full(100, 24);
    bench.press(":").type_text("model cred");
    assert!(bench.frame().contains("credit-risk"), "{}", bench.frame());
    bench.press("tab enter");
    let asked = bench.effects.iter().any(|effect| match effect {
        Effect::Ask(_, Question::Registry(asked)) => {
            matches!(&**asked, Asked::Model(name) if name.as_str() == "credit-risk")
        }
        _ => false,
    });
    assert!(asked, "{:?}", bench.effects);
}
