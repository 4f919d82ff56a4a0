//! Every kind of sign-in, at a gateway that checks it.

use crate::gateway::{CLIENT_ID, CLIENT_SECRET, COOKIE, KEY, TOKEN, gateway};
use crate::place::Place;
use crate::tracking::{PASSWORD, USERNAME, server};

#[test]
fn a_token_a_cookie_and_a_header_are_shown_to_a_gateway() {
    let text = format!(
        "[contexts.token]\ntracking = '{0}'\nauth = {{ kind = 'bearer', env = 'A' }}\n\
         [contexts.cookie]\ntracking = '{0}'\nauth = {{ kind = 'cookie', name = 'session', env = 'B' }}\n\
         [contexts.header]\ntracking = '{0}'\nauth = {{ kind = 'header', name = 'X-Api-Key', env = 'C' }}\n\
         [contexts.further]\ntracking = '{0}'\nheaders = {{ X-Api-Key = {{ env = 'C' }} }}\n\
         [contexts.nobody]\ntracking = '{0}'\n\
         [contexts.mixed]\ntracking = '{0}'\nauth = {{ kind = 'bearer', env = 'B' }}\n",
        gateway().token()
    );
    let place = Place::new()
        .configured(&text)
        .keeping(TOKEN)
        .keeping(COOKIE)
        .keeping(KEY)
        .with("A", TOKEN)
        .with("B", COOKIE)
        .with("C", KEY);
    for context in ["token", "cookie", "header", "further"] {
        assert_eq!(place.experiments(context), ["Default"], "{context}");
    }
    place.fails("nobody", 4, "wants a sign-in");
    place.fails("mixed", 4, "does not accept this sign-in");
    let logs = gateway().logs();
    assert!(!logs.is_empty() && [TOKEN, COOKIE, KEY].iter().all(|secret| !logs.contains(secret)));
}

#[test]
fn mlflows_own_variables_are_for_the_store_they_name_and_for_no_context_unless_it_says_so() {
    let text = format!(
        "[contexts.own]\ntracking = '{0}'\n[contexts.shared]\ntracking = '{0}'\nauth = {{ kind = 'mlflow' }}\n",
        server().url()
    );
    let place = Place::new()
        .configured(&text)
        .keeping(PASSWORD)
        .with("MLFLOW_TRACKING_USERNAME", USERNAME)
        .with("MLFLOW_TRACKING_PASSWORD", PASSWORD);
    place.fails("own", 4, "wants a sign-in");
    assert_eq!(place.experiments("shared"), ["Default"]);
    let by_flag = place.run(&["experiments", "list", "--store", server().url()]);
    assert_eq!(by_flag.code, Some(0), "{}", by_flag.err);
}

/// What is written to the audit log names the registry, and nobody's password.
#[test]
fn changes_to_a_registry_are_on_record_without_any_secret() {
    let text = format!(
        "[contexts.lab]\ntracking = '{}'\nauth = {{ kind = 'basic', username = '{USERNAME}', env = 'P' }}\n",
        server().url()
    );
    let place = Place::new()
        .configured(&text)
        .keeping(PASSWORD)
        .with("P", PASSWORD);
    for arguments in [
        &["models", "create", "audited"][..],
        &["versions", "create", "audited", "s3://bucket/1"],
        &[
            "models", "promote", "audited", "1", "--alias", "champion", "--yes",
        ],
    ] {
        let said = place.run(&[arguments, &["--context", "lab"]].concat());
        assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
    }
    let log = std::fs::read_to_string(place.file("state/audit.jsonl")).expect("it was written");
    assert!(
        log.contains("create_model") && log.contains(server().url()),
        "{log}"
    );
}

#[test]
fn a_proxy_is_gone_through() {
    let text = format!(
        "[contexts.lab]\ntracking = 'http://mlflow.invalid'\nproxy = '{}'\nauth = {{ kind = 'basic', username = '{USERNAME}', env = 'P' }}\n",
        gateway().proxy()
    );
    let place = Place::new()
        .configured(&text)
        .keeping(PASSWORD)
        .with("P", PASSWORD);
    assert_eq!(place.experiments("lab"), ["Default"]);
}

/// Against a stub of the token endpoint, not against Databricks.
#[test]
fn a_databricks_profile_signs_in_with_a_token_and_as_a_service_principal() {
    let url = gateway().databricks();
    let profiles = format!(
        "[DEFAULT]\nhost = {url}\ntoken = {TOKEN}\n[robot]\nhost = {url}\nclient_id = {CLIENT_ID}\nclient_secret = {CLIENT_SECRET}\n\
         [stale]\nhost = {url}\nclient_id = {CLIENT_ID}\nclient_secret = no-longer-good\n"
    );
    let text = "[contexts.person]\nauth = { kind = 'databricks' }\n\
                [contexts.robot]\ntracking = 'databricks://robot'\n\
                [contexts.stale]\nauth = { kind = 'databricks', profile = 'stale' }\n";
    let place = Place::new()
        .configured(text)
        .keeping(TOKEN)
        .keeping(CLIENT_SECRET)
        .with("DATABRICKS_CONFIG_FILE", "profiles");
    place.private("profiles", &profiles);
    assert_eq!(place.experiments("person"), ["Default"]);
    assert_eq!(place.experiments("robot"), ["Default"]);
    place.fails("stale", 4, "gives no token to the client `principal-1`");
    let by_flag = place.run(&["experiments", "list", "--store", "databricks://robot"]);
    assert_eq!(by_flag.code, Some(0), "{}", by_flag.err);
}
