//! Shows one thing whole: a text, a note, values that fold, a table, a picture, bytes, facts about a model.
//!
//! A part of screens, beside a list or filling the page. It scrolls, folds, finds; what it cannot show at once can be
//! reached by keys, and nothing is cut without a way to see it whole.

pub(crate) mod block;
mod flow;
mod keys;
mod picture;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use std::cell::RefCell;
use std::rc::Rc;

use flowdeck_surface::format;
use flowdeck_surface::preview::{Body as Shown, Picture, Preview, Table, TreeView};
use flowdeck_surface::text::{fitted, has_words};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::context::Look;
use super::widgets::cursor::Cursor;
use super::widgets::message::Message;
use super::widgets::text::Pieces;
use block::Block;
use flow::StyledLine;
pub(crate) use keys::Acted;
use picture::DrawnPicture;

/// Shows one thing whole.
pub(crate) struct Viewer {
    body: Body,
    /// What it is and what should be known of it.
    remarks: Vec<String>,
    cursor: Cursor,
    /// Columns of a table, or cells of long lines, that are out of view on the left.
    left: usize,
    /// Whether long lines are broken.
    wraps: bool,
    /// Words that are looked for.
    find: String,
    laid_out: RefCell<Option<LaidOut>>,
    drawn: RefCell<Option<DrawnPicture>>,
}

enum Body {
    /// Blocks below each other, as wide as there is room.
    Flow(Vec<Block>),
    Tree(TreeView),
    Table(Table, Vec<u16>),
    Picture(Picture),
}

/// Lines for one width.
struct LaidOut {
    width: usize,
    wraps: bool,
    lines: Rc<Vec<StyledLine>>,
}

impl Viewer {
    fn new(body: Body, remarks: Vec<String>) -> Self {
        Self {
            body,
            remarks,
            cursor: Cursor::default(),
            left: 0,
            wraps: true,
            find: String::new(),
            laid_out: RefCell::default(),
            drawn: RefCell::default(),
        }
    }

    /// Blocks below each other.
    pub(crate) fn of_blocks(blocks: Vec<Block>) -> Self {
        Self::new(Body::Flow(blocks), Vec::new())
    }

    /// A value: JSON that holds others folds, any other text is broken into lines.
    pub(crate) fn of_value(value: &str) -> Self {
        let is_json = value.trim_start().starts_with(['{', '[']) && value.len() > 2;
        if is_json {
            let preview = Preview::of(&flowdeck_surface::preview::Source {
                name: "value.json",
                bytes: value.as_bytes(),
                size_bytes: None,
                is_whole: true,
            });
            if matches!(preview.body, Shown::Tree(_) | Shown::Table(_)) {
                let mut viewer = Self::of_preview(preview);
                viewer.remarks.clear();
                return viewer;
            }
        }
        Self::of_blocks(vec![Block::text(value)])
    }

    /// What a file shows.
    pub(crate) fn of_preview(preview: Preview) -> Self {
        let mut remarks = vec![preview.kind.title().to_owned()];
        remarks.extend(preview.size_bytes.map(format::size));
        remarks.extend(preview.remarks);
        let body = match preview.body {
            Shown::Text(text) => Body::Flow(vec![Block::Text(text, Tone::Plain)]),
            Shown::Markdown(text) => Body::Flow(vec![Block::Markdown(text)]),
            Shown::Tree(tree) => Body::Tree(TreeView::new(tree)),
            Shown::Table(table) => {
                let widths = table::widths(&table);
                Body::Table(table, widths)
            }
            Shown::Picture(picture) => Body::Picture(picture),
            Shown::Model(card) => Body::Flow(block::of_card(&card)),
            Shown::Bytes(bytes) => Body::Flow(block::of_bytes(preview.kind, bytes)),
        };
        Self::new(body, remarks)
    }

    /// The same blocks once more, where it stood before.
    pub(crate) fn replace_blocks(&mut self, blocks: Vec<Block>) {
        self.body = Body::Flow(blocks);
        self.laid_out = RefCell::default();
    }

    /// What it is and what should be known of it, in a line.
    pub(crate) fn remark(&self) -> String {
        self.remarks.join(" · ")
    }

    /// Looks for words, and goes to the first line from here on that has them.
    pub(crate) fn find(&mut self, words: &str, area: Rect) {
        self.find = words.to_owned();
        if !words.is_empty() {
            self.go_to_match(0, true, area);
        }
    }

    /// What is being looked for.
    pub(crate) fn wanted(&self) -> &str {
        &self.find
    }

