//! What part of a chart is looked at, and how: zoom, cursor, brush.

use flowdeck_client::MetricKey;
use flowdeck_client::series::{Span, XAxis};

use super::{Limits, Settings, XFrame};

/// The shortest stretch, as a share of the whole.
const CLOSEST: f64 = 1e-9;

/// What part of one or more charts is looked at, and how. Charts of one view share the x axis, the cursor and the brush.
#[derive(Clone, Debug, Default)]
pub struct ChartView {
    settings: Settings,
    frame: Frame,
    cursor: Option<f64>,
    brush: Option<Brush>,
}

/// The limits of all axes.
#[derive(Clone, Debug, Default, PartialEq)]
struct Frame {
    x: Limits,
    /// Limits of the y axis of each metric that has some.
    y: Vec<(MetricKey, Limits)>,
}

/// How a person arranged the view of a chart: what undo goes back to.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewArrangement {
    settings: Settings,
    frame: Frame,
}

/// A stretch of the x axis that is marked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brush {
    from: f64,
    to: f64,
    /// Whether its end follows the cursor.
    pub is_open: bool,
}

impl Brush {
    /// The stretch.
    pub fn span(&self) -> Span {
        Span {
            min: self.from.min(self.to),
            max: self.from.max(self.to),
        }
    }
}

impl ChartView {
    /// How curves are shown.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Changes how curves are shown. On another axis neither the limits nor the cursor mean anything.
    pub fn set(&mut self, settings: Settings) {
        if settings.axis != self.settings.axis {
            self.frame.x = Limits::FREE;
            self.cursor = None;
            self.brush = None;
        }
        self.settings = settings;
    }

    /// Forgets limits, cursor and brush: other curves are shown. Settings stay.
    pub fn forget(&mut self) {
        *self = Self {
            settings: self.settings,
            ..Self::default()
        };
    }

    /// What the x axis counts.
    pub fn axis(&self) -> XAxis {
        self.settings.axis
    }

    /// Limits of the x axis.
    pub fn x_limits(&self) -> Limits {
        self.frame.x
    }

    /// Limits of the y axis of a metric.
    pub fn y_limits(&self, key: &MetricKey) -> Limits {
        let own = self.frame.y.iter().find(|(own, _)| own == key);
        own.map_or(Limits::FREE, |(_, limits)| *limits)
    }

    /// Whether some limits are set.
    pub fn is_zoomed(&self) -> bool {
        self.frame != Frame::default()
    }

    /// The x axis over data that goes so far.
    pub fn x_frame(&self, whole: Span) -> XFrame {
        XFrame::new(&self.settings, self.frame.x.over(whole))
    }

    /// How a person arranged it.
    pub fn arrangement(&self) -> ViewArrangement {
        ViewArrangement {
            settings: self.settings,
            frame: self.frame.clone(),
        }
    }

    /// Arranges it as it was. On another axis neither the cursor nor the brush mean anything.
    pub fn put_back(&mut self, arrangement: &ViewArrangement) {
        self.set(arrangement.settings);
        self.frame.clone_from(&arrangement.frame);
    }

    /// Shows everything.
    pub fn reset(&mut self) {
        self.frame = Frame::default();
    }

    /// Sets limits, those of the y axis for one metric.
    pub fn limit(&mut self, x: Option<Limits>, y: Option<(&MetricKey, Limits)>) {
        if let Some(x) = x {
            self.frame.x = x;
        }
        if let Some((key, limits)) = y {
            self.frame.y.retain(|(own, _)| own != key);
            if !limits.is_free() {
                self.frame.y.push((key.clone(), limits));
            }
        }
    }

    /// Shows a stretch that is longer or shorter by a factor, around an `x` that stays where it is: the cursor where
    /// none is given and it is in view, else the middle.
    pub fn zoom_by(&mut self, factor: f64, around: Option<f64>, whole: Span) {
        let frame = self.x_frame(whole);
        let at_cursor = self.cursor.filter(|x| frame.span.contains(*x));
        let around = around.or(at_cursor).map_or(0.5, |x| frame.share(x));
        let (from, to) = (around - around * factor, around + (1.0 - around) * factor);
        let span = Span {
            min: frame.x_at(from),
            max: frame.x_at(to),
        };
        if span.min <= whole.min && span.max >= whole.max {
            self.frame.x = Limits::FREE;
        } else if span.length() > whole.length() * CLOSEST {
            self.show(frame, from, to, whole);
        }
    }

    /// Moves the stretch in view by a share of its length, as far as there is something.
    pub fn pan_by(&mut self, share: f64, whole: Span) {
        if self.frame.x.is_free() {
            return;
        }
        self.show(self.x_frame(whole), share, 1.0 + share, whole);
    }

    /// Shows what lies between two shares of a frame, kept within the data: its length stays, or it is all of the data.
    fn show(&mut self, frame: XFrame, from: f64, to: f64, whole: Span) {
        let length = to - from;
        let (first, last) = (frame.share(whole.min), frame.share(whole.max));
        let from = from.min(last - length).max(first);
        let to = (from + length).min(last.max(from));
        self.frame.x = Limits::of(Span {
            min: frame.x_at(from),
            max: frame.x_at(to),
        });
    }

