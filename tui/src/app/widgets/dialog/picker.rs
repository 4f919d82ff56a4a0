//! A list to choose from, narrowed by a few letters of what is wanted.
//!
//! ```text
//!  › vis
//!    vision-classifier     124 runs
//!    vision-detector        12 runs
//! ```

use flowdeck_surface::fuzzy::Fuzzy;
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_segmentation::UnicodeSegmentation;

use super::{Decision, Dialog, Pressed, fault_text, put_wrapped};
use crate::app::context::Look;
use crate::app::key::Key;
use crate::app::mouse::Mouse;
use crate::app::widgets::cursor::{Cursor, Pointed};
use crate::app::widgets::prompt::{Prompt, Typed};
use crate::app::widgets::table::{Table, TableCell, TableColumn};
use crate::app::widgets::text::put;
use flowdeck_surface::action::Action;

/// A list to choose from.
pub(crate) struct Picker {
    title: String,
    verb: &'static str,
    items: Vec<Item>,
    prompt: Prompt,
    /// The items that match, the best first.
    rows: Vec<usize>,
    cursor: Cursor,
    /// The chosen ones, where several may be.
    marked: Option<Vec<bool>>,
    fault: Option<Notice>,
}

/// Something that can be chosen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Item {
    /// Its name; letters are looked for in it.
    pub(crate) label: String,
    /// What else is known of it.
    pub(crate) detail: String,
    /// What its name means.
    pub(crate) tone: Tone,
}

impl Item {
    /// Something with a name and a word about it.
    pub(crate) fn new(label: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            detail: detail.into(),
            tone: Tone::Plain,
        }
    }
}

/// The most columns that it takes.
const WIDEST: u16 = 100;

/// The fewest rows that it keeps while it is narrowed, so that it does not jump.
const FEWEST: u16 = 3;

impl Picker {
    /// A list of which one is chosen by this verb: `Picker::new("Go to experiment", "open", items)`.
    pub(crate) fn new(title: impl Into<String>, verb: &'static str, items: Vec<Item>) -> Self {
        let rows = (0..items.len()).collect();
        Self {
            title: title.into(),
            verb,
            items,
            prompt: Prompt::new("›", ""),
            rows,
            cursor: Cursor::default(),
            marked: None,
            fault: None,
        }
    }

    /// Several may be chosen, these to begin with.
    pub(crate) fn several(mut self, chosen: impl IntoIterator<Item = usize>) -> Self {
        let mut marked = vec![false; self.items.len()];
        for place in chosen {
            if let Some(mark) = marked.get_mut(place) {
                *mark = true;
            }
        }
        self.marked = Some(marked);
        self
    }

    /// This one is in hand when it opens.
    pub(crate) fn at(mut self, place: usize) -> Self {
        self.cursor.selected = place.min(self.items.len().saturating_sub(1));
        self
    }

    fn narrow(&mut self) {
        let labels = self.items.iter().map(|item| item.label.as_str());
        self.rows = Fuzzy::new(self.prompt.text()).ranked(labels);
        self.cursor = Cursor::default();
    }

    fn height(area: Rect) -> usize {
        usize::from(area.height.saturating_sub(1))
    }

    fn in_hand(&self) -> Option<usize> {
        self.rows.get(self.cursor.selected).copied()
    }

    fn decide(&self) -> Pressed {
        let picked = match &self.marked {
            Some(marked) => (0..marked.len()).filter(|place| marked[*place]).collect(),
            None => match self.in_hand() {
                Some(place) => vec![place],
                None => return Pressed::Nothing,
            },
        };
        Pressed::Decided(Decision::Picked(picked))
    }

    fn toggle(&mut self) {
        let in_hand = self.in_hand();
        if let (Some(marked), Some(place)) = (&mut self.marked, in_hand) {
            marked[place] = !marked[place];
        }
    }

    fn act(&mut self, key: &str, height: usize) {
        let action = match key {
            "down" | "ctrl-n" => Action::Down,
            "up" | "ctrl-p" => Action::Up,
            "pgdn" => Action::PageDown,
            "pgup" => Action::PageUp,
            "tab" if self.marked.is_some() => {
                self.toggle();
                Action::Down
            }
            _ => return,
        };
        self.cursor.act(action, self.rows.len(), height);
    }
}

impl Dialog for Picker {
    fn title(&self) -> &str {
        &self.title
    }

    fn size(&self, columns: u16, rows: u16) -> (u16, u16) {
        let widest = |text: fn(&Item) -> &str| {
            let widths = self.items.iter().map(|item| width_cells(text(item)));
            widths.max().unwrap_or(0).min(usize::from(WIDEST)) as u16
        };
        let wanted = widest(|item| &item.label) + widest(|item| &item.detail) + 8;
        let n_rows = u16::try_from(self.items.len())
            .unwrap_or(u16::MAX)
            .saturating_add(1);
        (
            wanted.clamp(40, WIDEST).min(columns),
            n_rows.clamp(FEWEST + 1, rows.max(FEWEST + 1)),
        )
    }

