//! What the configuration says of the cache, and where it lies.
//!
//! ```toml
//! [cache]
//! enabled = false             # keep nothing
//! directory = "~/offline"     # in place of `offline` in the cache directory
//! size_limit = "2 GB"         # of each context; what was used longest ago goes first
//! artifact_limit = "8 MB"     # of one file; a larger one is not kept
//! ```

use std::path::PathBuf;

use flowdeck_domain::Warning;

use crate::config::{Config, Entry, Remark};
use crate::discovery::Chosen;
use crate::environment::Environment;
use crate::stores::fnv1a;

/// What the configuration says of the cache.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CacheSettings {
    /// Whether anything is kept.
    pub enabled: bool,
    /// Where, if not below the cache directory.
    pub directory: Option<PathBuf>,
    /// Bytes that the cache of one context may take.
    pub size_limit: u64,
    /// Bytes of one artifact from which on it is not kept.
    pub artifact_limit: u64,
    /// What was wrong in the section.
    pub warnings: Vec<Warning>,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            directory: None,
            size_limit: 2_000_000_000,
            artifact_limit: 8_000_000,
            warnings: Vec::new(),
        }
    }
}

/// The keys of the section.
const KEYS: [&str; 4] = ["enabled", "directory", "size_limit", "artifact_limit"];

impl CacheSettings {
    /// Reads the configuration. What is wrong in it counts as if it were not there.
    pub fn load(environment: &Environment) -> Self {
        // A file that is no TOML is told by whoever needs a context of it.
        Config::load(environment).map_or_else(|_| Self::default(), |config| Self::of(&config, environment))
    }

    /// What a configuration says.
    pub fn of(config: &Config, environment: &Environment) -> Self {
        let mut settings = Self::default();
        let section = match config.section("cache") {
            Ok(section) => section,
            Err(remark) => {
                settings.warnings.push(remark.into());
                return settings;
            }
        };
        let unknown = section.unknown(&KEYS);
        settings.warnings.extend(unknown.into_iter().map(Warning::from));
        for entry in section.entries() {
            if let Err(remark) = settings.take(&entry, environment) {
                settings.warnings.push(remark.into());
            }
        }
        settings
    }

    fn take(&mut self, entry: &Entry<'_>, environment: &Environment) -> Result<(), Remark> {
        match entry.name() {
            "enabled" => self.enabled = entry.flag()?,
            "directory" => self.directory = Some(environment.resolve_configured(entry.text()?)),
            "size_limit" => self.size_limit = size(entry)?,
            "artifact_limit" => self.artifact_limit = size(entry)?,
            _ => {}
        }
        Ok(())
    }
}

fn size(entry: &Entry<'_>) -> Result<u64, Remark> {
    parse_size(entry.text()?).ok_or_else(|| entry.wrong("a size like \"500 MB\" or \"2 GB\""))
}

/// Reads `500 MB`, `1.5GiB`, `20000`.
fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    let unit: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some((number * unit) as u64)
}

/// The directory with the caches of all contexts; none where there is no place for it.
pub fn cache_dir(settings: &CacheSettings, environment: &Environment) -> Option<PathBuf> {
    // Without a cache directory nothing is to be kept, wherever the configuration would have it.
    let usual = environment.cache_dir.as_ref()?.join("offline");
    settings
        .enabled
        .then(|| settings.directory.clone().unwrap_or(usual))
}

/// The file of the stores that were found: named by the context, and by where it leads, so that a context that is
/// pointed elsewhere does not answer with what was there before.
pub fn cache_file(chosen: &Chosen, settings: &CacheSettings, environment: &Environment) -> Option<PathBuf> {
    let context = chosen.context_name().unwrap_or_default();
    let workspace = chosen
        .context
        .as_ref()
        .and_then(|context| context.workspace.as_deref());
    let registry = chosen.registry.as_ref().map(ToString::to_string);
    let identity = format!(
        "{context}\n{}\n{}\n{}",
        chosen.tracking,
        registry.unwrap_or_default(),
        workspace.unwrap_or_default()
    );
    let shown = if context.is_empty() {
        chosen.tracking.to_string()
    } else {
        context.to_owned()
    };
    let name: String = shown
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .chars()
        .take(40)
        .map(|letter| {
            if letter.is_alphanumeric() || letter == '.' {
                letter
            } else {
                '-'
            }
        })
        .collect();
    let name = format!(
        "{}-{:016x}.db",
        name.trim_matches(['.', '-']),
        fnv1a(identity.as_bytes())
    );
    Some(cache_dir(settings, environment)?.join(name))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::location::Location;

    #[test]
    fn sizes_are_read_with_their_units() {
        for (text, bytes) in [
            ("20000", Some(20_000)),
            ("500 MB", Some(500_000_000)),
            ("1.5GiB", Some(1_610_612_736)),
            ("2 gb", Some(2_000_000_000)),
            ("much", None),
            ("5 apples", None),
            ("", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
    }

    #[test]
    fn the_section_is_read_and_what_is_wrong_in_it_is_told_by_line() {
        let environment = Environment::of("/home/ann", []);
        let read = |text: &str| {
            let config = Config::parse(Path::new("/c/config.toml"), text).expect("it is TOML");
            CacheSettings::of(&config, &environment)
        };
        let settings = read("[cache]\nenabled = false\nsize_limit = '1 MB'\ndirectory = '/x'\n");
        assert!(!settings.enabled && settings.warnings.is_empty());
        assert_eq!(
            (settings.size_limit, settings.directory),
            (1_000_000, Some("/x".into()))
        );
        let wrong = read("[cache]\nsize_limit = 'much'\nsize_limt = '1 MB'\n");
        let told: Vec<_> = wrong
            .warnings
            .iter()
            .map(|warning| warning.0.to_string())
            .collect();
        assert!(
            told.iter()
                .any(|told| told.contains("line 2: `cache.size_limit` must be a size")),
            "{told:?}"
        );
        assert!(
            told.iter()
                .any(|told| told.contains("did you mean `size_limit`?")),
            "{told:?}"
        );
        assert_eq!(wrong.size_limit, CacheSettings::default().size_limit);
    }

    #[test]
    fn each_context_has_a_file_of_its_own_and_no_name_leads_elsewhere() {
        let mut environment = Environment::of("/home/ann", []);
        let chosen = |url: &str| {
            let url = url::Url::parse(url).expect("a URL");
            Chosen::at(Location::Server(url), "--store")
        };
        let settings = CacheSettings::default();
        let one = chosen("https://ann:hunter2@lab.example/../x");
        assert_eq!(
            cache_file(&one, &settings, &environment),
            None,
            "there is no place for it"
        );
        environment.cache_dir = Some("/cache".into());
        let file = cache_file(&one, &settings, &environment).expect("there is a place");
        assert!(file.starts_with("/cache/offline") && file.file_name().is_some());
        assert!(!file.to_string_lossy().contains("hunter2") && !file.to_string_lossy().contains(".."));
        let other = cache_file(&chosen("https://lab.example/y"), &settings, &environment);
        assert_ne!(Some(file), other);
    }
}
