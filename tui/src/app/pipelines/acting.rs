//! Changes on a server of pipelines: what is asked before, what is done, what is said after.

use flowdeck_surface::format;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::tone::Tone;

use super::{Asked, Deed, Done, RunDeed, Told};
use crate::app::context::Cx;
use crate::app::effect::Question;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::confirm::Confirm;
use crate::app::widgets::dialog::form::Form;
use crate::app::widgets::dialog::{Decision, Dialog};

/// Makes a change of what was typed.
type Make = Box<dyn Fn(&[String]) -> Result<Deed, Notice>>;

/// A change that is asked about or being made.
#[derive(Default)]
pub(crate) struct Acting {
    asking: Option<(Ticket, Pending)>,
    doing: Option<Doing>,
}

struct Pending {
    make: Make,
    said: Said,
    /// Whether the dialog stays until the server has answered.
    stays: bool,
}

struct Doing {
    answer: Ticket,
    dialog: Option<(Ticket, Pending)>,
    said: Said,
}

/// What is said once it is done: `Deleted` and `run`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said {
    pub(crate) verb: &'static str,
    pub(crate) noun: &'static str,
}

impl Acting {
    /// Asks whether to do something.
    pub(crate) fn confirm(&mut self, confirm: Confirm, deed: Deed, said: Said, cx: &mut Cx<'_>) {
        if cx.may_change() {
            self.ask(confirm, Box::new(move |_| Ok(deed.clone())), said, false, cx);
        }
    }

    /// Asks for what is needed to do something; what cannot be done is said in the form.
    pub(crate) fn form(
        &mut self,
        form: Form,
        make: impl Fn(&[String]) -> Result<Deed, Notice> + 'static,
        said: Said,
        cx: &mut Cx<'_>,
    ) {
        if cx.may_change() {
            self.ask(form, Box::new(make), said, true, cx);
        }
    }

    fn ask(&mut self, dialog: impl Dialog + 'static, make: Make, said: Said, stays: bool, cx: &mut Cx<'_>) {
        let ticket = cx.open_dialog(dialog);
        self.asking = Some((ticket, Pending { make, said, stays }));
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.doing.as_ref().is_some_and(|doing| doing.answer == ticket)
    }

    /// Does what was decided in a dialog of its own; answers whether it is one.
    pub(crate) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) -> bool {
        let Some((_, pending)) = self.asking.take_if(|(asked, _)| *asked == ticket) else {
            return false;
        };
        let fields = match decision {
            Some(Decision::Fields(fields)) => fields.as_slice(),
            Some(Decision::Yes) => &[],
            _ => return true,
        };
        match (pending.make)(fields) {
            Ok(deed) => {
                let asked = Asked::Do(Box::new(deed));
                let answer = cx.ask(Question::Pipelines(Box::new(asked)));
                if pending.stays {
                    cx.keep_dialog();
                }
                self.doing = Some(Doing {
                    answer,
                    said: pending.said,
                    dialog: pending.stays.then_some((ticket, pending)),
                });
            }
            Err(notice) => {
                cx.keep_dialog_refusing(notice);
                self.asking = Some((ticket, pending));
            }
        }
        true
    }

    /// Takes how a change came out; answers with it where it was made to something.
    pub(crate) fn take(&mut self, reply: Reply, cx: &mut Cx<'_>) -> Option<Done> {
        let doing = self.doing.take_if(|doing| doing.answer == reply.ticket)?;
        let done = match reply.answer {
            Ok(Answer::Pipelines(from)) => match from.told {
                Told::Done(done) => done,
                _ => return None,
            },
            Ok(_) => return None,
            Err(failure) => {
                match doing.dialog {
                    Some((ticket, pending)) => {
                        cx.refuse_dialog(ticket, Notice::of(&failure));
                        self.asking = Some((ticket, pending));
                    }
                    None => cx.complain(Notice::of(&failure)),
                }
                return None;
            }
        };
        if let Some((ticket, _)) = doing.dialog {
            cx.close_dialog(ticket);
        }
        say(&done, doing.said, cx);
        Some(done)
    }
}

fn say(done: &Done, said: Said, cx: &mut Cx<'_>) {
    let Said { verb, noun } = said;
    let words = match (done.name.as_str(), done.n_done) {
        ("", 1) => format!("{verb} 1 {noun}"),
        ("", n_done) => format!("{verb} {} {noun}s", format::count(n_done)),
        (name, _) => format!("{verb} {noun} {name}"),
    };
    match done.failed.first() {
        None => cx.say(format!("{words}.")),
        Some(failure) => {
            let mut notice = Notice::of(failure);
            if done.n_done > 0 {
                let n_failed = format::count(done.failed.len());
                notice.sentence = format!("{words}, but not {n_failed}: {}", notice.sentence);
            }
            cx.complain(notice);
        }
    }
}

/// What is asked before something happens to runs.
pub(crate) fn confirm_runs(deed: RunDeed, names: &[String]) -> (Confirm, Said) {
    let what = match names {
        [name] => format!("run {name}"),
        names => format!("{} runs", format::count(names.len())),
    };
    let (verb, line, done) = match deed {
        RunDeed::Retry => (
            "Retry",
            "Tasks that failed run again; those that ended well stay as they are. Pods of failed tasks go, and logs \
             that nobody kept go with them.",
            "Started again",
        ),
        RunDeed::Terminate => (
            "Stop",
            "What runs now is stopped; a stopped run ends as FAILED and can be retried.",
            "Told to stop:",
        ),
        RunDeed::Archive => (
            "Archive",
            "It leaves the list; v shows it, a brings it back.",
            "Archived",
        ),
        RunDeed::Unarchive => (
            "Bring back",
            "Its experiment must not be archived.",
            "Brought back",
        ),
        RunDeed::Delete => (
            "Delete",
            "It goes for good, with its workflow and pods; its artifacts stay where they lie.",
            "Deleted",
        ),
    };
    let confirm = Confirm::new(format!("{verb} {what}?"), verb.to_lowercase()).line(line, Tone::Plain);
    let confirm = match deed {
        RunDeed::Terminate | RunDeed::Delete => confirm,
        _ => confirm.harmless(),
    };
    (
        confirm,
        Said {
            verb: done,
            noun: "run",
        },
    )
}
