//! The line in which limits or the name of a file are typed.

use std::path::PathBuf;

use flowdeck_surface::chart::typed_limits;
use flowdeck_surface::client::Timestamp;
use flowdeck_surface::client::series::XAxis;
use flowdeck_surface::notice::Notice;
use ratatui::layout::Rect;

use super::ChartPane;
use crate::app::context::Cx;
use crate::app::key::Key;
use crate::app::widgets::prompt::{Prompt, Typed};

/// What is typed.
#[derive(Clone, Debug)]
pub(super) enum Typing {
    /// Limits of the axes.
    Limits(Prompt),
    /// The name of a file to write the chart into.
    FileName(Prompt),
}

impl Typing {
    fn prompt(&self) -> &Prompt {
        match self {
            Self::Limits(prompt) | Self::FileName(prompt) => prompt,
        }
    }

    pub(super) fn prompt_mut(&mut self) -> &mut Prompt {
        match self {
            Self::Limits(prompt) | Self::FileName(prompt) => prompt,
        }
    }
}

impl ChartPane {
    pub(super) fn type_limits(&mut self) {
        self.typing = Some(Typing::Limits(Prompt::new("limits", "")));
    }

    pub(super) fn type_file_name(&mut self) {
        let Some(key) = self.key() else { return };
        let name = flowdeck_surface::chart::file_name(key.as_str(), "svg");
        self.typing = Some(Typing::FileName(Prompt::new("export to", &name)));
    }

    /// The line that is typed in, where one is open.
    pub(crate) fn prompt(&self) -> Option<&Prompt> {
        self.typing.as_ref().map(Typing::prompt)
    }

    /// A key while a line is open.
    pub(crate) fn press(&mut self, key: &Key, area: Rect, cx: &mut Cx<'_>) {
        let Some(typing) = &mut self.typing else { return };
        match typing.prompt_mut().press(key) {
            Typed::Changed => {
                typing.prompt_mut().fault = None;
                self.export.forget_refusal();
            }
            Typed::Done => self.done(area, cx),
            Typed::Cancelled => self.typing = None,
            Typed::Nothing | Typed::Passed => {}
        }
    }

    /// Text for the open line.
    pub(crate) fn paste(&mut self, text: &str) {
        if let Some(typing) = &mut self.typing {
            typing.prompt_mut().paste(text);
        }
    }

    fn done(&mut self, area: Rect, cx: &mut Cx<'_>) {
        match &self.typing {
            Some(Typing::Limits(prompt)) => {
                let text = prompt.text().to_owned();
                match self.limit(&text, cx) {
                    Ok(()) => self.typing = None,
                    Err(fault) => self.refuse(fault),
                }
                self.load(area, false, cx);
            }
            Some(Typing::FileName(prompt)) => {
                let file = PathBuf::from(prompt.text().trim());
                self.begin_export(file, cx);
            }
            None => {}
        }
    }

    /// Says below the line what is wrong with it.
    pub(super) fn refuse(&mut self, fault: Notice) {
        if let Some(typing) = &mut self.typing {
            typing.prompt_mut().fault = Some(fault);
        }
    }

    fn limit(&mut self, text: &str, cx: &Cx<'_>) -> Result<(), Notice> {
        let whole = self.whole(cx.histories);
        let near = match self.view.axis() {
            XAxis::WallTime => whole.map_or(0.0, |whole| whole.min),
            XAxis::Step | XAxis::RelativeTime => 0.0,
        };
        let typed = typed_limits(text, self.view.axis(), Timestamp(near as i64), cx.clock)?;
        let Some(key) = self.key().cloned() else {
            return Ok(());
        };
        if typed.0.is_some() || typed.1.is_some() {
            self.view.limit(typed.0, typed.1.map(|limits| (&key, limits)));
        }
        Ok(())
    }
}
