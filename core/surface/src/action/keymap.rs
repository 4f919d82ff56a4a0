//! Which key does what: the list of actions, as the person's configuration changes it.
//!
//! ```toml
//! [keys]
//! app.quit = "ctrl-q"
//! runs.mark = ["space", "m"]
//! runs.delete = []            # on no key; `:runs.delete` still does it
//! ```

use flowdeck_client::Warning;
use flowdeck_client::config::{Config, Entry, Remark};

use super::{Action, Binding, Scope, bindings};

/// Which key does what.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<KeyBinding>,
}

/// An action with the keys that it is on.
#[derive(Clone, Debug)]
pub struct KeyBinding {
    /// The action as it is bound and named in its scope.
    pub binding: &'static Binding,
    /// Its stable name: `runs.mark`. Configurations and the palette use it.
    pub name: String,
    /// The keys by name; none where it is on no key.
    pub keys: Vec<String>,
    is_configured: bool,
}

impl Default for Keymap {
    fn default() -> Self {
        let of = |binding: &'static Binding| KeyBinding {
            binding,
            name: name_of(binding.scope, binding.action),
            keys: binding.keys.iter().map(|key| (*key).to_owned()).collect(),
            is_configured: false,
        };
        Self {
            bindings: bindings().map(of).collect(),
        }
    }
}

/// The stable name of an action in a scope: `runs.mark`, `app.quit`.
pub fn name_of(scope: Scope, action: Action) -> String {
    format!("{}.{}", scope_name(scope), kebab(&format!("{action:?}")))
}

fn scope_name(scope: Scope) -> String {
    match scope {
        Scope::Everywhere => "app".to_owned(),
        scope => kebab(&format!("{scope:?}")),
    }
}

/// `ZoomIn` as `zoom-in`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

impl Keymap {
    /// The keys of a configuration. What is wrong in it is told and changes nothing.
    pub fn of(config: &Config) -> (Self, Vec<Warning>) {
        let mut keymap = Self::default();
        let mut warnings = Vec::new();
        match config.section("keys") {
            Err(remark) => warnings.push(remark),
            Ok(section) => {
                for entry in section.entries() {
                    keymap.take(&entry, &mut warnings);
                }
            }
        }
        (keymap, warnings.into_iter().map(Warning::from).collect())
    }

    /// Takes `"runs.mark" = …`, or the table `[keys.runs]`.
    fn take(&mut self, entry: &Entry<'_>, remarks: &mut Vec<Remark>) {
        if let Ok(section) = entry.section() {
            for inner in section.entries() {
                let name = format!("{}.{}", entry.name(), inner.name());
                self.change(&name, &inner)
                    .unwrap_or_else(|remark| remarks.push(remark));
            }
            return;
        }
        self.change(entry.name(), entry)
            .unwrap_or_else(|remark| remarks.push(remark));
    }

    fn change(&mut self, name: &str, entry: &Entry<'_>) -> Result<(), Remark> {
        let place = self.bindings.iter().position(|binding| binding.name == name);
        let Some(place) = place else {
            return Err(entry.refused(&self.unknown(name)));
        };
        let keys: Vec<_> = entry.texts()?.into_iter().map(str::to_owned).collect();
        if keys.iter().any(|key| !is_key(key)) {
            return Err(entry.refused(
                "names no key; keys are a letter, `space`, `enter`, `tab`, `f5`, `ctrl-d`, `alt-x`, `shift-left` and such",
            ));
        }
        let scope = self.bindings[place].binding.scope;
        let taken = |other: &KeyBinding| {
            other.is_configured
                && other.binding.scope == scope
                && other.keys.iter().any(|key| keys.contains(key))
        };
        if let Some(other) = self
            .bindings
            .iter()
            .find(|other| other.name != name && taken(other))
        {
            return Err(entry.refused(&format!("takes a key that is given to `{}` above", other.name)));
        }
        // A key that is given anew does one thing only.
        for other in self
            .bindings
            .iter_mut()
            .filter(|other| other.binding.scope == scope)
        {
            other.keys.retain(|key| !keys.contains(key));
        }
        self.bindings[place].keys = keys;
        self.bindings[place].is_configured = true;
        Ok(())
    }

    fn unknown(&self, name: &str) -> String {
        let names = self.bindings.iter().map(|binding| binding.name.as_str());
        let names: Vec<_> = names.collect();
        let near = crate::fuzzy::Fuzzy::new(name).ranked(names.iter().copied());
        let same_word = name.rsplit('.').next().unwrap_or(name);
        let near = near.first().copied().or_else(|| {
            names
                .iter()
                .position(|known| known.rsplit('.').next() == Some(same_word))
        });
        match near {
            Some(place) => format!("names no action; did you mean `{}`?", names[place]),
            None => "names no action; `?` and `:` list them".to_owned(),
        }
    }

