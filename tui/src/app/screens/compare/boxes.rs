//! A metric of compared runs by groups, as box plots.
//!
//! ```text
//!  auc by optimizer · 3 groups by name · quartiles as NumPy's, whiskers 1.5 IQR
//!   adam      12       ├────████┃██────┤        ∘
//!   sgd        9  ├───███┃████──┤
//!            ┬────────────┬────────────┬
//!           0.8          0.9          1.0
//!  adam  n 12  min 0.81  q1 0.88  median 0.91  q3 0.93  max 0.99  mean 0.90
//!  whiskers 0.81..0.97  2 outliers: 0.99 of blue-fox (1 of 2)
//! ```

use flowdeck_surface::action::Action;
use flowdeck_surface::chart::Scale;
use flowdeck_surface::client::format;
use flowdeck_surface::compare::{BoxGroup, FiveNumbers};
use flowdeck_surface::text::width_cells;
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Compare;
use super::axes::{column_of, draw_below};
use super::choose::Choosing;
use super::scatter::titled;
use crate::app::context::{Cx, Look};
use crate::app::mouse::Target;
use crate::app::widgets::message::Message;
use crate::app::widgets::table::select_line;
use crate::app::widgets::text::{Pieces, put, put_right};

/// Cells of the name of a group, at least and at most.
const NAME: (u16, u16) = (8, 28);
/// Cells of how many values it has.
const COUNT: u16 = 7;
/// Lines below: the axis, its marks, and what is told of the group in hand.
const FOOT: u16 = 5;

impl Compare {
    /// Does what an action means to box plots; answers whether it means anything.
    pub(super) fn act_on_boxes(&mut self, action: Action, cx: &mut Cx<'_>) -> bool {
        let height = usize::from(Self::boxes_area(cx.body).height);
        if self.box_cursor.act(action, self.boxes.groups().len(), height) {
            self.outlier = None;
            return true;
        }
        match action {
            Action::Left => self.step_outlier(-1),
            Action::Right => self.step_outlier(1),
            Action::Metric => self.choose(Choosing::BoxMetric, cx),
            Action::GroupBy => self.choose(Choosing::BoxGroups, cx),
            Action::Sort => self.boxes.step_order(),
            Action::LogScale => {
                let shown = &self.shown;
                if !self.boxes.toggle_log(|run| shown.binary_search(&run).is_ok()) {
                    cx.say("A logarithmic axis needs numbers above 0.");
                }
            }
            _ => return false,
        }
        true
    }

    fn group_in_hand(&self) -> Option<&BoxGroup> {
        self.boxes.groups().get(self.box_cursor.selected)
    }

    fn step_outlier(&mut self, by: isize) {
        let n_outliers = self.group_in_hand().map_or(0, |group| group.outliers.len());
        if n_outliers == 0 {
            return;
        }
        let next = match self.outlier {
            None if by > 0 => 0,
            None => n_outliers - 1,
            Some(place) => (place as isize + by).rem_euclid(n_outliers as isize) as usize,
        };
        self.outlier = Some(next);
        if let Some((run, _)) = self.group_in_hand().and_then(|group| group.outliers.get(next)) {
            self.in_hand = *run;
        }
    }

    fn boxes_area(body: Rect) -> Rect {
        let below = Self::page_area(body);
        Rect {
            height: below.height.saturating_sub(FOOT),
            ..below
        }
    }

    /// Keeps the group in hand in view.
    pub(super) fn settle_boxes(&mut self, body: Rect) {
        let height = usize::from(Self::boxes_area(body).height);
        self.box_cursor.keep_in_view(self.boxes.groups().len(), height);
        let n_outliers = self.group_in_hand().map_or(0, |group| group.outliers.len());
        self.outlier = self.outlier.filter(|place| *place < n_outliers);
    }

