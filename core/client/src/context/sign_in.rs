use crate::secrets::SecretSource;

/// Who asks, and where what proves it is found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum SignIn {
    /// Nobody in particular.
    #[default]
    None,
    /// As MLflow's own variables and `~/.mlflow/credentials` say.
    Mlflow,
    /// A name and a password.
    Basic {
        /// The name.
        username: String,
        /// The password.
        password: SecretSource,
    },
    /// A token.
    Bearer(SecretSource),
    /// A cookie, as a gateway sets it.
    Cookie {
        /// Its name; none where the secret is the whole header.
        name: Option<String>,
        /// Its value.
        value: SecretSource,
    },
    /// A header of any name.
    Header {
        /// Its name.
        name: String,
        /// Its value.
        value: SecretSource,
    },
    /// The client certificate of the connection.
    ClientCertificate,
    /// A profile of `~/.databrickscfg`.
    Databricks {
        /// Its name; none for the one that the variables name, else `DEFAULT`.
        profile: Option<String>,
    },
}

/// The word for a sign-in in the configuration.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignInKind {
    /// `none`
    None,
    /// `mlflow`
    Mlflow,
    /// `basic`
    Basic,
    /// `bearer`
    Bearer,
    /// `cookie`
    Cookie,
    /// `header`
    Header,
    /// `client-cert`
    ClientCertificate,
    /// `databricks`
    Databricks,
}

/// The words for sign-ins, in the order they are offered.
pub const SIGN_IN_KINDS: &[(&str, SignInKind)] = &[
    ("none", SignInKind::None),
    ("basic", SignInKind::Basic),
    ("bearer", SignInKind::Bearer),
    ("cookie", SignInKind::Cookie),
    ("header", SignInKind::Header),
    ("client-cert", SignInKind::ClientCertificate),
    ("databricks", SignInKind::Databricks),
    ("mlflow", SignInKind::Mlflow),
];

impl SignInKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        SIGN_IN_KINDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("none", |(word, _)| *word)
    }

    /// What is asked for where its secret is typed; none where it has none.
    pub fn secret_name(self) -> Option<&'static str> {
        match self {
            Self::Basic => Some("password"),
            Self::Bearer => Some("token"),
            Self::Cookie => Some("cookie"),
            Self::Header => Some("value of the header"),
            Self::None | Self::Mlflow | Self::ClientCertificate | Self::Databricks => None,
        }
    }
}

impl SignIn {
    /// Of what kind it is.
    pub fn kind(&self) -> SignInKind {
        match self {
            Self::None => SignInKind::None,
            Self::Mlflow => SignInKind::Mlflow,
            Self::Basic { .. } => SignInKind::Basic,
            Self::Bearer(_) => SignInKind::Bearer,
            Self::Cookie { .. } => SignInKind::Cookie,
            Self::Header { .. } => SignInKind::Header,
            Self::ClientCertificate => SignInKind::ClientCertificate,
            Self::Databricks { .. } => SignInKind::Databricks,
        }
    }

    /// Where its secret is found.
    pub fn source(&self) -> Option<&SecretSource> {
        match self {
            Self::Basic { password: source, .. }
            | Self::Bearer(source)
            | Self::Cookie { value: source, .. }
            | Self::Header { value: source, .. } => Some(source),
            Self::None | Self::Mlflow | Self::ClientCertificate | Self::Databricks { .. } => None,
        }
    }

    /// It in words that hold no secret: `token from the keyring`.
    pub fn describe(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Mlflow => "MLflow's own variables and ~/.mlflow/credentials".to_owned(),
            Self::Basic { username, password } => format!("{username}, password from {password}"),
            Self::Bearer(token) => format!("token from {token}"),
            Self::Cookie {
                name: Some(name),
                value,
            } => format!("cookie {name} from {value}"),
            Self::Cookie { name: None, value } => format!("cookie from {value}"),
            Self::Header { name, value } => format!("header {name} from {value}"),
            Self::ClientCertificate => "client certificate".to_owned(),
            Self::Databricks { profile } => match profile {
                Some(profile) => format!("Databricks profile {profile}"),
                None => "Databricks".to_owned(),
            },
        }
    }
}
