//! Pages for people that come where data was asked for.

use flowdeck_domain::{Failure, FailureKind};
use url::Url;

/// A page came where data was asked for: gateways answer so before a sign-in.
pub fn web_page(server: &str) -> Failure {
    Failure::new(
        FailureKind::SignIn,
        format!("{server} answered with a web page instead of data, as a sign-in page does"),
    )
    .with_hint("sign in to the gateway before it, or check the address and its path")
}

/// A redirect that is not followed: to another host, where no credential goes, or of a request with a body.
pub fn redirected(server: &str, to: &Url, sign_in_hint: Option<&str>) -> Failure {
    let path = to.path().to_ascii_lowercase();
    let wants_sign_in = ["login", "signin", "sign_in", "oauth", "auth", "sso"]
        .iter()
        .any(|word| path.contains(word));
    let target = crate::address_of(to);
    if wants_sign_in || to.host_str().is_some_and(|host| !server.starts_with(host)) {
        return Failure::new(
            FailureKind::SignIn,
            format!("{server} sends its visitors on to {target}, as for a sign-in"),
        )
        .with_hint(sign_in_hint.unwrap_or("sign in to the gateway before it"));
    }
    Failure::new(FailureKind::InvalidInput, format!("{server} moved to {target}"))
        .with_hint("use that address")
}

/// Whether an answer is a page for people.
pub fn is_web_page(content_type: &str, body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let opens = |tag: &[u8]| {
        start
            .get(..tag.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(tag))
    };
    opens(b"<!doctype html") || opens(b"<html") || (content_type.starts_with("text/html") && opens(b"<"))
}
