//! Shows addresses in the person's browser.

use std::process::{Command, Stdio};

use flowdeck_surface::client::Environment;

/// The person's browser, where there is one.
pub(crate) struct Browser {
    program: Option<String>,
}

impl Browser {
    /// `BROWSER`, else what the desktop opens addresses with; none where there is no desktop, as over SSH.
    pub(crate) fn of(environment: &Environment) -> Self {
        let variable = |name: &str| environment.variable(name).filter(|value| !value.is_empty());
        // Source: `BROWSER` may name several, parted by colons.
        let named = variable("BROWSER").and_then(|names| names.split(':').find(|name| !name.is_empty()));
        let has_display = variable("DISPLAY").or(variable("WAYLAND_DISPLAY")).is_some();
        let usual = match std::env::consts::OS {
            "macos" => Some("open"),
            _ if has_display => Some("xdg-open"),
            _ => None,
        };
        Self {
            program: named.or(usual).map(str::to_owned),
        }
    }

    /// Shows an address; answers whether something took it. It may not write on the terminal.
    pub(crate) fn show(&self, address: &str) -> bool {
        let is_web = address.starts_with("http://") || address.starts_with("https://");
        let Some(program) = self.program.as_ref().filter(|_| is_web) else {
            return false;
        };
        let started = Command::new(program)
            .arg(address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = started else { return false };
        // Whoever opens addresses hands them on and ends; nobody must wait for that here.
        std::thread::spawn(move || child.wait());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_desktop_there_is_no_browser_unless_one_is_named() {
        let program = |variables: &[(&'static str, &str)]| {
            let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
            Browser::of(&Environment::of("/", variables)).program
        };
        assert_eq!(program(&[("BROWSER", "w3m:lynx")]).as_deref(), Some("w3m"));
        if std::env::consts::OS == "linux" {
            assert_eq!(program(&[]), None);
            assert_eq!(program(&[("DISPLAY", ":0")]).as_deref(), Some("xdg-open"));
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_shown() {
        let browser = Browser {
            program: Some("true".to_owned()),
        };
        assert!(browser.show("https://lab.example/#/models"));
        assert!(!browser.show("/etc/passwd"));
        assert!(!browser.show("--help"));
    }
}
