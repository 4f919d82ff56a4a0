//! A secret put into each place it may be in, through everything that flowdeck writes: what it says with `-vvv`, its cache,
//! its audit log, its failures. [`Place`] looks through all of it when it goes.

use crate::gateway::{CLIENT_ID, CLIENT_SECRET, COOKIE, KEY, TOKEN, gateway};
use crate::place::Place;
use crate::tracking::{PASSWORD, USERNAME, server};

/// Reads, keeps, changes and fails in a context, each in a way that writes something down.
fn everything(place: &Place, context: &str) {
    let model = format!("leaks-{context}");
    let in_context = |arguments: &[&str]| place.run(&[arguments, &["--context", context]].concat());
    for arguments in [
        &["experiments", "list", "--json"][..],
        &["runs", "list", "-e", "Default"],
        &["models", "create", &model],
        &["models", "tag", &model, "team=vision"],
        &["versions", "create", &model, "s3://bucket/1"],
        &["models", "promote", &model, "1", "--alias", "champion", "--yes"],
        &["models", "undo", &model, "--yes"],
        &["models", "audit", &model, "--json"],
        &["sync", "Default", "--json"],
        &["context", "test", context],
        &["doctor", "--json"],
        &["--offline", "experiments", "list"],
    ] {
        let said = in_context(arguments);
        assert_eq!(said.code, Some(0), "{context} {arguments:?}: {}", said.err);
    }
    for (arguments, code) in [
        (&["models", "delete", "no-such-model", "--yes"][..], 3),
        (&["runs", "list", "-e", "Default", "--filter", "metrics. <"], 2),
        (&["--offline", "models", "tag", &model, "a=b"], 6),
        (&["--fresh", "runs", "get", "no-such-run"], 3),
    ] {
        let said = in_context(arguments);
        assert_eq!(said.code, Some(code), "{context} {arguments:?}: {}", said.err);
    }
    assert_eq!(in_context(&["models", "delete", &model, "--yes"]).code, Some(0));
    assert_eq!(place.run(&["context", "list", "--json"]).code, Some(0));
    assert_eq!(place.run(&["cache", "info", "--json"]).code, Some(0));
}

#[test]
fn a_token_a_cookie_and_a_header_from_every_place_are_written_down_nowhere() {
    let url = gateway().token();
    let text = format!(
        "[contexts.bearer-env]\ntracking = '{url}'\nauth = {{ kind = 'bearer', env = 'A' }}\n\
         [contexts.bearer-file]\ntracking = '{url}'\nauth = {{ kind = 'bearer', file = '../token' }}\n\
         [contexts.bearer-command]\ntracking = '{url}'\nauth = {{ kind = 'bearer', command = 'cat token' }}\n\
         [contexts.cookie]\ntracking = '{url}'\nauth = {{ kind = 'cookie', name = 'session', command = ['cat', 'cookie'] }}\n\
         [contexts.header]\ntracking = '{url}'\nauth = {{ kind = 'header', name = 'X-Api-Key', file = '../key' }}\n\
         [contexts.further]\ntracking = '{url}'\nheaders = {{ X-Api-Key = {{ env = 'C' }} }}\n"
    );
    let place = Place::new()
        .configured(&text)
        .keeping(TOKEN)
        .keeping(COOKIE)
        .keeping(KEY)
        .with("A", TOKEN)
        .with("C", KEY);
    for (name, secret) in [("token", TOKEN), ("cookie", COOKIE), ("key", KEY)] {
        place.private(name, &format!("{secret}\n"));
    }
    for context in [
        "bearer-env",
        "bearer-file",
        "bearer-command",
        "cookie",
        "header",
        "further",
    ] {
        everything(&place, context);
    }
}

#[test]
fn a_password_a_key_of_a_client_and_a_secret_of_a_principal_are_written_down_nowhere() {
    let gateway = gateway();
    let key = std::fs::read_to_string(gateway.file("client.key")).expect("it was made");
    let line_of_key = key.lines().nth(3).expect("a key has many lines").to_owned();
    let text = format!(
        "[contexts.basic]\ntracking = '{0}'\nca_file = '{1}'\nauth = {{ kind = 'basic', username = '{USERNAME}', file = '../own' }}\n\
         [contexts.certificate]\ntracking = '{2}'\nca_file = '{1}'\nauth = {{ kind = 'client-cert' }}\n\
         client_cert = '{3}'\nclient_key = '{4}'\n\
         [contexts.robot]\ntracking = 'databricks://robot'\n",
        gateway.tls(),
        gateway.file("ca.pem"),
        gateway.client_certificate(),
        gateway.file("client.pem"),
        gateway.file("client.key"),
    );
    let place = Place::new()
        .configured(&text)
        .keeping(PASSWORD)
        .keeping(CLIENT_SECRET)
        .keeping(TOKEN)
        .keeping(&line_of_key)
        .with("DATABRICKS_CONFIG_FILE", "profiles");
    place.private("own", PASSWORD);
    let profile = format!(
        "[robot]\nhost = {}\nclient_id = {CLIENT_ID}\nclient_secret = {CLIENT_SECRET}\n",
        gateway.databricks()
    );
    place.private("profiles", &profile);
    for context in ["basic", "certificate", "robot"] {
        everything(&place, context);
    }
}

#[test]
fn the_password_of_a_proxy_is_written_down_nowhere() {
    let secret = "word-of-the-proxy-2b7d";
    let proxy = |port: &str| format!("http://ann:{secret}@127.0.0.1:{port}");
    let port = gateway().proxy();
    let port = port.rsplit(':').next().expect("it has a port");
    let text = format!(
        "[contexts.proxied]\ntracking = 'http://mlflow.invalid'\nauth = {{ kind = 'basic', username = '{USERNAME}', env = 'P' }}\n"
    );
    let place = Place::new()
        .configured(&text)
        .keeping(secret)
        .keeping(PASSWORD)
        .with("P", PASSWORD)
        .with("HTTP_PROXY", proxy(port))
        .with("http_proxy", proxy(port));
    everything(&place, "proxied");

    // A proxy that is not there is named in the failure, without its password.
    let broken = Place::new()
        .configured(&text)
        .keeping(secret)
        .keeping(PASSWORD)
        .with("P", PASSWORD)
        .with("HTTP_PROXY", proxy("9"))
        .with("http_proxy", proxy("9"));
    let said = broken.run(&["experiments", "list", "--context", "proxied"]);
    assert_eq!(said.code, Some(5), "{}", said.err);
}

#[test]
fn a_secret_in_the_address_of_a_store_is_written_down_nowhere() {
    let address = server()
        .url()
        .replacen("http://", &format!("http://{USERNAME}:{PASSWORD}@"), 1);
    let place = Place::new().keeping(PASSWORD);
    for arguments in [
        &["experiments", "list", "--json"][..],
        &["models", "create", "leaks-address"],
        &["models", "delete", "leaks-address", "--yes"],
        &["cache", "info", "--json"],
        &["doctor"],
    ] {
        let said = place.run(&[arguments, &["--store", &address]].concat());
        // Whether such an address is taken or refused, it is not repeated.
        assert!(matches!(said.code, Some(0 | 2)), "{arguments:?}: {}", said.err);
    }
}
