//! A real API server: three processes of the program that `tests/kubernetes-api` is the source of.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use flowdeck_domain::kubernetes::LogTime;
use flowdeck_tests::kubernetes_api;

use super::ground::{ADMIN, VIEWER};

/// Whose logs the kubelet serves: namespace, pod, container.
const LOGS: &[(&str, &str, &str)] = &[
    ("logs", "train", "main"),
    ("logs", "again", "main"),
    ("logs", "parts", "prepare"),
    ("logs", "parts", "proxy"),
    ("logs", "parts", "main"),
    ("logs", "far", "main"),
    ("logs", "kept", "main"),
];

/// The processes, and where they lie.
pub(crate) struct RealApi {
    program: PathBuf,
    directory: PathBuf,
    ports: Ports,
    store: Child,
    server: Option<Child>,
    kubelet: Option<Child>,
}

#[derive(Clone, Copy)]
struct Ports {
    clients: u16,
    peers: u16,
    server: u16,
    kubelet: u16,
}

impl RealApi {
    /// Starts a store and an API server; nothing, said aloud, where the program was not built.
    pub(crate) fn start(directory: &Path) -> Option<Self> {
        let program = kubernetes_api::program()?;
        let ports = Ports {
            clients: free_port(),
            peers: free_port(),
            server: free_port(),
            kubelet: free_port(),
        };
        std::fs::write(directory.join("port"), ports.server.to_string()).expect("writable");
        let tokens =
            format!("{ADMIN},admin,admin-uid,\"system:masters\"\n{VIEWER},viewer,viewer-uid,\"viewers\"\n");
        std::fs::write(directory.join("tokens.csv"), tokens).expect("writable");
        make_key(&directory.join("key.pem"));
        std::fs::create_dir(directory.join("logs")).expect("writable");
        std::fs::write(directory.join("kubelet.yaml"), kubelet_configuration(directory)).expect("writable");
        let address = |port: u16| format!("http://127.0.0.1:{port}");
        let store = Command::new(&program)
            .arg("etcd")
            .arg(directory.join("etcd"))
            .args([address(ports.clients), address(ports.peers)])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log(directory, "etcd"))
            .spawn()
            .expect("it was built");
        let mut api = Self {
            program,
            directory: directory.to_owned(),
            ports,
            store,
            server: None,
            kubelet: None,
        };
        api.start_server();
        Some(api)
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports.server)
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.directory.join("certificates/apiserver.crt")
    }

    /// Address and certificate of the one that was started in a directory.
    pub(crate) fn of(directory: &Path) -> (String, PathBuf) {
        let port = std::fs::read_to_string(directory.join("port")).expect("it was started");
        let certificate = directory.join("certificates/apiserver.crt");
        (format!("https://127.0.0.1:{port}"), certificate)
    }

    pub(crate) fn kubelet_port(&self) -> u16 {
        self.ports.kubelet
    }

    /// What the processes said.
    pub(crate) fn said(&self) -> String {
        ["etcd", "apiserver", "kubelet"]
            .iter()
            .filter_map(|part| std::fs::read_to_string(self.directory.join(format!("{part}.log"))).ok())
            .map(|text| text.lines().rev().take(20).collect::<Vec<_>>().join("\n"))
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    pub(crate) fn start_server(&mut self) {
        let file = |name: &str| self.directory.join(name).display().to_string();
        let key = file("key.pem");
        let arguments = [
            format!("--etcd-servers=http://127.0.0.1:{}", self.ports.clients),
            "--service-account-issuer=https://kubernetes.local".to_owned(),
            format!("--service-account-key-file={key}"),
            format!("--service-account-signing-key-file={key}"),
            format!("--cert-dir={}", file("certificates")),
            format!("--secure-port={}", self.ports.server),
            "--bind-address=127.0.0.1".to_owned(),
            "--advertise-address=127.0.0.1".to_owned(),
            format!("--token-auth-file={}", file("tokens.csv")),
            "--authorization-mode=RBAC".to_owned(),
            "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
            "--allow-privileged".to_owned(),
            // No controller makes the accounts that pods would run as.
            "--disable-admission-plugins=ServiceAccount".to_owned(),
            "--etcd-compaction-interval=0".to_owned(),
        ];
        self.server = Some(
            Command::new(&self.program)
                .arg("apiserver")
                .args(arguments)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(log(&self.directory, "apiserver"))
                .spawn()
                .expect("it was built"),
        );
    }

    pub(crate) fn kill_server(&mut self) {
        end(self.server.take());
    }

    pub(crate) fn start_kubelet(&mut self, kubeconfig: &Path) {
        let certificates = self.directory.join("certificates");
        self.kubelet = Some(
            Command::new(&self.program)
                .arg("kubelet")
                .arg("--kubeconfig")
                .arg(kubeconfig)
                .arg("--config")
                .arg(self.directory.join("kubelet.yaml"))
                .args(["--manage-all-nodes", "--node-ip=127.0.0.1"])
                .arg(format!("--node-port={}", self.ports.kubelet))
                .arg(format!("--server-address=127.0.0.1:{}", self.ports.kubelet))
                .arg("--tls-cert-file")
                .arg(certificates.join("apiserver.crt"))
                .arg("--tls-private-key-file")
                .arg(certificates.join("apiserver.key"))
                .env("KWOK_WORKDIR", self.directory.join("kwok"))
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(log(&self.directory, "kubelet"))
                .spawn()
                .expect("it was built"),
        );
    }

    pub(crate) fn kill_kubelet(&mut self) {
        end(self.kubelet.take());
    }

    /// Appends a line to the log of a container, as a container runtime writes it.
    pub(crate) fn print(&self, namespace: &str, pod: &str, container: &str, time: LogTime, text: &str) {
        let path = log_file(&self.directory, namespace, pod, container);
        let mut file = OpenOptions::new()
            .append(true)
            .open(path)
            .expect("it is one of LOGS");
        file.write_all(format!("{time} stdout F {text}\n").as_bytes())
            .expect("writable");
    }

    /// Makes what was printed so far the log of the container before.
    pub(crate) fn move_log(&self, namespace: &str, pod: &str, container: &str) {
        let path = log_file(&self.directory, namespace, pod, container);
        std::fs::copy(&path, previous(&path)).expect("writable");
        File::create(&path).expect("writable");
    }
}

