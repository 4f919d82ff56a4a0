//! Servers on loopback that do what no server should.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// What a server does with every request.
#[derive(Clone, Copy)]
pub(crate) enum Manner {
    /// Answers with this status line, content type and body.
    Answers(&'static str, &'static str, &'static str),
    /// Sends the browser to a page to sign in, and that page to whoever follows.
    RedirectsToLogin,
    /// Reads the request and never answers.
    Hangs,
    /// Promises a body and closes the connection in the middle of it.
    BreaksOff,
    /// Closes the connection without a word.
    HangsUp,
}

/// A server of this manner: its URL. It ends with the tests' process.
pub(crate) fn server(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || converse(connection, manner));
        }
    });
    format!("http://{address}")
}

/// A URL at which nobody answers: the port was free a moment ago.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    format!("http://{}", listener.local_addr().expect("it is bound"))
}

fn converse(connection: TcpStream, manner: Manner) {
    let Ok(mut answer) = connection.try_clone() else {
        return;
    };
    let mut requests = BufReader::new(connection);
    while let Some(path) = request(&mut requests) {
        let outcome = match manner {
            Manner::Answers(status, content_type, body) => {
                respond(&mut answer, status, content_type, body, "")
            }
            Manner::RedirectsToLogin if path.starts_with("/login") => respond(
                &mut answer,
                "200 OK",
                "text/html",
                "<html><form>Sign in</form></html>",
                "",
            ),
            Manner::RedirectsToLogin => {
                respond(&mut answer, "302 Found", "text/html", "", "Location: /login\r\n")
            }
            Manner::Hangs => continue,
            Manner::BreaksOff => {
                let _ = answer.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"runs\": [");
                return;
            }
            Manner::HangsUp => return,
        };
        if outcome.is_err() {
            return;
        }
    }
}

/// Reads one request; gives its path, or nothing at the end.
fn request(requests: &mut impl BufRead) -> Option<String> {
    let mut first = String::new();
    requests.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        requests.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    requests.take(length).read_to_end(&mut Vec::new()).ok()?;
    first.split(' ').nth(1).map(str::to_owned)
}

fn respond(
    answer: &mut TcpStream,
    status: &str,
    content_type: &str,
    body: &str,
    more: &str,
) -> std::io::Result<()> {
    let length = body.len();
    write!(
        answer,
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n{more}\r\n{body}"
    )
}
