//! Charts: curves reduced to columns, with the places of everything on both axes.

use std::sync::{Arc, PoisonError};

use flowdeck_client::series::{Reduced, Span, XAxis};
use flowdeck_client::tracking::MetricPoint;
use flowdeck_client::{Failure, FailureKind, Result, RunId, format};

use super::Desk;
use crate::chart::{Figure, FigureLine, LaidOut, Limits, Scale, ScaleKind, Settings, names};
use crate::clock::Clock;
use crate::contract::{ChartHead, ChartLine, ChartRequest, ColumnPart, LimitsView, LookView, TickView};
use crate::history::{History, HistorySummary};
use crate::run_cell::NUMBER_WIDTH;

/// Curves of one chart, and columns that it is reduced to, at most.
const MOST_CURVES: usize = 200;
const MOST_COLUMNS: usize = 4_000;

/// Slots of a column: one for a gap, four for points.
const SLOTS: usize = 5;

impl Desk {
    pub(super) async fn chart(&self, request: ChartRequest) -> Result<Vec<u8>> {
        if request.curves.len() > MOST_CURVES {
            let message = format!(
                "a chart has {MOST_CURVES} curves at most, and {} were asked for",
                request.curves.len()
            );
            return Err(Failure::new(FailureKind::InvalidInput, message).with_hint("mark fewer runs"));
        }
        let open = self.opened()?;
        let histories = open.histories.of(&open.session, &request.curves).await?;
        let colours = {
            let runs: Vec<RunId> = request
                .curves
                .iter()
                .map(|curve| curve.run.as_str().into())
                .collect();
            let mut colours = open.colours.lock().unwrap_or_else(PoisonError::into_inner);
            colours.assign(runs.iter());
            // Curves of several runs have the colour of their run wherever they are; those of one run each its own.
            let is_one = runs.iter().all(|run| *run == runs[0]);
            let of = |(place, run): (usize, &RunId)| if is_one { place } else { colours.of(run) };
            runs.iter().enumerate().map(of).collect::<Vec<_>>()
        };
        let work = move || write(&request, histories, &colours, &Clock::local());
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Failure::new(FailureKind::System, "drawing the chart was broken off"))?
    }
}

/// Numbers one after the other, and where each column of them lies.
#[derive(Default)]
struct Columns(Vec<f64>);

impl Columns {
    fn push(&mut self, numbers: impl IntoIterator<Item = f64>) -> ColumnPart {
        let first = self.0.len();
        self.0.extend(numbers);
        ColumnPart {
            first,
            n: self.0.len() - first,
        }
    }