impl Drop for RealApi {
    fn drop(&mut self) {
        end(self.kubelet.take());
        end(self.server.take());
        let _ = self.store.kill();
        let _ = self.store.wait();
    }
}

fn end(process: Option<Child>) {
    if let Some(mut process) = process {
        let _ = process.kill();
        let _ = process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it listens").port()
}

fn log(directory: &Path, part: &str) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(directory.join(format!("{part}.log")))
        .expect("writable")
}

/// A key to sign accounts with.
fn make_key(path: &Path) {
    let made = Command::new("openssl")
        .args(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out"])
        .arg(path)
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn log_file(directory: &Path, namespace: &str, pod: &str, container: &str) -> PathBuf {
    directory.join(format!("logs/{namespace}-{pod}-{container}.log"))
}

fn previous(path: &Path) -> PathBuf {
    path.with_extension("previous.log")
}

/// Where the kubelet finds logs. It wants at least one rule of how pods go on, so it gets one that fits none.
fn kubelet_configuration(directory: &Path) -> String {
    let mut text = "apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\nmetadata: { name: never }\n\
         spec:\n  resourceRef: { apiGroup: v1, kind: Pod }\n  selector: { matchLabels: { never: 'true' } }\n\
         \x20 next: { statusTemplate: 'phase: Running' }\n"
        .to_owned();
    for (namespace, pod, container) in LOGS {
        let path = log_file(directory, namespace, pod, container);
        File::create(&path).expect("writable");
        text.push_str(&format!(
            "---\napiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterLogs\nmetadata: {{ name: {pod}-{container} }}\n\
             spec:\n  selector: {{ matchNamespaces: [{namespace}], matchNames: [{pod}] }}\n\
             \x20 logs: [{{ containers: [{container}], logsFile: '{}', previousLogsFile: '{}' }}]\n",
            path.display(),
            previous(&path).display()
        ));
    }
    text.push_str(
        "---\napiVersion: kwok.x-k8s.io/v1alpha1\nkind: ClusterPortForward\nmetadata: { name: all }\n\
         spec:\n  forwards: [{ command: [cat] }]\n",
    );
    text
}
