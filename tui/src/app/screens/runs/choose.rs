//! The list of all columns, drawn over the table: show, hide, pin, find.
//!
//! ```text
//!  ╭ Columns  24 of 12,000 shown ──────────────────────╮
//!  │ ▾ metrics                              20 of 20   │
//!  │   ▸ val/                               12 of 12   │
//!  │   ● loss                               pinned     │
//!  │   ○ loss_ema                                      │
//!  ╰───────────────────────────────────────────────────╯
//! ```

use flowdeck_surface::action::Action;
use flowdeck_surface::format;
use flowdeck_surface::run_table::chooser::{Chooser, Entry, family_of};
use flowdeck_surface::run_table::{ColumnId, RunTable};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::Runs;
use crate::app::context::{Cx, Look};
use crate::app::widgets::cursor::Cursor;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::table::{GAP, Table, TableCell, TableColumn};
use crate::app::widgets::text::Pieces;

/// Cells of the word behind a key.
const WORD: u16 = 20;

/// The list, open.
#[derive(Debug)]
pub(super) struct OpenChooser {
    chooser: Chooser,
    cursor: Cursor,
}

impl OpenChooser {
    fn height(body: Rect) -> usize {
        usize::from(area(body).height.saturating_sub(2))
    }

    /// Moves; answers whether the action moves.
    pub(super) fn act(&mut self, action: Action, body: Rect) -> bool {
        self.cursor
            .act(action, self.chooser.entries().len(), Self::height(body))
    }

    fn ids(&self) -> &[ColumnId] {
        self.chooser.ids_at(self.cursor.selected)
    }
}

fn area(body: Rect) -> Rect {
    let width = body.width.min(76);
    let height = body.height.saturating_sub(u16::from(body.height > 12)).min(40);
    Rect::new(
        body.x + (body.width - width) / 2,
        body.y + (body.height - height) / 2,
        width,
        height,
    )
}

impl Runs {
    /// Opens the list at the column in hand; what is not known yet is read, so that every key is in it.
    pub(super) fn open_chooser(&mut self, cx: &mut Cx<'_>) {
        self.begin_survey(true, cx);
        let chooser = Chooser::of(&self.table);
        let in_hand = self.columns.in_hand();
        let is_it = |entry: &Entry| matches!(entry, Entry::Column { id, .. } if Some(*id) == in_hand);
        let place = chooser.entries().iter().position(is_it).unwrap_or(0);
        let mut cursor = Cursor::default();
        cursor.select(place, chooser.entries().len(), OpenChooser::height(cx.body));
        self.chooser = Some(OpenChooser { chooser, cursor });
    }

    /// Follows the table: keys may have been learnt.
    pub(super) fn follow_chooser(&mut self, cx: &Cx<'_>) {
        if let Some(open) = &mut self.chooser {
            open.chooser.list(&self.table);
            let n_entries = open.chooser.entries().len();
            open.cursor.keep_in_view(n_entries, OpenChooser::height(cx.body));
        }
    }

    pub(super) fn find_key(&mut self, words: &str) {
        if let Some(open) = &mut self.chooser {
            open.chooser.find(words, &self.table);
            open.cursor = Cursor::default();
        }
    }

    /// Does what a key is bound to while the list is open.
    pub(super) fn act_in_chooser(&mut self, action: Action, cx: &mut Cx<'_>) {
        let Some(open) = &mut self.chooser else { return };
        if open.act(action, cx.body) {
            return;
        }
        let ids = open.ids().to_vec();
        match action {
            Action::Back if !open.chooser.words().is_empty() => self.find_key(""),
            Action::Back => self.chooser = None,
            Action::Find => self.typing.begin_find("find key", open.chooser.words()),
            Action::Fold => open.chooser.toggle_fold(open.cursor.selected, &self.table),
            Action::Mark => {
                self.toggle_shown(&ids, cx);
                if let Some(open) = &mut self.chooser {
                    open.act(Action::Down, cx.body);
                }
            }
            Action::MarkAll => {
                let all = open.chooser.entries().iter().filter_map(|entry| match entry {
                    Entry::Column { id, .. } => Some(*id),
                    Entry::Group { .. } => None,
                });
                let all: Vec<_> = all.collect();
                self.toggle_shown(&all, cx);
            }
            Action::Open => self.go_to_column(&ids, cx),
            Action::Pin | Action::GroupBy | Action::Sort => {
                if let [id] = ids[..] {
                    self.change_column(id, action, cx);
                }
            }
            _ => {}
        }
        self.follow_chooser(cx);
    }

