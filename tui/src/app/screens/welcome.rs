//! Where no store is open: none was found, it is being opened, or it cannot be opened.
//!
//! ```text
//!     No MLflow store was found here.
//!     --store               not set
//!     MLFLOW_TRACKING_URI   not set
//!     the current directory neither mlruns/ with an experiment nor mlflow.db
//!
//!     d opens a demo store: every view with nothing installed.
//! ```

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::{Failure, Look as Place};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Freshness, Screen};
use crate::app::context::{Cx, Look};
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::message::Message;
use crate::app::widgets::text::{put, wrapped};

/// What else can be done where no store was found.
const OTHER: &str =
    "Or start flowdeck with --store and the path of mlruns/ or mlflow.db, or a server's address.";

/// The screen before a store is open.
#[derive(Debug)]
pub(crate) struct Welcome {
    /// Where a store was looked for; a store was found where this is empty.
    places: Vec<Place>,
    asked: Option<Ticket>,
    failure: Option<Failure>,
}

impl Welcome {
    /// A store was found and is to be opened.
    pub(crate) fn opening() -> Self {
        Self {
            places: Vec::new(),
            asked: None,
            failure: None,
        }
    }

    /// No store was found at these places.
    pub(crate) fn nothing_found(places: Vec<Place>) -> Self {
        Self {
            places,
            asked: None,
            failure: None,
        }
    }

    fn open(&mut self, question: Question, cx: &mut Cx<'_>) {
        if self.asked.is_none() {
            self.asked = Some(cx.ask(question));
            self.failure = None;
        }
    }
}

impl Screen for Welcome {
    fn crumb(&self) -> String {
        String::new()
    }

    fn scopes(&self) -> &'static [Scope] {
        if self.asked.is_some() || (self.places.is_empty() && self.failure.is_none()) {
            &[Scope::Everywhere]
        } else {
            &[Scope::Welcome, Scope::Everywhere]
        }
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        if self.places.is_empty() {
            self.open(Question::Open, cx);
        }
    }

    fn cover(&mut self, _: &mut Cx<'_>) {}

    fn close(&mut self, _: &mut Cx<'_>) {}

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::OpenDemo => self.open(Question::OpenDemo, cx),
            Action::Refresh if self.places.is_empty() => self.open(Question::Open, cx),
            _ => {}
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        self.asked == Some(ticket)
    }

    fn reply(&mut self, reply: Reply, _: &mut Cx<'_>) {
        self.asked = None;
        match reply.answer {
            Ok(Answer::Opened(..)) => {}
            Ok(_) => {}
            Err(failure) => self.failure = Some(failure),
        }
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, _: &mut Cx<'_>) {}

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            is_reading: self.asked.is_some(),
            ..Freshness::default()
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if let Some(failure) = &self.failure {
            Message::failed(&Notice::of(failure)).draw(area, buf, look);
            return;
        }
        if self.places.is_empty() {
            Message::quiet("Opening the store …", None).draw(area, buf, look);
            return;
        }
        self.draw_places(area, buf, look);
    }
}

impl Welcome {
    fn draw_places(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let indent = area.width / 10 + 1;
        let (x, room) = (area.x + indent, usize::from(area.width - indent));
        let mut y = area.y + area.height / 5;
        put(
            buf,
            x,
            y,
            "No MLflow store was found here.",
            room,
            look.theme.heading(),
        );
        y += 2;
        let widest = self.places.iter().map(|look| look.place.len()).max().unwrap_or(0);
        for place in &self.places {
            let end = x + widest as u16 + 2;
            put(buf, x, y, place.place, room, look.theme.tone(Tone::Accent));
            let room = usize::from(area.right().saturating_sub(end));
            put(buf, end, y, &place.outcome, room, look.theme.tone(Tone::Muted));
            y += 1;
        }
        y += 1;
        let offer = if self.asked.is_some() {
            "Writing the demo store …"
        } else {
            "Press d for a demo store: every view works on it with nothing installed."
        };
        let room = room.saturating_sub(2);
        for (text, tone) in [(offer, Tone::Plain), (OTHER, Tone::Muted)] {
            for line in wrapped(text, room) {
                put(buf, x, y, &line, room, look.theme.tone(tone));
                y += 1;
            }
        }
    }
}
