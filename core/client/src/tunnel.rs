//! A way to a server through the system's own ssh.
//!
//! ssh forwards a socket in a directory of our own, which no other user of this machine can reach, to the server. It
//! asks nothing, believes no host that the person has not believed before, and ends with this process, however that
//! ends: a shell waits on a pipe that the system closes then.

mod said;
mod words;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use flowdeck_domain::{Failure, FailureKind, Result};
use flowdeck_mlflow::rest::Route;
use tempfile::TempDir;
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::Mutex;
use url::Url;

use self::said::Said;

/// How long ssh may take until it forwards.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often it is looked whether it forwards.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How long after a break ssh may take to say why: it says so on a stream of its own.
const WORD: Duration = Duration::from_millis(250);

/// Runs ssh until the pipe at its standard input closes, and ends with ssh's own code where ssh ends first.
const KEEPER: &str = r#"exec 3<&0
"$@" </dev/null 3<&- &
tunnel=$!
{ read -r _; kill "$tunnel"; } <&3 2>/dev/null &
keeper=$!
exec 3<&-
wait "$tunnel"
code=$?
kill "$keeper" 2>/dev/null
exit "$code"
"#;

/// What ssh must do whatever the person's own configuration says.
const OPTIONS: [&str; 10] = [
    "BatchMode=yes",
    "ExitOnForwardFailure=yes",
    "StreamLocalBindUnlink=yes",
    "StreamLocalBindMask=0177",
    "ServerAliveInterval=15",
    "ServerAliveCountMax=3",
    "ConnectTimeout=20",
    // A shared connection would go on after us, with our forward in it.
    "ControlMaster=no",
    "ControlPath=none",
    "RemoteCommand=none",
];

/// A way to one server through one host; opened with the first request, and again where it broke.
#[derive(Debug)]
pub(crate) struct Tunnel {
    host: String,
    /// `host:port` as it is called on the other side.
    target: String,
    directory: TempDir,
    running: Mutex<Option<Running>>,
    said: Arc<Said>,
}

#[derive(Debug)]
struct Running {
    shell: Child,
    /// Closing it ends ssh.
    _lifeline: Option<ChildStdin>,
}

impl Tunnel {
    /// The way to this server through this host; nothing is started yet.
    ///
    /// # Errors
    /// A server without a port, a system without such sockets, a directory that cannot be made.
    pub(crate) fn to(server: &Url, host: &str) -> Result<Self> {
        if !cfg!(unix) {
            return Err(Failure::new(
                FailureKind::Unsupported,
                "ssh_host works on Linux and macOS alone",
            )
            .with_hint("forward a port with ssh -L and name that as `tracking`"));
        }
        let (Some(name), Some(port)) = (server.host_str(), server.port_or_known_default()) else {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                "ssh_host needs a server's address in `tracking`",
            ));
        };
        let directory = tempfile::Builder::new()
            .prefix("flowdeck-ssh-")
            .tempdir()
            .map_err(|error| {
                Failure::new(
                    FailureKind::System,
                    format!("cannot make a directory for ssh: {error}"),
                )
                .caused_by(error)
            })?;
        Ok(Self {
            host: host.to_owned(),
            target: format!("{name}:{port}"),
            directory,
            running: Mutex::default(),
            said: Arc::default(),
        })
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("s")
    }

    fn start(&self) -> Result<Running> {
        self.said.forget();
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "flowdeck-ssh", "ssh", "-N", "-T"]);
        for option in OPTIONS {
            command.args(["-o", option]);
        }
        let forward = format!("{}:{}", self.socket().display(), self.target);
        command.args(["-L", &forward, "--", &self.host]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        // Neither Ctrl-C nor Ctrl-Z of our terminal is meant for it.
        #[cfg(unix)]
        command.process_group(0);
        let mut shell = command.spawn().map_err(|error| {
            Failure::new(FailureKind::System, format!("cannot start ssh: {error}")).caused_by(error)
        })?;
        if let Some(stderr) = shell.stderr.take() {
            tokio::spawn(said::listen(stderr, Arc::clone(&self.said)));
        }
        let lifeline = shell.stdin.take();
        Ok(Running {
            shell,
            _lifeline: lifeline,
        })
    }

    /// Waits until ssh forwards.
    async fn forwarding(&self, running: &mut Running) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Ok(Some(_)) = running.shell.try_wait() {
                return Err(self.ended().await);
            }
            if self.socket().exists() {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Err(Failure::new(
            FailureKind::Unreachable,
            format!(
                "ssh to {} did not stand within {} s",
                self.host,
                PATIENCE.as_secs()
            ),
        )
        .with_hint(format!("try `ssh {}` by itself", self.host)))
    }

    /// Why ssh ended, once all that it said was heard.
    async fn ended(&self) -> Failure {
        for _ in 0..50 {
            // Only the listener and we hold the lines.
            if Arc::strong_count(&self.said) == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        words::ended(&self.host, &self.target, &self.said.lines())
    }
}

#[async_trait]
impl Route for Tunnel {
    async fn ready(&self) -> Result<PathBuf> {
        let mut running = self.running.lock().await;
        if let Some(ssh) = running.as_mut()
            && matches!(ssh.shell.try_wait(), Ok(None))
        {
            return Ok(self.socket());
        }
        *running = None;
        // What an earlier one left, where it could not clean up.
        let _ = std::fs::remove_file(self.socket());
        let mut started = self.start()?;
        self.forwarding(&mut started).await?;
        *running = Some(started);
        Ok(self.socket())
    }

    async fn fault(&self) -> Option<Failure> {
        let told = self
            .said
            .told(|lines| words::fault(&self.host, &self.target, lines));
        tokio::time::timeout(WORD, told).await.ok()
    }
}
