//! Blocks below each other, in the order the parser tells of them.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::flow::{Line, Mark, Piece, flow, sign};
use super::grid::Grid;
use crate::text::width_cells;

/// Cells that text keeps at least, however deep the lists it stands in.
const LEAST: usize = 8;

/// What has been laid out so far, and what is open.
pub(super) struct Layout {
    width: usize,
    lines: Vec<Line>,
    /// Text of the block that is open.
    pieces: Vec<Piece>,
    mark: Mark,
    /// What stands in front of each line: bars of quotes, indents of lists.
    margins: Vec<Margin>,
    /// Lists that are open, each with its next number.
    lists: Vec<Option<u64>>,
    /// Where links that are open lead.
    links: Vec<String>,
    grid: Option<Grid>,
    is_code: bool,
    /// Whether a blank line is due before the next block.
    is_apart: bool,
}

/// What stands in front of lines.
struct Margin {
    /// In front of the first line; blanks once it was written.
    first: Piece,
    /// In front of the others.
    rest: Piece,
    is_used: bool,
}

impl Layout {
    pub(super) fn new(width: usize) -> Self {
        Self {
            width,
            lines: Vec::new(),
            pieces: Vec::new(),
            mark: Mark::default(),
            margins: Vec::new(),
            lists: Vec::new(),
            links: Vec::new(),
            grid: None,
            is_code: false,
            is_apart: false,
        }
    }

