//! Draws the screens of the user guide: the real app on the demo store, keys pressed as a person would. Beside them it writes
//! the page of all keys.
//!
//! Run by `cargo xtask screens`; the one argument is the directory to write to.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use flowdeck_demo::{StoreOptions, write_store};
use flowdeck_domain::Timestamp;
use flowdeck_tests::picture::{InlinePicture, svg_with};
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
    /// Whether the terminal shows pixels.
    has_pixels: bool,
}

const WIDE: (u16, u16) = (150, 42);
const FORECAST: (&str, &str) = ("demand-forecast/weekly", "/forecast\r\r");
const SURFACE: (&str, &str) = ("surface-defects/cnn-sweep", "/surface\r\r");

const PICTURES: &[Picture] = &[
    Picture {
        name: "experiments",
        size: (100, 24),
        steps: &[],
        shows: "demand-forecast/weekly",
        has_pixels: false,
    },
    Picture {
        name: "palette",
        size: (100, 24),
        steps: &[("demand-forecast/weekly", ":exp fo")],
        shows: "demand-forecast",
        has_pixels: false,
    },
    Picture {
        name: "runs",
        size: WIDE,
        steps: &[FORECAST],
        shows: "36 runs",
        has_pixels: false,
    },
    Picture {
        name: "columns",
        size: WIDE,
        steps: &[SURFACE, ("43 runs", "c")],
        shows: "val/loss",
        has_pixels: false,
    },
    Picture {
        name: "groups",
        size: WIDE,
        steps: &[
            SURFACE,
            ("43 runs", "c"),
            ("Columns", "/arch"),
            ("recall_scratch", "\r\rb"),
        ],
        shows: "in 4 groups",
        has_pixels: false,
    },
    Picture {
        name: "run",
        size: WIDE,
        steps: &[FORECAST, ("36 runs", "\r")],
        shows: "Metrics",
        has_pixels: false,
    },
    Picture {
        name: "files",
        size: WIDE,
        steps: &[
            SURFACE,
            ("43 runs", "jjjj\r"),
            ("Overview ", "hhh"),
            ("plots/", "j\r"),
            ("▾ plots/", "j"),
        ],
        shows: "▀▀▀",
        has_pixels: false,
    },
    Picture {
        name: "trace",
        size: WIDE,
        steps: &[
            ("demand-forecast/weekly", "/evaluation\r\r"),
            ("8 runs", "T"),
            (" traces", "jj\r"),
            ("answer_ticket", "j"),
        ],
        shows: "CHAT_MODEL",
        has_pixels: false,
    },
    Picture {
        name: "chart",
        size: WIDE,
        steps: &[
            ("demand-forecast/weekly", "/picking\r\r"),
            ("20 runs", "j\r"),
            (" points", "\t\r"),
            ("move the cursor", "llllllllv"),
            ("mean", "llllllllllllllllllllllllllllllll"),
        ],
        shows: "slope",
        has_pixels: false,
    },
    Picture {
        name: "pixels",
        size: WIDE,
        steps: &[
            ("demand-forecast/weekly", "/picking\r\r"),
            ("20 runs", "j\r"),
            (" points", "\t\rs"),
            // The emulator, which passes pictures over, would keep the letters that they took the place of.
            ("smooth", "\x0c"),
        ],
        shows: "smooth",
        has_pixels: true,
    },
    Picture {
        name: "grid",
        size: WIDE,
        steps: &[FORECAST, ("36 runs", "\r"), ("Metrics", "w")],
        shows: "charts",
        has_pixels: false,
    },
    Picture {
        name: "compare",
        size: WIDE,
        steps: &[SURFACE, ("43 runs", " j j j jC")],
        shows: "keys differ",
        has_pixels: false,
    },
    Picture {
        name: "parallel",
        size: WIDE,
        steps: &[SURFACE, ("43 runs", "\x01C"), ("keys differ", "4lllllKj")],
        shows: " of 43 runs",
        has_pixels: false,
    },
    Picture {
        name: "scatter",
        size: WIDE,
        steps: &[SURFACE, ("43 runs", "\x01C"), ("keys differ", "3nnnn")],
        shows: " by ",
        has_pixels: false,
    },
    Picture {
        name: "overlay",
        size: WIDE,
        steps: &[SURFACE, ("43 runs", " j j j jp")],
        shows: "curves",
        has_pixels: false,
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
        has_pixels: false,
    },
    Picture {
        name: "inbox",
        size: (120, 24),
        steps: &[("demand-forecast/weekly", ":inbox\r")],
        shows: "Inbox",
        has_pixels: false,
    },
    Picture {
        name: "help",
        size: WIDE,
        steps: &[FORECAST, ("36 runs", "?")],
        shows: "Esc closes",
        has_pixels: false,
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
    if let Some(docs) = directory.parent() {
        std::fs::write(docs.join("keys.md"), flowdeck_surface::action::reference())?;
    }
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
    let graphics = if picture.has_pixels { "iterm2" } else { "blocks" };
    let variables = [
        ("COLORTERM", "truecolor"),
        ("FLOWDECK_GRAPHICS", graphics),
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
    let inline = InlinePicture::all_in(&screen.written());
    screen.look(|shown| svg_with(shown, &inline))
}
