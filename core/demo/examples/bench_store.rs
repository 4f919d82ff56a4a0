//! Writes the bench store: `cargo run --release -p flowdeck-demo --example bench_store -- PATH`.

use std::path::PathBuf;

use flowdeck_demo::bench_data::{BenchShape, write_bench_store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("give the path of the new database")?
        .into();
    let store = write_bench_store(&path, &BenchShape::default())?;
    println!(
        "long history: run {}, metric {}",
        store.long_run,
        flowdeck_demo::bench_data::BenchStore::CURVE_KEY
    );
    Ok(())
}
