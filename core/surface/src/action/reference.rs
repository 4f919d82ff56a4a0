//! Every key, as a page of the documentation: written from the list that the keys are read from.

use std::fmt::Write as _;

use super::keymap::name_of;
use super::{Binding, Scope, bindings};

/// The page, in Markdown.
pub fn reference() -> String {
    let mut page = String::from(HEAD);
    let mut scopes: Vec<Scope> = Vec::new();
    for Binding { scope, .. } in bindings() {
        if !scopes.contains(scope) {
            scopes.push(*scope);
        }
    }
    for scope in scopes {
        let _ = write!(
            page,
            "\n## {}\n\n| keys | | name |\n|---|---|---|\n",
            scope.title()
        );
        for binding in bindings().filter(|binding| binding.scope == scope) {
            let keys: Vec<String> = binding.keys.iter().map(|key| written(key)).collect();
            let name = name_of(scope, binding.action);
            let title = binding.title.replace('|', "\\|");
            let _ = writeln!(page, "| {} | {title} | `{name}` |", keys.join(" "));
        }
    }
    page
}

const HEAD: &str = "\
# Every key of the terminal app

Written from the list that the keys are read from, and held to it by a test; `?` shows the part of it that holds on the screen in view.
In [config.toml](configuration.md) the names stand for what the keys do: `[keys]` binds any of them anew.
";

/// A key as code; a bar would end the cell of a table.
fn written(key: &str) -> String {
    format!("`{}`", key.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_every_key() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/keys.md");
        // As snapshots are: whoever wants it has it written.
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            std::fs::write(file, reference()).expect("docs/keys.md is written");
        }
        let documented = std::fs::read_to_string(file).unwrap_or_default();
        let advice = "docs/keys.md is older than the keys: run this test with INSTA_UPDATE=always and read what changed";
        assert!(documented == reference(), "{advice}");
    }
}
