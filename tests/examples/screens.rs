//! Draws the screens of the user guide: the real app on the demo store, keys pressed as a person would.
//!
//! Run by `cargo xtask screens`; the one argument is the directory to write to.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_domain::Timestamp;
use flowdeck_tests::picture::svg;
use flowdeck_tests::screen::Screen;

/// When the demo is looked at: 2026-03-14.
const NOW: Timestamp = Timestamp(1_773_500_000_000);

/// One picture: how to get there from the screen of experiments.
struct Picture {
    /// The file, without its ending.
    name: &'static str,
    /// Columns and rows.
    size: (u16, u16),
    /// What to wait for, and then to press.
    steps: &'static [(&'static str, &'static str)],
    /// What the screen shows in the end.
    shows: &'static str,
}

const WIDE: (u16, u16) = (150, 42);

const PICTURES: &[Picture] = &[
    Picture {
        name: "experiments",
        size: (100, 24),
        steps: &[],
        shows: "demand-forecast/weekly",
    },
    Picture {
        name: "runs",
        size: WIDE,
        steps: &[("demand-forecast/weekly", "/forecast\r\r")],
        shows: "36 runs",
    },
    Picture {
        name: "run",
        size: WIDE,
        steps: &[("demand-forecast/weekly", "/forecast\r\r"), ("36 runs", "\r")],
        shows: "Metrics",
    },
    Picture {
        name: "grid",
        size: WIDE,
        steps: &[
            ("demand-forecast/weekly", "/forecast\r\r"),
            ("36 runs", "\r"),
            ("Metrics", "w"),
        ],
        shows: "charts",
    },
    Picture {
        name: "compare",
        size: WIDE,
        steps: &[
            ("surface-defects/cnn-sweep", "/surface\r\r"),
            ("43 runs", " j j j jC"),
        ],
        shows: "keys differ",
    },
    Picture {
        name: "parallel",
        size: WIDE,
        steps: &[
            ("surface-defects/cnn-sweep", "/surface\r\r"),
            ("43 runs", "\x01C"),
            ("keys differ", "4lllllKj"),
        ],
        shows: " of 43 runs",
    },
    Picture {
        name: "scatter",
        size: WIDE,
        steps: &[
            ("surface-defects/cnn-sweep", "/surface\r\r"),
            ("43 runs", "\x01C"),
            ("keys differ", "3nnnn"),
        ],
        shows: " by ",
    },
    Picture {
        name: "overlay",
        size: WIDE,
        steps: &[
            ("surface-defects/cnn-sweep", "/surface\r\r"),
            ("43 runs", " j j j jp"),
        ],
        shows: "curves",
    },
    Picture {
        name: "promote",
        size: WIDE,
        steps: &[
            ("demand-forecast/weekly", ":model surface-classifier\r"),
            ("Staging", "jP"),
            ("Promote surface-classifier 4 to", "Production\r"),
        ],
        shows: "What will change",
    },
    Picture {
        name: "help",
        size: WIDE,
        steps: &[("demand-forecast/weekly", "/forecast\r\r"), ("36 runs", "?")],
        shows: "Esc closes",
    },
];

fn main() -> ExitCode {
    let Some(directory) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: screens DIRECTORY");
        return ExitCode::FAILURE;
    };
    match draw_all(&directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot draw the screens: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw_all(directory: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let place = tempfile::tempdir()?;
    let demo = place.path().join("acme");
    std::fs::create_dir(&demo)?;
    write_store(&demo, StoreOptions::at(NOW)).map_err(std::io::Error::other)?;
    for picture in PICTURES {
        let home = tempfile::tempdir()?;
        let file = directory.join(picture.name).with_extension("svg");
        std::fs::write(&file, draw(picture, &demo, home.path()))?;
        println!("{}", file.display());
    }
    Ok(())
}

fn draw(picture: &Picture, demo: &Path, home: &Path) -> String {
    let home = home.display().to_string();
    let variables = [
        ("COLORTERM", "truecolor"),
        ("FLOWDECK_CONFIG_DIR", home.as_str()),
        ("FLOWDECK_CACHE_DIR", home.as_str()),
        ("FLOWDECK_STATE_DIR", home.as_str()),
    ];
    let mut screen = Screen::sized(
        picture.size,
        demo,
        &["--store", "sqlite:///mlflow.db"],
        &variables,
    );
    for (shown, keys) in picture.steps {
        screen.wait_for(shown);
        screen.press(keys);
    }
    screen.wait_for(picture.shows);
    screen.settle();
    screen.look(svg)
}
