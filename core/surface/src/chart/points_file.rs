use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flowdeck_client::format;
use flowdeck_client::series::Curve;

use super::{Figure, Line};

/// Writes the logged points that a figure shows, curve by curve, each in the order of its axis; gives how many.
///
/// Values are written so that they read back as the same number, never smoothed, and never left out for being beyond
/// the y axis.
pub(super) fn write(file: &Path, figure: &Figure) -> io::Result<usize> {
    let out = BufWriter::new(File::create(file)?);
    let mut table = csv::Writer::from_writer(out);
    table.write_record(["run_id", "run_name", "metric", "step", "timestamp", "value"])?;
    let Some(whole) = figure.whole() else {
        table.flush()?;
        return Ok(0);
    };
    let span = figure.x.over(whole);
    let mut n_points = 0;
    for line in &figure.lines {
        let mut kept = Line::default();
        let curve = line.curve(&mut kept, &figure.settings);
        for index in curve.indices_within(span) {
            let Some(point) = curve.point(index) else { continue };
            table.write_record([
                line.run.as_str(),
                &line.run_name,
                line.key.as_str(),
                &point.step.to_string(),
                &point.timestamp.as_millis().to_string(),
                &format::exact(point.value),
            ])?;
            n_points += 1;
        }
    }
    table
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?
        .flush()?;
    Ok(n_points)
}