    fn toggle_shown(&mut self, ids: &[ColumnId], cx: &mut Cx<'_>) {
        let layout = &self.table.settings().layout;
        let is_any_hidden = ids.iter().any(|id| !layout.is_shown(*id));
        self.table.show(ids, is_any_hidden);
        let anchor = self.anchor();
        self.settle(anchor, cx);
    }

    fn go_to_column(&mut self, ids: &[ColumnId], cx: &mut Cx<'_>) {
        let Some(&id) = ids.first() else { return };
        self.chooser = None;
        if !self.table.settings().layout.is_shown(id) {
            self.table.show(&[id], true);
        }
        self.columns.go_to(id, &self.table, cx.body.width, self.now);
        self.load_columns_in_view(cx);
    }

    pub(super) fn draw_chooser(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let Some(open) = &self.chooser else { return };
        let area = area(body);
        if area.width < 10 || area.height < 3 {
            return;
        }
        Clear.render(area, buf);
        let inner = draw_frame(area, &self.chooser_title(open, look), true, buf, look);
        let entries = open.chooser.entries();
        let columns = [
            TableColumn {
                width: inner.width.saturating_sub(WORD + GAP + 2),
                ..TableColumn::default()
            },
            TableColumn {
                width: WORD,
                ..TableColumn::default()
            },
        ];
        let cell = |row: usize, column: usize| entry_cell(&entries[row], column, open, &self.table);
        let table = Table {
            columns: &columns,
            n_rows: entries.len(),
            cursor: open.cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw_rows(inner, buf, look);
    }

    fn chooser_title(&self, open: &OpenChooser, look: &Look<'_>) -> Pieces<'static> {
        let layout = &self.table.settings().layout;
        let n_all = layout.order().len();
        let n_shown = layout.order().iter().filter(|id| layout.is_shown(**id)).count();
        let mut title = Pieces::new();
        title.add(" Columns ", look.theme.heading());
        let counted = format!("{} of {} shown ", format::count(n_shown), format::count(n_all));
        title.add(counted, look.theme.tone(Tone::Muted));
        if !open.chooser.words().is_empty() {
            let found = format!("· {} with ", format::count(open.chooser.entries().len()));
            title.add(found, look.theme.tone(Tone::Muted));
            title.add(
                format!("{} ", open.chooser.words()),
                look.theme.tone(Tone::Accent),
            );
        }
        if self.survey.is_asking() {
            title.add("· reading keys … ", look.theme.tone(Tone::Active));
        }
        title
    }
}

fn entry_cell<'a>(entry: &'a Entry, column: usize, open: &OpenChooser, table: &'a RunTable) -> TableCell<'a> {
    let layout = &table.settings().layout;
    match (entry, column) {
        (
            Entry::Group {
                name,
                depth,
                is_folded,
                ..
            },
            0,
        ) => {
            let mark = if *is_folded { '▸' } else { '▾' };
            let name = name.split_once('.').map_or(name.as_str(), |(_, prefix)| prefix);
            TableCell::new(
                format!("{}{mark} {name}", "  ".repeat(usize::from(*depth))),
                Tone::Accent,
            )
        }
        (Entry::Group { ids, .. }, _) => {
            let n_shown = ids.iter().filter(|id| layout.is_shown(**id)).count();
            TableCell::new(
                format!("{} of {}", format::count(n_shown), format::count(ids.len())),
                Tone::Muted,
            )
        }
        (Entry::Column { id, depth }, 0) => {
            let is_shown = layout.is_shown(*id);
            let mark = if is_shown { '●' } else { '○' };
            let tone = if is_shown { Tone::Plain } else { Tone::Muted };
            let title = table.catalog().column(*id).title();
            TableCell::new(
                format!("{}{mark} {title}", "  ".repeat(usize::from(*depth))),
                tone,
            )
        }
        (Entry::Column { id, .. }, _) => {
            let column = table.catalog().column(*id);
            let mut words = Vec::new();
            if !open.chooser.words().is_empty() {
                words.push(family_of(column));
            }
            if layout.is_pinned(*id) {
                words.push("pinned");
            }
            if table.settings().group_by.contains(column) {
                words.push("grouped");
            }
            if table.settings().sort.iter().any(|sort| sort.column == *column) {
                words.push("sorted");
            }
            TableCell::new(words.join(", "), Tone::Muted)
        }
    }
}
