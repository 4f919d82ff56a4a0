//! Prepares what the window embeds: the front end, or a page that stands in for it on a clean clone.

use std::fs;
use std::path::Path;

/// The page that is embedded where nobody built the front end. `cargo xtask` and packages refuse to ship it by its mark.
const PLACEHOLDER: &str = include_str!("placeholder.html");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dist = Path::new("../frontend/dist");
    let page = dist.join("index.html");
    if !page.exists() {
        fs::create_dir_all(dist)?;
        fs::write(&page, PLACEHOLDER)?;
    }
    println!("cargo::rerun-if-changed=../frontend/dist");
    println!("cargo::rerun-if-changed=placeholder.html");
    let commands = tauri_build::AppManifest::new().commands(&["rpc", "follow"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))?;
    Ok(())
}
