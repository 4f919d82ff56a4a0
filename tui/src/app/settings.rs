//! What the configuration says of how the app looks and what it tells: the sections `keys`, `theme`, `chart` and
//! `notify`.
//!
//! ```toml
//! [theme]
//! background = "dark"     # auto dark light; auto asks the terminal
//! name = "light"          # auto dark light high-contrast high-contrast-light colour-blind colour-blind-light
//! colours = "256"         # auto 256 16 none
//! symbols = "ascii"       # auto unicode ascii
//! accent = 33             # a colour of xterm's 256 for muted, accent, good, active, warning, bad
//!
//! [chart]
//! pixels = "always"       # auto never always: charts by pixels where the terminal shows them
//!
//! [notify]
//! bell = true             # the terminal's bell for what comes into the inbox
//! desktop = true          # and a notice on the desktop, where the terminal passes it on
//! ```

use flowdeck_surface::action::keymap::Keymap;
use flowdeck_surface::client::config::{Config, Entry, Remark};
use flowdeck_surface::client::{Environment, Warning};

use super::graphics::ChartPixels;
use super::runtime::Charset;
use super::theme::{Background, Depth, OwnColours, THEME_NAMES};

/// What the configuration says of how the app looks and what it tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Which key does what.
    pub(crate) keymap: Keymap,
    /// The name of a theme.
    pub(crate) theme: Option<&'static str>,
    /// The terminal's background, whatever it says itself.
    pub(crate) background: Option<Background>,
    /// Colours that the person chose.
    pub(crate) own_colours: OwnColours,
    /// How many colours are used, whatever the terminal says of itself.
    pub(crate) depth: Option<Depth>,
    /// Which letters are used, whatever the locale says.
    pub(crate) charset: Option<Charset>,
    /// Whether charts are drawn by pixels.
    pub(crate) chart_pixels: ChartPixels,
    /// Whether the bell rings for what comes into the inbox.
    pub(crate) bell: bool,
    /// Whether the desktop is told of it.
    pub(crate) desktop: bool,
    /// What was wrong in the file.
    pub(crate) warnings: Vec<Warning>,
}

const TONES: [&str; 6] = ["muted", "accent", "good", "active", "warning", "bad"];

impl Settings {
    /// Reads the configuration. What is wrong in it is told, and counts as if it were not there.
    pub(crate) fn load(environment: &Environment) -> Self {
        match Config::load(environment) {
            Ok(config) => Self::of(&config),
            Err(failure) => Self {
                warnings: vec![Warning::new(failure.message().to_owned())],
                ..Self::default()
            },
        }
    }

    /// What a configuration says.
    pub(crate) fn of(config: &Config) -> Self {
        let (keymap, warnings) = Keymap::of(config);
        let mut settings = Self {
            keymap,
            warnings,
            ..Self::default()
        };
        for (name, take) in [
            (
                "theme",
                Self::take_theme as fn(&mut Self, &Entry<'_>) -> Result<(), Remark>,
            ),
            ("chart", Self::take_chart),
            ("notify", Self::take_notify),
        ] {
            match config.section(name) {
                Err(remark) => settings.warnings.push(remark.into()),
                Ok(section) => {
                    for entry in section.entries() {
                        if let Err(remark) = take(&mut settings, &entry) {
                            settings.warnings.push(remark.into());
                        }
                    }
                }
            }
        }
        settings
    }

    fn take_theme(&mut self, entry: &Entry<'_>) -> Result<(), Remark> {
        if let Some(place) = TONES.iter().position(|tone| *tone == entry.name()) {
            let colour = u8::try_from(entry.integer()?).ok();
            self.own_colours[place] =
                Some(colour.ok_or_else(|| entry.refused("is none of the 256 colours of xterm"))?);
            return Ok(());
        }
        match entry.name() {
            "name" => self.theme = Some(entry.one_of(&THEME_NAMES.map(|name| (name, name)))?),
            "background" => {
                self.background = entry.one_of(&[
                    ("auto", None),
                    ("dark", Some(Background::Dark)),
                    ("light", Some(Background::Light)),
                ])?;
            }
            "colours" | "colors" => {
                self.depth = entry.one_of(&[
                    ("auto", None),
                    ("256", Some(Depth::Many)),
                    ("16", Some(Depth::Sixteen)),
                    ("none", Some(Depth::Monochrome)),
                ])?;
            }
            "symbols" => {
                self.charset = entry.one_of(&[
                    ("auto", None),
                    ("unicode", Some(Charset::Unicode)),
                    ("ascii", Some(Charset::Ascii)),
                ])?;
            }
            _ => {
                return Err(entry.refused(
                    "is not known; known are name, background, colours, symbols and the six meanings",
                ));
            }
        }
        Ok(())
    }

    fn take_chart(&mut self, entry: &Entry<'_>) -> Result<(), Remark> {
        match entry.name() {
            "pixels" => {
                self.chart_pixels = entry.one_of(&[
                    ("auto", ChartPixels::Auto),
                    ("never", ChartPixels::Never),
                    ("always", ChartPixels::Always),
                ])?;
            }
            _ => return Err(entry.refused("is not known; known is pixels")),
        }
        Ok(())
    }

    fn take_notify(&mut self, entry: &Entry<'_>) -> Result<(), Remark> {
        match entry.name() {
            "bell" => self.bell = entry.flag()?,
            "desktop" => self.desktop = entry.flag()?,
            _ => return Err(entry.refused("is not known; known are bell and desktop")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_wrong_names_its_line_and_what_is_right_counts() {
        let text = "[theme]\nname = 'light'\nbackground = 'light'\ncolours = '17'\naccent = 300\nbad = 9\nsymbols = 'ascii'\nfont = 'x'\n[notify]\nbell = true\ndesktop = 1\n[chart]\npixels = 'always'\ndots = 1\n";
        let config = Config::parse(Path::new("/c/config.toml"), text).expect("it is TOML");
        let settings = Settings::of(&config);
        assert_eq!(settings.theme, Some("light"));
        assert_eq!(settings.background, Some(Background::Light));
        assert_eq!(settings.charset, Some(Charset::Ascii));
        assert_eq!(settings.own_colours, [None, None, None, None, None, Some(9)]);
        assert!(settings.bell && !settings.desktop);
        assert_eq!(settings.chart_pixels, ChartPixels::Always);
        let texts: Vec<_> = settings
            .warnings
            .iter()
            .map(|warning| warning.0.to_string())
            .collect();
        assert_eq!(texts.len(), 5, "{texts:#?}");
        for (text, line) in texts.iter().zip([4, 5, 8, 14, 11]) {
            assert!(
                text.starts_with(&format!("/c/config.toml, line {line}: ")),
                "{text}"
            );
        }
    }
}
