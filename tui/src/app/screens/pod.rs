//! One pod whole: why it waits or died, its containers, what happened to it; kept up to date by the cluster.
//!
//! ```text
//! ╭ train-x-2 ──────────────────────────────────────────────────────────────────────────╮
//! │ State      ImagePullBackOff                                                          │
//! │ Reason     its image cannot be pulled: …                                             │
//! │ Containers                                                                           │
//! │ Name  Part  State             Restarts  Since     Image        Told                  │
//! │ Events                                                                               │
//! │ Time      Reason  Message                                                            │
//! ╰──────────────────────────────────────────────────────────────────────────────────────╯
//! ```

#[cfg(test)]
mod tests;

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::client::{Failure, Namespace, PodName, Timestamp};
use flowdeck_surface::clock::Clock;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pods::{PodTable, container_lines};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

use super::value::ValuePage;
use super::{Freshness, Screen};
use crate::app::cluster::{Asked, Of, Told};
use crate::app::context::{Cx, Go, Look};
use crate::app::effect::Question;
use crate::app::key::Key;
use crate::app::message::{Answer, Mouse, MouseKind, Reply};
use crate::app::ticket::Ticket;
use crate::app::viewer::block::{Block, Told as Fact};
use crate::app::viewer::{Acted, Viewer, draw_foot};
use crate::app::widgets::cursor::WHEEL;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::text::Pieces;

/// One pod.
pub(crate) struct PodPage {
    namespace: Namespace,
    name: PodName,
    table: PodTable,
    /// What is shown; none before the pod was told of.
    viewer: Option<Viewer>,
    /// Whether it was there and is no more.
    is_gone: bool,
    prompt: Option<Prompt>,
    watching: Option<Ticket>,
    watching_events: Option<Ticket>,
    as_of: Option<Timestamp>,
    failure: Option<Failure>,
    events_failure: Option<Failure>,
}

impl PodPage {
    /// The pod of this name.
    pub(crate) fn of(namespace: Namespace, name: PodName) -> Self {
        Self {
            namespace,
            name,
            table: PodTable::default(),
            viewer: None,
            is_gone: false,
            prompt: None,
            watching: None,
            watching_events: None,
            as_of: None,
            failure: None,
            events_failure: None,
        }
    }

    fn watch(&mut self, cx: &mut Cx<'_>) {
        self.stop(cx);
        let of = Of::Pod(self.namespace.clone(), self.name.clone());
        let ask = |asked, cx: &mut Cx<'_>| Some(cx.ask(Question::Cluster(Box::new(asked))));
        self.watching = ask(Asked::Pods(of.clone()), cx);
        self.watching_events = ask(Asked::Events(of), cx);
    }

    fn stop(&mut self, cx: &mut Cx<'_>) {
        let open = [self.watching.take(), self.watching_events.take()];
        for ticket in open.into_iter().flatten() {
            cx.give_up(ticket);
        }
    }

    fn area(body: Rect) -> Rect {
        body.inner(Margin::new(1, 1))
    }

    fn wanted(&self) -> &str {
        self.viewer.as_ref().map_or("", Viewer::wanted)
    }

    fn find(&mut self, words: &str, cx: &Cx<'_>) {
        if let Some(viewer) = &mut self.viewer {
            viewer.find(words, Self::area(cx.body));
        }
    }

    /// Writes what is known; a pod that is gone stays as it was last.
    fn write(&mut self, clock: &Clock, now: Timestamp) {
        let Some(row) = self.table.row_of(&self.namespace, &self.name) else {
            self.is_gone = self.viewer.is_some();
            return;
        };
        self.is_gone = false;
        let blocks = self.blocks(row, clock, now);
        match &mut self.viewer {
            Some(viewer) => viewer.replace_blocks(blocks),
            None => self.viewer = Some(Viewer::of_blocks(blocks)),
        }
    }

    fn blocks(&self, row: usize, clock: &Clock, now: Timestamp) -> Vec<Block> {
        let (Some(line), Some(pod)) = (self.table.line(row), self.table.pod(row)) else {
            return Vec::new();
        };
        let time = |at: Option<Timestamp>| at.map_or(String::new(), |at| clock.compact(at, now));
        let mut facts = vec![Fact::new("State", line.state.as_str()).toned(line.tone)];
        if line.is_troubled() {
            facts.push(Fact::new("Reason", line.reason.as_str()).toned(line.tone));
        }
        facts.push(Fact::new("Ready", line.ready.as_str()));
        facts.push(Fact::new("Namespace", line.namespace.as_str()));
        if !line.node.is_empty() {
            facts.push(Fact::new("Node", line.node.as_str()));
        }
        facts.push(Fact::new("Made", time(line.created_at)));
        if let Some(run) = pod.pipeline_run() {
            facts.push(Fact::new("Pipeline run", run.to_string()));
        }
        let titles = ["Name", "Part", "State", "Restarts", "Since", "Image", "Told"];
        let containers = container_lines(pod)
            .into_iter()
            .map(|one| {
                let restarts = one.restarts.to_string();
                vec![
                    one.name,
                    one.part.to_owned(),
                    one.state,
                    restarts,
                    time(one.at),
                    one.image,
                    one.told,
                ]
            })
            .collect();
        let mut blocks = vec![
            Block::Facts(facts),
            Block::heading("Containers"),
            Block::Rows(titles.map(str::to_owned).to_vec(), containers),
            Block::heading("Events"),
        ];
        let events: Vec<Vec<String>> = self
            .table
            .events_of(row)
            .into_iter()
            .map(|event| vec![time(event.at), event.reason, event.message])
            .collect();
        blocks.push(match &self.events_failure {
            Some(failure) => Block::remark(Notice::of(failure).sentence),
            None if events.is_empty() => {
                Block::remark("None are kept: a cluster forgets them after an hour.")
            }
            None => Block::Rows(["Time", "Reason", "Message"].map(str::to_owned).to_vec(), events),
        });
        let marks = [("Labels", &pod.labels), ("Annotations", &pod.annotations)];
        for (title, map) in marks.into_iter().filter(|(_, map)| !map.is_empty()) {
            blocks.push(Block::heading(title));
            blocks.push(Block::pairs(
                map.iter().map(|(key, value)| (key.as_str(), value.as_str())),
            ));
        }
        blocks
    }
}

