//! A server that sends the bytes it was told to, and no others.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What to do with a connection once its request came.
#[derive(Clone)]
pub(crate) enum Play {
    /// Send these pieces, each on its own, and close.
    Pieces(Vec<Vec<u8>>),
    /// Send this and then nothing more, yet stay.
    ThenSilence(Vec<u8>),
}

pub(crate) struct RawServer {
    pub(crate) address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl RawServer {
    pub(crate) async fn start(play: Play) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, play.clone(), Arc::clone(&counter)));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn uri(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn times_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn answer(mut stream: TcpStream, play: Play, asked: Arc<AtomicUsize>) {
    let mut request = Vec::new();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(read) if read > 0 => request.extend_from_slice(&piece[..read]),
            _ => return,
        }
    }
    asked.fetch_add(1, Ordering::SeqCst);
    match play {
        Play::Pieces(pieces) => {
            for piece in pieces {
                if stream.write_all(&piece).await.is_err() || stream.flush().await.is_err() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        }
        Play::ThenSilence(start) => {
            if stream.write_all(&start).await.is_ok() {
                std::future::pending::<()>().await;
            }
        }
    }
}
