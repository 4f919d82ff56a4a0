//! All that the app knows.

use flowdeck_surface::client::port::{StoreKind, StoreOrigin};
use flowdeck_surface::client::{Look as Place, Timestamp};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use ratatui::layout::Rect;

use super::context::Look;
use super::help::Help;
use super::histories::Histories;
use super::layout::Layout;
use super::mouse::{Button, Targets};
use super::screens::Screen;
use super::screens::welcome::Welcome;
use super::theme::Theme;
use super::ticket::Tickets;
use super::widgets::dialog::OpenDialog;
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
    /// The screens, the one in view last; never empty.
    pub(crate) screens: Vec<Box<dyn Screen>>,
    /// What the person is asked.
    pub(crate) dialog: Option<OpenDialog>,
    /// What stands where in the frame that was drawn last.
    pub(crate) targets: Targets,
    /// The button of the mouse.
    pub(crate) button: Button,
    /// The keys, where they are shown.
    pub(crate) help: Option<Help>,
    /// A word for the person, until the next key.
    pub(crate) said: Option<Word>,
    /// Metric histories that were read.
    pub(crate) histories: Histories,
    /// Numbers for questions.
    pub(crate) tickets: Tickets,
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
            screens: vec![Box::new(welcome)],
            dialog: None,
            targets: Targets::default(),
            button: Button::default(),
            help: None,
            said: None,
            histories: Histories::default(),
            tickets: Tickets::default(),
        }
    }

    /// The screen in view.
    pub(crate) fn top(&self) -> &dyn Screen {
        &**self.screens.last().expect("the last screen is never closed")
    }

    /// Where everything stands now.
    pub(crate) fn layout(&self) -> Layout {
        let prompt = self.top().prompt().map_or(0, Prompt::height);
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
