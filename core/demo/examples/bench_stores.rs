//! Writes the stores that `cargo xtask bench` measures on: `bench_stores DIRECTORY SHRINK`, where all numbers are
//! divided by SHRINK. Prints one JSON object that names what the stores can be asked for.

use std::error::Error;
use std::path::Path;

use flowdeck_demo::bench_data::{BenchShape, write_bench_files, write_bench_store};

/// Runs of the file store: 84,000 files.
const FILE_STORE_RUNS: usize = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, shrink] = arguments.as_slice() else {
        return Err("usage: bench_stores DIRECTORY SHRINK".into());
    };
    let (directory, shrink) = (Path::new(directory), shrink.parse::<usize>()?.max(1));
    let whole = BenchShape::default();
    let shape = BenchShape {
        runs: whole.runs / shrink,
        long_points: whole.long_points / shrink,
        ..whole
    };
    let database = write_bench_store(&directory.join("mlflow.db"), &shape)?;
    let shape = BenchShape {
        runs: FILE_STORE_RUNS / shrink,
        ..shape
    };
    let files = write_bench_files(&directory.join("mlruns"), &shape)?;
    let answer =
        serde_json::json!({ "database_long_run": database.long_run, "files_long_run": files.long_run });
    println!("{answer}");
    Ok(())
}