    /// What a key does where these scopes hold, the narrowest first.
    pub fn action_for(&self, key: &str, scopes: &[Scope]) -> Option<Action> {
        scopes.iter().find_map(|&scope| {
            self.bindings_in(scope)
                .find(|bound| bound.keys.iter().any(|own| own == key))
                .map(|bound| bound.binding.action)
        })
    }

    /// All actions, in the order of the list.
    pub fn bindings(&self) -> &[KeyBinding] {
        &self.bindings
    }

    /// The actions of one scope, in the order of the list.
    pub fn bindings_in(&self, scope: Scope) -> impl Iterator<Item = &KeyBinding> {
        self.bindings
            .iter()
            .filter(move |bound| bound.binding.scope == scope)
    }

    /// The actions that can be done where these scopes hold.
    pub fn bindings_of<'a>(&'a self, scopes: &'a [Scope]) -> impl Iterator<Item = &'a KeyBinding> {
        scopes.iter().flat_map(|&scope| self.bindings_in(scope))
    }
}

/// Whether a name is one of a key, as a terminal can tell it.
fn is_key(name: &str) -> bool {
    const NAMED: [&str; 15] = [
        "space",
        "enter",
        "esc",
        "backspace",
        "delete",
        "insert",
        "left",
        "right",
        "up",
        "down",
        "home",
        "end",
        "pgup",
        "pgdn",
        "tab",
    ];
    let mut rest = name;
    for held in ["ctrl-", "alt-", "shift-"] {
        rest = rest
            .strip_prefix(held)
            .filter(|rest| !rest.is_empty())
            .unwrap_or(rest);
    }
    let is_function = |rest: &str| {
        let number = rest
            .strip_prefix('f')
            .and_then(|number| number.parse::<u8>().ok());
        number.is_some_and(|number| (1..=24).contains(&number))
    };
    rest.chars().count() == 1 || NAMED.contains(&rest) || is_function(rest)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn keymap(text: &str) -> (Keymap, Vec<String>) {
        let config = Config::parse(Path::new("/c/config.toml"), text).expect("it is TOML");
        let (keymap, warnings) = Keymap::of(&config);
        (
            keymap,
            warnings.iter().map(|warning| warning.0.to_string()).collect(),
        )
    }

    #[test]
    fn every_action_has_one_name_and_it_stays() {
        let keymap = Keymap::default();
        let mut names: Vec<_> = keymap.bindings.iter().map(|bound| bound.name.as_str()).collect();
        let n_names = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_names);
        for name in [
            "app.quit",
            "app.help",
            "list.page-down",
            "runs.sort",
            "chart.zoom-in",
        ] {
            assert!(names.contains(&name), "{name}");
        }
    }

    #[test]
    fn a_configured_key_takes_the_place_of_the_usual_one() {
        let (keymap, warnings) = keymap("[keys]\napp.quit = 'ctrl-q'\n[keys.runs]\nsort = ['o', 'f']\n");
        assert_eq!(warnings, [""; 0]);
        let everywhere = [Scope::Everywhere];
        assert_eq!(keymap.action_for("ctrl-q", &everywhere), Some(Action::Quit));
        assert_eq!(keymap.action_for("q", &everywhere), None);
        let runs = [Scope::Runs, Scope::Everywhere];
        assert_eq!(keymap.action_for("o", &runs), Some(Action::Sort));
        assert_eq!(keymap.action_for("f", &runs), Some(Action::Sort));
    }

    #[test]
    fn an_action_can_be_taken_off_all_keys() {
        let (keymap, warnings) = keymap("keys = { 'app.quit' = [] }");
        assert!(warnings.is_empty());
        assert_eq!(keymap.action_for("q", &[Scope::Everywhere]), None);
    }

    #[test]
    fn a_wrong_entry_names_its_line_and_the_rest_counts() {
        let text = "[keys]\napp.quti = 'x'\napp.help = 'hyper-x'\nruns.sort = 3\napp.refresh = 'R'\nruns.view = 'V'\nruns.find = 'V'\n";
        let (keymap, warnings) = keymap(text);
        let starts = [
            "/c/config.toml, line 2: `keys.app.quti` names no action",
            "/c/config.toml, line 3: `keys.app.help` names no key; keys are",
            "/c/config.toml, line 4: `keys.runs.sort` must be",
            "/c/config.toml, line 7: `keys.runs.find` takes a key that is given to `runs.view` above",
        ];
        assert_eq!(warnings.len(), starts.len(), "{warnings:?}");
        for (warning, start) in warnings.iter().zip(starts) {
            assert!(warning.starts_with(start), "{warning}");
        }
        assert_eq!(
            keymap.action_for("R", &[Scope::Everywhere]),
            Some(Action::Refresh)
        );
        assert_eq!(keymap.action_for("?", &[Scope::Everywhere]), Some(Action::Help));
    }
}
