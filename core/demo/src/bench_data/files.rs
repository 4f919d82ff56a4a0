use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{BEGIN, BenchShape, BenchStore, curve_value};
use crate::random::Random;

/// Writes a bench store as an `mlruns/` in the format of MLflow 3.17.2: many runs in experiment 1, one long history in
/// experiment 2. Curves of a shape are left out. The same shape gives the same files.
///
/// # Errors
/// What the file system says.
pub fn write_bench_files(root: &Path, shape: &BenchShape) -> io::Result<BenchStore> {
    for (id, name) in [(0, "Default"), (1, "many runs"), (2, "long history")] {
        experiment(root, id, name)?;
    }
    let mut random = Random::new(1);
    for number in 0..shape.runs {
        run_of_many(root, number, shape, &mut random.fork(number as u64))?;
    }
    let long_run = random.hex(32);
    let directory = run(root, 2, &long_run, "long-history", BEGIN)?;
    let mut lines = BufWriter::new(fs::File::create(
        directory.join("metrics").join(BenchStore::CURVE_KEY),
    )?);
    for step in 0..shape.long_points {
        let value = curve_value(step, shape.long_points, &mut random);
        writeln!(lines, "{} {value} {step}", BEGIN + step as i64)?;
    }
    lines.flush()?;
    Ok(BenchStore {
        runs_experiment: "many runs",
        long_run,
        curve_runs: Vec::new(),
    })
}

fn experiment(root: &Path, id: i64, name: &str) -> io::Result<()> {
    let directory = root.join(id.to_string());
    fs::create_dir_all(&directory)?;
    fs::write(
        directory.join("meta.yaml"),
        format!(
            "artifact_location: {}\ncreation_time: {BEGIN}\nexperiment_id: '{id}'\nlast_update_time: {BEGIN}\n\
             lifecycle_stage: active\nname: {name}\n",
            directory.display()
        ),
    )
}

fn run(root: &Path, experiment: i64, id: &str, name: &str, start: i64) -> io::Result<PathBuf> {
    let directory = root.join(experiment.to_string()).join(id);
    for below in ["metrics", "params", "tags", "artifacts"] {
        fs::create_dir_all(directory.join(below))?;
    }
    let (end, artifacts) = (start + 60_000, directory.join("artifacts"));
    fs::write(
        directory.join("meta.yaml"),
        format!(
            "artifact_uri: {}\nend_time: {end}\nentry_point_name: ''\nexperiment_id: '{experiment}'\n\
             lifecycle_stage: active\nrun_id: '{id}'\nrun_name: {name}\nsource_name: ''\nsource_type: 4\n\
             source_version: ''\nstart_time: {start}\nstatus: 3\ntags: []\nuser_id: bench\n",
            artifacts.display()
        ),
    )?;
    fs::write(directory.join("tags/mlflow.runName"), name)?;
    Ok(directory)
}

/// One of many runs, in 41 files.
fn run_of_many(root: &Path, number: usize, shape: &BenchShape, random: &mut Random) -> io::Result<()> {
    let start = BEGIN + number as i64 * 1_000;
    let directory = run(root, 1, &random.hex(32), &format!("run-{number:05}"), start)?;
    for place in 1..shape.tags {
        fs::write(
            directory.join(format!("tags/tag_{place:02}")),
            format!("value {}", random.below(10)),
        )?;
    }
    for place in 0..shape.params {
        fs::write(
            directory.join(format!("params/param_{place:02}")),
            format!("{:.4}", random.unit()),
        )?;
    }
    for place in 0..shape.metrics {
        let line = format!("{} {} 0\n", start + place as i64, random.unit());
        fs::write(directory.join(format!("metrics/metric_{place:02}")), line)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_store_of_files_holds_what_its_shape_says() {
        let root = tempfile::tempdir().expect("a temporary directory");
        let shape = BenchShape {
            runs: 3,
            long_points: 500,
            ..BenchShape::default()
        };
        let store = write_bench_files(root.path(), &shape).expect("an empty directory");
        let history = root.path().join(format!("2/{}/metrics/loss", store.long_run));
        assert_eq!(
            fs::read_to_string(history).expect("a history").lines().count(),
            500
        );
        let runs = fs::read_dir(root.path().join("1"))
            .expect("an experiment")
            .count();
        assert_eq!(runs, 3 + 1);
    }
}
