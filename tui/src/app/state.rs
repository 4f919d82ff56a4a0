//! All that the app knows.

use flowdeck_surface::action::keymap::Keymap;
use flowdeck_surface::client::port::{StoreKind, StoreOrigin};
use flowdeck_surface::client::tracking::Experiment;
use flowdeck_surface::client::{Look as Place, Policy, Timestamp};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use ratatui::layout::Rect;

use super::arrangement::Changes;
use super::basket::Basket;
use super::context::Look;
use super::help::Help;
use super::histories::Histories;
use super::inbox::InboxState;
use super::layout::Layout;
use super::message::AsOf;
use super::mouse::{Button, Targets};
use super::palette::{Palette, Remembered};
use super::pulse::Pulse;
use super::screens::Screen;
use super::screens::welcome::Welcome;
use super::settings::Settings;
use super::theme::Theme;
use super::ticket::{Ticket, Tickets};
use super::widgets::dialog::OpenDialog;
use super::widgets::picture::Pictures;
use super::widgets::prompt::Prompt;

/// All that the app knows. Only [`super::update::update`] changes it.
pub(crate) struct State {
    /// The size of the terminal.
    pub(crate) area: Rect,
    /// Colours.
    pub(crate) theme: Theme,
    /// Writes times.
    pub(crate) clock: Clock,
    /// When the last answer came.
    pub(crate) now: Timestamp,
    /// The store that is open.
    pub(crate) origin: Option<StoreOrigin>,
    /// What may be done in it, and the context it is of.
    pub(crate) policy: Policy,
    /// Whether what is shown is from the cache, and from when.
    pub(crate) kept: KeptSince,
    /// What may be done on the server of pipelines, once it has answered.
    pub(crate) pipelines_policy: Option<Policy>,
    /// Where that server is, in a few words.
    pub(crate) pipelines_place: Option<String>,
    /// The screens, the one in view last; never empty.
    pub(crate) screens: Vec<Box<dyn Screen>>,
    /// What was changed of the view of each, by its place.
    pub(crate) changes: Vec<Changes>,
    /// Goes up whenever another screen comes into view, or an earlier arrangement of it.
    pub(crate) turn: u64,
    /// What the person is asked.
    pub(crate) dialog: Option<OpenDialog>,
    /// What stands where in the frame that was drawn last.
    pub(crate) targets: Targets,
    /// The pictures of the frame that was drawn last.
    pub(crate) pictures: Pictures,
    /// The button of the mouse.
    pub(crate) button: Button,
    /// The keys, where they are shown.
    pub(crate) help: Option<Help>,
    /// A word for the person, until the next key.
    pub(crate) said: Option<Word>,
    /// Metric histories that were read.
    pub(crate) histories: Histories,
    /// Marked runs.
    pub(crate) basket: Basket,
    /// Numbers for questions.
    pub(crate) tickets: Tickets,
    /// Which key does what.
    pub(crate) keymap: Keymap,
    /// The line behind `:`, while it is open.
    pub(crate) palette: Option<Palette>,
    /// What was typed behind `:` before.
    pub(crate) remembered: Remembered,
    /// The experiments that were listed last: the palette goes to them by name.
    pub(crate) experiments: Vec<Experiment>,
    /// The names of the contexts that are configured: the palette completes them.
    pub(crate) contexts: Vec<String>,
    /// The names of the registered models that were listed last, for the palette.
    pub(crate) models: Vec<String>,
    /// The question for changes of the registry that broke off.
    pub(crate) asked_unfinished: Option<Ticket>,
    /// How what comes into the inbox is told.
    pub(crate) bell: Bell,
    /// What happened to runs.
    pub(crate) inbox: InboxState,
    /// How what is shown keeps up with the store.
    pub(crate) pulse: Pulse,
}

/// From when the oldest answer on the screen in view is, where the cache gave it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct KeptSince {
    as_of: Option<AsOf>,
    /// How many screens there were when it was told: on another screen the count begins anew.
    n_screens: usize,
}

impl KeptSince {
    /// Takes what is said of the answers that follow.
    pub(crate) fn take(&mut self, as_of: Option<AsOf>, n_screens: usize) {
        let before = self.as_of.filter(|_| self.n_screens == n_screens);
        self.as_of = as_of.map(|as_of| AsOf {
            at: before.map_or(as_of.at, |before| before.at.min(as_of.at)),
            ..as_of
        });
        self.n_screens = n_screens;
    }

