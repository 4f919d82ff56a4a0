//! What is shown of a log, and what has to be asked for it. Pure: a log of any length stands on disk, and the view holds the
//! lines around what is seen.
//!
//! A *line* is counted over the log; a *place* over what the filter leaves of it. Without a filter they are the same.
//!
//! ```text
//! following ──up, wheel, a search──> paused at a place
//!     ^────────── G, F ──────────────────┘
//! ```

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use flowdeck_client::Timestamp;
use flowdeck_client::logs::{Direction, Entry, LineFilter, LineSet, Pattern};

use super::Span;
use super::line::{Settings, ShownLine, Times, shown};
use crate::clock::Clock;
use crate::text::width_cells;
use crate::tone::Tone;

/// Screens of lines that are held above and below what is seen.
const MARGIN: u64 = 2;

/// Rows that one notch of the wheel turns.
const WHEEL: u64 = 3;

/// Cells that long lines can be moved by at most.
const LONGEST_SHIFT: usize = 64 << 10;

/// How much room there is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Pane {
    /// Cells of a row that text may take.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// Where to look.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum At {
    /// At the end.
    Tail,
    /// At a place.
    Place(u64),
    /// Where a line stands, or would stand.
    Line(u64),
    /// At the first line of a time or later.
    Time(Timestamp),
}

/// What has to be asked.
#[derive(Clone, Debug)]
pub enum Ask {
    /// Lines around where one looks.
    Look {
        /// Where.
        at: At,
        /// Lines before it.
        before: u64,
        /// Lines from it on.
        after: u64,
        /// Which lines there are.
        filter: LineFilter,
        /// Those that are known already.
        set: Option<Arc<LineSet>>,
    },
    /// The next line that has a pattern.
    Find {
        /// What is looked for.
        pattern: Pattern,
        /// From this line on, and with it.
        from: u64,
        /// Which way.
        direction: Direction,
        /// Among these alone.
        set: Option<Arc<LineSet>>,
    },
}

/// What was found at a look.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// The lines that the filter leaves; none without one.
    pub set: Option<Arc<LineSet>>,
    /// Lines of the log.
    pub n_lines: u64,
    /// Lines that the filter was asked of.
    pub n_looked_at: u64,
    /// The place that was looked at.
    pub place: u64,
    /// The place of the first entry.
    pub first: u64,
    /// Lines, one for each place.
    pub entries: Vec<Entry>,
    /// When the first line of the log was printed.
    pub begun: Option<Timestamp>,
}

/// Where a person goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Move {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// To the first line.
    First,
    /// To the last line, and on with it.
    Last,
    /// The wheel away from the person.
    WheelUp,
    /// The wheel towards the person.
    WheelDown,
}

/// One row of a screen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The place of its line.
    pub place: u64,
    /// Its line.
    pub line: u64,
    /// Which of several logs it is of.
    pub source: u16,
    /// Whether its line begins here rather than goes on.
    pub is_first: bool,
    /// Whether its line is the one in hand.
    pub is_selected: bool,
    /// Whether its line is marked.
    pub is_marked: bool,
    /// Whether it is a word of ours.
    pub is_note: bool,
    /// When it was printed.
    pub time: String,
    /// Text in its inks, cut to the room.
    pub pieces: Vec<(Span, Option<Tone>)>,
}

/// What is shown of a log.
#[derive(Debug, Default)]
pub struct LogView {
    /// How lines are shown.
    pub settings: Settings,
    pane: Pane,
    n_lines: u64,
    n_places: u64,
    n_looked_at: u64,
    window: Vec<Entry>,
    window_first: u64,
    first: u64,
    selected: u64,
    is_paused: bool,
    left: usize,
    search: Option<Pattern>,
    filter: LineFilter,
    set: Option<Arc<LineSet>>,
    marks: BTreeMap<u64, Entry>,
    begun: Option<Timestamp>,
    wanted: Option<At>,
    is_asking: bool,
    has_looked: bool,
}

impl LogView {
    /// Whether it goes on with the end of the log.
    pub fn is_following(&self) -> bool {
        !self.is_paused
    }

    /// Whether the last look left nothing to show.
    pub fn is_empty(&self) -> bool {
        self.n_places == 0
    }

