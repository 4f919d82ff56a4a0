use flowdeck_surface::notice::Notice;
use flowdeck_surface::promotion::{PairRow, PromotionView};
use flowdeck_surface::text::{fitted, width_cells};
use flowdeck_surface::tone::Tone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{PromotePage, Stage};
use crate::app::context::Look;
use crate::app::widgets::message::Message;
use crate::app::widgets::text::{put, wrapped};

/// The most cells of a name.
const NAME: usize = 28;
/// The fewest and the most cells of a value.
const VALUE: (usize, usize) = (8, 44);
/// Cells between columns.
const GAP: usize = 2;

/// A line: pieces with where they begin.
type Line = Vec<(usize, String, Tone)>;

impl PromotePage {
    /// Where the lines stand: below the title.
    fn lines_area(body: Rect) -> Rect {
        Rect {
            x: body.x + 1,
            y: body.y + 2.min(body.height),
            width: body.width.saturating_sub(2),
            height: body.height.saturating_sub(2),
        }
    }

    pub(super) fn height(body: Rect) -> usize {
        usize::from(Self::lines_area(body).height)
    }

    pub(super) fn n_lines(&self, body: Rect) -> usize {
        let width = usize::from(Self::lines_area(body).width);
        self.told
            .shown()
            .map_or(0, |(_, view)| self.lines(view, width).len())
    }

    pub(super) fn draw_page(&self, area: Rect, buf: &mut Buffer, look: &Look<'_>) {
        let Some((_, view)) = self.told.shown() else {
            return match self.told.failure() {
                Some(failure) => Message::failed(&Notice::of(failure)).draw(area, buf, look),
                None => Message::quiet("Looking at both versions …", None).draw(area, buf, look),
            };
        };
        let (word, tone) = self.word(view);
        let room = usize::from(area.width.saturating_sub(2));
        let end = put(buf, area.x + 1, area.y, &view.title, room, look.theme.heading());
        let left = usize::from(area.right().saturating_sub(end + 4));
        let word = fitted(&word, left).into_owned();
        let x = area.right().saturating_sub(width_cells(&word) as u16 + 1);
        put(buf, x, area.y, &word, left, look.theme.tone(tone));
        let below = Self::lines_area(area);
        let lines = self.lines(view, usize::from(below.width));
        for (offset, line) in lines
            .iter()
            .skip(self.cursor.first)
            .take(usize::from(below.height))
            .enumerate()
        {
            for (x, text, tone) in line {
                let x = below.x + *x as u16;
                let room = usize::from(below.right().saturating_sub(x));
                let style = match tone {
                    Tone::Accent => look.theme.heading(),
                    tone => look.theme.tone(*tone),
                };
                put(buf, x, below.y + offset as u16, text, room, style);
            }
        }
    }

    /// How it stands, in a few words.
    fn word(&self, view: &PromotionView) -> (String, Tone) {
        let n_failed = view.gates.iter().filter(|gate| gate.tone == Tone::Bad).count();
        match &self.stage {
            Stage::Applying {
                is_verifying: true, ..
            } => ("reading back …".to_owned(), Tone::Active),
            Stage::Applying { n_taken, .. } => (
                format!("step {} of {} …", n_taken + 1, view.steps.len()),
                Tone::Active,
            ),
            Stage::Done => ("✓ done, and read back".to_owned(), Tone::Good),
            Stage::TakenBack => ("taken back".to_owned(), Tone::Muted),
            Stage::Failed { n_taken: 0, .. } => ("✗ nothing was changed".to_owned(), Tone::Bad),
            Stage::Failed { .. } => ("✗ it broke off half-way".to_owned(), Tone::Bad),
            Stage::Looking | Stage::Asking(_) if view.steps.is_empty() => {
                ("nothing to change".to_owned(), Tone::Muted)
            }
            Stage::Looking | Stage::Asking(_) => match n_failed {
                0 if view.gates.is_empty() => ("Enter promotes".to_owned(), Tone::Muted),
                0 => ("✓ every gate passed · Enter promotes".to_owned(), Tone::Good),
                1 => ("✗ 1 gate FAILED".to_owned(), Tone::Bad),
                n => (format!("✗ {n} gates FAILED"), Tone::Bad),
            },
        }
    }

