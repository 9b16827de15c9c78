//! An HTTP server that answers as a test wants, or reads a request and hangs up: for the tests of a backend of its own.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "it serves tests, beside what they test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The head of a request, and what to answer: nothing hangs up.
type Answer = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The object that [`Server::cutting`] gives in the end.
pub const WHOLE: &str = "the whole";

/// How an answer ends that is not whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// The connection is closed.
    Closed,
    /// The connection stays open, and nothing more comes.
    Silent,
}

/// A server on a port of its own, until the test ends.
#[derive(Debug)]
pub struct Server {
    /// Where it listens, on the loopback interface.
    pub port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that gives these answers to the heads of requests, which come in lower case; none hangs up.
    ///
    /// # Panics
    /// If there is no port.
    pub fn start(answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen): (Arc<Answer>, _) = (Arc::new(Box::new(answer)), Arc::clone(&heads));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                std::thread::spawn(move || serve(stream.unwrap(), &answer, &seen));
            }
        });
        Server { port, heads }
    }

    /// Starts a server whose first answers, so many, are the beginning of an object, and whose later ones are the whole of
    /// [`WHOLE`]. The headers are those of a beginning, and those of the whole: each line with its end.
    ///
    /// # Panics
    /// If there is no port.
    pub fn cutting(answers: usize, cut: Cut, headers: [&'static str; 2]) -> Server {
        let asked = AtomicUsize::new(0);
        Server::start(move |_| {
            if asked.fetch_add(1, Ordering::Relaxed) >= answers {
                return Some(answer("200 OK", headers[1], WHOLE));
            }
            let close = if cut == Cut::Closed { "Connection: close\r\n" } else { "" };
            let (half, _) = WHOLE.split_at(WHOLE.len() / 2);
            let head = format!("{close}{}Content-Length: {}\r\n", headers[0], WHOLE.len());
            Some(format!("HTTP/1.1 200 OK\r\n{head}\r\n{half}"))
        })
    }

    /// The heads of the requests that begin so, in lower case.
    ///
    /// # Panics
    /// If an answer did.
    pub fn requests(&self, beginning: &str) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        heads.iter().filter(|head| head.starts_with(beginning)).cloned().collect()
    }
}

/// Runs a test of a service that falls silent with a short silence, and with longer ones if that fails: where a machine is busy
/// the server and the client are silent by themselves.
///
/// # Panics
/// If the test does, even with the longest.
pub fn with_a_silence(test: impl Fn(Duration)) {
    let [short, longer, longest] = [300, 3_000, 30_000].map(Duration::from_millis);
    for silence in [short, longer] {
        if catch_unwind(AssertUnwindSafe(|| test(silence))).is_ok() {
            return;
        }
    }
    test(longest);
}

fn serve(stream: TcpStream, answer: &Answer, seen: &Mutex<Vec<String>>) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(head) = read_request(&mut reader) {
        seen.lock().unwrap().push(head.clone());
        match answer(&head) {
            Some(text) => {
                if writer.write_all(text.as_bytes()).is_err() || text.contains("Connection: close") {
                    return;
                }
            }
            None => return,
        }
    }
}

/// Reads a request to its end, and gives its head in lower case.
fn read_request(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_lowercase();
    if let Some((_, rest)) = head.split_once("content-length: ") {
        let length: u64 = rest.lines().next()?.parse().ok()?;
        std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok()?;
    } else if head.contains("transfer-encoding: chunked") {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size).ok()?;
            let size = u64::from_str_radix(size.trim(), 16).ok()?;
            std::io::copy(&mut reader.take(size + 2), &mut std::io::sink()).ok()?;
            if size == 0 {
                break;
            }
        }
    }
    Some(head)
}

/// An answer with a status, headers and a body.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    let date = "Date: Thu, 26 Nov 2026 06:00:00 GMT";
    format!("HTTP/1.1 {status}\r\n{date}\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len())
}
