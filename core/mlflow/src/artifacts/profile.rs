//! Credentials of AWS's shared files, as its own tools find them.
//!
//! Source: AWS, "Configuration and credential file settings": `~/.aws/credentials` and `~/.aws/config`, sections
//! `[name]` and `[profile name]`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a profile says, as far as it is needed to read objects.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Profile {
    pub(super) access_key_id: Option<String>,
    pub(super) secret_access_key: Option<String>,
    pub(super) session_token: Option<String>,
    pub(super) region: Option<String>,
    pub(super) endpoint_url: Option<String>,
}

impl Profile {
    /// The profile that the environment names, else `default`; empty where there is none.
    pub(super) async fn find(environment: &BTreeMap<String, String>) -> Self {
        let name = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
            .iter()
            .find_map(|key| environment.get(*key))
            .map_or("default", String::as_str);
        let mut profile = Self::default();
        for (variable, file) in [
            ("AWS_CONFIG_FILE", ".aws/config"),
            ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"),
        ] {
            let Some(path) = file_path(environment, variable, file) else {
                continue;
            };
            if let Ok(text) = tokio::fs::read_to_string(path).await {
                profile.read(&text, name);
            }
        }
        profile
    }

    fn read(&mut self, text: &str, name: &str) {
        let mut in_section = false;
        for line in text.lines() {
            // What is indented belongs to a nested setting.
            if line.starts_with([' ', '\t', '#', ';']) {
                continue;
            }
            if let Some(section) = line.trim().strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                let section = section.trim();
                in_section = section.strip_prefix("profile ").map_or(section, str::trim) == name;
            } else if in_section && let Some((key, value)) = line.split_once('=') {
                self.set(key.trim(), value.trim());
            }
        }
    }

    fn set(&mut self, key: &str, value: &str) {
        let field = match key {
            "aws_access_key_id" => &mut self.access_key_id,
            "aws_secret_access_key" => &mut self.secret_access_key,
            "aws_session_token" => &mut self.session_token,
            "region" => &mut self.region,
            "endpoint_url" => &mut self.endpoint_url,
            _ => return,
        };
        *field = Some(value.to_owned());
    }
}

fn file_path(environment: &BTreeMap<String, String>, variable: &str, file: &str) -> Option<PathBuf> {
    if let Some(path) = environment.get(variable) {
        return Some(path.into());
    }
    let home = environment
        .get("HOME")
        .or_else(|| environment.get("USERPROFILE"))?;
    Some(Path::new(home).join(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_read_from_both_files_by_name() {
        let mut profile = Profile::default();
        profile.read(
            "[default]\nregion = us-east-1\n[profile lab]\nregion=eu-central-1\ns3 =\n  endpoint_url = x\n",
            "lab",
        );
        profile.read(
            "[default]\naws_access_key_id=D\n# note\n[lab]\naws_access_key_id = A\naws_secret_access_key=S=1\n",
            "lab",
        );
        assert_eq!(
            profile,
            Profile {
                access_key_id: Some("A".into()),
                secret_access_key: Some("S=1".into()),
                session_token: None,
                region: Some("eu-central-1".into()),
                endpoint_url: None,
            }
        );
    }
}
