use url::Url;

use super::field::FIELDS;
use super::sign_in::{SIGN_IN_KINDS, SignIn, SignInKind};
use super::{Connection, Context, HeaderValue};
use crate::config::{Entry, Remark, Section};
use crate::promotion::Gates;
use crate::secrets::{CommandLine, SecretSource};

/// Keys of `auth` that say where a secret is found.
const SOURCES: [&str; 4] = ["keyring", "env", "file", "command"];

/// Keys by which people write secrets down.
const SECRETS: [&str; 6] = ["password", "token", "secret", "value", "api_key", "access_token"];

/// Parts of a header's name that tell of a secret.
const SECRET_HEADERS: [&str; 7] = [
    "authorization",
    "cookie",
    "token",
    "secret",
    "password",
    "key",
    "session",
];

impl Context {
    /// Reads `[contexts.NAME]`; keys that are not known go to the remarks.
    ///
    /// # Errors
    /// The first entry that cannot be used: a context is taken whole or not at all.
    pub(crate) fn read(name: &str, section: &Section<'_>, remarks: &mut Vec<Remark>) -> Result<Self, Remark> {
        let known: Vec<_> = FIELDS.iter().map(|field| field.key).collect();
        remarks.extend(section.unknown(&known));
        let context = Self {
            name: name.to_owned(),
            tracking: location(section, "tracking")?,
            registry: location(section, "registry")?,
            workspace: text(section, "workspace")?,
            pipelines: address(section, "pipelines")?.map(String::from),
            kube_context: text(section, "kube_context")?,
            namespace: text(section, "namespace")?,
            ingress: address(section, "ingress")?.map(String::from),
            read_only: flag(section, "read_only")?,
            production: flag(section, "production")?,
            gates: match section.entry("gates") {
                Some(entry) => Gates::read(&entry.section()?)?,
                None => Gates::default(),
            },
            connection: connection(name, section, remarks)?,
            sign_in: sign_in(name, section, remarks)?,
        };
        if context.sign_in == SignIn::ClientCertificate && context.connection.client_cert.is_none() {
            return Err(
                section.remark("signs in with a client certificate and names none; add `client_cert`")
            );
        }
        Ok(context)
    }
}

fn text(section: &Section<'_>, key: &str) -> Result<Option<String>, Remark> {
    let Some(entry) = section.entry(key) else {
        return Ok(None);
    };
    let text = entry.text()?.trim();
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(entry.refused("must be a text of one line that is not empty"));
    }
    Ok(Some(text.to_owned()))
}

fn flag(section: &Section<'_>, key: &str) -> Result<bool, Remark> {
    section.entry(key).map_or(Ok(false), |entry| entry.flag())
}

/// A store's address or path, without a password in it.
fn location(section: &Section<'_>, key: &str) -> Result<Option<String>, Remark> {
    let text = text(section, key)?;
    let is_open = |text: &String| {
        text.split_once("://")
            .and_then(|(_, rest)| rest.split('/').next())
            .is_some_and(|host| host.contains('@'))
    };
    match (section.entry(key), text) {
        (Some(entry), Some(text)) if is_open(&text) => Err(password_in(&entry)),
        (_, text) => Ok(text),
    }
}

fn password_in(entry: &Entry<'_>) -> Remark {
    entry.refused(
        "holds a name or a password, which belong into `auth`, the password only by where it is found",
    )
}

/// An address that starts with http:// or https://.
fn address(section: &Section<'_>, key: &str) -> Result<Option<Url>, Remark> {
    let (Some(entry), Some(text)) = (section.entry(key), text(section, key)?) else {
        return Ok(None);
    };
    let url = Url::parse(&text).ok().filter(Url::has_host);
    match url {
        Some(url) if !url.username().is_empty() || url.password().is_some() => Err(password_in(&entry)),
        Some(url) if matches!(url.scheme(), "http" | "https") => Ok(Some(url)),
        _ => Err(entry.refused("must be an address that starts with http:// or https://")),
    }
}

fn connection(name: &str, section: &Section<'_>, remarks: &mut Vec<Remark>) -> Result<Connection, Remark> {
    let connection = Connection {
        ssh_host: ssh_host(section)?,
        proxy: proxy(section)?,
        ca_file: text(section, "ca_file")?,
        client_cert: text(section, "client_cert")?,
        client_key: text(section, "client_key")?,
        insecure_tls: flag(section, "insecure_tls")?,
        timeout: section
            .entry("timeout")
            .map(|entry| entry.seconds())
            .transpose()?,
        headers: headers(name, section, remarks)?,
    };
    match section.entry("client_key") {
        Some(key) if connection.client_cert.is_none() => {
            Err(key.refused("is the key of a certificate that is not named; add `client_cert`"))
        }
        _ => Ok(connection),
    }
}

