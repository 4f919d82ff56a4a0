use serde_json::{Value, json};

/// Who may ask, and for what. Where nobody is known, everybody may ask for everything.
#[derive(Debug, Default)]
pub(super) struct Rights {
    users: Vec<User>,
}

#[derive(Debug)]
struct User {
    token: String,
    name: String,
    rights: Vec<Right>,
}

/// What somebody may do.
#[derive(Clone, Debug)]
pub struct Right {
    /// `get`, `list`, `watch`, `create`, `patch`, `delete`, or `*`.
    pub verbs: Vec<String>,
    /// `pods`, `pods/log`, `workflows.argoproj.io`, or `*`.
    pub resource: String,
    /// In this namespace alone; none means in all, and beside them.
    pub namespace: Option<String>,
}

/// Who asks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Asker {
    /// Nobody is known here: everybody is the administrator.
    Anyone,
    /// Somebody with a token.
    User(String),
    /// Somebody without one.
    Anonymous,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    pub(super) verb: &'a str,
    pub(super) group: &'a str,
    /// With its subresource: `pods/log`.
    pub(super) resource: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) name: Option<&'a str>,
}

impl Right {
    /// These verbs on this resource, in one namespace or in all.
    pub fn new(verbs: &[&str], resource: &str, namespace: Option<&str>) -> Self {
        Self {
            verbs: verbs.iter().map(|&verb| verb.to_owned()).collect(),
            resource: resource.to_owned(),
            namespace: namespace.map(str::to_owned),
        }
    }

    fn allows(&self, verb: &str, resource: &str, namespace: Option<&str>) -> bool {
        let is_place = self
            .namespace
            .as_deref()
            .is_none_or(|place| Some(place) == namespace);
        let is_verb = self.verbs.iter().any(|known| known == "*" || known == verb);
        is_place && is_verb && (self.resource == "*" || self.resource == resource)
    }
}

impl Rights {
    pub(super) fn add_user(&mut self, token: &str, name: &str, rights: Vec<Right>) {
        self.users.push(User {
            token: token.to_owned(),
            name: name.to_owned(),
            rights,
        });
    }

    /// Who has this token; none where it is nobody's.
    pub(super) fn asker(&self, token: Option<&str>) -> Option<Asker> {
        let Some(token) = token else {
            return Some(if self.users.is_empty() {
                Asker::Anyone
            } else {
                Asker::Anonymous
            });
        };
        if self.users.is_empty() {
            return Some(Asker::Anyone);
        }
        self.users
            .iter()
            .find(|user| user.token == token)
            .map(|user| Asker::User(user.name.clone()))
    }

    pub(super) fn allows(&self, asker: &Asker, question: &Question<'_>) -> bool {
        let resource = question.full_resource();
        match asker {
            Asker::Anyone => true,
            Asker::Anonymous => false,
            Asker::User(name) => self.users.iter().filter(|user| user.name == *name).any(|user| {
                user.rights
                    .iter()
                    .any(|right| right.allows(question.verb, &resource, question.namespace))
            }),
        }
    }

    /// All rights of somebody in a namespace, as a review tells them.
    pub(super) fn rules(&self, asker: &Asker, namespace: &str) -> Value {
        let Asker::User(name) = asker else {
            return json!([{ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"] }]);
        };
        let rules = self
            .users
            .iter()
            .filter(|user| user.name == *name)
            .flat_map(|user| &user.rights)
            .filter(|right| right.namespace.as_deref().is_none_or(|place| place == namespace))
            .map(|right| {
                let (resource, group) = right
                    .resource
                    .split_once('.')
                    .unwrap_or((right.resource.as_str(), ""));
                json!({ "verbs": right.verbs, "apiGroups": [group], "resources": [resource] })
            });
        rules.collect()
    }
}

impl Asker {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Anyone => "admin",
            Self::User(name) => name,
            Self::Anonymous => "system:anonymous",
        }
    }
}

impl Question<'_> {
    /// `workflows.argoproj.io`, `pods/log`.
    fn full_resource(&self) -> String {
        if self.group.is_empty() {
            self.resource.to_owned()
        } else {
            format!("{}.{}", self.resource, self.group)
        }
    }

    /// The server's sentence where it is not allowed.
    pub(super) fn refusal(&self, asker: &Asker) -> String {
        let resource = self.resource.split('/').next().unwrap_or_default();
        let kind = if self.group.is_empty() {
            resource.to_owned()
        } else {
            format!("{resource}.{}", self.group)
        };
        let what = match self.name {
            Some(name) => format!("{kind} \"{name}\""),
            None => kind,
        };
        let place = match self.namespace {
            Some(namespace) => format!("in the namespace \"{namespace}\""),
            None => "at the cluster scope".to_owned(),
        };
        format!(
            "{what} is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\" {place}",
            asker.name(),
            self.verb,
            self.resource,
            self.group
        )
    }
}
