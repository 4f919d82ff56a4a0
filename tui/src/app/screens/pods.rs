//! The pods of a namespace, kept up to date by the cluster; below them what the selected one consists of, and what happened.
//!
//! ```text
//!  flowdeck › Pods                                          lab/mlflow.db  as of 16:05:12
//!  12 pods in team-a · 9 running · 2 waiting · 1 failed                              live
//!   Pod             Ready  State             Restarts  Age      Node  Reason
//!   train-x-1       1/1    Running                  0  16:01:02  n0
//!   train-x-2       0/1    ImagePullBackOff         0  16:03:40  n1    its image cannot be pulled: …
//! ╭ train-x-2 ──────────────────────────────────────────────────────────────────────────╮
//! │ main  ImagePullBackOff  python:3.11                                                  │
//! │ 16:04:02  Failed  Failed to pull image "python:3.11": not found (4 times)            │
//! ╰──────────────────────────────────────────────────────────────────────────────────────╯
//! ```

mod draw;
#[cfg(test)]
pub(in crate::app) mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::logs::LogTarget;
use flowdeck_surface::client::{Failure, Namespace, PodName, Timestamp};
use flowdeck_surface::pods::PodTable;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::logs::LogScreen;
use super::namespaces::Namespaces;
use super::pod::PodPage;
use super::{Freshness, Screen};
use crate::app::cluster::{Asked, Of, Told};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::message::{Answer, Mouse, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::prompt::{Prompt, Typed};

/// The pods of a part of the cluster.
#[derive(Default)]
pub(crate) struct Pods {
    of: Of,
    /// The namespace that was looked at before all of them.
    before: Of,
    /// What is watched, once it was told; none where all namespaces are.
    namespace: Option<Option<Namespace>>,
    table: PodTable,
    cursor: Cursor,
    prompt: Option<Prompt>,
    watching: Option<Ticket>,
    watching_events: Option<Ticket>,
    as_of: Option<Timestamp>,
    /// Why there are no pods to show.
    failure: Option<Failure>,
    /// Why there are no events to show.
    events_failure: Option<Failure>,
    /// Whether what happened in the whole namespace is shown, rather than to the selected pod.
    shows_all_events: bool,
}

impl Pods {
    /// Those of this part.
    pub(crate) fn of(of: Of) -> Self {
        Self {
            of,
            ..Self::default()
        }
    }

    fn watch(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
        let ask = |asked, cx: &mut Cx<'_>| Some(cx.ask(Question::Cluster(Box::new(asked))));
        self.watching = ask(Asked::Pods(self.of.clone()), cx);
        self.watching_events = ask(Asked::Events(self.of.clone()), cx);
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        let open = [self.watching.take(), self.watching_events.take()];
        for ticket in open.into_iter().flatten() {
            cx.give_up(ticket);
        }
    }

    /// Another part is looked at: nothing of the one before is shown.
    fn turn_to(&mut self, of: Of, cx: &mut Cx<'_>) {
        let order = self.table.order();
        self.before = std::mem::replace(&mut self.of, of);
        self.table = PodTable::default();
        self.table.sort(order);
        (self.namespace, self.failure, self.events_failure) = (None, None, None);
        self.cursor = Cursor::default();
        self.watch(cx);
    }

    fn selected(&self) -> Option<(Namespace, PodName)> {
        let line = self.table.line(self.cursor.selected)?;
        Some((line.namespace.clone(), line.name.clone()))
    }

    /// Does something to the rows; the pod that was selected stays so.
    fn keeping_selected(&mut self, cx: &Cx<'_>, change: impl FnOnce(&mut PodTable)) {
        let selected = self.selected();
        change(&mut self.table);
        let row = selected.and_then(|(namespace, name)| self.table.row_of(&namespace, &name));
        let height = self.height(cx.body);
        if let Some(row) = row {
            self.cursor.selected = row;
        }
        self.cursor.keep_in_view(self.table.n_rows(), height);
    }

    fn find(&mut self, words: &str, cx: &Cx<'_>) {
        self.keeping_selected(cx, |table| table.find(words));
    }

    fn open(&self, cx: &mut Cx<'_>) {
        if let Some((namespace, name)) = self.selected() {
            cx.go = Some(Go::To(Box::new(PodPage::of(namespace, name))));
        }
    }
}

impl Pods {
    fn show_log(&self, cx: &mut Cx<'_>) {
        let Some((namespace, pod)) = self.selected() else {
            return;
        };
        let title = pod.to_string();
        let target = LogTarget::Pod {
            namespace: Some(namespace),
            pod,
        };
        cx.go = Some(Go::To(Box::new(LogScreen::of(target, title))));
    }
}

impl Screen for Pods {
    fn crumb(&self) -> String {
        "Pods".to_owned()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Pods, Scope::List, Scope::Everywhere]
    }

    fn appear(&mut self, cx: &mut Cx<'_>) {
        self.watch(cx);
    }

    fn cover(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
    }

    fn close(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        let height = self.height(cx.body);
        if self.cursor.act(action, self.table.n_rows(), height) {
            return;
        }
        match action {
            Action::Open => self.open(cx),
            Action::ShowLog => self.show_log(cx),
            Action::Find => self.prompt = Some(Prompt::new("find", self.table.wanted())),
            Action::Sort => {
                let order = self.table.order().next();
                self.keeping_selected(cx, |table| table.sort(order));
            }
            Action::Refresh => self.watch(cx),
            Action::Namespaces => cx.go = Some(Go::To(Box::new(Namespaces::default()))),
            Action::AllNamespaces => {
                let of = match self.of {
                    Of::All => std::mem::take(&mut self.before),
                    _ => Of::All,
                };
                self.turn_to(of, cx);
            }
            Action::Events => self.shows_all_events = !self.shows_all_events,
            Action::CopyId => {
                if let Some((_, name)) = self.selected() {
                    cx.copy("name", name.as_str());
                }
            }
            Action::Back if !self.table.wanted().is_empty() => self.find("", cx),
            Action::Back => cx.go = Some(Go::Back),
            _ => {}
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match (typed, key.name.as_str()) {
            (Typed::Passed, "down") => self.act(Action::Down, cx),
            (Typed::Passed, "up") => self.act(Action::Up, cx),
            (Typed::Changed, _) => self.find(&text, cx),
            (Typed::Done, _) => self.prompt = None,
            (Typed::Cancelled, _) => {
                self.prompt = None;
                self.find("", cx);
            }
            (Typed::Nothing | Typed::Passed, _) => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find(&words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let height = self.height(cx.body);
        if self.cursor.point(&mouse, self.table.n_rows(), height) == Pointed::Opened {
            self.open(cx);
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        [self.watching, self.watching_events].contains(&Some(ticket))
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let is_events = self.watching_events == Some(reply.ticket);
        match reply.answer {
            Ok(Answer::Cluster(Told::Watching(namespace))) => self.namespace = Some(namespace),
            Ok(Answer::Cluster(Told::Pods(told))) => {
                (self.as_of, self.failure) = (Some(reply.at.at), None);
                self.keeping_selected(cx, |table| table.take_pods(told));
            }
            Ok(Answer::Cluster(Told::Events(told))) => {
                self.events_failure = None;
                self.keeping_selected(cx, |table| table.take_events(told));
            }
            Ok(_) => {}
            Err(failure) if is_events => {
                (self.watching_events, self.events_failure) = (None, Some(failure));
            }
            Err(failure) => (self.watching, self.failure) = (None, Some(failure)),
        }
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        let height = self.height(cx.body);
        self.cursor.keep_in_view(self.table.n_rows(), height);
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.as_of,
            is_over: false,
            is_reading: self.watching.is_some() && !self.table.is_known(),
            failure: self.failure.as_ref().or(self.table.interruption()),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        self.draw_page(area, buf, look);
    }
}
