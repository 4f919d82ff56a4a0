use flowdeck_client::promotion::{Side, VersionComparison};
use flowdeck_client::registry::Stage;

use crate::clock::Clock;
use crate::format;

/// Width of a metric's value, in characters.
const NUMBER_WIDTH: usize = 12;

/// A part of a comparison: a title, what stands over the columns, and the rows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ComparedSection {
    /// What it is about.
    pub title: String,
    /// What stands over the columns, the first of which names the rows.
    pub titles: Vec<String>,
    /// A cell for each column.
    pub rows: Vec<Vec<String>>,
    /// What is left out, where something is.
    pub remark: Option<String>,
}

/// Versions laid side by side: where they come from, metrics, params, tags and signatures. Two of them have a column for
/// what the metrics of the second are more than those of the first; what is the same everywhere is counted only.
pub fn compared_sections(compared: &VersionComparison, clock: &Clock) -> Vec<ComparedSection> {
    let names: Vec<String> = compared
        .sides
        .iter()
        .map(|side| format!("{} {}", side.version.name, side.version.version))
        .collect();
    let titles = |first: &str| {
        let mut titles = vec![first.to_owned()];
        titles.extend(names.iter().cloned());
        titles
    };
    let mut sections = vec![ComparedSection {
        titles: titles(""),
        rows: origin(&compared.sides, clock),
        ..ComparedSection::default()
    }];
    let is_pair = compared.sides.len() == 2;
    let mut metrics = ComparedSection {
        title: "Metrics".to_owned(),
        titles: titles("Metric"),
        ..ComparedSection::default()
    };
    if is_pair {
        metrics.titles.push("Difference".to_owned());
    }
    let mut n_same = 0;
    for row in &compared.comparison.metrics {
        if !row.differs {
            n_same += 1;
            continue;
        }
        let written = |value: &Option<f64>| match value {
            Some(value) => format::number(*value, NUMBER_WIDTH),
            None => "–".to_owned(),
        };
        let mut cells = vec![row.key.clone()];
        cells.extend(row.values.iter().map(written));
        if let ([Some(first), Some(second)], true) = (&row.values[..], is_pair) {
            let sign = if second > first { "+" } else { "" };
            cells.push(format!("{sign}{}", format::number(second - first, NUMBER_WIDTH)));
        }
        metrics.rows.push(cells);
    }
    metrics.remark = same_remark(n_same, "metric");
    sections.push(metrics);
    for (title, noun, rows) in [
        ("Params", "param", &compared.comparison.params),
        ("Tags", "tag", &compared.comparison.tags),
    ] {
        let (same, other): (Vec<_>, Vec<_>) = rows.iter().partition(|row| !row.differs);
        let cells = |row: &&flowdeck_client::compare::ComparedRow<String>| {
            let mut cells = vec![row.key.clone()];
            cells.extend(
                row.values
                    .iter()
                    .map(|value| value.clone().unwrap_or_else(|| "–".to_owned())),
            );
            cells
        };
        sections.push(ComparedSection {
            title: title.to_owned(),
            titles: titles(&title[..title.len() - 1]),
            rows: other.iter().map(cells).collect(),
            remark: same_remark(same.len(), noun),
        });
    }
    let signature = |place: usize| {
        let comparison = &compared.signatures[place];
        let word = comparison.word().unwrap_or_default();
        let mut sentences = comparison.differences().to_vec();
        if sentences.is_empty() {
            sentences.push(comparison.sentence());
        }
        vec![names[place].clone(), word.to_owned(), sentences.join("; ")]
    };
    sections.push(ComparedSection {
        title: format!("Signature against {}", names.first().cloned().unwrap_or_default()),
        titles: ["Version", "Agrees", "Where not"].map(str::to_owned).to_vec(),
        rows: (1..compared.signatures.len()).map(signature).collect(),
        remark: None,
    });
    sections.retain(|section| !section.rows.is_empty() || section.remark.is_some());
    sections
}

fn same_remark(n_same: usize, noun: &str) -> Option<String> {
    match n_same {
        0 => None,
        1 => Some(format!("1 {noun} is the same.")),
        n => Some(format!("{} {noun}s are the same.", format::count(n))),
    }
}

fn origin(sides: &[Side], clock: &Clock) -> Vec<Vec<String>> {
    let row = |name: &str, of: &dyn Fn(&Side) -> String| {
        let mut cells = vec![name.to_owned()];
        cells.extend(sides.iter().map(of));
        cells
    };
    let run = |side: &Side| match (&side.run, &side.version.run_id) {
        (Some(run), _) => run.name().to_owned(),
        (None, Some(id)) => format!("{id}, not here"),
        (None, None) => String::new(),
    };
    let registered = |side: &Side| {
        let at = side.version.creation_timestamp;
        at.map(|at| clock.date_time(at)).unwrap_or_default()
    };
    let stage = |side: &Side| match &side.version.current_stage {
        Stage::None => String::new(),
        stage => stage.word().to_owned(),
    };
    let aliases = |side: &Side| {
        let all: Vec<_> = side
            .version
            .aliases
            .iter()
            .map(|alias| format!("@{alias}"))
            .collect();
        all.join(" ")
    };
    let mut rows = vec![
        row("Registered", &registered),
        row("Run", &run),
        row("By", &|side| side.version.user_id.clone().unwrap_or_default()),
        row("Stage", &stage),
        row("Aliases", &aliases),
    ];
    rows.retain(|cells| cells[1..].iter().any(|cell| !cell.is_empty()));
    rows
}