    /// From when what is shown is; none where the store itself gave it.
    pub(crate) fn as_of(self) -> Option<AsOf> {
        self.as_of
    }
}

/// How what comes into the inbox is told beyond the screen.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Bell {
    /// Whether the terminal's bell rings.
    pub(crate) rings: bool,
    /// Whether the desktop is told, where the terminal passes it on.
    pub(crate) tells_desktop: bool,
}

impl State {
    /// Before anything happened: a store that is to be opened, or places where none was found.
    pub(crate) fn new(area: Rect, theme: Theme, clock: Clock, nothing_found: Option<Vec<Place>>) -> Self {
        let welcome = nothing_found.map_or_else(Welcome::opening, Welcome::nothing_found);
        Self {
            area,
            theme,
            clock,
            now: Timestamp(0),
            origin: None,
            policy: Policy::default(),
            kept: KeptSince::default(),
            pipelines_policy: None,
            pipelines_place: None,
            screens: vec![Box::new(welcome)],
            changes: Vec::new(),
            turn: 0,
            dialog: None,
            targets: Targets::default(),
            pictures: Pictures::default(),
            button: Button::default(),
            help: None,
            said: None,
            histories: Histories::default(),
            basket: Basket::default(),
            tickets: Tickets::default(),
            keymap: Keymap::default(),
            palette: None,
            remembered: Remembered::default(),
            experiments: Vec::new(),
            contexts: Vec::new(),
            models: Vec::new(),
            asked_unfinished: None,
            bell: Bell::default(),
            inbox: InboxState::default(),
            pulse: Pulse::default(),
        }
    }

    /// Takes what the configuration says; the first thing that is wrong in it is told.
    pub(crate) fn take_settings(&mut self, settings: Settings) {
        self.keymap = settings.keymap;
        self.bell = Bell {
            rings: settings.bell,
            tells_desktop: settings.desktop,
        };
        let n_more = settings.warnings.len().saturating_sub(1);
        if let Some(first) = settings.warnings.first() {
            let more = (n_more > 0).then(|| format!("And {n_more} more in that file."));
            let hint = more.or_else(|| Some("It is ignored.".to_owned()));
            self.said = Some(Word::Failed(Notice {
                hint,
                ..Notice::saying(format!("{}.", first.0))
            }));
        }
    }

    /// The screen in view.
    pub(crate) fn top(&self) -> &dyn Screen {
        &**self.screens.last().expect("the last screen is never closed")
    }

    /// What may be done with what the screen in view shows.
    pub(crate) fn policy_in_view(&self) -> &Policy {
        let of_pipelines = self.top().is_of_pipelines();
        self.pipelines_policy
            .as_ref()
            .filter(|_| of_pipelines)
            .unwrap_or(&self.policy)
    }

    /// The line that is typed in, where one is open.
    pub(crate) fn prompt(&self) -> Option<&Prompt> {
        match &self.palette {
            Some(palette) => Some(palette.prompt()),
            None => self.top().prompt(),
        }
    }

    /// Where everything stands now.
    pub(crate) fn layout(&self) -> Layout {
        let prompt = self.prompt().map_or(0, Prompt::height);
        let notice = u16::from(self.word().is_some());
        Layout::of(self.area, notice, prompt)
    }

    /// What kind of store answers.
    pub(crate) fn store_kind(&self) -> StoreKind {
        self.origin
            .as_ref()
            .map_or(StoreKind::Sqlite, |origin| origin.kind)
    }

    /// What is said below the body: a word for the person, else why what is shown is not newer.
    pub(crate) fn word(&self) -> Option<Word> {
        if let Some(said) = &self.said {
            return Some(said.clone());
        }
        let freshness = self.top().freshness();
        let failure = freshness.failure.filter(|_| freshness.as_of.is_some())?;
        Some(Word::Failed(Notice::of(failure)))
    }

    /// What everything is drawn with.
    pub(crate) fn look(&self) -> Look<'_> {
        Look {
            theme: &self.theme,
            clock: &self.clock,
            histories: &self.histories,
            now: self.now,
            targets: &self.targets,
            pictures: &self.pictures,
        }
    }
}

/// What is said below the body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Word {
    /// Something was done.
    Said(String),
    /// What is shown could not be read again.
    Failed(Notice),
}