    /// Whether anything was looked at yet.
    pub fn has_looked(&self) -> bool {
        self.has_looked
    }

    /// Lines of the log, and how many of them the filter leaves.
    pub fn counts(&self) -> (u64, u64) {
        (self.n_lines, self.n_places)
    }

    /// Whether the filter has not been asked of every line yet.
    pub fn is_filtering(&self) -> bool {
        !self.filter.is_empty() && self.n_looked_at < self.n_lines
    }

    /// What is left out and what is looked for.
    pub fn filter(&self) -> &LineFilter {
        &self.filter
    }

    /// The lines that the filter leaves, as far as they are known; none without one.
    pub fn set(&self) -> Option<Arc<LineSet>> {
        self.set.clone().filter(|_| !self.filter.is_empty())
    }

    /// What is looked for.
    pub fn search(&self) -> Option<&Pattern> {
        self.search.as_ref()
    }

    /// The place at the top.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Cells of long lines that are out of view on the left.
    pub fn left(&self) -> usize {
        self.left
    }

    /// The line in hand, from 0.
    pub fn selected_line(&self) -> Option<u64> {
        self.entry(self.selected).map(|entry| entry.number)
    }

    /// The line in hand, as far as it is held.
    pub fn selected(&self) -> Option<&Entry> {
        self.entry(self.selected)
    }

    /// How many lines are marked.
    pub fn n_marks(&self) -> usize {
        self.marks.len()
    }

    /// The room there is now.
    pub fn set_pane(&mut self, pane: Pane) {
        self.pane = pane;
        self.settle();
    }

    /// There are so many lines now.
    pub fn grow(&mut self, n_lines: u64) {
        if n_lines != self.n_lines {
            self.n_lines = n_lines;
            if self.filter.is_empty() {
                self.n_places = n_lines;
            }
        }
    }

    /// What has to be asked next, if anything; nothing while an answer is waited for.
    pub fn ask(&mut self) -> Option<Ask> {
        if self.is_asking {
            return None;
        }
        let height = self.pane.height.max(1) as u64;
        let at = match self.wanted.take() {
            Some(at) => at,
            None if self.is_filtering() => self.here(),
            None if self.is_covered() => return None,
            None => self.here(),
        };
        self.is_asking = true;
        let (before, after) = match at {
            At::Tail => (height * MARGIN, 0),
            _ => (height * MARGIN, height * (MARGIN + 1)),
        };
        Some(Ask::Look {
            at,
            before,
            after,
            filter: self.filter.clone(),
            set: self.set.clone(),
        })
    }

    fn here(&self) -> At {
        if self.is_paused {
            At::Place(self.first)
        } else {
            At::Tail
        }
    }

    /// Whether what is to be seen is held.
    fn is_covered(&self) -> bool {
        let end = self.window_first + self.window.len() as u64;
        if !self.is_paused {
            return end == self.n_places && self.has_looked;
        }
        let wanted = (self.first + self.pane.height as u64).min(self.n_places);
        self.has_looked && self.first >= self.window_first && wanted <= end
    }

    /// Takes what was found at a look; `at` is where that was.
    pub fn take(&mut self, looked: Looked, at: At) {
        self.is_asking = false;
        self.has_looked = true;
        self.n_lines = self.n_lines.max(looked.n_lines);
        self.n_looked_at = looked.n_looked_at;
        self.n_places = match (&looked.set, self.filter.is_empty()) {
            (Some(set), false) => set.len(),
            _ => self.n_lines,
        };
        self.set = looked.set;
        self.begun = looked.begun.or(self.begun);
        self.window = looked.entries;
        self.window_first = looked.first;
        match at {
            At::Line(_) | At::Time(_) => {
                self.selected = looked.place.min(self.n_places.saturating_sub(1));
                let above = self.pane.height as u64 / 3;
                self.first = self.selected.saturating_sub(above);
            }
            At::Tail | At::Place(_) => {}
        }
        // Where it stands is sure only once the filter was asked of all lines before it.
        if let At::Line(line) = at
            && self.is_filtering()
            && line >= self.n_looked_at
        {
            self.wanted = Some(at);
        }
        self.settle();
    }

