//! The chart in hand as a file.

use std::path::PathBuf;
use std::sync::Arc;

use flowdeck_surface::chart::{Exported, Figure, FigureLine, names};
use flowdeck_surface::client::{Failure, MetricKey, format};
use flowdeck_surface::notice::Notice;

use super::ChartPane;
use crate::app::context::Cx;
use crate::app::effect::{ChartExport, Question};
use crate::app::histories::Histories;
use crate::app::message::{Answer, Reply};
use crate::app::ticket::Ticket;

/// Pixels of a picture.
const SIZE: (u32, u32) = (1_200, 700);

/// An export under way.
#[derive(Debug, Default)]
pub(super) struct Export {
    asked: Option<Ticket>,
    /// A file that is there already: the next try replaces it.
    refused: Option<PathBuf>,
}

impl Export {
    /// Another name is typed: nothing may be replaced.
    pub(super) fn forget_refusal(&mut self) {
        self.refused = None;
    }
}

impl ChartPane {
    /// The chart in hand as a value of its own; none where it has no point.
    pub(super) fn figure(&self, histories: &Histories) -> Option<Figure> {
        let keys = self.keys_in_hand();
        let curves = self.curves_of(&keys);
        let mut lines = Vec::new();
        for curve in &curves {
            let entry = histories.get(&curve.id);
            let Some(entry) = entry.filter(|entry| !entry.history.is_empty()) else {
                continue;
            };
            lines.push(FigureLine {
                name: String::new(),
                run: curve.id.run.clone(),
                run_name: curve.run.name.clone(),
                key: curve.id.key.clone(),
                colour: if self.runs.len() > 1 {
                    histories.colours.of(&curve.id.run)
                } else {
                    lines.len()
                },
                history: Arc::clone(&entry.history),
            });
        }
        let named = lines
            .iter()
            .map(|line| (&line.run, line.run_name.as_str(), &line.key));
        for (place, name) in names(named).into_iter().enumerate() {
            lines[place].name = name;
        }
        let key = keys.last()?;
        let keys: Vec<&str> = keys.iter().map(MetricKey::as_str).collect();
        let title = match self.runs.as_slice() {
            [run] if !run.name.is_empty() => format!("{} of {}", keys.join(", "), run.name),
            _ => keys.join(", "),
        };
        (!lines.is_empty()).then(|| Figure {
            title,
            lines,
            settings: *self.view.settings(),
            x: self.view.x_limits(),
            y: self.view.y_limits(key),
        })
    }

    pub(super) fn begin_export(&mut self, file: PathBuf, cx: &mut Cx<'_>) {
        let Some(figure) = self.figure(cx.histories) else {
            self.typing = None;
            cx.said = Some("There is no point to export yet.".to_owned());
            return;
        };
        let may_replace = self.export.refused.as_ref() == Some(&file);
        let question = Question::Export(Box::new(ChartExport {
            figure,
            file,
            size: SIZE,
            may_replace,
        }));
        self.export.asked = Some(cx.ask(question));
    }

    /// Whether the answer to this ticket is waited for.
    pub(crate) fn awaits(&self, ticket: Ticket) -> bool {
        self.export.asked == Some(ticket)
    }

    /// Takes what became of an export.
    pub(crate) fn reply(&mut self, reply: Reply, cx: &mut Cx<'_>) {
        self.export.asked = None;
        match reply.answer {
            Ok(Answer::Exported(exported)) => {
                self.typing = None;
                cx.said = Some(said(&exported));
            }
            Ok(Answer::AlreadyThere(file)) => {
                self.refuse(Notice {
                    sentence: format!("{} is there already.", file.display()),
                    hint: Some("Press Enter again to replace it.".to_owned()),
                    span: None,
                });
                self.export.refused = Some(file);
            }
            Ok(_) => {}
            Err(failure) => self.refuse_export(&failure, cx),
        }
    }

    fn refuse_export(&mut self, failure: &Failure, cx: &mut Cx<'_>) {
        let notice = Notice::of(failure);
        if self.typing.is_none() {
            cx.said = Some(notice.sentence.clone());
        }
        self.refuse(notice);
    }
}

fn said(exported: &Exported) -> String {
    let file = exported.file.display();
    match exported.n_points {
        Some(n_points) => format!("Wrote {} points to {file}.", format::count(n_points)),
        None => format!("Wrote {file}."),
    }
}
