//! Large stores for benchmarks, in the shape of the reference measurements of MLflow: ten thousand runs, one
//! history of a million points, fifty curves; and the same kind of run as a directory of files.

mod files;

use std::path::Path;

use rusqlite::{Connection, ToSql, params};

use crate::random::Random;
use crate::schema::MLFLOW_3_17_STORE;

pub use files::write_bench_files;

/// When the first run began: 2023-11-14T22:13:20Z, in milliseconds.
const BEGIN: i64 = 1_700_000_000_000;

/// How much a bench store holds.
#[derive(Clone, Debug)]
pub struct BenchShape {
    /// Runs of the first experiment.
    pub runs: usize,
    /// Metrics of each of them, one point each.
    pub metrics: usize,
    /// Params of each of them.
    pub params: usize,
    /// Tags of each of them, the run's name among them.
    pub tags: usize,
    /// Points of the long history.
    pub long_points: usize,
    /// Curves of the third experiment, one to a run.
    pub curves: usize,
    /// Points of each curve.
    pub curve_points: usize,
    /// Metrics of the run that has many; another has ten.
    pub wide_metrics: usize,
    /// Points of each of them.
    pub wide_points: usize,
}

/// The shape of the reference measurements.
impl Default for BenchShape {
    fn default() -> Self {
        Self {
            runs: 10_000,
            metrics: 20,
            params: 15,
            tags: 5,
            long_points: 1_000_000,
            curves: 50,
            curve_points: 10_000,
            wide_metrics: 1_000,
            wide_points: 100,
        }
    }
}

/// What a bench store can be asked for.
#[derive(Clone, Debug)]
pub struct BenchStore {
    /// Name of the experiment with many runs; its id is 1.
    pub runs_experiment: &'static str,
    /// The run whose metric [`BenchStore::CURVE_KEY`] has the long history.
    pub long_run: String,
    /// The runs with one curve each, under the same key.
    pub curve_runs: Vec<String>,
}

impl BenchStore {
    /// Key of the long history and of the curves.
    pub const CURVE_KEY: &str = "loss";
}

/// Writes a bench store, a new database in the format of MLflow 3.17.2. The same shape gives the same rows.
///
/// # Errors
/// What SQLite says, first of all where the file exists already.
pub fn write_bench_store(path: &Path, shape: &BenchShape) -> rusqlite::Result<BenchStore> {
    let connection = Connection::open(path)?;
    // The file is thrown away if this is broken off, so nothing has to survive that.
    connection
        .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;")?;
    connection.execute_batch(MLFLOW_3_17_STORE)?;
    connection.execute_batch("PRAGMA foreign_keys = OFF; BEGIN")?;
    connection.set_prepared_statement_cache_capacity(64);
    let writer = Writer {
        connection: &connection,
        root: path
            .parent()
            .unwrap_or(Path::new(""))
            .join("mlruns")
            .display()
            .to_string(),
    };
    for (id, name) in (0..).zip([
        "Default",
        "many runs",
        "long history",
        "curves",
        "ten metrics",
        "wide run",
    ]) {
        writer.experiment(id, name)?;
    }
    let mut random = Random::new(1);
    for number in 0..shape.runs {
        writer.run_of_many(number, shape, &mut random.fork(number as u64))?;
    }
    let long_run = random.hex(32);
    writer.curve_run(
        2,
        &long_run,
        "long-history",
        shape.long_points,
        &mut random.fork(1 << 32),
    )?;
    let mut curve_runs = Vec::new();
    for number in 0..shape.curves {
        let run = random.hex(32);
        let name = format!("curve-{number:02}");
        writer.curve_run(
            3,
            &run,
            &name,
            shape.curve_points,
            &mut random.fork((2 << 32) + number as u64),
        )?;
        curve_runs.push(run);
    }
    for (experiment, n_metrics) in [(4, 10), (5, shape.wide_metrics)] {
        let mut random = random.fork((3 << 32) + experiment as u64);
        writer.wide_run(experiment, n_metrics, shape.wide_points, &mut random)?;
    }
    connection.execute_batch("COMMIT; PRAGMA journal_mode = DELETE")?;
    Ok(BenchStore {
        runs_experiment: "many runs",
        long_run,
        curve_runs,
    })
}

struct Writer<'a> {
    connection: &'a Connection,
    root: String,
}