    /// The question came to nothing.
    pub fn fail(&mut self) {
        self.is_asking = false;
    }

    /// Goes where the person wants to.
    pub fn go(&mut self, to: Move) {
        let last = self.n_places.saturating_sub(1);
        self.wanted = None;
        if to == Move::Last {
            return self.follow();
        }
        self.pause();
        let page = self.n_seen().max(1);
        match to {
            Move::Up => self.selected = self.selected.saturating_sub(1),
            Move::Down => self.selected = (self.selected + 1).min(last),
            Move::PageUp => {
                self.first = self.first.saturating_sub(page);
                self.selected = self.selected.saturating_sub(page);
            }
            Move::PageDown => {
                self.first = (self.first + page).min(last);
                self.selected = (self.selected + page).min(last);
            }
            Move::First => (self.first, self.selected) = (0, 0),
            Move::WheelUp => {
                self.first = self.first.saturating_sub(WHEEL);
                self.selected = self.selected.min(self.first + page.saturating_sub(1));
            }
            Move::WheelDown => {
                self.first = (self.first + WHEEL).min(self.last_first());
                self.selected = self.selected.max(self.first);
            }
            Move::Last => {}
        }
        self.settle();
    }

    /// Goes on with the end of the log.
    pub fn follow(&mut self) {
        self.is_paused = false;
        self.settle();
    }

    /// Stays where it is.
    pub fn pause(&mut self) {
        if !self.is_paused {
            self.first = self.last_first();
            self.selected = self.n_places.saturating_sub(1);
            self.is_paused = true;
        }
    }

    /// Selects the line of a row, counted from the top; whether it was selected already.
    pub fn point(&mut self, row: usize, clock: &Clock) -> bool {
        let Some(place) = self.rows(clock).get(row).map(|row| row.place) else {
            return false;
        };
        let was_selected = self.is_paused && self.selected == place;
        self.pause();
        self.selected = place;
        was_selected
    }

    /// Moves long lines by some cells, where they are not broken.
    pub fn shift(&mut self, by: isize) {
        if !self.settings.wraps {
            self.left = self.left.saturating_add_signed(by).min(LONGEST_SHIFT);
        }
    }

    /// Goes to a line of a time, to a line, or wherever else.
    pub fn go_to(&mut self, at: At) {
        self.pause();
        self.wanted = Some(at);
    }

    /// Looks for something, or for nothing more.
    pub fn look_for(&mut self, pattern: Option<Pattern>) {
        self.search = pattern;
    }

    /// The question for the next place of what is looked for, from the line in hand on, or from the one behind it.
    pub fn find(&mut self, direction: Direction, is_beyond: bool) -> Option<Ask> {
        let pattern = self.search.clone()?;
        Some(self.find_of(pattern, direction, is_beyond))
    }

    /// The same for any pattern.
    pub fn find_of(&mut self, pattern: Pattern, direction: Direction, is_beyond: bool) -> Ask {
        self.pause();
        let line = self.selected_line().unwrap_or(0);
        let from = match (direction, is_beyond) {
            (_, false) => line,
            (Direction::Forward, true) => line + 1,
            (Direction::Backward, true) => line.saturating_sub(1),
        };
        Ask::Find {
            pattern,
            from,
            direction,
            set: self.set(),
        }
    }

    /// Shows only what a filter leaves; the line in hand stays in view as far as it is left.
    pub fn set_filter(&mut self, filter: LineFilter) {
        let line = self.selected_line();
        self.filter = filter;
        self.set = None;
        self.n_looked_at = 0;
        self.has_looked = false;
        self.n_places = if self.filter.is_empty() { self.n_lines } else { 0 };
        self.wanted = match (self.is_paused, line) {
            (true, Some(line)) => Some(At::Line(line)),
            _ => Some(At::Tail),
        };
        // An answer to an older question is for an older filter.
        self.is_asking = false;
    }

    /// Marks the line in hand, or takes its mark.
    pub fn mark(&mut self) {
        self.pause();
        if let Some(entry) = self.entry(self.selected).cloned()
            && self.marks.remove(&entry.number).is_none()
        {
            self.marks.insert(entry.number, entry);
        }
    }

