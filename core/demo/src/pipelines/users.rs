use super::options::Users;
use super::refusal::Refusal;

/// Who asks, as the headers say.
#[derive(Clone, Debug, Default)]
pub(super) struct Caller {
    /// The header of the gateway.
    pub(super) user: Option<String>,
    /// What stands after `Bearer`.
    pub(super) token: Option<String>,
}

/// Something that needs a right.
pub(super) struct Request<'a> {
    pub(super) namespace: &'a str,
    pub(super) verb: &'a str,
    pub(super) resource: &'a str,
    pub(super) name: &'a str,
}

const LOOKING: &[&str] = &["get", "list"];

impl Users {
    /// The user who asks.
    pub(super) fn identity(&self, caller: &Caller) -> Result<String, Refusal> {
        const NO_HEADER: &str = "Unauthenticated: Request header error: there is no user identity header.: \
                                 Request header error: there is no user identity header.";
        if let Some(user) = &caller.user {
            return Ok(user.clone());
        }
        let Some(token) = &caller.token else {
            return Err(Refusal::unauthenticated(NO_HEADER));
        };
        if let Some(user) = self.tokens.get(token) {
            return Ok(user.clone());
        }
        let error = if self.foreign_tokens.contains(token) {
            "[invalid bearer token, token audiences [\"https://k.local\"] is invalid for the target audiences \
             [\"pipelines.kubeflow.org\"]]"
        } else {
            "invalid bearer token"
        };
        Err(Refusal::unauthenticated(&format!(
            "[{NO_HEADER}, Authentication failure: Unauthenticated: Review.Status.Authenticated is false. Error {error}: \
             Failed to authenticate token review]"
        )))
    }

    /// Refuses what the caller may not do.
    pub(super) fn check(&self, caller: &Caller, request: &Request<'_>) -> Result<(), Refusal> {
        let user = self.identity(caller)?;
        let is_in = |list: &[(String, String)]| {
            list.iter()
                .any(|(namespace, name)| namespace == request.namespace && *name == user)
        };
        let may_look = LOOKING.contains(&request.verb) && is_in(&self.viewers);
        if is_in(&self.owners) || may_look {
            return Ok(());
        }
        let group = if request.resource == "viewers" {
            "kubeflow.org"
        } else {
            "pipelines.kubeflow.org"
        };
        Err(Refusal::denied(
            &user,
            &format!(
                "Namespace:{},Verb:{},Group:{group},Version:v1beta1,Resource:{},Subresource:,Name:{},FieldSelector:nil,LabelSelector:nil,",
                request.namespace, request.verb, request.resource, request.name
            ),
        ))
    }
}