    /// The head in front, padded so that the numbers lie where an array of them may begin.
    fn behind(self, head: &ChartHead) -> Result<Vec<u8>> {
        let head = serde_json::to_vec(head).map_err(|error| {
            Failure::new(FailureKind::System, "cannot write the answer as JSON").caused_by(error)
        })?;
        let mut bytes = Vec::with_capacity(head.len() + 16 + self.0.len() * 8);
        bytes.extend_from_slice(&u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(&head);
        bytes.resize(bytes.len().next_multiple_of(8), b' ');
        for number in self.0 {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Ok(bytes)
    }
}

fn write(
    request: &ChartRequest,
    histories: Vec<Arc<History>>,
    colours: &[usize],
    clock: &Clock,
) -> Result<Vec<u8>> {
    let n_columns = request.n_columns.clamp(1, MOST_COLUMNS);
    let figure = figure(request, histories, colours);
    let Some(laid_out) = figure.laid_out(n_columns) else {
        return Columns::default().behind(&empty(&figure, n_columns));
    };
    let mut columns = Columns::default();
    let n_edges = n_columns + 1;
    let edges = columns.push((0..n_edges).map(|edge| laid_out.x.x_at(edge as f64 / n_columns as f64)));
    let lines = figure.lines.iter().zip(&laid_out.drawn).map(|(line, drawn)| {
        let points: Vec<_> = slotted(&drawn.raw).collect();
        let share = |y: f64| laid_out.y.share(y);
        let smooth: Vec<_> = drawn.smooth.iter().flat_map(slotted).collect();
        ChartLine {
            slots: columns.push(points.iter().map(|point| point.0)),
            x: columns.push(points.iter().map(|point| point.1[0])),
            y: columns.push(points.iter().map(|point| point.1[1])),
            shares: columns.push(points.iter().map(|point| share(point.1[1]))),
            smooth_slots: columns.push(smooth.iter().map(|point| point.0)),
            smooth_shares: columns.push(smooth.iter().map(|point| share(point.1[1]))),
            ..told(line)
        }
    });
    let lines = lines.collect();
    let head = head(request, &laid_out, n_columns, edges, lines, clock);
    columns.behind(&head)
}

/// The points of a reduced curve with their slots; a gap is NaN in the first slot of the column behind it.
fn slotted(reduced: &Reduced) -> impl Iterator<Item = (f64, [f64; 2])> {
    reduced.columns.iter().enumerate().flat_map(|(place, column)| {
        let first = (column.index * SLOTS) as f64;
        let gap = (place > 0 && !column.joined).then_some((first, [f64::NAN, f64::NAN]));
        let points = column
            .extremes
            .map(|extremes| extremes.in_order())
            .into_iter()
            .flatten()
            .flatten();
        let points = points
            .enumerate()
            .map(move |(slot, point)| (first + 1.0 + slot as f64, point));
        gap.into_iter().chain(points)
    })
}

fn head(
    request: &ChartRequest,
    laid_out: &LaidOut,
    n_columns: usize,
    edges: ColumnPart,
    lines: Vec<ChartLine>,
    clock: &Clock,
) -> ChartHead {
    let x_ticks = laid_out
        .x
        .ticks(request.n_x_ticks.clamp(2, 40), clock)
        .into_iter();
    let y_ticks = laid_out.y.ticks(request.n_y_ticks.clamp(2, 40)).into_iter();
    let is_in_view = |tick: &TickView| (0.0..=1.0).contains(&tick.share);
    ChartHead {
        is_empty: false,
        n_columns,
        x: LimitsView {
            min: Some(laid_out.x.span.min),
            max: Some(laid_out.x.span.max),
        },
        x_word: laid_out.x.word().to_owned(),
        scale: scale_word(&laid_out.y).to_owned(),
        x_ticks: x_ticks
            .map(|tick| TickView {
                share: laid_out.x.share(tick.at),
                label: tick.label,
            })
            .filter(is_in_view)
            .collect(),
        y_ticks: y_ticks
            .map(|tick| TickView {
                share: laid_out.y.share(tick.at),
                label: tick.label,
            })
            .filter(is_in_view)
            .collect(),
        edges,
        lines,
    }
}

fn empty(figure: &Figure, n_columns: usize) -> ChartHead {
    ChartHead {
        is_empty: true,
        n_columns,
        x: LimitsView::default(),
        x_word: String::new(),
        scale: "linear".to_owned(),
        x_ticks: Vec::new(),
        y_ticks: Vec::new(),
        edges: ColumnPart::default(),
        lines: figure.lines.iter().map(told).collect(),
    }
}

fn scale_word(scale: &Scale) -> &'static str {
    match scale.kind() {
        ScaleKind::Linear => "linear",
        ScaleKind::Log => "log",
        ScaleKind::SymLog => "symlog",
    }
}

/// What is told of a curve beside its points.
fn told(line: &FigureLine) -> ChartLine {
    let summary = line.history.summary();
    ChartLine {
        run: line.run.to_string(),
        key: line.key.to_string(),
        name: line.name.clone(),
        colour: line.colour,
        n_points: line.history.len(),
        n_odd: summary.n_nan + summary.n_infinite,
        told: told_words(summary),
        slots: ColumnPart::default(),
        x: ColumnPart::default(),
        y: ColumnPart::default(),
        shares: ColumnPart::default(),
        smooth_slots: ColumnPart::default(),
        smooth_shares: ColumnPart::default(),
    }
}

/// `last 0.21 at 500 · min 0.2 at 480 · max 2.31 at 0`.
fn told_words(summary: &HistorySummary) -> String {
    let part = |word: &str, point: Option<MetricPoint>| {
        point.map(|point| {
            format!(
                "{word} {} at {}",
                format::number(point.value, NUMBER_WIDTH),
                point.step
            )
        })
    };
    let parts = [
        part("last", summary.last),
        part("min", summary.min),
        part("max", summary.max),
        (summary.n_nan > 0).then(|| format!("{} NaN", format::count(summary.n_nan))),
        (summary.n_infinite > 0).then(|| format!("{} infinite", format::count(summary.n_infinite))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn figure(request: &ChartRequest, histories: Vec<Arc<History>>, colours: &[usize]) -> Figure {
    let ids: Vec<_> = request
        .curves
        .iter()
        .map(|curve| (RunId::from(curve.run.as_str()), curve.key.as_str().into()))
        .collect();
    let named = ids.iter().zip(&request.curves);
    let names = names(named.map(|((run, key), curve)| (run, curve.run_name.as_str(), key)));
    let lines = request
        .curves
        .iter()
        .zip(ids)
        .zip(histories)
        .zip(names)
        .zip(colours);
    Figure {
        title: String::new(),
        lines: lines
            .map(|((((curve, (run, key)), history), name), colour)| FigureLine {
                name,
                run,
                run_name: curve.run_name.clone(),
                key,
                colour: *colour,
                history,
            })
            .collect(),
        settings: settings(&request.look),
        x: limits(request.x),
        y: limits(request.y),
    }
}

fn settings(look: &LookView) -> Settings {
    Settings {
        axis: match look.axis.as_str() {
            "time" => XAxis::WallTime,
            "relative" => XAxis::RelativeTime,
            _ => XAxis::Step,
        },
        has_log_x: look.log_x,
        scale: match look.scale.as_str() {
            "log" => ScaleKind::Log,
            "symlog" => ScaleKind::SymLog,
            _ => ScaleKind::Linear,
        },
        smoothing: look.smoothing.clamp(0.0, 0.999),
        clips_outliers: look.clip,
    }
}

/// Limits as asked for; what is no number, or leaves nothing between, is as far as the data goes.
fn limits(asked: LimitsView) -> Limits {
    let finite = |end: Option<f64>| end.filter(|end| end.is_finite());
    match (finite(asked.min), finite(asked.max)) {
        (Some(min), Some(max)) if min >= max => Limits::FREE,
        (Some(min), Some(max)) => Limits::of(Span { min, max }),
        (min, max) => Limits { min, max },
    }
}

#[cfg(test)]
mod tests {
    use flowdeck_client::Timestamp;

    use super::*;
    use crate::contract::CurveRef;

    fn request(n_columns: usize) -> ChartRequest {
        ChartRequest {
            curves: vec![CurveRef {
                run: "a".to_owned(),
                run_name: "fox".to_owned(),
                key: "loss".to_owned(),
            }],
            look: LookView {
                axis: "step".to_owned(),
                log_x: false,
                scale: "linear".to_owned(),
                smoothing: 0.0,
                clip: false,
            },
            x: LimitsView::default(),
            y: LimitsView::default(),
            n_columns,
            n_x_ticks: 8,
            n_y_ticks: 5,
        }
    }

    fn read(bytes: &[u8]) -> (serde_json::Value, Vec<f64>) {
        let n = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
        let head = serde_json::from_slice(&bytes[4..4 + n]).expect("JSON");
        let numbers = bytes[(4 + n).next_multiple_of(8)..].chunks_exact(8);
        let number = |eight: &[u8]| f64::from_le_bytes(eight.try_into().expect("eight bytes"));
        (head, numbers.map(number).collect())
    }

    fn part(head: &serde_json::Value, numbers: &[f64], name: &str) -> Vec<f64> {
        let part = &head["lines"][0][name];
        let at = |key: &str| part[key].as_u64().expect("a number") as usize;
        numbers[at("first")..at("first") + at("n")].to_vec()
    }

    #[test]
    fn a_spike_of_one_step_and_a_gap_come_through_the_columns() {
        let mut history = History::default();
        let point = |step: i64| MetricPoint {
            step,
            timestamp: Timestamp(step),
            value: match step {
                777 => 9.0,
                500 => f64::NAN,
                _ => 1.0,
            },
        };
        history.append(&(0..1_000).map(point).collect::<Vec<_>>());
        let bytes = write(&request(10), vec![Arc::new(history)], &[0], &Clock::utc()).expect("it is written");
        let (head, numbers) = read(&bytes);
        let (slots, y) = (part(&head, &numbers, "slots"), part(&head, &numbers, "y"));
        assert!(y.contains(&9.0));
        assert_eq!(y.iter().filter(|value| value.is_nan()).count(), 1);
        assert!(slots.windows(2).all(|pair| pair[0] < pair[1]), "{slots:?}");
        assert!(slots.iter().all(|slot| *slot < 50.0));
        let shares = part(&head, &numbers, "shares");
        let is_within = |share: &f64| share.is_nan() || (0.0..=1.0).contains(share);
        assert!(shares.iter().all(is_within));
        assert_eq!(head["lines"][0]["n_odd"], 1);
    }

    #[test]
    fn a_metric_without_a_finite_value_is_told_and_not_drawn() {
        let bytes = write(&request(10), vec![Arc::default()], &[0], &Clock::utc()).expect("it is written");
        let (head, numbers) = read(&bytes);
        assert_eq!((head["is_empty"].as_bool(), numbers.len()), (Some(true), 0));
        assert_eq!(head["lines"][0]["name"], "fox");
    }
}