    /// Lines at this width, laid out once.
    fn lines(&self, width: u16) -> Rc<Vec<StyledLine>> {
        let width = usize::from(width.saturating_sub(2)).max(1);
        let mut laid_out = self.laid_out.borrow_mut();
        match &*laid_out {
            Some(known) if known.width == width && known.wraps == self.wraps => Rc::clone(&known.lines),
            _ => {
                let lines = Rc::new(match &self.body {
                    Body::Flow(blocks) => flow::lay_out(blocks, width, self.wraps),
                    _ => Vec::new(),
                });
                *laid_out = Some(LaidOut {
                    width,
                    wraps: self.wraps,
                    lines: Rc::clone(&lines),
                });
                lines
            }
        }
    }

    /// How many lines or rows there are in an area.
    fn n_lines(&self, area: Rect) -> usize {
        match &self.body {
            Body::Flow(_) => self.lines(area.width).len(),
            Body::Tree(view) => view.shown().len(),
            Body::Table(table, _) => table.n_rows(),
            Body::Picture(_) => 0,
        }
    }

    /// How many of them are in view at once.
    fn height(&self, area: Rect) -> usize {
        match &self.body {
            Body::Table(..) => usize::from(area.height.saturating_sub(1)),
            _ => usize::from(area.height),
        }
    }

    /// Whether a line has the words that are looked for.
    fn has_match(&self, line: usize, area: Rect) -> bool {
        match &self.body {
            Body::Flow(_) => self.lines(area.width).get(line).is_some_and(|line| {
                let text: String = line.iter().map(|(text, _)| text.as_str()).collect();
                has_words(&self.find, std::iter::once(text.as_str()))
            }),
            Body::Tree(view) => view.tree().lines().get(line).is_some_and(|line| {
                has_words(&self.find, [line.key.as_str(), line.value.as_str()].into_iter())
            }),
            Body::Table(table, _) => {
                let cells = (0..table.columns().len()).filter_map(|column| table.cell(line, column));
                has_words(&self.find, cells)
            }
            Body::Picture(_) => false,
        }
    }

    /// Draws it; an empty one says so.
    pub(crate) fn draw(&self, area: Rect, has_focus: bool, buf: &mut Buffer, look: &Look<'_>) {
        if area.height == 0 || area.width < 3 {
            return;
        }
        match &self.body {
            Body::Picture(picture) => {
                let mut drawn = self.drawn.borrow_mut();
                picture::draw(picture, &mut drawn, area, buf, look);
            }
            Body::Table(table, _) if table.columns().is_empty() => {
                Message::quiet("The table has no columns.", None).draw(area, buf, look);
            }
            Body::Table(table, widths) => self.draw_table(table, widths, area, has_focus, buf, look),
            Body::Tree(view) => self.draw_tree(view, area, has_focus, buf, look),
            Body::Flow(_) => {
                let lines = self.lines(area.width);
                if lines.is_empty() {
                    return Message::quiet("It is empty.", None).draw(area, buf, look);
                }
                self.draw_flow(&lines, area, buf, look);
            }
        }
    }

    /// Where it stands in what it shows: `12/300`, for an edge; nothing where all is in view.
    pub(crate) fn position(&self, area: Rect) -> String {
        let (n_lines, height) = (self.n_lines(area), self.height(area));
        if n_lines <= height {
            return String::new();
        }
        let last = match self.body {
            Body::Flow(_) => (self.cursor.first + height).min(n_lines),
            _ => self.cursor.selected + 1,
        };
        format!("{}/{}", format::count(last), format::count(n_lines))
    }
}

/// What a viewer shows and where it stands, in the lower edge of its frame; a word of the page comes first.
pub(crate) fn draw_foot(
    viewer: &Viewer,
    frame: Rect,
    inner: Rect,
    word: &str,
    buf: &mut Buffer,
    look: &Look<'_>,
) {
    let texts = [word.to_owned(), viewer.remark(), viewer.position(inner)];
    let told: Vec<&str> = texts
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    if told.is_empty() || frame.height < 2 || frame.width < 8 {
        return;
    }
    let room = usize::from(frame.width) - 6;
    let text = told.join(" · ");
    let mut foot = Pieces::new();
    foot.add(format!(" {} ", fitted(&text, room)), look.theme.tone(Tone::Muted));
    let edge = Rect::new(frame.x + 2, frame.bottom() - 1, frame.width - 4, 1);
    foot.draw_right(edge, buf);
}