    /// Shows a box that was drawn around something; `y` of one metric.
    pub fn show_box(&mut self, x: Span, y: Option<(&MetricKey, Span)>) {
        if x.length() > 0.0 {
            self.limit(Some(Limits::of(x)), y.map(|(key, span)| (key, Limits::of(span))));
        }
    }

    /// Where the cursor is.
    pub fn cursor(&self) -> Option<f64> {
        self.cursor
    }

    /// Puts the cursor somewhere, moves the stretch in view as far as it must to show it, and takes the end of an open
    /// brush along.
    pub fn put_cursor(&mut self, x: f64, whole: Span) {
        self.cursor = Some(x);
        if let Some(brush) = self.brush.as_mut().filter(|brush| brush.is_open) {
            brush.to = x;
        }
        let frame = self.x_frame(whole);
        if self.frame.x.is_free() || frame.span.contains(x) {
            return;
        }
        let share = frame.share(x);
        if share < 0.0 {
            self.show(frame, share, share + 1.0, whole);
        } else {
            self.show(frame, share - 1.0, share, whole);
        }
    }

    /// Takes the cursor away.
    pub fn clear_cursor(&mut self) {
        self.cursor = None;
    }

    /// The stretch that is marked.
    pub fn brush(&self) -> Option<Brush> {
        self.brush
    }

    /// Goes on with the brush: begins one at the cursor, then leaves its end where it is, then takes it away.
    pub fn next_brush(&mut self) {
        self.brush = match (self.brush, self.cursor) {
            (None, Some(x)) => Some(Brush {
                from: x,
                to: x,
                is_open: true,
            }),
            (Some(brush), _) if brush.is_open => Some(Brush {
                is_open: false,
                ..brush
            }),
            _ => None,
        };
    }

    /// Marks a stretch.
    pub fn put_brush(&mut self, from: f64, to: f64) {
        self.brush = Some(Brush {
            from,
            to,
            is_open: false,
        });
    }

    /// Takes the brush away; answers whether there was one.
    pub fn clear_brush(&mut self) -> bool {
        self.brush.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Span = Span {
        min: 0.0,
        max: 1_000.0,
    };

    fn shown(view: &ChartView) -> (f64, f64) {
        let span = view.x_frame(WHOLE).span;
        (span.min.round(), span.max.round())
    }

    #[test]
    fn zooming_stays_within_the_data() {
        let mut view = ChartView::default();
        view.zoom_by(0.5, None, WHOLE);
        assert_eq!(shown(&view), (250.0, 750.0));
        view.zoom_by(0.5, Some(250.0), WHOLE);
        assert_eq!(shown(&view), (250.0, 500.0));
        for _ in 0..3 {
            view.pan_by(-0.5, WHOLE);
        }
        assert_eq!(shown(&view), (0.0, 250.0));
        view.zoom_by(8.0, None, WHOLE);
        assert!(!view.is_zoomed());
    }

    #[test]
    fn a_reset_can_be_taken_back() {
        let mut view = ChartView::default();
        let (loss, auc) = (MetricKey::from("loss"), MetricKey::from("auc"));
        let high = Span { min: 0.5, max: 0.9 };
        view.show_box(Span { min: 10.0, max: 20.0 }, Some((&loss, high)));
        assert_eq!(view.y_limits(&loss), Limits::of(high));
        assert!(view.y_limits(&auc).is_free());
        let before = view.arrangement();
        view.reset();
        assert!(!view.is_zoomed());
        view.put_back(&before);
        assert_eq!(
            (shown(&view), view.y_limits(&loss)),
            ((10.0, 20.0), Limits::of(high))
        );
    }

    #[test]
    fn the_cursor_takes_the_view_and_an_open_brush_along() {
        let mut view = ChartView::default();
        view.show_box(
            Span {
                min: 100.0,
                max: 200.0,
            },
            None,
        );
        view.put_cursor(150.0, WHOLE);
        view.next_brush();
        view.put_cursor(500.0, WHOLE);
        assert_eq!(shown(&view), (400.0, 500.0));
        let brush = |view: &ChartView| view.brush().map(|brush| (brush.span().min, brush.span().max));
        assert_eq!(brush(&view), Some((150.0, 500.0)));
        view.next_brush();
        view.put_cursor(0.0, WHOLE);
        assert_eq!(shown(&view), (0.0, 100.0));
        assert_eq!(brush(&view), Some((150.0, 500.0)));
        view.next_brush();
        assert_eq!(view.brush(), None);
    }

    #[test]
    fn another_axis_forgets_what_means_nothing_on_it() {
        let mut view = ChartView::default();
        view.zoom_by(0.5, None, WHOLE);
        view.put_cursor(400.0, WHOLE);
        view.set(Settings {
            axis: XAxis::WallTime,
            ..*view.settings()
        });
        assert!(!view.is_zoomed() && view.cursor().is_none());
    }

    #[test]
    fn a_logarithmic_axis_zooms_by_equal_shares_of_what_is_seen() {
        let mut view = ChartView::default();
        view.set(Settings {
            has_log_x: true,
            ..Settings::default()
        });
        let whole = Span {
            min: 0.0,
            max: 999_999.0,
        };
        view.zoom_by(0.5, Some(0.0), whole);
        let span = view.x_frame(whole).span;
        assert!((span.max - 999.0).abs() < 1.0, "{span:?}");
    }
}
