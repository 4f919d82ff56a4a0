//! An authority of our own, and certificates of clients.

use crate::gateway::gateway;
use crate::place::Place;
use crate::tracking::{PASSWORD, USERNAME};

#[test]
fn an_authority_of_ones_own_is_believed_where_it_is_named() {
    let gateway = gateway();
    let auth = format!("auth = {{ kind = 'basic', username = '{USERNAME}', env = 'P' }}\n");
    let text = format!(
        "[contexts.named]\ntracking = '{0}'\nca_file = '{1}'\n{auth}\
         [contexts.unnamed]\ntracking = '{0}'\n{auth}\
         [contexts.other]\ntracking = '{0}'\nca_file = '{2}'\n{auth}\
         [contexts.any]\ntracking = '{0}'\ninsecure_tls = true\n{auth}\
         [contexts.by_number]\ntracking = 'https://127.0.0.1:{3}'\nca_file = '{1}'\n{auth}",
        gateway.tls(),
        gateway.file("ca.pem"),
        gateway.file("stranger.pem"),
        gateway.tls_port(),
    );
    let place = Place::new()
        .configured(&text)
        .keeping(PASSWORD)
        .with("P", PASSWORD);
    assert_eq!(place.experiments("named"), ["Default"]);
    assert_eq!(place.experiments("any"), ["Default"]);
    place.fails("unnamed", 5, "an authority that this machine does not know");
    place.fails("other", 5, "an authority that this machine does not know");
    place.fails("by_number", 5, "its certificate is for another name");
}

#[test]
fn a_client_certificate_signs_in_and_anothers_does_not() {
    let gateway = gateway();
    let base = format!(
        "tracking = '{}'\nca_file = '{}'\nauth = {{ kind = 'client-cert' }}\n",
        gateway.client_certificate(),
        gateway.file("ca.pem")
    );
    let certificate = |name: &str, key: &str| {
        let key = if key.is_empty() {
            String::new()
        } else {
            format!("client_key = '{}'\n", gateway.file(key))
        };
        format!("client_cert = '{}'\n{key}", gateway.file(name))
    };
    let text = format!(
        "[contexts.two_files]\n{base}{}[contexts.one_file]\n{base}{}[contexts.impostor]\n{base}{}\
         [contexts.without]\n{}[contexts.missing]\n{base}client_cert = 'nowhere.pem'\n",
        certificate("client.pem", "client.key"),
        certificate("client-with-key.pem", ""),
        certificate("impostor.pem", "impostor.key"),
        base.replace("auth = { kind = 'client-cert' }\n", ""),
    );
    let place = Place::new().configured(&text);
    assert_eq!(place.experiments("two_files"), ["Default"]);
    assert_eq!(place.experiments("one_file"), ["Default"]);
    place.fails("impostor", 4, "wants a client certificate that it knows");
    place.fails("without", 4, "wants a client certificate that it knows");
    place.fails("missing", 1, "nowhere.pem");
}