/// A host's name for ssh, which must not be taken for one of its options.
fn ssh_host(section: &Section<'_>) -> Result<Option<String>, Remark> {
    let text = text(section, "ssh_host")?;
    match (section.entry("ssh_host"), text) {
        (Some(entry), Some(host)) if host.starts_with('-') || host.contains(char::is_whitespace) => {
            Err(entry.refused("must be a host as ssh knows it: host, user@host, or a name of ~/.ssh/config"))
        }
        (_, host) => Ok(host),
    }
}

fn proxy(section: &Section<'_>) -> Result<Option<Url>, Remark> {
    let proxy = address(section, "proxy")?;
    match (section.entry("proxy"), &proxy) {
        (Some(entry), Some(_)) if section.entry("ssh_host").is_some() => {
            Err(entry.refused("cannot stand beside `ssh_host`; let ssh use the proxy in ~/.ssh/config"))
        }
        _ => Ok(proxy),
    }
}

fn headers(
    name: &str,
    section: &Section<'_>,
    remarks: &mut Vec<Remark>,
) -> Result<Vec<(String, HeaderValue)>, Remark> {
    let Some(table) = section.entry("headers") else {
        return Ok(Vec::new());
    };
    let table = table.section()?;
    let mut headers = Vec::new();
    for entry in table.entries() {
        let header = entry.name().to_owned();
        let value = if let Ok(text) = entry.text() {
            let lower = header.to_lowercase();
            if SECRET_HEADERS.iter().any(|word| lower.contains(word)) {
                return Err(entry.refused(
                    "looks like a secret, which does not belong into the configuration; write where it is found: { env = \"NAME\" }, { file = \"PATH\" }, { command = \"…\" } or { keyring = true }",
                ));
            }
            HeaderValue::Plain(text.to_owned())
        } else {
            let place = entry
                .section()
                .map_err(|_| entry.wrong("text, or a table that says where it is found"))?;
            remarks.extend(place.unknown(&SOURCES));
            HeaderValue::Secret(source(&place, &format!("{name}/{header}"))?)
        };
        headers.push((header, value));
    }
    Ok(headers)
}

fn sign_in(name: &str, section: &Section<'_>, remarks: &mut Vec<Remark>) -> Result<SignIn, Remark> {
    let Some(auth) = section.entry("auth") else {
        return Ok(SignIn::None);
    };
    let auth = auth.section()?;
    if let Some(entry) = SECRETS.iter().find_map(|key| auth.entry(key)) {
        return Err(entry.refused(
            "does not belong into the configuration; write where it is found: env = \"NAME\", file = \"PATH\", command = \"…\" or keyring = true",
        ));
    }
    let kind = auth
        .entry("kind")
        .ok_or_else(|| auth.remark("lacks `kind`"))?
        .one_of(SIGN_IN_KINDS)?;
    let mut known = vec!["kind"];
    known.extend(match kind {
        SignInKind::Basic => &["username"][..],
        SignInKind::Cookie | SignInKind::Header => &["name"],
        SignInKind::Databricks => &["profile"],
        SignInKind::None | SignInKind::Mlflow | SignInKind::Bearer | SignInKind::ClientCertificate => &[],
    });
    if kind.secret_name().is_some() {
        known.extend(SOURCES);
    }
    remarks.extend(auth.unknown(&known));
    let secret = || source(&auth, name);
    let needed = |key| text(&auth, key)?.ok_or_else(|| auth.remark(&format!("lacks `{key}`")));
    Ok(match kind {
        SignInKind::None => SignIn::None,
        SignInKind::Mlflow => SignIn::Mlflow,
        SignInKind::ClientCertificate => SignIn::ClientCertificate,
        SignInKind::Basic => SignIn::Basic {
            username: needed("username")?,
            password: secret()?,
        },
        SignInKind::Bearer => SignIn::Bearer(secret()?),
        SignInKind::Cookie => SignIn::Cookie {
            name: text(&auth, "name")?,
            value: secret()?,
        },
        SignInKind::Header => SignIn::Header {
            name: needed("name")?,
            value: secret()?,
        },
        SignInKind::Databricks => SignIn::Databricks {
            profile: text(&auth, "profile")?,
        },
    })
}

