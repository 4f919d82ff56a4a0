//! What keys do on a log.

use std::path::PathBuf;

use flowdeck_surface::action::Action;
use flowdeck_surface::client::kubernetes::LogTime;
use flowdeck_surface::client::logs::{Direction, LineFilter, Pattern};
use flowdeck_surface::client::{Failure, FailureKind, Result, Timestamp};
use flowdeck_surface::log::{At, Move, faults, unfolded};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::pipelines::since;

use super::{Dialogue, LogScreen, Typing};
use crate::app::context::{Cx, Go};
use crate::app::effect::Question;
use crate::app::fetch::not_empty;
use crate::app::log::Asked;
use crate::app::screens::value::ValuePage;
use crate::app::viewer::Viewer;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::dialog::picker::{Item, Picker};
use crate::app::widgets::prompt::{Prompt, Typed};

/// Cells that a key moves long lines by.
const STEP: isize = 16;

impl LogScreen {
    pub(super) fn do_action(&mut self, action: Action, cx: &mut Cx<'_>) {
        match action {
            Action::Up => self.view.go(Move::Up),
            Action::Down if !self.view.is_following() => self.view.go(Move::Down),
            Action::PageUp => self.view.go(Move::PageUp),
            Action::PageDown if !self.view.is_following() => self.view.go(Move::PageDown),
            Action::First => self.view.go(Move::First),
            Action::Last => self.view.go(Move::Last),
            Action::Left => self.view.shift(-STEP),
            Action::Right => self.view.shift(STEP),
            Action::Follow if self.view.is_following() => self.view.pause(),
            Action::Follow => self.view.follow(),
            Action::Find => self.open_line(Typing::Find),
            Action::Filter => self.open_line(Typing::Include),
            Action::Exclude => self.open_line(Typing::Exclude),
            Action::ToTime => self.open_line(Typing::Time),
            Action::PickFields => self.open_line(Typing::Fields),
            Action::NextMatch => self.find_again(Direction::Forward, cx),
            Action::PreviousMatch => self.find_again(Direction::Backward, cx),
            Action::FirstError => {
                self.view.go(Move::First);
                let ask = self.view.find_of(faults(), Direction::Forward, false);
                self.find(Some(from_start(ask)), cx);
            }
            Action::Times => self.view.settings.times = self.view.settings.times.next(),
            Action::Wrap => self.view.settings.wraps = !self.view.settings.wraps,
            Action::PickJson => self.view.settings.picks = !self.view.settings.picks,
            Action::Mark => self.view.mark(),
            Action::NextMark => self.view.next_mark(Direction::Forward),
            Action::PreviousMark => self.view.next_mark(Direction::Backward),
            Action::CopyValue => {
                if let Some((what, text)) = self.view.copied() {
                    cx.effects.push(crate::app::effect::Effect::Copy(text));
                    cx.say(format!("Copied {what}."));
                }
            }
            Action::Open => self.open_selected(cx),
            Action::Export => self.ask_file(cx),
            Action::Container => self.ask_containers(cx),
            Action::PreviousContainer => {
                self.request.previous = !self.request.previous;
                self.begin(cx);
            }
            Action::Refresh => self.begin(cx),
            Action::Back => self.back(cx),
            _ => {}
        }
    }

    /// Takes away what narrows the view, one after the other; then goes back.
    fn back(&mut self, cx: &mut Cx<'_>) {
        if self.view.search().is_some() {
            self.view.look_for(None);
        } else if !self.view.filter().is_empty() {
            self.view.set_filter(LineFilter::default());
        } else {
            cx.go = Some(Go::Back);
        }
    }

    fn open_line(&mut self, typing: Typing) {
        let filter = self.view.filter();
        let text = |pattern: Option<&Pattern>| pattern.map_or("", Pattern::text).to_owned();
        let (label, text) = match typing {
            Typing::Find => ("find", text(self.view.search())),
            Typing::Include => ("only", text(filter.include.as_ref())),
            Typing::Exclude => ("without", text(filter.exclude.as_ref())),
            Typing::Time => ("to time", String::new()),
            Typing::Fields => ("fields", self.view.settings.fields.join(",")),
        };
        self.typing = Some((typing, Prompt::new(label, &text)));
    }

    pub(super) fn typed(&mut self, key: impl FnOnce(&mut Prompt) -> Typed, cx: &mut Cx<'_>) {
        let Some((typing, mut prompt)) = self.typing.take() else {
            return;
        };
        match key(&mut prompt) {
            Typed::Cancelled => {}
            Typed::Done => {
                if let Err(failure) = self.entered(typing, prompt.text(), cx) {
                    prompt.fault = Some(Notice::of(&failure));
                    self.typing = Some((typing, prompt));
                }
            }
            Typed::Changed => {
                prompt.fault = None;
                if typing == Typing::Find {
                    // What is in view lights up with every letter; what is no pattern yet is no fault yet.
                    self.view.look_for(pattern(prompt.text()).ok().flatten());
                }
                self.typing = Some((typing, prompt));
            }
            Typed::Nothing | Typed::Passed => self.typing = Some((typing, prompt)),
        }
    }

    fn entered(&mut self, typing: Typing, text: &str, cx: &mut Cx<'_>) -> Result<()> {
        match typing {
            Typing::Find => {
                let wanted = pattern(text)?;
                self.view.look_for(wanted);
                let direction = match self.view.is_following() {
                    // From the end there is only one way.
                    true => Direction::Backward,
                    false => Direction::Forward,
                };
                let ask = self.view.find(direction, false);
                self.find(ask, cx);
            }
            Typing::Include => {
                let include = pattern(text)?;
                let exclude = self.view.filter().exclude.clone();
                self.view.set_filter(LineFilter { include, exclude });
            }
            Typing::Exclude => {
                let exclude = pattern(text)?;
                let include = self.view.filter().include.clone();
                self.view.set_filter(LineFilter { include, exclude });
            }
            Typing::Time => {
                let time = self.time(text, cx)?;
                self.view.go_to(At::Time(time));
            }
            Typing::Fields => {
                let fields = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                self.view.settings.fields = fields.map(str::to_owned).collect();
                self.view.settings.picks = true;
            }
        }
        Ok(())
    }

