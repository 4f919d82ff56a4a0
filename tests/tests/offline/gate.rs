//! Stands before a server and can let nobody through: connections are taken, and nothing is answered.

use std::io::copy;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// A way to a server that opens and closes.
pub(crate) struct Gate {
    url: String,
    way: Arc<Way>,
}

#[derive(Default)]
struct Way {
    is_closed: Mutex<bool>,
    changed: Condvar,
}

impl Gate {
    /// An open way to the server at this address.
    pub(crate) fn before(url: &str) -> Self {
        let server = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let way = Arc::<Way>::default();
        let of_all = Arc::clone(&way);
        // It ends with the process of the tests.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (way, server) = (Arc::clone(&of_all), server.clone());
                thread::spawn(move || {
                    way.wait_until_open();
                    if let Ok(server) = TcpStream::connect(server) {
                        join(client, server);
                    }
                });
            }
        });
        Self { url, way }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn close(&self) {
        self.way.set(true);
    }

    pub(crate) fn open(&self) {
        self.way.set(false);
    }
}

impl Way {
    fn set(&self, is_closed: bool) {
        *self.is_closed.lock().unwrap_or_else(PoisonError::into_inner) = is_closed;
        self.changed.notify_all();
    }

    fn wait_until_open(&self) {
        let mut is_closed = self.is_closed.lock().unwrap_or_else(PoisonError::into_inner);
        while *is_closed {
            is_closed = self
                .changed
                .wait(is_closed)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Passes on what either side writes until one has ended.
fn join(client: TcpStream, server: TcpStream) {
    let pair = |stream: &TcpStream| stream.try_clone().expect("a second handle");
    let (mut from_client, mut to_server) = (pair(&client), pair(&server));
    thread::spawn(move || {
        let _ = copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(std::net::Shutdown::Write);
    });
    let (mut from_server, mut to_client) = (server, client);
    let _ = copy(&mut from_server, &mut to_client);
    let _ = to_client.shutdown(std::net::Shutdown::Both);
}
