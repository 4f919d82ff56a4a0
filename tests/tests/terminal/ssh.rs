//! The app at the far end of a real sshd on loopback.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use flowdeck_tests::binary::flowdeck;
use flowdeck_tests::kept::Kept;
use flowdeck_tests::screen::Screen;
use portable_pty::CommandBuilder;

use super::demo;

fn program(name: &str) -> PathBuf {
    let found = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        .map(|dir| Path::new(dir).join(name))
        .into_iter()
        .find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{name} is not installed: run `cargo xtask test --only system`"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback");
    listener.local_addr().expect("it is bound").port()
}

/// Starts an sshd with keys and a configuration of its own.
fn sshd(dir: &Path, port: u16) -> Kept {
    for key in ["host", "client"] {
        let made = Command::new(program("ssh-keygen"))
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(dir.join(key))
            .status();
        assert!(made.is_ok_and(|status| status.success()));
    }
    std::fs::copy(dir.join("client.pub"), dir.join("authorized_keys")).expect("writable");
    let at = dir.display();
    let conf = format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {at}/host\nPidFile none\nUsePAM no\nStrictModes no\n\
         AuthorizedKeysFile {at}/authorized_keys\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\nAcceptEnv LANG\n"
    );
    std::fs::write(dir.join("sshd_config"), conf).expect("writable");
    // Debian makes it when the service starts, which it does not here.
    let _ = std::fs::create_dir_all("/run/sshd");
    let log = dir.join("sshd.log");
    let mut command = Command::new(program("sshd"));
    command.args(["-D", "-e", "-f"]).arg(dir.join("sshd_config"));
    let mut sshd = Kept::start(&mut command, &log);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(
            !sshd.has_ended(),
            "{}",
            std::fs::read_to_string(&log).unwrap_or_default()
        );
        std::thread::yield_now();
    }
    sshd
}

#[test]
fn over_ssh_a_run_is_opened_an_id_is_copied_and_the_terminal_is_given_back() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let port = free_port();
    let _sshd = sshd(dir.path(), port);
    let mut command = CommandBuilder::new(program("ssh"));
    let (key, port) = (dir.path().join("client").display().to_string(), port.to_string());
    command.args(["-tt", "-F", "none", "-p", &port, "-i", &key]);
    command.args(["-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no"]);
    command.args([
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        "LogLevel=ERROR",
        "127.0.0.1",
    ]);
    command.arg(format!(
        "LANG=C.UTF-8 FLOWDECK_STATE_DIR=/dev/null/state FLOWDECK_CONFIG_DIR=/nowhere/flowdeck {} --store {}",
        flowdeck().display(),
        demo().display()
    ));
    command.env("TERM", "xterm-256color");
    let mut screen = Screen::start((100, 30), command);
    screen.wait_for("Last activity");
    screen.press("/").press("credit").press("\r\r");
    screen.wait_for("71 runs · active");
    screen.press("y");
    screen.wait_for("Copied run id");
    // OSC 52 reaches the terminal at the near end.
    assert!(screen.written().windows(5).any(|bytes| bytes == b"\x1b]52;"));
    screen.resize(140, 40);
    screen.press("\r");
    screen.wait_for("Metrics");
    screen.press("q");
    assert_eq!(screen.leave(), 0);
    assert!(screen.is_given_back());
}
