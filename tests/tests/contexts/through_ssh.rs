//! A server behind a host of ssh.

use std::process::{Child, Stdio};
use std::time::Duration;

use crate::gateway::gateway;
use crate::place::Place;
use crate::ssh::bastion;
use crate::tracking::{self, PASSWORD, USERNAME, free_port, server};

fn context(name: &str, tracking: &str, host: &str, more: &str) -> String {
    format!(
        "[contexts.{name}]\ntracking = '{tracking}'\nssh_host = '{host}'\nauth = {{ kind = 'basic', username = '{USERNAME}', env = 'P' }}\n{more}\n"
    )
}

fn place(text: &str) -> Place {
    bastion()
        .place()
        .configured(text)
        .keeping(PASSWORD)
        .with("P", PASSWORD)
}

#[test]
fn a_server_is_reached_through_ssh_and_its_certificate_is_checked_by_its_own_name() {
    let ca = format!("ca_file = '{}'", gateway().file("ca.pem"));
    let text = context("plain", server().url(), "bastion", "")
        + &context("tls", &gateway().tls(), "bastion", &ca)
        + &context("unknown", &gateway().tls(), "bastion", "");
    let place = place(&text);
    assert_eq!(place.experiments("plain"), ["Default"]);
    assert_eq!(place.experiments("tls"), ["Default"]);
    place.fails("unknown", 5, "an authority that this machine does not know");
    let tested = place.run(&["context", "test", "plain"]);
    assert_eq!(tested.code, Some(0), "{}", tested.err);
}

#[test]
fn what_ssh_refuses_is_told_in_one_sentence() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let url = server().url();
    let text = context("stranger", url, "stranger", "")
        + &context("changed", url, "changed", "")
        + &context("locked", url, "locked", "")
        + &context("nowhere", url, "no-such-host.invalid", "")
        + &context("down", &nobody, "bastion", "");
    let place = place(&text);
    place.fails("stranger", 6, "the host key of stranger is not known to ssh");
    place.fails("changed", 6, "the host key of changed has changed");
    place.fails("locked", 4, "locked does not let ssh in without a question");
    place.fails("nowhere", 5, "as ssh to no-such-host.invalid failed");
    place.fails("down", 5, "from bastion: connection refused");
}

#[test]
fn ssh_ends_with_flowdeck_even_where_that_is_killed() {
    let mut place = place(&context("lab", server().url(), "bastion", ""));
    // The list of processes tells ours from other tests' by this word.
    let mark = format!("mark-{}", std::process::id());
    place = place.with("FLOWDECK_TEST_MARK", &mark);
    let run = tracking::running_run();
    for kill in ["KILL", "TERM"] {
        let mut child = held(&place, &run);
        let tunnel = until(|| tunnels(&mark).first().copied(), "ssh");
        signal(kill, child.id());
        let _ = child.wait();
        until(|| (!is_running(tunnel)).then_some(()), "the end of ssh");
    }
}

/// flowdeck with a tunnel that stands: the run that it watches does not end.
fn held(place: &Place, run: &str) -> Child {
    place
        .command(&["runs", "watch", run, "--context", "lab"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("flowdeck starts")
}

/// Processes of ssh with our mark in their environment.
fn tunnels(mark: &str) -> Vec<u32> {
    let of = |name: &str, pid: u32| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
    let contains = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    let pids = std::fs::read_dir("/proc").expect("Linux has it").flatten();
    pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|&pid| of("comm", pid).starts_with(b"ssh\n") && contains(&of("environ", pid), mark))
        .collect()
}

fn is_running(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

fn signal(name: &str, pid: u32) {
    let sent = std::process::Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status();
    assert!(sent.is_ok_and(|status| status.success()));
}

fn until<T>(found: impl Fn() -> Option<T>, what: &str) -> T {
    for _ in 0..400 {
        if let Some(found) = found() {
            return found;
        }
        std::thread::park_timeout(Duration::from_millis(25));
    }
    panic!("{what} does not come");
}
