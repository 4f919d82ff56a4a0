//! Asking a server over HTTP, whatever it serves: who asks, deadlines, retries, redirects, certificates, tunnels.
//!
//! What an answer says is the business of whoever asked: a refusal is handed on with its body, unread.

mod call;
mod connect;
mod credentials;
mod oauth;
mod options;
mod page;
mod refusal;
mod retry;

pub use call::{Body, Call, Http, Method, segment};
pub use connect::server_of;
pub use credentials::{Credentials, Presented, Route};
pub use flowdeck_domain::Secret;
pub use oauth::client_credentials;
pub use options::{Auth, ClientCertificate, DEFAULT_TIMEOUT, RestOptions};
pub use page::{is_web_page, redirected, web_page};
pub use refusal::{Refusal, Trouble};

use url::Url;

/// An address as a person may read it: without a name, a password and what follows a `?`.
pub fn address_of(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail on addresses that cannot hold either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.as_str().trim_end_matches('/').to_owned()
}
