//! The pages of the comparison, and the line that names them.

use flowdeck_surface::action::{Action, Scope};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::app::context::Look;
use crate::app::mouse::Target;
use crate::app::widgets::text::put;

/// A page of the comparison.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Page {
    /// A line for each key, a column for each run.
    #[default]
    Table,
    /// Curves of metrics.
    Curves,
    /// Points between two columns.
    Scatter,
    /// Lines through parallel axes.
    Parallel,
    /// A metric by groups.
    Boxes,
    /// A text file of two runs.
    Diff,
    /// A picture of several runs.
    Pictures,
}

impl Page {
    /// All of them, from left to right.
    pub(super) const ALL: [Self; 7] = [
        Self::Table,
        Self::Curves,
        Self::Scatter,
        Self::Parallel,
        Self::Boxes,
        Self::Diff,
        Self::Pictures,
    ];

    /// What it is called.
    const fn title(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Curves => "Curves",
            Self::Scatter => "Scatter",
            Self::Parallel => "Parallel",
            Self::Boxes => "Box plot",
            Self::Diff => "Text",
            Self::Pictures => "Images",
        }
    }

    /// Whose keys hold on it, the narrowest first.
    pub(super) const fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Table => &[Scope::Compare, Scope::Comparison, Scope::List, Scope::Everywhere],
            Self::Curves => &[Scope::Chart, Scope::Comparison, Scope::Everywhere],
            Self::Scatter => &[Scope::Scatter, Scope::Comparison, Scope::Everywhere],
            Self::Parallel => &[Scope::Parallel, Scope::Comparison, Scope::Everywhere],
            Self::Boxes => &[Scope::Boxes, Scope::Comparison, Scope::List, Scope::Everywhere],
            Self::Diff => &[Scope::Diff, Scope::Comparison, Scope::List, Scope::Everywhere],
            Self::Pictures => &[Scope::Pictures, Scope::Comparison, Scope::Everywhere],
        }
    }

    /// The page that an action goes to from this one.
    pub(super) fn after(self, action: Action) -> Option<Self> {
        let n_pages = Self::ALL.len();
        Some(match action {
            Action::NextPane => Self::ALL[(self as usize + 1) % n_pages],
            Action::PreviousPane => Self::ALL[(self as usize + n_pages - 1) % n_pages],
            Action::ShowTable => Self::Table,
            Action::ShowCurves => Self::Curves,
            Action::ShowScatter => Self::Scatter,
            Action::ShowParallel => Self::Parallel,
            Action::ShowBoxes => Self::Boxes,
            Action::ShowDiff => Self::Diff,
            Action::ShowPictures => Self::Pictures,
            _ => return None,
        })
    }

    /// Draws the names of all pages with their keys, this one standing out.
    pub(super) fn draw_names(self, line: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_room = line.width >= 72;
        let mut x = line.x + 1;
        for page in Self::ALL {
            let number = format!("{} ", page as usize + 1);
            let room = |x: u16| usize::from(line.right().saturating_sub(x));
            let start = x;
            x = put(buf, x, line.y, &number, room(x), look.theme.frame(false));
            let style = if page == self {
                let accent = look.theme.tone(Tone::Accent);
                accent.add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
            } else {
                look.theme.tone(Tone::Muted)
            };
            if has_room || page == self {
                x = put(buf, x, line.y, page.title(), room(x), style);
            }
            let name = Rect::new(start, line.y, x.saturating_sub(start), 1);
            look.targets.mark(name, Target::Tab(page as usize));
            x = x.saturating_add(if has_room { 3 } else { 1 });
        }
    }
}