impl Writer<'_> {
    fn put(&self, sql: &str, values: &[&dyn ToSql]) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    fn experiment(&self, id: i64, name: &str) -> rusqlite::Result<()> {
        let sql = "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, \
                   last_update_time) VALUES (?1, ?2, ?3, 'active', ?4, ?4)";
        self.put(sql, params![id, name, format!("{}/{id}", self.root), BEGIN + id])
    }

    fn run(&self, experiment: i64, id: &str, name: &str, start: i64) -> rusqlite::Result<()> {
        let artifacts = format!("{}/{experiment}/{id}/artifacts", self.root);
        let sql = "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, \
                   start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id) \
                   VALUES (?1, ?2, 'UNKNOWN', '', '', 'bench', 'FINISHED', ?3, ?4, '', 'active', ?5, ?6)";
        self.put(
            sql,
            params![id, name, start, start + 60_000, artifacts, experiment],
        )?;
        self.tag(id, "mlflow.runName", name)
    }

    fn tag(&self, run: &str, key: &str, value: &str) -> rusqlite::Result<()> {
        let sql = "INSERT INTO tags (key, value, run_uuid) VALUES (?1, ?2, ?3)";
        self.put(sql, params![key, value, run])
    }

    /// One of many runs: a few numbers and texts each, as a sweep of hyperparameters logs them.
    fn run_of_many(&self, number: usize, shape: &BenchShape, random: &mut Random) -> rusqlite::Result<()> {
        let id = random.hex(32);
        let start = BEGIN + number as i64 * 1_000;
        self.run(1, &id, &format!("run-{number:05}"), start)?;
        for place in 1..shape.tags {
            let value = format!("value {}", random.below(10));
            self.tag(&id, &format!("tag_{place:02}"), &value)?;
        }
        for place in 0..shape.params {
            let sql = "INSERT INTO params (key, value, run_uuid) VALUES (?1, ?2, ?3)";
            let value = format!("{:.4}", random.unit());
            self.put(sql, params![format!("param_{place:02}"), value, id])?;
        }
        for place in 0..shape.metrics {
            let (key, value) = (format!("metric_{place:02}"), random.unit());
            self.point(&key, &id, value, start + place as i64, 0)?;
            self.latest(&key, &id, value, start + place as i64, 0)?;
        }
        Ok(())
    }

    /// A run with one curve.
    fn curve_run(
        &self,
        experiment: i64,
        id: &str,
        name: &str,
        points: usize,
        random: &mut Random,
    ) -> rusqlite::Result<()> {
        self.run(experiment, id, name, BEGIN)?;
        self.curve(BenchStore::CURVE_KEY, id, points, random)
    }

    /// A run with so many curves.
    fn wide_run(
        &self,
        experiment: i64,
        n_metrics: usize,
        points: usize,
        random: &mut Random,
    ) -> rusqlite::Result<()> {
        let id = random.hex(32);
        self.run(experiment, &id, &format!("{n_metrics} metrics"), BEGIN)?;
        for place in 0..n_metrics {
            self.curve(&format!("metric_{place:04}"), &id, points, random)?;
        }
        Ok(())
    }

    fn curve(&self, key: &str, run: &str, points: usize, random: &mut Random) -> rusqlite::Result<()> {
        let mut last = None;
        for step in 0..points {
            let value = curve_value(step, points, random);
            self.point(key, run, value, BEGIN + step as i64, step as i64)?;
            last = Some((value, step as i64));
        }
        match last {
            Some((value, step)) => self.latest(key, run, value, BEGIN + step, step),
            None => Ok(()),
        }
    }

    fn point(&self, key: &str, run: &str, value: f64, timestamp: i64, step: i64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?1, ?2, ?3, ?4, ?5, 0)";
        self.put(sql, params![key, value, timestamp, run, step])
    }

    fn latest(&self, key: &str, run: &str, value: f64, timestamp: i64, step: i64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) \
                   VALUES (?1, ?2, ?3, ?4, 0, ?5)";
        self.put(sql, params![key, value, timestamp, step, run])
    }
}

/// A falling loss with noise, and ten spikes of one step that a chart must not lose.
fn curve_value(step: usize, points: usize, random: &mut Random) -> f64 {
    let decay = (-3.0 * step as f64 / points as f64).exp();
    let spike = if is_spike(step, points) { 5.0 } else { 0.0 };
    decay + 0.01 * random.normal() + spike
}

/// Ten steps, seven past each tenth of the way, so that no even sampling meets them.
fn is_spike(step: usize, points: usize) -> bool {
    let tenth = points / 10;
    tenth > 7 && step % tenth == 7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_store_holds_what_its_shape_says() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("mlflow.db");
        let shape = BenchShape {
            runs: 12,
            long_points: 500,
            curves: 2,
            curve_points: 100,
            wide_metrics: 30,
            wide_points: 2,
            ..BenchShape::default()
        };
        let store = write_bench_store(&path, &shape).expect("a new database");
        let connection = Connection::open(&path).expect("the database");
        let count = |sql: &str| -> i64 { connection.query_row(sql, [], |row| row.get(0)).expect("a count") };
        assert_eq!(count("SELECT count(*) FROM runs"), 12 + 1 + 2 + 2);
        assert_eq!(
            count("SELECT count(*) FROM latest_metrics"),
            12 * 20 + 3 + 10 + 30
        );
        assert_eq!(count("SELECT count(*) FROM params"), 12 * 15);
        assert_eq!(count("SELECT count(*) FROM tags"), 12 * 5 + 3 + 2);
        let points = format!(
            "SELECT count(*) FROM metrics WHERE run_uuid = '{}'",
            store.long_run
        );
        assert_eq!(count(&points), 500);
        assert_eq!(count(&format!("{points} AND value > 3")), 10);
    }
}
