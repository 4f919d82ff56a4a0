//! A way to a server that breaks.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// How a connection breaks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Break {
    /// Closed in mid-body.
    Close,
    /// Reset by the other side.
    Reset,
}

/// Forwards to a server, and breaks answers that are longer than a second's worth of small ones.
pub(crate) struct Proxy {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

/// How connections that carry a log break, one after the other: after so many bytes. Afterwards none does.
type Breaks = Arc<Mutex<Vec<(usize, Break)>>>;

impl Proxy {
    pub(crate) async fn start(server: SocketAddr, mut breaks: Vec<(usize, Break)>) -> Self {
        breaks.reverse();
        let breaks: Breaks = Arc::new(Mutex::new(breaks));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("it listens");
        let accepting = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(forward(client, server, Arc::clone(&breaks)));
            }
        });
        Self { address, accepting }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn forward(mut client: TcpStream, server: SocketAddr, breaks: Breaks) {
    let Ok(mut server) = TcpStream::connect(server).await else {
        return;
    };
    let mut left: Option<(usize, Break)> = None;
    let (mut asked, mut answered) = (vec![0; 16 << 10], vec![0; 16 << 10]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(n_bytes @ 1..) = read else { return };
                if String::from_utf8_lossy(&asked[..n_bytes]).contains("/log?") {
                    left = breaks.lock().expect("nobody panicked").pop();
                }
                if server.write_all(&asked[..n_bytes]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(n_bytes @ 1..) = read else { return };
                let n_given = left.map_or(n_bytes, |(left, _)| n_bytes.min(left));
                if client.write_all(&answered[..n_given]).await.is_err() {
                    return;
                }
                let Some((n_left, how)) = &mut left else { continue };
                *n_left -= n_given;
                if *n_left == 0 {
                    if matches!(how, Break::Reset) {
                        let _ = client.set_zero_linger();
                    }
                    return;
                }
            }
        }
    }
}
