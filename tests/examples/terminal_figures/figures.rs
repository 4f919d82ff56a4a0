//! The figures as rows of a Markdown table.

use std::time::Duration;

/// What was measured so far.
#[derive(Default)]
pub(crate) struct Figures {
    rows: Vec<String>,
}

impl Figures {
    /// Times, of which the median must hold the bar.
    pub(crate) fn times(&mut self, what: &str, mut times: Vec<Duration>, bar: Duration) {
        times.sort();
        let (Some(&median), Some(&largest)) = (times.get(times.len() / 2), times.last()) else {
            return self.row(what, "not seen", "", false);
        };
        let figure = format!("{} / {} ({})", ms(median), ms(largest), times.len());
        self.row(what, &figure, &ms(bar), median > bar);
    }

    /// Numbers of bytes, of which the median must hold the bar.
    pub(crate) fn bytes(&mut self, what: &str, mut numbers: Vec<usize>, bar: usize) {
        numbers.sort_unstable();
        let median = numbers[numbers.len() / 2];
        self.row(what, &median.to_string(), &bar.to_string(), median > bar);
    }

    /// Megabytes.
    pub(crate) fn memory(&mut self, what: &str, megabytes: Option<f64>, bar: f64) {
        match megabytes {
            Some(figure) => self.row(
                what,
                &format!("{figure:.0} MB"),
                &format!("{bar:.0} MB"),
                figure > bar,
            ),
            None => self.row(what, "not told here", "", false),
        }
    }

    /// Processor time, for which the system has no finer steps than 10 ms.
    pub(crate) fn processor_time(&mut self, what: &str, taken: Option<Duration>, bar: Duration) {
        match taken {
            Some(taken) => self.row(what, &ms(taken), &ms(bar), taken > bar),
            None => self.row(what, "not told here", "", false),
        }
    }

    /// The table.
    pub(crate) fn table(&self) -> String {
        let head = "\n| the terminal app at 160x45 | median / largest (of) | bar |\n|---|--:|--:|\n";
        head.to_owned() + &self.rows.concat()
    }

    fn row(&mut self, what: &str, figure: &str, bar: &str, is_missed: bool) {
        let missed = if is_missed { " (missed)" } else { "" };
        self.rows.push(format!("| {what} | {figure}{missed} | {bar} |\n"));
    }
}

fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
