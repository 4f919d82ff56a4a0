//! The screens, each in a folder: its state, what moves it, how it is drawn.

pub(crate) mod audit;
pub(crate) mod catalog;
pub(crate) mod charts;
pub(crate) mod compare;
pub(crate) mod contexts;
pub(crate) mod experiments;
pub(crate) mod inbox;
pub(crate) mod logs;
pub(crate) mod model;
pub(crate) mod models;
pub(crate) mod namespaces;
pub(crate) mod pipeline_compare;
pub(crate) mod pipeline_experiments;
pub(crate) mod pipeline_run;
pub(crate) mod pipeline_runs;
pub(crate) mod pipeline_versions;
pub(crate) mod pipelines;
pub(crate) mod pod;
pub(crate) mod pods;
pub(crate) mod points;
pub(crate) mod promote;
pub(crate) mod registered_model;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod schedules;
pub(crate) mod trace;
pub(crate) mod value;
pub(crate) mod version;
pub(crate) mod versions;
pub(crate) mod welcome;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::{Failure, Timestamp};
use flowdeck_surface::inbox::Item;
use flowdeck_surface::web::WebPage;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::arrangement::Arrangement;
use super::context::{Cx, Look};
use super::key::Key;
use super::message::{Mouse, Reply};
use super::ticket::Ticket;
use super::widgets::dialog::Decision;
use super::widgets::prompt::Prompt;

/// One screen of the stack. All it wants done it puts into [`Cx`]; drawing changes nothing.
pub(crate) trait Screen {
    /// Its part of the path at the top.
    fn crumb(&self) -> String;

    /// Whose keys hold, the narrowest first.
    fn scopes(&self) -> &'static [Scope];

    /// It is on top, for the first time or again.
    fn appear(&mut self, cx: &mut Cx<'_>);

    /// Another screen is on top now; answers still come.
    fn cover(&mut self, cx: &mut Cx<'_>);

    /// It will not be seen again.
    fn close(&mut self, cx: &mut Cx<'_>);

    /// Does what a key is bound to.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>);

    /// How the person arranged it: what undo goes back to. None where there is nothing to arrange.
    fn arrangement(&self) -> Option<Arrangement> {
        None
    }

    /// Arranges it as it told once.
    fn put_back(&mut self, arrangement: &Arrangement, cx: &mut Cx<'_>) {
        let _ = (arrangement, cx);
    }

    /// The line that is typed in, where one is open: it gets the keys then.
    fn prompt(&self) -> Option<&Prompt> {
        None
    }

    /// A key while a line is open.
    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let _ = (key, cx);
    }

    /// Text for the open line.
    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let _ = (text, cx);
    }

    /// The person ended a dialog that this screen opened, or their own editor; no decision where they gave it up.
    fn decided(&mut self, ticket: Ticket, decision: Option<Decision>, cx: &mut Cx<'_>) {
        let _ = (ticket, decision, cx);
    }

    /// The mouse, within the body.
    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let _ = (mouse, cx);
    }

    /// Whether the answer to this ticket is waited for.
    fn awaits(&self, ticket: Ticket) -> bool;

    /// Takes an answer that it waits for.
    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>);

    /// Points of metrics came that some screen waits for.
    fn histories_changed(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// A time that it waited for may have come.
    fn woken(&mut self, ticket: Ticket, cx: &mut Cx<'_>);

    /// Something happened to runs; these items are in the inbox now, the latest first.
    fn inbox_changed(&mut self, items: &[Item], cx: &mut Cx<'_>) {
        let _ = (items, cx);
    }

    /// The body has another size.
    fn resize(&mut self, cx: &mut Cx<'_>);

    /// How old what it shows is.
    fn freshness(&self) -> Freshness<'_>;

    /// Whether it lists the runs of an experiment.
    fn lists_runs(&self) -> bool {
        false
    }

    /// Whether it shows what a server of pipelines keeps, so that what may be done there counts.
    fn is_of_pipelines(&self) -> bool {
        false
    }

    /// The address of a web page that shows the same, where it is none of the store's own.
    fn web_address(&self) -> Option<String> {
        None
    }

    /// The page of a server's own web app that shows the same; none where there is none.
    fn web_page(&self) -> Option<WebPage> {
        None
    }

    /// Draws it.
    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>);
}

/// How old what a screen shows is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Freshness<'a> {
    /// When the answer that is shown came.
    pub(crate) as_of: Option<Timestamp>,
    /// Whether the person waits for an answer, rather than a refresh going on behind.
    pub(crate) is_reading: bool,
    /// Whether what it shows is over, so that nothing more is asked.
    pub(crate) is_over: bool,
    /// Why it is not newer.
    pub(crate) failure: Option<&'a Failure>,
}
