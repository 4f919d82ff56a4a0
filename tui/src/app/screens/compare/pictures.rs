//! A picture of several runs, side by side.
//!
//! ```text
//!  plots/roc.png · 2 of 5 pictures · runs 1–3 of 40
//!   ╭ blue-fox ────────╮╭ calm-owl ────────╮╭ wild-elk ────────╮
//!   │                  ││                  ││                  │
//!   ╰── 640 × 480 ─────╯╰── 640 × 480 ─────╯╰──────────────────╯
//! ```

use std::collections::HashMap;

use flowdeck_surface::action::Action;
use flowdeck_surface::client::artifact::ArtifactPath;
use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::preview::Kind;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Compare, Page};
use crate::app::context::{Cx, Look};
use crate::app::detail::{Asked, Told};
use crate::app::effect::Question;
use crate::app::loadable::Loadable;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;
use crate::app::viewer::{Viewer, draw_foot};
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::text::Pieces;

/// Cells of a picture with its frame, at least where nobody asked for more of them.
const USUAL: u16 = 40;
/// Pictures side by side at most.
const MOST: usize = 6;
/// Pictures that are kept though they are out of view.
const KEPT: usize = 12;

/// A picture of several runs.
#[derive(Default)]
pub(super) struct Pictures {
    pub(super) path: Option<ArtifactPath>,
    seen: HashMap<(usize, ArtifactPath), Loadable<Viewer>>,
    /// The first run in view, by its place among those that are shown.
    first: usize,
    /// How many side by side, where somebody chose.
    n_across: Option<usize>,
}

impl Pictures {
    /// Whether the answer to this ticket is waited for.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.seen.values().any(|seen| seen.awaits(ticket))
    }

    /// Takes a picture, or why there is none.
    pub(super) fn take(&mut self, reply: Reply) {
        let Some(seen) = self.seen.values_mut().find(|seen| seen.awaits(reply.ticket)) else {
            return;
        };
        match reply.answer {
            Ok(Answer::Detail(Told::Preview(preview))) => seen.show(Viewer::of_preview(*preview), reply.at),
            Ok(_) => {}
            Err(failure) => seen.fail(failure),
        }
    }

    /// Forgets all pictures: they are to be read anew, or runs have other places.
    pub(super) fn forget(&mut self, cx: &mut Cx<'_>) {
        for mut seen in std::mem::take(&mut self.seen).into_values() {
            seen.give_up(cx);
        }
    }
}

impl Compare {
    /// Does what an action means to pictures; answers whether it means anything.
    pub(super) fn act_on_pictures(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let n_across = self.n_across(cx.body);
        match action {
            Action::Left => self.step_run(-1),
            Action::Right => self.step_run(1),
            Action::NextChange => self.step_picture(1),
            Action::PreviousChange => self.step_picture(-1),
            Action::ZoomIn => self.pictures.n_across = Some((n_across - 1).max(1)),
            Action::ZoomOut => self.pictures.n_across = Some((n_across + 1).min(MOST)),
            Action::File => self.choose_file(cx),
            _ => return false,
        }
        self.show_pictures(cx);
        true
    }

    fn n_across(&self, body: Rect) -> usize {
        let fitting = usize::from(body.width / USUAL).clamp(1, 4);
        let wanted = self.pictures.n_across.unwrap_or(fitting);
        wanted.min(self.shown.len()).max(1)
    }

    /// The runs in view.
    fn runs_in_view(&self, body: Rect) -> &[usize] {
        let first = self.pictures.first.min(self.shown.len());
        let end = (first + self.n_across(body)).min(self.shown.len());
        &self.shown[first..end]
    }

    /// The pictures that runs have, as far as their files are known, and how many of those runs have each.
    pub(super) fn picture_files(&self) -> Vec<(ArtifactPath, usize)> {
        let mut files: Vec<(ArtifactPath, usize)> = Vec::new();
        for run in &self.shown {
            for entry in self.files.entries(*run).unwrap_or_default() {
                if !matches!(Kind::named(entry.path.name()), Some(Kind::Picture(_))) {
                    continue;
                }
                match files.iter_mut().find(|(path, _)| *path == entry.path) {
                    Some((_, n_runs)) => *n_runs += 1,
                    None => files.push((entry.path.clone(), 1)),
                }
            }
        }
        files.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        files
    }

    fn step_picture(&mut self, by: isize) {
        let files = self.picture_files();
        if files.is_empty() {
            return;
        }
        let now = files
            .iter()
            .position(|(path, _)| Some(path) == self.pictures.path.as_ref());
        let next = now.map_or(0, |place| {
            (place as isize + by).rem_euclid(files.len() as isize) as usize
        });
        self.pictures.path = Some(files[next].0.clone());
    }