    /// `10m` before the last line, a clock time of its day, or a date and time.
    fn time(&self, text: &str, cx: &Cx<'_>) -> Result<Timestamp> {
        let last = self.view.selected().and_then(|entry| entry.time);
        let near = last.map_or(self.as_of.unwrap_or(Timestamp(0)), LogTime::timestamp);
        let text = text.trim();
        let clock: Vec<Option<i64>> = text.split(':').map(|part| part.parse().ok()).collect();
        let of_day = match clock[..] {
            [Some(hour), Some(minute)] => Some((hour, minute, 0)),
            [Some(hour), Some(minute), Some(second)] => Some((hour, minute, second)),
            _ => None,
        };
        let Some((hour, minute, second)) = of_day else {
            return since(text, near);
        };
        if hour > 23 || minute > 59 || second > 59 || hour < 0 || minute < 0 || second < 0 {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("`{text}` is no time of day"),
            ));
        }
        let offset = cx.clock.offset_millis(near);
        let midnight = (near.as_millis() + offset).div_euclid(86_400_000) * 86_400_000 - offset;
        Ok(Timestamp(midnight + ((hour * 60 + minute) * 60 + second) * 1000))
    }

    fn find_again(&mut self, direction: Direction, cx: &mut Cx<'_>) {
        if self.view.search().is_none() {
            return self.open_line(Typing::Find);
        }
        let ask = self.view.find(direction, true);
        self.find(ask, cx);
    }

    fn open_selected(&self, cx: &mut Cx<'_>) {
        if let Some(entry) = self.view.selected() {
            let title = format!(
                "line {}",
                flowdeck_surface::format::count(entry.number as usize + 1)
            );
            let viewer = Viewer::of_value(&unfolded(&entry.bytes));
            cx.go = Some(Go::To(Box::new(ValuePage::of(title, viewer))));
        }
    }

    fn ask_file(&mut self, cx: &mut Cx<'_>) {
        if self.spool.is_none() {
            return;
        }
        let what = match self.view.filter().is_empty() {
            true => "all lines, as they were printed",
            false => "the lines that the filter leaves, as they were printed",
        };
        let name: String = self
            .title
            .chars()
            .map(|letter| {
                if letter.is_alphanumeric() || "-_.".contains(letter) {
                    letter
                } else {
                    '-'
                }
            })
            .collect();
        let form = Form::new("Save", "save")
            .about(what)
            .field(Field::text("To file", &format!("{name}.log")).checked(not_empty))
            .field(Field::choice(
                "Times",
                ["without", "before each line"].map(str::to_owned).to_vec(),
                0,
            ));
        self.dialog = Some((cx.open_dialog(form), Dialogue::Save));
    }

    fn ask_containers(&mut self, cx: &mut Cx<'_>) {
        let asked = Asked::Containers(self.request.clone());
        self.choosing = Some(cx.ask(Question::Log(Box::new(asked))));
    }

    pub(super) fn choose(&mut self, names: Result<Vec<String>>, cx: &mut Cx<'_>) {
        let names = match names {
            Ok(names) if names.is_empty() => {
                return cx.complain(Notice::saying(
                    "No pod is there whose containers could be chosen.",
                ));
            }
            Ok(names) => names,
            Err(failure) => return cx.complain(Notice::of(&failure)),
        };
        let current = self.status.parts.first().and_then(|part| part.container.clone());
        let items = names.iter().map(|name| {
            let detail = if Some(name) == current.as_ref() {
                "shown"
            } else {
                ""
            };
            Item::new(name.clone(), detail)
        });
        let picker = Picker::new("Container", "show", items.collect());
        self.dialog = Some((cx.open_dialog(picker), Dialogue::Container(names)));
    }

    pub(super) fn do_decided(&mut self, dialogue: Dialogue, decision: Decision, cx: &mut Cx<'_>) {
        match (dialogue, decision) {
            (Dialogue::Save, Decision::Fields(fields)) => {
                let (Some(spool), Some(file)) = (self.spool.clone(), fields.first()) else {
                    return;
                };
                let asked = Asked::Save {
                    spool,
                    path: PathBuf::from(file),
                    set: self.view.set(),
                    has_times: fields.get(1).is_some_and(|choice| choice != "without"),
                };
                self.saving = Some(cx.ask(Question::Log(Box::new(asked))));
            }
            (Dialogue::Container(names), Decision::Picked(places)) => {
                let name = places.first().and_then(|place| names.get(*place));
                self.request.container = name.cloned();
                self.begin(cx);
            }
            _ => {}
        }
    }
}

fn from_start(ask: flowdeck_surface::log::Ask) -> flowdeck_surface::log::Ask {
    use flowdeck_surface::log::Ask;
    match ask {
        Ask::Find {
            pattern,
            direction,
            set,
            ..
        } => Ask::Find {
            pattern,
            from: 0,
            direction,
            set,
        },
        other => other,
    }
}

/// What was typed as a pattern; nothing of nothing.
fn pattern(text: &str) -> Result<Option<Pattern>> {
    match text.trim() {
        "" => Ok(None),
        _ => Pattern::typed(text).map(Some),
    }
}