    pub(super) fn n_lines(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn done(mut self) -> Vec<Line> {
        self.end_block();
        self.lines
    }

    pub(super) fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.add(&text),
            Event::Code(text) => {
                let mark = Mark {
                    is_code: true,
                    ..self.mark
                };
                self.add_marked(&text, mark);
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                let mark = Mark {
                    is_muted: true,
                    ..self.mark
                };
                self.add_marked(text.trim_end_matches('\n'), mark);
            }
            Event::SoftBreak => self.add(" "),
            Event::HardBreak => self.add("\n"),
            Event::Rule => {
                self.end_block();
                self.stand_apart();
                let rule = "─".repeat(self.room());
                self.push_line(vec![sign(rule)]);
                self.is_apart = true;
            }
            Event::TaskListMarker(is_done) => {
                let mark = Mark {
                    is_muted: true,
                    ..Mark::default()
                };
                self.add_marked(if is_done { "☑ " } else { "☐ " }, mark);
            }
            other => {
                if let Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) =
                    other
                {
                    self.add(&text);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::HtmlBlock => self.end_block(),
            Tag::Heading { .. } => {
                self.end_block();
                self.mark.is_heading = true;
            }
            Tag::BlockQuote(_) => {
                self.end_block();
                self.stand_apart();
                self.margins.push(Margin {
                    first: sign("│ "),
                    rest: sign("│ "),
                    is_used: false,
                });
            }
            Tag::CodeBlock(kind) => {
                self.end_block();
                // The language is not shown: what is code shows by itself.
                let _ = matches!(kind, CodeBlockKind::Fenced(_));
                self.is_code = true;
            }
            Tag::List(first) => {
                self.end_block();
                if !self.lists.is_empty() {
                    self.is_apart = false;
                }
                self.lists.push(first);
            }
            Tag::Item => self.start_item(),
            Tag::Table(alignments) => {
                self.end_block();
                self.grid = Some(Grid {
                    alignments,
                    rows: Vec::new(),
                });
            }
            Tag::TableHead => {
                self.mark.is_strong = true;
                self.start_row();
            }
            Tag::TableRow => self.start_row(),
            Tag::Emphasis => self.mark.is_emphasis = true,
            Tag::Strong => self.mark.is_strong = true,
            Tag::Strikethrough => self.mark.is_struck = true,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.links.push(dest_url.to_string());
                self.mark.is_link = true;
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.end_block();
                self.is_apart = true;
            }
            TagEnd::Heading(_) => {
                self.end_block();
                self.mark.is_heading = false;
                self.is_apart = true;
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.margins.pop();
                self.is_apart = true;
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
                self.is_apart = self.lists.is_empty();
            }
            TagEnd::Item => {
                self.end_block();
                self.margins.pop();
                self.is_apart = false;
            }
            TagEnd::Table => self.end_table(),
            TagEnd::TableHead => self.mark.is_strong = false,
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.pieces);
                if let Some(row) = self.grid.as_mut().and_then(|grid| grid.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Emphasis => self.mark.is_emphasis = false,
            TagEnd::Strong => self.mark.is_strong = false,
            TagEnd::Strikethrough => self.mark.is_struck = false,
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn start_item(&mut self) {
        self.end_block();
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                let bullet = format!("{number}. ");
                *number += 1;
                bullet
            }
            _ => "• ".to_owned(),
        };
        self.stand_apart();
        let indent = " ".repeat(width_cells(&bullet));
        self.margins.push(Margin {
            first: sign(bullet),
            rest: sign(indent),
            is_used: false,
        });
    }

    fn start_row(&mut self) {
        if let Some(grid) = &mut self.grid {
            grid.rows.push(Vec::new());
        }
    }

    fn end_table(&mut self) {
        let Some(grid) = self.grid.take() else { return };
        self.stand_apart();
        for line in grid.lines(self.room()) {
            self.push_line(line);
        }
        self.is_apart = true;
    }

    /// Says where a link leads, unless its text says so already.
    fn end_link(&mut self) {
        let Some(address) = self.links.pop() else { return };
        let is_said = self.pieces.last().is_some_and(|piece| piece.text == address);
        if !is_said && !address.is_empty() {
            let mark = Mark {
                is_muted: true,
                ..Mark::default()
            };
            self.add_marked(&format!(" ({address})"), mark);
        }
        self.mark.is_link = !self.links.is_empty();
    }

    fn end_code(&mut self) {
        self.is_code = false;
        let pieces = std::mem::take(&mut self.pieces);
        let code: String = pieces.into_iter().map(|piece| piece.text).collect();
        self.stand_apart();
        let room = self.room().saturating_sub(2).max(LEAST);
        let mark = Mark {
            is_code: true,
            ..Mark::default()
        };
        for line in code.trim_end_matches('\n').split('\n') {
            let piece = Piece {
                text: line.replace('\t', "    "),
                mark,
            };
            for mut part in flow(&[piece], room) {
                if !part.is_empty() {
                    part.insert(0, sign("  "));
                }
                self.push_line(part);
            }
        }
        self.is_apart = true;
    }

    fn add(&mut self, text: &str) {
        self.add_marked(text, self.mark);
    }

    fn add_marked(&mut self, text: &str, mark: Mark) {
        self.pieces.push(Piece {
            text: text.to_owned(),
            mark,
        });
    }

    /// Lets the open text flow into lines.
    fn end_block(&mut self) {
        if self.pieces.is_empty() || self.is_code || self.grid.is_some() {
            return;
        }
        let pieces = std::mem::take(&mut self.pieces);
        self.stand_apart();
        for line in flow(&pieces, self.room()) {
            self.push_line(line);
        }
    }

    fn stand_apart(&mut self) {
        if std::mem::take(&mut self.is_apart) && !self.lines.is_empty() {
            let margin: Vec<Piece> = self
                .margins
                .iter()
                .filter(|margin| margin.is_used)
                .map(|margin| margin.rest.clone())
                .collect();
            self.lines
                .push(if margin.iter().all(|piece| piece.text.trim().is_empty()) {
                    Line::new()
                } else {
                    margin
                });
        }
    }

    /// Cells that are left beside the margins.
    fn room(&self) -> usize {
        let margins: usize = self
            .shown_margins()
            .map(|margin| width_cells(&margin.rest.text))
            .sum();
        self.width.saturating_sub(margins).max(LEAST)
    }

    /// Margins that there is room for; those further in are left out.
    fn shown_margins(&self) -> impl Iterator<Item = &Margin> {
        let most = self.width.saturating_sub(LEAST) / 2;
        self.margins.iter().take(most.max(1))
    }

    fn push_line(&mut self, pieces: Line) {
        let most = (self.width.saturating_sub(LEAST) / 2).max(1);
        let mut line = Line::new();
        for margin in self.margins.iter_mut().take(most) {
            let is_first = !std::mem::replace(&mut margin.is_used, true);
            line.push(if is_first {
                margin.first.clone()
            } else {
                margin.rest.clone()
            });
        }
        line.extend(pieces);
        self.lines.push(line);
    }
}