    /// Reads what is in view and not here, where the page is in view.
    pub(super) fn show_pictures(&mut self, cx: &mut Cx<'_>) {
        if self.page != Page::Pictures || self.shown.is_empty() {
            return;
        }
        let place = self.shown.binary_search(&self.in_hand).unwrap_or(0);
        let n_across = self.n_across(cx.body);
        let least = (place + 1).saturating_sub(n_across);
        let last = self.shown.len().saturating_sub(n_across);
        self.pictures.first = self.pictures.first.clamp(least, place).min(last);
        let runs = self.runs_in_view(cx.body).to_vec();
        for run in &runs {
            self.ask_files(*run, cx);
        }
        if self.pictures.path.is_none() {
            self.pictures.path = self.picture_files().into_iter().next().map(|(path, _)| path);
        }
        let Some(path) = self.pictures.path.clone() else {
            return;
        };
        for run in &runs {
            let key = (*run, path.clone());
            let Some(entry) = self
                .files
                .entry(*run, &path)
                .filter(|_| !self.pictures.seen.contains_key(&key))
            else {
                continue;
            };
            let size_bytes = entry.size_bytes();
            let Some(root) = self.root(*run) else { continue };
            let question = self.asked_of(
                *run,
                Question::Detail(Asked::Preview(root, path.clone(), size_bytes)),
            );
            self.pictures.seen.entry(key).or_default().ask(question, cx);
        }
        if self.pictures.seen.len() > KEPT {
            let is_seen = |(run, own): &(usize, ArtifactPath)| runs.contains(run) && *own == path;
            self.pictures
                .seen
                .retain(|key, seen| is_seen(key) || seen.is_asking());
        }
    }

    pub(super) fn pictures_summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        let files = self.picture_files();
        if let Some(path) = &self.pictures.path {
            line.add(path.to_string(), look.theme.heading());
            let place = files.iter().position(|(own, _)| own == path).unwrap_or(0);
            let counted = format!(
                " · picture {} of {}",
                place + 1,
                format::count(files.len().max(1))
            );
            line.add(counted, muted);
        }
        let place = self.shown.binary_search(&self.in_hand).unwrap_or(0);
        let at = format!(" · run {} of {}", place + 1, format::count(self.shown.len()));
        line.add(at, muted);
        line
    }

    pub(super) fn draw_pictures(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let area = Self::page_area(body);
        let runs = self.runs_in_view(body);
        if runs.is_empty() {
            return Message::quiet("No run lies within all brushes.", None).draw(area, buf, look);
        }
        let is_reading = runs
            .iter()
            .any(|run| self.files.get(*run).is_none_or(Loadable::is_asking));
        if self.pictures.path.is_none() && !is_reading {
            let failure = runs.iter().find_map(|run| self.files.get(*run)?.failure());
            if let Some(failure) = failure {
                return Message::failed(&Notice::of(failure)).draw(area, buf, look);
            }
            let hint = Some("l goes on to other runs.");
            return Message::quiet("These runs have no picture.", hint).draw(area, buf, look);
        }
        let n_across = runs.len() as u16;
        for (place, run) in runs.iter().enumerate() {
            let (from, to) = (
                area.width * place as u16 / n_across,
                area.width * (place as u16 + 1) / n_across,
            );
            let frame = Rect {
                x: area.x + from,
                width: to - from,
                ..area
            };
            self.draw_picture(*run, frame, buf, look);
        }
    }

    fn draw_picture(&self, run: usize, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let is_in_hand = run == self.in_hand;
        let mark = if self.is_marked(run) { "◆ " } else { "" };
        let mut title = Pieces::new();
        title.add(format!(" {mark}{} ", self.full_name(run)), look.theme.heading());
        let inner = draw_frame(frame, &title, is_in_hand, buf, look);
        let listed = self.files.get(run);
        if let Some(failure) = listed.and_then(Loadable::failure) {
            return Message::failed(&Notice::of(failure)).draw(inner, buf, look);
        }
        let (Some(path), true) = (&self.pictures.path, self.files.entries(run).is_some()) else {
            return Message::quiet("Reading …", None).draw(inner, buf, look);
        };
        let Some(seen) = self.pictures.seen.get(&(run, path.clone())) else {
            return Message::quiet("This run has no such picture.", None).draw(inner, buf, look);
        };
        match (seen.shown(), seen.failure()) {
            (Some(viewer), _) => {
                viewer.draw(inner, is_in_hand, buf, look);
                draw_foot(viewer, frame, inner, "", buf, look);
            }
            (None, Some(failure)) => Message::failed(&Notice::of(failure)).draw(inner, buf, look),
            (None, None) => Message::quiet("Reading …", None).draw(inner, buf, look),
        }
    }
}