    /// Goes to the next marked line, round the end.
    pub fn next_mark(&mut self, direction: Direction) {
        let line = self.selected_line().unwrap_or(0);
        let found = match direction {
            Direction::Forward => self
                .marks
                .range(line + 1..)
                .next()
                .or_else(|| self.marks.iter().next()),
            Direction::Backward => self
                .marks
                .range(..line)
                .next_back()
                .or_else(|| self.marks.iter().next_back()),
        };
        if let Some(&line) = found.map(|(line, _)| line) {
            self.go_to(At::Line(line));
        }
    }

    /// What a person would copy: what is marked, else the line in hand; under a name for it.
    pub fn copied(&self) -> Option<(String, String)> {
        if self.marks.is_empty() {
            let entry = self.entry(self.selected)?;
            return Some(("the line".to_owned(), super::text_of(&entry.bytes)));
        }
        let lines: Vec<String> = self
            .marks
            .values()
            .map(|entry| super::text_of(&entry.bytes))
            .collect();
        let what = match lines.len() {
            1 => "the marked line".to_owned(),
            many => format!("{many} marked lines"),
        };
        Some((what, lines.join("\n")))
    }

    /// The rows that are seen.
    pub fn rows(&self, clock: &Clock) -> Vec<Row> {
        let mut rows = Vec::new();
        if self.is_paused {
            for place in self.first..self.n_places {
                let Some(entry) = self.entry(place).filter(|_| rows.len() < self.pane.height) else {
                    break;
                };
                rows.extend(self.rows_of(place, entry, clock));
            }
            rows.truncate(self.pane.height);
            return rows;
        }
        // The end is seen whole: from the last line up.
        for place in self.held().rev() {
            let Some(entry) = self.entry(place).filter(|_| rows.len() < self.pane.height) else {
                break;
            };
            let mut of_line = self.rows_of(place, entry, clock);
            of_line.extend(rows);
            rows = of_line;
        }
        let n_above = rows.len().saturating_sub(self.pane.height);
        rows.split_off(n_above)
    }

    /// Cells that times take on the left, their gap with them.
    pub fn time_cells(&self) -> usize {
        match self.settings.times {
            Times::Hidden => 0,
            Times::Clock => 13,
            Times::Relative => 14,
        }
    }

    fn held(&self) -> Range<u64> {
        self.window_first..self.window_first + self.window.len() as u64
    }

    fn entry(&self, place: u64) -> Option<&Entry> {
        let place = place.checked_sub(self.window_first)?;
        self.window.get(usize::try_from(place).ok()?)
    }

    fn rows_of(&self, place: u64, entry: &Entry, clock: &Clock) -> Vec<Row> {
        let line = shown(entry, &self.settings, self.begun, clock);
        let row = |at: usize, pieces| Row {
            place,
            line: entry.number,
            source: entry.source,
            is_first: at == 0,
            is_selected: place == self.selected && self.is_paused,
            is_marked: self.marks.contains_key(&entry.number),
            is_note: entry.is_note,
            time: if at == 0 { line.time.clone() } else { String::new() },
            pieces,
        };
        let parts = broken(&line, self.pane.width.max(1), self.settings.wraps, self.left);
        parts
            .into_iter()
            .take(self.pane.height.max(1))
            .enumerate()
            .map(|(at, pieces)| row(at, pieces))
            .collect()
    }

    fn n_rows(&self, place: u64) -> usize {
        let height = self.pane.height.max(1);
        match self.entry(place) {
            Some(entry) if self.settings.wraps => {
                let width = self.pane.width.max(1);
                let line = shown(entry, &self.settings, None, &Clock::utc());
                width_cells(&line.text()).div_ceil(width).clamp(1, height)
            }
            _ => 1,
        }
    }

    /// How many lines are seen whole from the first one on.
    fn n_seen(&self) -> u64 {
        let mut left = self.pane.height;
        let mut n_seen = 0;
        for place in self.first..self.n_places {
            match left.checked_sub(self.n_rows(place)) {
                Some(rest) => left = rest,
                None => break,
            }
            n_seen += 1;
        }
        n_seen
    }

