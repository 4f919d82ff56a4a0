//! Debian's nginx before the tracking server: TLS with an authority of our own, client certificates, tokens, a proxy.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use flowdeck_tests::kept::Kept;

use crate::tracking::{PASSWORD, USERNAME, address, free_port, shared_dir, until_listening};

pub(crate) const TOKEN: &str = "t0ken-of-the-gateway-51d0";
pub(crate) const COOKIE: &str = "cookie-of-the-gateway-88aa";
pub(crate) const KEY: &str = "key-of-the-gateway-c4f1";
pub(crate) const CLIENT_SECRET: &str = "secret-of-the-principal-93be";
pub(crate) const CLIENT_ID: &str = "principal-1";

/// The gateway; it ends with the process of the tests.
pub(crate) struct Gateway {
    dir: PathBuf,
    ports: Ports,
    _nginx: Kept,
}

#[derive(Clone, Copy)]
struct Ports {
    tls: u16,
    client_certificate: u16,
    token: u16,
    proxy: u16,
    databricks: u16,
}

pub(crate) fn gateway() -> &'static Gateway {
    static GATEWAY: OnceLock<Gateway> = OnceLock::new();
    GATEWAY.get_or_init(Gateway::start)
}

impl Gateway {
    fn start() -> Self {
        let dir = shared_dir("gateway");
        certificates(&dir);
        let ports = Ports {
            tls: free_port(),
            client_certificate: free_port(),
            token: free_port(),
            proxy: free_port(),
            databricks: free_port(),
        };
        let conf = dir.join("nginx.conf");
        std::fs::write(&conf, configuration(&dir, ports)).expect("writable");
        let log = dir.join("nginx.log");
        let mut nginx = Command::new(program("nginx"));
        nginx
            .arg("-p")
            .arg(&dir)
            .arg("-c")
            .arg(&conf)
            .args(["-e", "stderr", "-g", "daemon off;"]);
        let mut nginx = Kept::start(&mut nginx, &log);
        until_listening(ports.databricks, &mut || nginx.has_ended(), &log);
        Self {
            dir,
            ports,
            _nginx: nginx,
        }
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    /// The server with a certificate of our authority, before MLflow's own sign-in.
    pub(crate) fn tls(&self) -> String {
        format!("https://localhost:{}", self.ports.tls)
    }

    pub(crate) fn tls_port(&self) -> u16 {
        self.ports.tls
    }

    /// The same for clients with a certificate, who need no further sign-in.
    pub(crate) fn client_certificate(&self) -> String {
        format!("https://localhost:{}", self.ports.client_certificate)
    }

    /// A server for whoever shows a token, a cookie or a key.
    pub(crate) fn token(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.token)
    }

    /// A forward proxy.
    pub(crate) fn proxy(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.proxy)
    }

    /// What speaks Databricks' token endpoint.
    pub(crate) fn databricks(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.databricks)
    }

    /// All that was logged of requests.
    pub(crate) fn logs(&self) -> String {
        ["access.log", "nginx.log"]
            .map(|name| std::fs::read_to_string(self.dir.join(name)).unwrap_or_default())
            .concat()
    }
}

/// Where Debian puts what only administrators are thought to run.
pub(crate) fn program(name: &str) -> PathBuf {
    let found = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        .map(|dir| Path::new(dir).join(name))
        .into_iter()
        .find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{name} is not installed: run `cargo xtask test --only system`"))
}

fn configuration(dir: &Path, ports: Ports) -> String {
    use base64::Engine;
    let base64 = |text: String| base64::engine::general_purpose::STANDARD.encode(text);
    let signed = base64(format!("{USERNAME}:{PASSWORD}"));
    let principal = base64(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    let (dir, upstream) = (dir.display(), address());
    let Ports {
        tls,
        client_certificate,
        token,
        proxy,
        databricks,
    } = ports;
    format!(
        r#"worker_processes 1;
user root;
pid {dir}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  map_hash_bucket_size 256;
  access_log {dir}/access.log;
  client_body_temp_path {dir}/t1; proxy_temp_path {dir}/t2; fastcgi_temp_path {dir}/t3; uwsgi_temp_path {dir}/t4; scgi_temp_path {dir}/t5;
  map "$http_authorization|$cookie_session|$http_x_api_key" $may {{
    default 0;
    "Bearer {TOKEN}||" 1;
    "|{COOKIE}|" 1;
    "||{KEY}" 1;
  }}
  map $http_authorization $is_principal {{ default 0; "Bearer {TOKEN}" 1; }}
  map $http_authorization $is_client {{ default 0; "Basic {principal}" 1; }}
  ssl_certificate {dir}/server.pem;
  ssl_certificate_key {dir}/server.key;
  server {{
    listen 127.0.0.1:{tls} ssl;
    location / {{ proxy_pass http://{upstream}; }}
  }}
  server {{
    listen 127.0.0.1:{client_certificate} ssl;
    ssl_client_certificate {dir}/ca.pem;
    ssl_verify_client on;
    location / {{ proxy_pass http://{upstream}; proxy_set_header Authorization "Basic {signed}"; }}
  }}
  server {{
    listen 127.0.0.1:{token};
    location / {{
      if ($may = 0) {{ return 401; }}
      proxy_pass http://{upstream}; proxy_set_header Authorization "Basic {signed}"; proxy_set_header Cookie "";
    }}
  }}
  server {{
    listen 127.0.0.1:{proxy};
    location / {{ proxy_pass http://{upstream}; }}
  }}
  server {{
    listen 127.0.0.1:{databricks};
    location = /oidc/v1/token {{
      if ($is_client = 0) {{ return 401; }}
      if ($request_method != POST) {{ return 405; }}
      default_type application/json;
      return 200 '{{"access_token": "{TOKEN}", "token_type": "Bearer", "expires_in": 3600}}';
    }}
    location / {{
      if ($is_principal = 0) {{ return 401; }}
      proxy_pass http://{upstream}; proxy_set_header Authorization "Basic {signed}";
    }}
  }}
}}
"#
    )
}

/// An authority, a certificate for this machine, one for a client, and a client's of another authority.
fn certificates(dir: &Path) {
    let script = r#"set -e
authority() { openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout "$1.key" -out "$1.pem" -subj "/CN=$1" 2>/dev/null; }
certificate() {
  openssl req -newkey rsa:2048 -nodes -keyout "$2.key" -out "$2.csr" -subj "/CN=$2" 2>/dev/null
  printf 'subjectAltName=DNS:localhost,DNS:mlflow.test\nextendedKeyUsage=serverAuth,clientAuth\n' > "$2.ext"
  openssl x509 -req -in "$2.csr" -CA "$1.pem" -CAkey "$1.key" -CAcreateserial -days 2 -extfile "$2.ext" -out "$2.pem" 2>/dev/null
}
authority ca
authority stranger
certificate ca server
certificate ca client
certificate stranger impostor
cat client.pem client.key > client-with-key.pem
"#;
    let made = Command::new("sh").args(["-c", script]).current_dir(dir).status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "openssl makes certificates"
    );
}
