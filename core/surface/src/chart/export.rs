//! A chart as a file: SVG, PNG, or the logged points as CSV.

use std::path::{Path, PathBuf};

use flowdeck_client::{Failure, FailureKind, Result};

use super::{Figure, picture, points_file};
use crate::clock::Clock;

/// What kind of file a chart becomes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileForm {
    /// A picture of lines, sharp at any size.
    Svg,
    /// A picture of pixels.
    Png,
    /// The logged points in view.
    Csv,
}

impl FileForm {
    /// The form that a file's extension asks for.
    ///
    /// # Errors
    /// Another extension, or none.
    pub fn of(file: &Path) -> Result<Self> {
        let extension = file.extension().and_then(|extension| extension.to_str());
        match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            Some("csv") => Ok(Self::Csv),
            _ => Err(Failure::new(
                FailureKind::InvalidInput,
                format!("cannot tell what kind of file {} is to be", file.display()),
            )
            .with_hint("end the name in .svg, .png or .csv")),
        }
    }
}

/// What was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Exported {
    /// Where.
    pub file: PathBuf,
    /// How many points, of a file of points.
    pub n_points: Option<usize>,
}

/// Writes a chart into a file, which is there only when it is whole. A picture has so many pixels.
///
/// # Errors
/// A name of no known form, a directory that cannot be written, or nothing to draw.
pub fn export(file: &Path, figure: &Figure, size: (u32, u32), clock: &Clock) -> Result<Exported> {
    let form = FileForm::of(file)?;
    let part = Part::beside(file);
    let n_points = match form {
        FileForm::Svg | FileForm::Png => {
            picture::write(&part.0, form, figure, size, clock).map_err(|why| cannot(file, &why))?;
            None
        }
        FileForm::Csv => Some(points_file::write(&part.0, figure).map_err(|why| cannot(file, &why))?),
    };
    std::fs::rename(&part.0, file).map_err(|why| cannot(file, &why))?;
    Ok(Exported {
        file: file.to_owned(),
        n_points,
    })
}

fn cannot(file: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        FailureKind::System,
        format!("cannot write {}: {why}", file.display()),
    )
}

/// A file that is not whole yet, and is taken away unless it becomes so.
struct Part(PathBuf);

impl Part {
    /// A name beside the file that keeps its extension, which tells the encoder the format.
    fn beside(file: &Path) -> Self {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        Self(file.with_file_name(format!(".part-{}-{name}", std::process::id())))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once it was renamed there is nothing to take away.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A name for the file of a chart, by what it shows: `val-loss.svg`.
pub fn file_name(title: &str, extension: &str) -> String {
    let plain = |letter: char| {
        if letter.is_alphanumeric() || "._-".contains(letter) {
            letter
        } else {
            '-'
        }
    };
    let mut stem: String = title.chars().map(plain).take(80).collect();
    stem = stem.trim_matches(['-', '.']).to_owned();
    if stem.is_empty() {
        "chart".clone_into(&mut stem);
    }
    format!("{stem}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_tells_the_form() {
        assert_eq!(FileForm::of(Path::new("a/b.SVG")).ok(), Some(FileForm::Svg));
        assert_eq!(FileForm::of(Path::new("b.png")).ok(), Some(FileForm::Png));
        assert_eq!(FileForm::of(Path::new("b.csv")).ok(), Some(FileForm::Csv));
        assert!(FileForm::of(Path::new("b")).is_err() && FileForm::of(Path::new("b.pdf")).is_err());
    }

    #[test]
    fn a_name_is_plain() {
        assert_eq!(file_name("val/loss of fox", "svg"), "val-loss-of-fox.svg");
        assert_eq!(file_name("../..", "png"), "chart.png");
    }

    fn figure() -> Figure {
        use std::sync::Arc;

        use flowdeck_client::Timestamp;
        use flowdeck_client::tracking::MetricPoint;

        use super::super::{FigureLine, Limits, Settings};
        use crate::history::History;

        let line = |place: usize, steps: [i64; 3]| {
            let mut history = History::default();
            history.append(&steps.map(|step| MetricPoint {
                step,
                timestamp: Timestamp(1_000 + step),
                value: if step == 2 { f64::NAN } else { 0.1 * step as f64 },
            }));
            FigureLine {
                name: format!("curve {place}"),
                run: format!("r{place}").into(),
                run_name: "fox, the \"quick\"".to_owned(),
                key: "loss".into(),
                colour: place,
                history: Arc::new(history),
            }
        };
        Figure {
            title: "loss <of> & others".to_owned(),
            lines: vec![line(0, [1, 2, 3]), line(1, [3, 1, 9])],
            settings: Settings::default(),
            x: Limits::FREE,
            y: Limits::FREE,
        }
    }

    fn written(name: &str, figure: &Figure) -> Vec<u8> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join(name);
        export(&file, figure, (400, 300), &Clock::utc()).expect("it is written");
        let n_files = std::fs::read_dir(directory.path()).expect("it is there").count();
        assert_eq!(n_files, 1, "nothing half-written is left");
        std::fs::read(file).expect("it is there")
    }

    #[test]
    fn the_points_in_view_are_written_exactly_and_in_order() {
        let mut figure = figure();
        figure.x.min = Some(2.0);
        let text = String::from_utf8(written("a.csv", &figure)).expect("it is text");
        assert_eq!(
            text,
            "run_id,run_name,metric,step,timestamp,value\n\
             r0,\"fox, the \"\"quick\"\"\",loss,2,1002,NaN\n\
             r0,\"fox, the \"\"quick\"\"\",loss,3,1003,0.30000000000000004\n\
             r1,\"fox, the \"\"quick\"\"\",loss,3,1003,0.30000000000000004\n\
             r1,\"fox, the \"\"quick\"\"\",loss,9,1009,0.9\n"
        );
    }

    #[test]
    fn a_picture_is_drawn_with_every_axis_and_scale() {
        use flowdeck_client::series::XAxis;

        use super::super::ScaleKind;

        let mut figure = figure();
        for axis in [XAxis::Step, XAxis::WallTime, XAxis::RelativeTime] {
            for scale in [ScaleKind::Linear, ScaleKind::Log, ScaleKind::SymLog] {
                figure.settings.axis = axis;
                figure.settings.scale = scale;
                figure.settings.has_log_x = !figure.settings.has_log_x;
                figure.settings.smoothing = 0.6;
                let svg = String::from_utf8(written("a.svg", &figure)).expect("it is text");
                assert!(svg.starts_with("<svg") && svg.contains("curve 1"), "{svg}");
                assert!(svg.contains("&lt;of&gt; &amp; others"), "{svg}");
                assert!(svg.contains("(cross: NaN)"), "{svg}");
            }
        }
        assert!(written("a.png", &figure).starts_with(b"\x89PNG"));
    }

    #[test]
    fn nothing_to_draw_is_told_and_leaves_no_file() {
        let mut figure = figure();
        figure.lines.clear();
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("a.svg");
        let failure = export(&file, &figure, (400, 300), &Clock::utc()).expect_err("nothing to draw");
        assert!(failure.message().contains("no finite value"), "{failure}");
        let beyond = directory.path().join("nowhere/a.csv");
        assert!(export(&beyond, &figure, (400, 300), &Clock::utc()).is_err());
        assert_eq!(
            std::fs::read_dir(directory.path()).expect("it is there").count(),
            0
        );
    }
}
