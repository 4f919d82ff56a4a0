//! A token that the server no longer takes: the command that gives it is run once more, and then the failure is said.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::place::Place;

/// Gives another token each time: `token-1`, `token-2`.
const COMMAND: &str = "echo x >> runs; echo token-$(wc -l < runs | tr -d ' ')";

/// A server that takes one token only, and answers that there are no experiments.
fn server(taken: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream, taken));
        }
    });
    url
}

/// Answers one request; whoever asks again connects again.
fn answer(mut stream: TcpStream, taken: &str) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut is_taken, mut n_bytes) = (false, 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        is_taken |= line == format!("authorization: bearer {taken}");
        if let Some(length) = line.strip_prefix("content-length:") {
            n_bytes = length.trim().parse().unwrap_or(0);
        }
    }
    std::io::copy(&mut reader.take(n_bytes), &mut std::io::sink()).ok()?;
    let (status, body) = match is_taken {
        true => ("200 OK", r#"{"experiments": []}"#),
        false => ("401 Unauthorized", "{}"),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n");
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).ok()
}

fn place(url: &str) -> Place {
    let text = format!(
        "[contexts.lab]\ntracking = '{url}'\nauth = {{ kind = 'bearer', command = \"{COMMAND}\" }}\n"
    );
    Place::new()
        .configured(&text)
        .keeping("token-1")
        .keeping("token-2")
}

fn n_runs(place: &Place) -> usize {
    // A command runs where flowdeck was started.
    let text = std::fs::read_to_string(place.file("runs")).expect("the command ran");
    text.lines().count()
}

#[test]
fn a_token_that_is_refused_is_asked_for_once_more() {
    let place = place(&server("token-2"));
    assert_eq!(place.experiments("lab"), [""; 0]);
    assert_eq!(n_runs(&place), 2);
}

#[test]
fn a_token_that_is_refused_again_is_said_to_be() {
    let place = place(&server("token-9"));
    place.fails("lab", 4, "does not accept this sign-in");
    assert_eq!(n_runs(&place), 2);
}