    /// The first line of the last screen.
    fn last_first(&self) -> u64 {
        let mut left = self.pane.height;
        let mut first = self.n_places;
        while first > 0 {
            match left.checked_sub(self.n_rows(first - 1)) {
                Some(rest) => left = rest,
                None => break,
            }
            first -= 1;
        }
        first.min(self.n_places.saturating_sub(1))
    }

    /// Brings the line in hand into view.
    fn settle(&mut self) {
        let last = self.n_places.saturating_sub(1);
        if !self.is_paused {
            self.selected = last;
            self.first = self.last_first();
            return;
        }
        self.selected = self.selected.min(last);
        if self.selected < self.first {
            self.first = self.selected;
        }
        let far = self.selected.saturating_sub(self.pane.height as u64);
        self.first = self.first.max(far);
        let n_rows = |view: &Self| {
            (view.first..=view.selected)
                .map(|place| view.n_rows(place))
                .sum::<usize>()
        };
        while self.first < self.selected && n_rows(self) > self.pane.height {
            self.first += 1;
        }
    }
}

/// A line's text in rows of so many cells; in one row, moved to the left, where it is not broken.
fn broken(line: &ShownLine, width: usize, wraps: bool, left: usize) -> Vec<Vec<(Span, Option<Tone>)>> {
    use unicode_segmentation::UnicodeSegmentation;
    let mut rows = vec![Vec::new()];
    let (mut used, mut skipped) = (0, if wraps { 0 } else { left });
    for (span, tone) in &line.pieces {
        let mut text = String::new();
        for grapheme in span.text.graphemes(true) {
            let cells = width_cells(grapheme);
            if skipped > 0 {
                skipped = skipped.saturating_sub(cells.max(1));
                continue;
            }
            if used + cells > width {
                if !wraps {
                    break;
                }
                push(&mut rows, span, *tone, &mut text);
                rows.push(Vec::new());
                used = 0;
            }
            text.push_str(grapheme);
            used += cells;
        }
        push(&mut rows, span, *tone, &mut text);
    }
    rows
}

