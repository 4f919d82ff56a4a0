//! Writes the demo store into the directory named, and says how long it took.

use std::path::Path;
use std::time::{Instant, SystemTime};

use flowdeck_demo::{StoreOptions, prepare_store};
use flowdeck_domain::Timestamp;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().nth(1).ok_or("usage: write_demo DIRECTORY")?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let began = Instant::now();
    let store = prepare_store(
        Some(Path::new(&directory)),
        StoreOptions::at(Timestamp(now.as_millis() as i64)),
    )?;
    println!("{} in {:?}", store.tracking_uri(), began.elapsed());
    Ok(())
}