    pub(super) fn boxes_summary(&self, look: &Look<'_>) -> Pieces<'static> {
        let muted = look.theme.tone(Tone::Muted);
        let mut line = Pieces::new();
        let (Some(of), Some(by)) = (self.boxes.of(), self.boxes.by()) else {
            return line;
        };
        line.add(titled(of), look.theme.heading()).add(" by ", muted);
        line.add(by.title().to_owned(), look.theme.heading());
        let n_groups = self.boxes.groups().len();
        let noun = if n_groups == 1 { "group" } else { "groups" };
        line.add(
            format!(" · {n_groups} {noun} {}", self.boxes.order().word()),
            muted,
        );
        line.add(" · quartiles as NumPy's, whiskers 1.5 IQR", muted);
        line
    }

    pub(super) fn draw_boxes(&self, body: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let below = Self::page_area(body);
        let (Some(of), Some(scale)) = (self.boxes.of(), self.boxes.scale()) else {
            let hint = Some("m chooses a metric, b what to group by.");
            return Message::quiet("No run has a number to show.", hint).draw(below, buf, look);
        };
        let area = Self::boxes_area(body);
        let names = self
            .boxes
            .groups()
            .iter()
            .map(|group| width_cells(name_of(group)) as u16 + 1);
        let name = names.max().unwrap_or(0).clamp(NAME.0, NAME.1).min(area.width / 3);
        let left = 1 + name + COUNT + 1;
        if area.width < left + 12 || area.height == 0 {
            return Message::quiet("There is no room for boxes here.", None).draw(below, buf, look);
        }
        let canvas = Rect {
            x: area.x + left,
            width: area.width - left - 2,
            ..area
        };
        let n_groups = self.boxes.groups().len();
        // A blank line between two boxes, where there is room for all of them.
        let stride = if 2 * n_groups <= usize::from(area.height) {
            2
        } else {
            1
        };
        let groups = self.boxes.groups().iter().enumerate().skip(self.box_cursor.first);
        for (line, (place, group)) in groups.take(usize::from(area.height)).enumerate() {
            let row = Rect {
                y: area.y + stride * line as u16,
                height: 1,
                ..area
            };
            look.targets.mark(row, Target::Row(place));
            self.draw_group(group, place, (row, canvas, name), scale, buf, look);
        }
        let n_drawn = (usize::from(stride) * n_groups).min(usize::from(area.height)) as u16;
        let axis = Rect {
            height: n_drawn,
            ..canvas
        };
        draw_below(of, scale, axis, &titled(of), buf, look);
        self.draw_group_foot(below, buf, look);
    }

    fn draw_group(
        &self,
        group: &BoxGroup,
        place: usize,
        (row, canvas, name): (Rect, Rect, u16),
        scale: &Scale,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        let is_in_hand = place == self.box_cursor.selected;
        let muted = look.theme.tone(Tone::Muted);
        let style = match group.name {
            Some(_) => look.theme.tone(Tone::Plain),
            None => muted,
        };
        put(buf, row.x + 1, row.y, name_of(group), usize::from(name), style);
        let n_values = group.five.map_or(0, |five| five.n_values);
        put_right(
            buf,
            row.x + 1 + name,
            row.y,
            &format::count(n_values),
            usize::from(COUNT - 1),
            muted,
        );
        if is_in_hand {
            let line = Rect {
                width: 1 + name + COUNT,
                ..row
            };
            select_line(buf, line, look.theme.selected(true));
        }
        let line = Rect {
            y: row.y,
            height: 1,
            ..canvas
        };
        match &group.five {
            Some(five) => {
                draw_box(five, scale, line, look.theme.curve(0), buf);
                self.draw_outliers(group, is_in_hand, scale, line, buf, look);
            }
            None => drop(put(
                buf,
                line.x,
                line.y,
                &left_out(group),
                usize::from(line.width),
                look.theme.tone(Tone::Warning),
            )),
        }
    }

    fn draw_outliers(
        &self,
        group: &BoxGroup,
        is_in_hand: bool,
        scale: &Scale,
        line: Rect,
        buf: &mut Buffer,
        look: &Look<'_>,
    ) {
        for (place, (run, value)) in group.outliers.iter().enumerate() {
            let mut style = look.theme.tone(Tone::Bad);
            if is_in_hand && self.outlier == Some(place) {
                style = style.add_modifier(Modifier::BOLD | Modifier::REVERSED);
            }
            let sign = if self.is_marked(*run) { "◆" } else { "•" };
            put(buf, column_of(scale.share(*value), line), line.y, sign, 1, style);
        }
    }

    /// Exact numbers of the group in hand.
    fn draw_group_foot(&self, below: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let Some(group) = self.group_in_hand() else { return };
        let muted = look.theme.tone(Tone::Muted);
        let plain = look.theme.tone(Tone::Plain);
        let line = |place: u16| Rect {
            x: below.x + 1,
            y: below.bottom().saturating_sub(3 - place),
            width: below.width.saturating_sub(2),
            height: 1,
        };
        let mut first = Pieces::new();
        first.add(name_of(group).to_owned(), look.theme.tone(Tone::Warning));
        first.add(format!("  {} runs", format::count(group.n_runs)), muted);
        let out = left_out(group);
        if !out.is_empty() {
            first.add(format!("  {out}"), look.theme.tone(Tone::Warning));
        }
        first.draw(line(0), buf);
        let Some(five) = &group.five else { return };
        let digits = if below.width >= 120 { 17 } else { 7 };
        let mut second = Pieces::new();
        for (word, value) in [
            ("min", five.min),
            ("q1", five.first_quartile),
            ("median", five.median),
            ("q3", five.third_quartile),
            ("max", five.max),
            ("mean", five.mean),
        ] {
            second.add(format!("{word} "), muted);
            second.add(format!("{}  ", format::number(value, digits)), plain);
        }
        second.draw(line(1), buf);
        let mut third = Pieces::new();
        let ends = [five.lower_whisker, five.upper_whisker].map(|end| format::number(end, digits));
        third.add("whiskers ", muted);
        third.add(format!("{}..{}  ", ends[0], ends[1]), plain);
        let n_outliers = group.outliers.len();
        let noun = if n_outliers == 1 { "outlier" } else { "outliers" };
        third.add(format!("{} {noun}", format::count(n_outliers)), muted);
        match self
            .outlier
            .and_then(|place| Some((place, group.outliers.get(place)?)))
        {
            Some((place, (run, value))) => {
                third.add(format!("  {}", format::exact(*value)), look.theme.tone(Tone::Bad));
                third.add(format!(" of {}", self.comparison.name(*run)), plain);
                third.add(format!("  {} of {n_outliers}", place + 1), muted);
            }
            None if n_outliers > 0 => drop(third.add(": l names them", muted)),
            None => {}
        }
        third.draw(line(2), buf);
    }
}

fn name_of(group: &BoxGroup) -> &str {
    group.name.as_deref().unwrap_or("(without)")
}

/// Runs of a group that have no number, in a few words.
fn left_out(group: &BoxGroup) -> String {
    let parts = [
        (group.n_nan, "NaN"),
        (group.n_infinite, "infinite"),
        (group.n_unset, "without"),
    ];
    let told = parts.iter().filter(|(number, _)| *number > 0);
    let told: Vec<String> = told.map(|(number, word)| format!("{number} {word}")).collect();
    told.join(", ")
}

fn draw_box(five: &FiveNumbers, scale: &Scale, line: Rect, style: Style, buf: &mut Buffer) {
    let column = |value: f64| column_of(scale.share(value), line);
    let (from, to) = (column(five.lower_whisker), column(five.upper_whisker));
    for x in from..=to {
        put(buf, x, line.y, "─", 1, style);
    }
    if from < to {
        put(buf, from, line.y, "├", 1, style);
        put(buf, to, line.y, "┤", 1, style);
    }
    for x in column(five.first_quartile)..=column(five.third_quartile) {
        put(buf, x, line.y, "█", 1, style);
    }
    let median = style.add_modifier(Modifier::REVERSED | Modifier::BOLD);
    put(buf, column(five.median), line.y, "┃", 1, median);
}
