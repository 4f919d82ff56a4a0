//! A real sshd on loopback, and an ssh that knows it by name.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use flowdeck_tests::kept::Kept;

use crate::gateway::program;
use crate::place::Place;
use crate::tracking::{free_port, shared_dir, until_listening};

/// A host of ssh; it ends with the process of the tests.
pub(crate) struct Bastion {
    dir: PathBuf,
    _sshd: Kept,
}

pub(crate) fn bastion() -> &'static Bastion {
    static BASTION: OnceLock<Bastion> = OnceLock::new();
    BASTION.get_or_init(|| {
        let dir = shared_dir("ssh");
        for key in ["host", "other_host", "client", "other_client"] {
            run(Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                .arg(dir.join(key)));
        }
        let copy = |from: &str, to: &str| std::fs::copy(dir.join(from), dir.join(to)).expect("writable");
        copy("client.pub", "authorized_keys");
        let port = free_port();
        let conf = dir.join("sshd_config");
        std::fs::write(&conf, sshd_configuration(&dir, port)).expect("writable");
        // Debian makes it when the service starts, which it does not here.
        let _ = std::fs::create_dir_all("/run/sshd");
        let log = dir.join("sshd.log");
        let mut sshd = Command::new(program("sshd"));
        sshd.args(["-D", "-e", "-f"]).arg(&conf);
        let mut sshd = Kept::start(&mut sshd, &log);
        until_listening(port, &mut || sshd.has_ended(), &log);
        write_client(&dir, port);
        Bastion { dir, _sshd: sshd }
    })
}

fn sshd_configuration(dir: &Path, port: u16) -> String {
    let dir = dir.display();
    format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {dir}/host\nPidFile none\nUsePAM no\nStrictModes no\n\
         AuthorizedKeysFile {dir}/authorized_keys\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PermitRootLogin prohibit-password\nLogLevel VERBOSE\n"
    )
}

/// What a person has in ~/.ssh, behind an `ssh` that reads it: OpenSSH itself looks at no `HOME`.
fn write_client(dir: &Path, port: u16) {
    use std::os::unix::fs::PermissionsExt;
    let key_of = |name: &str| {
        let key = std::fs::read_to_string(dir.join(name)).expect("it was made");
        format!("[127.0.0.1]:{port} {key}")
    };
    std::fs::write(dir.join("known_hosts"), key_of("host.pub")).expect("writable");
    std::fs::write(dir.join("other_hosts"), key_of("other_host.pub")).expect("writable");
    std::fs::write(dir.join("no_hosts"), "").expect("writable");
    let host = |name: &str, key: &str, known: &str| {
        let dir = dir.display();
        format!(
            "Host {name}\n  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {dir}/{key}\n  IdentitiesOnly yes\n  \
             UserKnownHostsFile {dir}/{known}\n  GlobalKnownHostsFile none\n"
        )
    };
    let conf = host("bastion", "client", "known_hosts")
        + &host("locked", "other_client", "known_hosts")
        + &host("stranger", "client", "no_hosts")
        + &host("changed", "client", "other_hosts");
    std::fs::write(dir.join("config"), conf).expect("writable");
    std::fs::create_dir(dir.join("bin")).expect("writable");
    let script = format!(
        "#!/bin/sh\nexec {} -F {}/config \"$@\"\n",
        program("ssh").display(),
        dir.display()
    );
    let ssh = dir.join("bin/ssh");
    std::fs::write(&ssh, script).expect("writable");
    std::fs::set_permissions(&ssh, std::fs::Permissions::from_mode(0o755)).expect("own file");
}

impl Bastion {
    /// A place whose `ssh` knows the host.
    pub(crate) fn place(&self) -> Place {
        let path = std::env::var("PATH").unwrap_or_default();
        let scratch = std::env::temp_dir().display().to_string();
        Place::new()
            .with("PATH", format!("{}:{path}", self.dir.join("bin").display()))
            .with("TMPDIR", scratch)
    }
}

fn run(command: &mut Command) {
    let status = command
        .status()
        .expect("it is installed: `cargo xtask test --only system`");
    assert!(status.success(), "{command:?}");
}
