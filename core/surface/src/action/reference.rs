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

Written by `cargo xtask screens` from the list that the keys are read from; `?` shows the part of it that holds on the screen in view.
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
    fn the_page_has_every_key_with_its_name() {
        let page = reference();
        for binding in bindings() {
            assert_eq!(
                page.matches(&format!("\n## {}\n", binding.scope.title())).count(),
                1
            );
            let name = format!("| `{}` |", name_of(binding.scope, binding.action));
            assert!(page.contains(&name), "{name}");
            for key in binding.keys {
                assert!(page.contains(&written(key)), "{key}");
            }
        }
    }
}