    fn lines(&self, view: &PromotionView, width: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        let heading = |lines: &mut Vec<Line>, text: &str| {
            if !lines.is_empty() {
                lines.push(Line::new());
            }
            lines.push(vec![(0, text.to_owned(), Tone::Accent)]);
        };
        if let Stage::Failed { notice, .. } = &self.stage {
            let texts = [Some(&notice.sentence), notice.hint.as_ref()];
            for (text, tone) in texts.into_iter().flatten().zip([Tone::Bad, Tone::Muted]) {
                for line in wrapped(text, width) {
                    lines.push(vec![(0, line, tone)]);
                }
            }
        }
        heading(&mut lines, "What will change");
        for (place, step) in view.steps.iter().enumerate() {
            let (mark, tone) = self.mark(place);
            lines.push(vec![(1, mark, tone), (4, step.clone(), Tone::Plain)]);
        }
        if view.steps.is_empty() {
            lines.push(vec![(1, "Nothing.".to_owned(), Tone::Muted)]);
        }
        for warning in &view.warnings {
            wrap_at(&mut lines, ("!", warning), Tone::Warning, width);
        }
        if !view.gates.is_empty() {
            heading(&mut lines, "Gates");
            for gate in &view.gates {
                let mark = if gate.tone == Tone::Bad { "✗" } else { "✓" };
                wrap_at(&mut lines, (mark, &gate.text), gate.tone, width);
            }
        }
        heading(&mut lines, "Signature");
        wrap_at(&mut lines, ("", &view.signature.text), view.signature.tone, width);
        lines.push(Line::new());
        lines.extend(compared(view, width));
        lines
    }

    /// How a step stands.
    fn mark(&self, place: usize) -> (String, Tone) {
        let number = (place + 1).to_string();
        match &self.stage {
            Stage::Done => ("✓".to_owned(), Tone::Good),
            Stage::Applying { n_taken, .. } | Stage::Failed { n_taken, .. } if place < *n_taken => {
                ("✓".to_owned(), Tone::Good)
            }
            Stage::Applying { n_taken, .. } if place == *n_taken => ("▶".to_owned(), Tone::Active),
            _ => (number, Tone::Muted),
        }
    }
}

/// A text with a mark before it, in as many lines as it needs.
fn wrap_at(lines: &mut Vec<Line>, (mark, text): (&str, &str), tone: Tone, width: usize) {
    for (place, part) in wrapped(text, width.saturating_sub(5)).into_iter().enumerate() {
        let mut line = Line::new();
        if place == 0 && !mark.is_empty() {
            line.push((1, mark.to_owned(), tone));
        }
        line.push((4, part, tone));
        lines.push(line);
    }
}

/// Both versions beside each other: where they come from, metrics with differences, params that differ.
fn compared(view: &PromotionView, width: usize) -> Vec<Line> {
    let all = [&view.origin, &view.metrics, &view.params];
    let names = all.into_iter().flatten().map(|row| width_cells(&row.name));
    let name = names.max().unwrap_or(0).min(NAME) + 1;
    let mut lines = section("Compared", &view.origin, view, (name, width));
    if !view.metrics.is_empty() {
        lines.push(Line::new());
        lines.extend(section("Metrics", &view.metrics, view, (name, width)));
    }
    if !view.params.is_empty() {
        lines.push(Line::new());
        lines.extend(section("Params", &view.params, view, (name, width)));
    }
    let remark = match view.same_params {
        0 => return lines,
        1 => "1 param is the same.".to_owned(),
        n => format!("{n} params are the same."),
    };
    lines.push(vec![(1, remark, Tone::Muted)]);
    lines
}

/// Rows below a title, with who is who over the values. Differences are never cut; values give way.
fn section(title: &str, rows: &[PairRow], view: &PromotionView, (name, width): (usize, usize)) -> Vec<Line> {
    let widest = |of: fn(&PairRow) -> &str| rows.iter().map(|row| width_cells(of(row))).max().unwrap_or(0);
    let change = widest(|row| &row.change);
    let room = width.saturating_sub(name + change + 3 * GAP) / 2;
    let most = room.clamp(VALUE.0, VALUE.1);
    let holder = widest(|row| &row.holder)
        .max(width_cells(&view.holder_title))
        .min(most);
    let candidate = widest(|row| &row.candidate)
        .max(width_cells(&view.candidate_title))
        .min(most);
    let at = [
        name + GAP,
        name + holder + 2 * GAP,
        name + holder + candidate + 3 * GAP,
    ];
    let fit = |text: &str, cells: usize| fitted(text, cells).into_owned();
    let mut lines = vec![vec![
        (0, title.to_owned(), Tone::Accent),
        (at[0], fit(&view.holder_title, holder), Tone::Muted),
        (at[1], fit(&view.candidate_title, candidate), Tone::Muted),
    ]];
    lines.extend(rows.iter().map(|row| {
        vec![
            (1, fit(&row.name, name - 1), Tone::Muted),
            (at[0], fit(&row.holder, holder), Tone::Plain),
            (at[1], fit(&row.candidate, candidate), Tone::Plain),
            (at[2], row.change.clone(), row.tone),
        ]
    }));
    lines
}
