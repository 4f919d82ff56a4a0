use flowdeck_surface::client::Failure;
use flowdeck_surface::client::tracking::{Lifecycle, Run};
use flowdeck_surface::notice::Notice;
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use flowdeck_surface::{format, markdown, status};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::places::Places;
use super::{Focus, RunPage, Tab};
use crate::app::context::Look;
use crate::app::mouse::Target;
use crate::app::viewer::draw_foot;
use crate::app::widgets::frame::draw_frame;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::{Table, TableCell};
use crate::app::widgets::text::{Pieces, put};

impl RunPage {
    pub(super) fn draw_page(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let places = Places::of(area, self.tab, self.focus);
        let within = |line: Rect| Rect {
            x: line.x + 1,
            width: line.width.saturating_sub(2),
            ..line
        };
        summary(self.known(), look).draw(within(places.summary), buf);
        self.draw_tabs(&places, buf, look);
        if let Some(frame) = places.list {
            self.draw_list(frame, buf, look);
        }
        if let Some(frame) = places.detail {
            self.draw_detail(frame, buf, look);
        }
    }

    /// The title of a tab, with how much it holds where there is room for that.
    fn tab_title(&self, tab: Tab, has_room: bool) -> String {
        match self.n_entries(tab).filter(|count| *count > 0 && has_room) {
            Some(count) => format!("{} {}", tab.title(), format::count(count)),
            None => tab.title().to_owned(),
        }
    }

    /// Where each tab stands: those before the one in view give way first.
    fn tab_places(&self, places: &Places) -> Vec<(Tab, u16, String)> {
        let line = places.tabs;
        let has_room = line.width >= 110;
        let gap = if has_room { 3 } else { 1 };
        let titles: Vec<(Tab, String)> = Tab::ALL
            .into_iter()
            .map(|tab| (tab, self.tab_title(tab, has_room)))
            .collect();
        let width = |titles: &[(Tab, String)]| {
            titles
                .iter()
                .map(|(_, title)| width_cells(title) + gap)
                .sum::<usize>()
        };
        let room = usize::from(line.width.saturating_sub(2)) + gap;
        let mut first = 0;
        while width(&titles[first..=self.tab as usize]) > room && first < self.tab as usize {
            first += 1;
        }
        let mut x = line.x + 1;
        let mut shown = Vec::new();
        for (tab, title) in titles.into_iter().skip(first) {
            let wide = width_cells(&title) as u16;
            if x >= line.right() {
                break;
            }
            shown.push((tab, x, title));
            x = x.saturating_add(wide + gap as u16);
        }
        shown
    }

    fn draw_tabs(&self, places: &Places, buf: &mut Buffer, look: &Look<'_>) {
        if places.tabs.height == 0 {
            return;
        }
        for (tab, x, title) in self.tab_places(places) {
            let is_empty = self.n_entries(tab) == Some(0);
            let style = match (tab == self.tab, is_empty) {
                (true, _) => look
                    .theme
                    .tone(Tone::Accent)
                    .add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
                (false, true) => look.theme.frame(false),
                (false, false) => look.theme.tone(Tone::Muted),
            };
            let room = usize::from(places.tabs.right().saturating_sub(x));
            let end = put(buf, x, places.tabs.y, &title, room, style);
            let place = Rect::new(x, places.tabs.y, end - x, 1);
            look.targets.mark(place, Target::Tab(tab as usize));
        }
    }