fn push(rows: &mut [Vec<(Span, Option<Tone>)>], span: &Span, tone: Option<Tone>, text: &mut String) {
    if let Some(row) = rows.last_mut().filter(|_| !text.is_empty()) {
        let text = std::mem::take(text);
        row.push((Span { text, ink: span.ink }, tone));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANE: Pane = Pane { width: 20, height: 5 };

    fn entry(number: u64) -> Entry {
        Entry {
            number,
            time: None,
            source: 0,
            is_note: false,
            is_cut: false,
            bytes: format!("line {number}").into(),
        }
    }

    /// Answers what a view asks, over a log of so many lines.
    fn answer(view: &mut LogView, n_lines: u64) {
        while let Some(ask) = view.ask() {
            let Ask::Look {
                at, before, after, ..
            } = ask
            else {
                panic!("only looks are asked unbidden");
            };
            let place = match at {
                At::Tail => n_lines,
                At::Place(place) | At::Line(place) => place,
                At::Time(_) => 0,
            };
            let first = place.saturating_sub(before);
            let end = (place + after).min(n_lines);
            let looked = Looked {
                n_lines,
                n_looked_at: n_lines,
                place,
                first,
                entries: (first..end).map(entry).collect(),
                ..Looked::default()
            };
            view.take(looked, at);
        }
    }

    fn view(n_lines: u64) -> LogView {
        let mut view = LogView::default();
        view.set_pane(PANE);
        view.grow(n_lines);
        answer(&mut view, n_lines);
        view
    }

    fn seen(view: &LogView) -> Vec<u64> {
        view.rows(&Clock::utc())
            .iter()
            .filter(|row| row.is_first)
            .map(|row| row.line)
            .collect()
    }

    #[test]
    fn it_follows_until_the_person_goes_elsewhere_and_again_from_the_end() {
        let mut view = view(100);
        assert_eq!(seen(&view), [95, 96, 97, 98, 99]);
        view.grow(1_000_000);
        answer(&mut view, 1_000_000);
        assert_eq!(seen(&view).last(), Some(&999_999));
        view.go(Move::Up);
        assert!(!view.is_following());
        assert_eq!(view.selected_line(), Some(999_998));
        view.grow(2_000_000);
        answer(&mut view, 2_000_000);
        assert_eq!(seen(&view).last(), Some(&999_999), "it stays where it is");
        view.go(Move::First);
        answer(&mut view, 2_000_000);
        assert_eq!(seen(&view), [0, 1, 2, 3, 4]);
        view.go(Move::PageDown);
        answer(&mut view, 2_000_000);
        assert_eq!(seen(&view), [5, 6, 7, 8, 9]);
        view.go(Move::WheelDown);
        view.go(Move::PageUp);
        answer(&mut view, 2_000_000);
        assert_eq!(seen(&view), [3, 4, 5, 6, 7]);
        view.go(Move::Last);
        answer(&mut view, 2_000_000);
        assert!(view.is_following() && seen(&view).last() == Some(&1_999_999));
    }

    #[test]
    fn what_is_held_does_not_grow_with_the_log() {
        let mut view = view(10_000_000);
        for to in [
            Move::First,
            Move::PageDown,
            Move::Down,
            Move::Last,
            Move::Up,
            Move::PageUp,
        ] {
            view.go(to);
            answer(&mut view, 10_000_000);
            assert!(view.window.len() <= PANE.height * 6, "{}", view.window.len());
        }
    }

    #[test]
    fn long_lines_take_rows_and_the_line_in_hand_stays_in_view() {
        let mut view = view(100);
        view.window
            .iter_mut()
            .for_each(|entry| entry.bytes = "x".repeat(45).into());
        view.set_pane(PANE);
        let rows = view.rows(&Clock::utc());
        assert_eq!(rows.len(), 5);
        assert_eq!(
            rows.iter().map(|row| row.line).collect::<Vec<_>>(),
            [98, 98, 99, 99, 99]
        );
        view.go(Move::Up);
        let rows = view.rows(&Clock::utc());
        assert!(
            rows.iter()
                .any(|row| row.is_selected && row.line == 98 && row.is_first)
        );
        view.settings.wraps = false;
        view.shift(16);
        let row = &view.rows(&Clock::utc())[0];
        assert_eq!(row.pieces[0].0.text.len(), 20);
    }

    #[test]
    fn a_line_that_was_found_is_in_hand_with_some_before_it() {
        let mut view = view(1000);
        view.look_for(Pattern::typed("line 5").ok());
        let ask = view.find(Direction::Backward, true);
        assert!(matches!(ask, Some(Ask::Find { from: 998, .. })), "{ask:?}");
        view.go_to(At::Line(500));
        answer(&mut view, 1000);
        assert_eq!(view.selected_line(), Some(500));
        assert_eq!(seen(&view), [499, 500, 501, 502, 503]);
        view.mark();
        view.go(Move::First);
        answer(&mut view, 1000);
        view.mark();
        view.next_mark(Direction::Forward);
        answer(&mut view, 1000);
        assert_eq!(view.selected_line(), Some(500));
        assert_eq!(
            view.copied(),
            Some(("2 marked lines".to_owned(), "line 0\nline 500".to_owned()))
        );
    }

    #[test]
    fn a_filter_is_asked_of_the_whole_log_part_by_part_and_the_line_in_hand_stays() {
        let mut view = view(1000);
        view.go_to(At::Line(700));
        answer(&mut view, 1000);
        view.set_filter(LineFilter {
            include: Pattern::typed("7").ok(),
            exclude: None,
        });
        for (n_looked_at, wanted) in [(500, At::Line(700)), (900, At::Line(700)), (1000, At::Place(0))] {
            let Some(Ask::Look { at, .. }) = view.ask() else {
                panic!("{n_looked_at} lines were looked at, and it asks for no more");
            };
            assert!(at == wanted || n_looked_at == 1000, "{at:?}");
            let looked = Looked {
                n_lines: 1000,
                n_looked_at,
                ..Looked::default()
            };
            view.take(looked, at);
        }
        assert!(!view.is_filtering());
    }

    #[test]
    fn only_one_question_goes_out_at_a_time_and_none_where_all_is_held() {
        let mut view = view(100);
        assert!(view.ask().is_none());
        view.grow(101);
        assert!(view.ask().is_some());
        view.grow(102);
        assert!(view.ask().is_none(), "the answer is waited for");
    }
}