impl Screen for PodPage {
    fn crumb(&self) -> String {
        self.name.to_string()
    }

    fn scopes(&self) -> &'static [Scope] {
        &[Scope::Viewer, Scope::List, Scope::Everywhere]
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
        match action {
            Action::Back if !self.wanted().is_empty() => self.find("", cx),
            Action::Back => cx.go = Some(Go::Back),
            Action::Find => self.prompt = Some(Prompt::new("find", self.wanted())),
            Action::Refresh => self.watch(cx),
            Action::CopyValue => {
                if let Some((what, text)) = self.viewer.as_ref().and_then(Viewer::copied) {
                    cx.copy(what, &text);
                }
            }
            _ => {
                let acted = self
                    .viewer
                    .as_mut()
                    .map(|viewer| viewer.act(action, Self::area(cx.body)));
                if let Some(Acted::Open(title, viewer)) = acted {
                    cx.go = Some(Go::To(Box::new(ValuePage::of(title, *viewer))));
                }
            }
        }
    }

    fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    fn press(&mut self, key: &Key, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        let typed = prompt.press(key);
        let text = prompt.text().to_owned();
        match typed {
            Typed::Changed => self.find(&text, cx),
            Typed::Done => self.prompt = None,
            Typed::Cancelled => {
                self.prompt = None;
                self.find("", cx);
            }
            Typed::Nothing | Typed::Passed => {}
        }
    }

    fn paste(&mut self, text: &str, cx: &mut Cx<'_>) {
        let Some(prompt) = &mut self.prompt else { return };
        prompt.paste(text);
        let words = prompt.text().to_owned();
        self.find(&words, cx);
    }

    fn mouse(&mut self, mouse: Mouse, cx: &mut Cx<'_>) {
        let area = Self::area(cx.body);
        match (&mut self.viewer, mouse.kind) {
            (Some(viewer), MouseKind::ScrollDown) => viewer.wheel(WHEEL, area),
            (Some(viewer), MouseKind::ScrollUp) => viewer.wheel(-WHEEL, area),
            _ => {}
        }
    }

    fn awaits(&self, ticket: Ticket) -> bool {
        [self.watching, self.watching_events].contains(&Some(ticket))
    }

    fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        let is_events = self.watching_events == Some(reply.ticket);
        match reply.answer {
            Ok(Answer::Cluster(Told::Pods(told))) => {
                (self.as_of, self.failure) = (Some(reply.at.at), None);
                self.table.take_pods(told);
            }
            Ok(Answer::Cluster(Told::Events(told))) => {
                self.events_failure = None;
                self.table.take_events(told);
            }
            Ok(_) => {}
            Err(failure) if is_events => {
                (self.watching_events, self.events_failure) = (None, Some(failure));
            }
            Err(failure) => (self.watching, self.failure) = (None, Some(failure)),
        }
        self.write(cx.clock, reply.at.at);
    }

    fn woken(&mut self, _: Ticket, _: &mut Cx<'_>) {}

    fn resize(&mut self, cx: &mut Cx<'_>) {
        if let Some(viewer) = &mut self.viewer {
            viewer.wheel(0, Self::area(cx.body));
        }
    }

    fn freshness(&self) -> Freshness<'_> {
        Freshness {
            as_of: self.as_of,
            is_over: self.is_gone,
            is_reading: self.watching.is_some() && !self.table.is_known(),
            failure: self.failure.as_ref().or(self.table.interruption()),
        }
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mut title = Pieces::new();
        title.add(format!(" {} ", self.name), look.theme.heading());
        if self.is_gone {
            title.add("deleted; as it was last ", look.theme.tone(Tone::Warning));
        }
        let inner = draw_frame(area, &title, true, buf, look);
        match (&self.viewer, self.failure.as_ref().or(self.table.interruption())) {
            (Some(viewer), _) => {
                viewer.draw(inner, true, buf, look);
                draw_foot(viewer, area, inner, "", buf, look);
            }
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(inner, buf, look),
            (None, None) if self.table.is_known() => {
                let sentence = format!("There is no pod {} in namespace {}.", self.name, self.namespace);
                Message::quiet(&sentence, None).draw(inner, buf, look);
            }
            (None, None) => Message::quiet("Asking the cluster for the pod …", None).draw(inner, buf, look),
        }
    }
}