    fn press(&mut self, key: &Key, area: Rect) -> Pressed {
        self.fault = None;
        match self.prompt.press(key) {
            Typed::Changed => self.narrow(),
            Typed::Done => return self.decide(),
            Typed::Cancelled => return Pressed::Cancelled,
            Typed::Passed => self.act(&key.name, Self::height(area)),
            Typed::Nothing => {}
        }
        Pressed::Nothing
    }

    fn paste(&mut self, text: &str) {
        self.prompt.paste(text);
        self.narrow();
    }

    fn point(&mut self, mouse: &Mouse, area: Rect) -> Pressed {
        let pointed = self.cursor.point(mouse, self.rows.len(), Self::height(area));
        match pointed {
            Pointed::Opened if self.marked.is_some() => self.toggle(),
            Pointed::Opened => return self.decide(),
            Pointed::Moved | Pointed::Elsewhere | Pointed::Title(_) => {}
        }
        Pressed::Nothing
    }

    fn refuse(&mut self, fault: Notice) {
        self.fault = Some(fault);
    }

    fn keys(&self) -> Vec<(&'static str, String)> {
        let mut keys = vec![("Enter", self.verb.to_owned()), ("Esc", "back".to_owned())];
        if self.marked.is_some() {
            keys.insert(0, ("Tab", "choose".to_owned()));
        }
        keys
    }

    fn draw(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if area.height == 0 {
            return;
        }
        let accent = look.theme.tone(Tone::Accent).add_modifier(Modifier::BOLD);
        let x = put(buf, area.x, area.y, "› ", 2, accent);
        let counted = format!(" {}/{}", self.rows.len(), self.items.len());
        let line = Rect {
            x,
            width: area.right().saturating_sub(x + counted.len() as u16),
            height: 1,
            ..area
        };
        self.prompt.draw_line(line, look.theme.heading(), true, buf);
        let muted = look.theme.tone(Tone::Muted);
        put(buf, line.right(), area.y, &counted, counted.len(), muted);
        let below = Rect {
            x: area.x.saturating_sub(1),
            width: area.width + 2,
            y: area.y + 1,
            height: area.height - 1,
        };
        match &self.fault {
            Some(fault) => drop(put_wrapped(&fault_text(fault), below, Tone::Bad, buf, look)),
            None if self.rows.is_empty() => drop(put(
                buf,
                area.x,
                below.y,
                "Nothing has these letters.",
                usize::from(area.width),
                muted,
            )),
            None => self.draw_items(below, buf, look),
        }
    }
}

impl Picker {
    fn draw_items(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let mark = if self.marked.is_some() { 3 } else { 0 };
        let details = self.rows.iter().map(|&row| width_cells(&self.items[row].detail));
        let detail = (details.max().unwrap_or(0) as u16).min(area.width / 2);
        let label = area.width.saturating_sub(mark + detail + 6).max(4);
        let column = |width, is_right| TableColumn {
            width,
            is_right,
            ..TableColumn::default()
        };
        let columns = [column(mark, false), column(label, false), column(detail, true)];
        let columns = if mark == 0 { &columns[1..] } else { &columns[..] };
        let cell = |row: usize, column: usize| {
            let place = self.rows[row];
            let item = &self.items[place];
            match column + usize::from(mark == 0) {
                0 if self.marked.as_ref().is_some_and(|marked| marked[place]) => {
                    TableCell::new("[x]", Tone::Accent)
                }
                0 => TableCell::new("[ ]", Tone::Muted),
                1 => TableCell::new(item.label.as_str(), item.tone),
                _ => TableCell::new(item.detail.as_str(), Tone::Muted),
            }
        };
        let mut cursor = self.cursor;
        cursor.keep_in_view(self.rows.len(), usize::from(area.height));
        let table = Table {
            columns,
            n_rows: self.rows.len(),
            cursor,
            has_focus: true,
            cell: &cell,
        };
        table.draw_rows(area, buf, look);
        let label_x = area.x + 1 + if mark == 0 { 0 } else { mark + 2 };
        self.underline(area, label_x, label, cursor, buf);
    }

    /// Shows which letters made an item match.
    fn underline(&self, area: Rect, x: u16, width: u16, cursor: Cursor, buf: &mut Buffer) {
        let mut fuzzy = Fuzzy::new(self.prompt.text());
        if fuzzy.is_empty() {
            return;
        }
        let in_view = self.rows.iter().skip(cursor.first).take(usize::from(area.height));
        for (line, &row) in in_view.enumerate() {
            let label = &self.items[row].label;
            let letters: Vec<&str> = label.graphemes(true).collect();
            for place in fuzzy.places(label) {
                let before = letters
                    .iter()
                    .take(place)
                    .map(|letter| width_cells(letter))
                    .sum::<usize>();
                // The last cell of a name that is cut shows that it is.
                if before + 1 >= usize::from(width) {
                    break;
                }
                if let Some(cell) = buf.cell_mut((x + before as u16, area.y + line as u16)) {
                    cell.modifier.insert(Modifier::UNDERLINED | Modifier::BOLD);
                }
            }
        }
    }
}