/// Where a secret is found; `account` is its name in the keyring unless another is given.
fn source(section: &Section<'_>, account: &str) -> Result<SecretSource, Remark> {
    let named: Vec<_> = SOURCES.iter().filter_map(|key| section.entry(key)).collect();
    let [entry] = named.as_slice() else {
        return Err(section.remark(if named.is_empty() {
            "does not say where its secret is found; add one of `keyring`, `env`, `file`, `command`"
        } else {
            "names more than one place where its secret is found"
        }));
    };
    match entry.name() {
        "keyring" => match entry.flag() {
            Ok(true) => Ok(SecretSource::Keyring(account.to_owned())),
            Ok(false) => Err(entry.refused("must be true, or the name of the entry")),
            Err(_) => Ok(SecretSource::Keyring(entry.text()?.to_owned())),
        },
        "env" => Ok(SecretSource::Variable(entry.text()?.to_owned())),
        "file" => Ok(SecretSource::File(entry.text()?.to_owned())),
        _ => {
            let words = entry.texts()?;
            if words.first().is_none_or(|word| word.trim().is_empty()) {
                return Err(entry.refused("must name a command"));
            }
            // A text is a line for the shell; a list is a program with its arguments.
            let is_line = entry.text().is_ok();
            let words: Vec<_> = words.into_iter().map(str::to_owned).collect();
            Ok(SecretSource::Command(if is_line {
                CommandLine::Shell(words.concat())
            } else {
                CommandLine::Program(words)
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Config;

    fn read(body: &str) -> (Result<Context, Remark>, Vec<String>) {
        let text = format!("[contexts.lab]\n{body}");
        let config = Config::parse(Path::new("c.toml"), &text).expect("it is TOML");
        let contexts = config.section("contexts").expect("it is a table");
        let section = contexts
            .entry("lab")
            .expect("it is there")
            .section()
            .expect("a table");
        let mut remarks = Vec::new();
        let context = Context::read("lab", &section, &mut remarks);
        (context, remarks.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_whole_context_is_read() {
        let (context, remarks) = read(
            r#"
tracking = "https://mlflow.lab.example"
pipelines = "https://kubeflow.lab.example/pipeline"
kube_context = "lab"
auth = { kind = "basic", username = "ann", command = ["pass", "lab/token"] }
read_only = true
ssh_host = "ann@bastion"
timeout = 2.5
headers = { X-Team = "vision", X-Api-Key = { env = "LAB_KEY" } }
[contexts.lab.gates]
rmse = "must not worsen by 2 %"
"#,
        );
        assert_eq!(remarks, [""; 0]);
        let context = context.expect("nothing is wrong");
        assert!(context.read_only && !context.production);
        assert_eq!(
            context.sign_in.describe(),
            "ann, password from the command `pass`"
        );
        assert_eq!(context.connection.timeout.map(|t| t.as_millis()), Some(2500));
        assert_eq!(
            context.connection.headers[1].1,
            HeaderValue::Secret(SecretSource::Variable("LAB_KEY".into()))
        );
    }

    #[test]
    fn what_cannot_be_used_is_told_by_line_and_key_and_no_value_is_repeated() {
        let cases = [
            (
                "tracking = 3",
                "line 2: `contexts.lab.tracking` must be text, not a whole number",
            ),
            (
                "tracking = 'https://ann:hunter2@host'",
                "line 2: `contexts.lab.tracking` holds a name or a password",
            ),
            (
                "proxy = 'http://:hunter2@proxy'",
                "`contexts.lab.proxy` holds a name or a password",
            ),
            (
                "ssh_host = '-oProxyCommand=hunter2'",
                "`contexts.lab.ssh_host` must be a host",
            ),
            ("client_key = 'k.pem'", "add `client_cert`"),
            (
                "auth = { kind = 'bearer', token = 'hunter2' }",
                "`contexts.lab.auth.token` does not belong into the configuration",
            ),
            (
                "auth = { kind = 'beerer', env = 'X' }",
                "did you mean \"bearer\"?",
            ),
            (
                "auth = { kind = 'bearer' }",
                "[contexts.lab.auth] does not say where its secret is found",
            ),
            (
                "auth = { kind = 'bearer', env = 'A', file = 'B' }",
                "more than one place",
            ),
            (
                "auth = { kind = 'basic', env = 'A' }",
                "[contexts.lab.auth] lacks `username`",
            ),
            ("auth = { kind = 'client-cert' }", "add `client_cert`"),
            (
                "headers = { Authorization = 'Bearer hunter2' }",
                "looks like a secret",
            ),
            ("timeout = 0", "a number of seconds above 0"),
        ];
        for (body, words) in cases {
            let (context, _) = read(body);
            let remark = context.expect_err(body).to_string();
            assert!(remark.contains(words), "{body}: {remark}");
            assert!(!remark.contains("hunter2"), "{remark}");
        }
    }

    #[test]
    fn a_key_that_is_not_known_is_warned_of() {
        let (context, remarks) =
            read("trackng = 'x'\nauth = { kind = 'bearer', env = 'A', usrname = 'b' }\n");
        assert!(context.is_ok());
        assert_eq!(remarks.len(), 2, "{remarks:?}");
        assert!(remarks[0].contains("did you mean `tracking`?"), "{remarks:?}");
    }
}