    fn draw_list(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_focus = self.focus == Focus::List;
        let mut title = Pieces::new();
        title.add(format!(" {} ", self.tab.title()), look.theme.heading());
        if !self.find.is_empty() {
            title.add(format!("/{} ", self.find), look.theme.tone(Tone::Warning));
        }
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        self.draw_list_foot(frame, inner, buf, look);
        if self.rows.is_empty() {
            return self.draw_empty(inner, buf, look);
        }
        let columns = self.columns(inner);
        // Cells of a row are asked for one after the other: they are made once.
        let made: std::cell::RefCell<Option<(usize, Vec<TableCell<'_>>)>> = std::cell::RefCell::default();
        let cell = |row: usize, column: usize| {
            let mut made = made.borrow_mut();
            if made.as_ref().is_none_or(|(of, _)| *of != row) {
                *made = Some((row, self.cells(self.rows[row], &columns, look)));
            }
            made.as_ref()
                .and_then(|(_, cells)| cells.get(column).cloned())
                .unwrap_or_default()
        };
        let table = Table {
            columns: &columns,
            n_rows: self.rows.len(),
            cursor: self.cursor(),
            has_focus,
            cell: &cell,
        };
        if self.title_height() > 0 {
            table.draw(inner, buf, look);
        } else {
            table.draw_rows(inner, buf, look);
        }
    }

    fn draw_list_foot(&self, frame: Rect, inner: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let height = usize::from(inner.height.saturating_sub(self.title_height()));
        let mut words = Vec::new();
        if self.tab == Tab::Files {
            words.push(self.download_word());
        }
        if self.is_cut() {
            words.push("the latest shown".to_owned());
        }
        if self.rows.len() > height {
            words.push(format!(
                "{}/{}",
                format::count(self.cursor().selected + 1),
                format::count(self.rows.len())
            ));
        }
        words.retain(|word| !word.is_empty());
        if words.is_empty() || frame.width < 8 || frame.height < 2 {
            return;
        }
        let mut foot = Pieces::new();
        let tone = if self.tab == Tab::Files && !self.download_word().is_empty() {
            Tone::Active
        } else {
            Tone::Muted
        };
        foot.add(format!(" {} ", words.join(" · ")), look.theme.tone(tone));
        let edge = Rect::new(frame.x + 2, frame.bottom() - 1, frame.width - 4, 1);
        foot.draw_right(edge, buf);
    }

    /// Whether the tab in view holds more than was asked for.
    fn is_cut(&self) -> bool {
        match self.tab {
            Tab::Children => self.children.shown().is_some_and(|children| children.more),
            Tab::Traces => self.traces.shown().is_some_and(|traces| traces.more),
            _ => false,
        }
    }

    fn failure_of_tab(&self) -> Option<&Failure> {
        let own = match self.tab {
            Tab::Files => self.files.failure(),
            Tab::Children => self.children.failure(),
            Tab::Traces => self.traces.failure(),
            Tab::Models => self.models.failure(),
            _ => None,
        };
        own.or_else(|| self.run.failure().filter(|_| self.run.as_of().is_none()))
    }

    fn is_reading_tab(&self) -> bool {
        let own = match self.tab {
            Tab::Files => self.files.is_reading(),
            Tab::Children => self.children.is_asking(),
            Tab::Traces => self.traces.is_asking(),
            _ => false,
        };
        own || self.run.as_of().is_none()
    }

    fn draw_empty(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if let Some(failure) = self.failure_of_tab() {
            return Message::failed(&Notice::of(failure)).draw(area, buf, look);
        }
        let sentence = match self.tab {
            Tab::Files if !self.find.is_empty() => "Nothing that was opened so far has these words.",
            _ if !self.find.is_empty() => "Nothing here has these words.",
            _ if self.is_reading_tab() => "Reading …",
            tab => tab.empty(),
        };
        Message::quiet(sentence, None).draw(area, buf, look);
    }

    fn draw_detail(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if self.tab.has_chart() {
            return self.draw_chart(frame, buf, look);
        }
        let has_focus = self.focus != Focus::List;
        let mut title = Pieces::new();
        let name = self.detail_title();
        if !name.is_empty() {
            title.add(format!(" {name} "), look.theme.heading());
        }
        if let Some(wanted) = self
            .viewer()
            .map(super::Viewer::wanted)
            .filter(|wanted| !wanted.is_empty())
        {
            title.add(format!("/{wanted} "), look.theme.tone(Tone::Warning));
        }
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        match self.viewer() {
            Some(viewer) => {
                viewer.draw(inner, has_focus, buf, look);
                draw_foot(viewer, frame, inner, &self.download_word(), buf, look);
            }
            None => self.draw_no_detail(inner, buf, look),
        }
    }

    fn draw_no_detail(&self, inner: Rect, buf: &mut Buffer, look: &Look<'_>) {
        if self.tab != Tab::Files {
            return;
        }
        if let Some(failure) = self.preview.failure() {
            return Message::failed(&Notice::of(failure)).draw(inner, buf, look);
        }
        let sentence = match (self.preview.is_asking(), self.selected_entry()) {
            (true, _) => "Reading …",
            (false, Some(_)) => "Enter opens the directory. `d` downloads it with all below it.",
            (false, None) => return,
        };
        Message::quiet(sentence, None).draw(inner, buf, look);
    }

    fn detail_title(&self) -> String {
        match (self.tab, self.selected_entry(), &self.detail) {
            (Tab::Overview, ..) => "Note".to_owned(),
            (Tab::Files, Some(entry), _) => entry.path.to_string(),
            (_, _, Some((subject, _))) => self.entry_name().unwrap_or_else(|| subject.name.clone()),
            _ => String::new(),
        }
    }

    fn draw_chart(&self, frame: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let has_focus = self.focus != Focus::List;
        let mut title = Pieces::new();
        let drawn = self.chart.title();
        if !drawn.is_empty() {
            title.add(format!(" {drawn} "), look.theme.heading());
        }
        let inner = draw_frame(frame, &title, has_focus, buf, look);
        let mut settings = Pieces::new();
        settings.add(
            format!(" {} ", self.chart.settings()),
            look.theme.tone(Tone::Muted),
        );
        if title.width() + settings.width() + 6 < usize::from(frame.width) {
            let edge = Rect::new(frame.x + 2, frame.y, frame.width.saturating_sub(4), 1);
            settings.draw_right(edge, buf);
        }
        self.chart.draw(inner, has_focus, buf, look);
    }
}

/// How the run stands, when it ran and who ran it.
fn summary(run: &Run, look: &Look<'_>) -> Pieces<'static> {
    let muted = look.theme.tone(Tone::Muted);
    let badge = status::of_run(&run.info.status);
    let mut line = Pieces::new();
    line.add(
        format!("{} {}", badge.symbol, badge.word),
        look.theme.tone(badge.tone),
    );
    if run.info.lifecycle == Lifecycle::Deleted {
        line.add("  deleted", look.theme.tone(Tone::Warning));
    }
    if let Some(start) = run.info.start_time {
        line.add(format!("  {}", look.clock.compact(start, look.now)), muted);
        if let Some(end) = run.info.end_time {
            line.add(format!(" – {}", look.clock.compact(end, look.now)), muted);
        }
    }
    if let Some(millis) = run.info.duration_ms() {
        line.add(format!("  {}", format::duration(millis)), muted);
    }
    line.add(format!("  {}", run.info.user_id), muted);
    if let Some(note) = run.note() {
        line.add(
            format!("  {}", markdown::summary(note)),
            look.theme.tone(Tone::Plain),
        );
    }
    line
}
