//! A TCP proxy before an HTTP server that loses what it is told to lose.
//!
//! It listens on the loopback and carries bytes to one address and back. HTTP/1.1 is a conversation: a request begins
//! where bytes come from the client after an answer has begun, and meets its fate there. The request that is cut off
//! *after* the server has begun to answer was applied, and its sender cannot know: the ambiguous put, made over real
//! sockets. Hosts and signatures pass as they are: a client signs for the address of the proxy, which it
//! believes to be the server.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use conformance::proxy::{Fate, Proxy};
//! let proxy = Proxy::before("127.0.0.1:9000").await?;
//! let endpoint = format!("http://{}", proxy.address());
//! proxy.next_write(Fate::CutAnswer);
//! proxy.seed(7, &[(Fate::CutAnswer, 100_000), (Fate::CutRequest, 50_000)]);
//! # Ok(())
//! # }
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "a proxy runs beside what it is tested with; no simulation runs it"
)]

use futures_util::future::{Either, select};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs, lookup_host};
use tokio::task::JoinHandle;

/// What becomes of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is delivered, and so is its answer.
    Pass,
    /// It is delivered, and the connection is cut when the server begins to answer.
    CutAnswer,
    /// The connection is cut before the server has seen anything of it.
    CutRequest,
    /// It is delivered so much later.
    Delay(Duration),
    /// The server never sees it; the proxy answers with this status and no body.
    Refuse(u16),
}

/// See the module. It ends, with its connections, when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    fates: Mutex<Fates>,
    connections: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Fates {
    next_writes: VecDeque<Fate>,
    random: u64,
    rates: Vec<(Fate, u32)>,
    met: u64,
}

const BUFFER: usize = 64 << 10;

/// How long the rest of a request that is refused is waited for. Nobody waits for that, and a client may be slow to send it.
const REST_MAX: Duration = Duration::from_secs(120);

impl Proxy {
    /// A proxy before the server at this address; it delivers everything until it is told otherwise.
    ///
    /// # Errors
    /// If the address is none, or the loopback has no port left.
    pub async fn before(server: impl ToSocketAddrs) -> io::Result<Proxy> {
        let server = lookup_host(server).await?.next();
        let server = server.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such host"))?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { server, fates: Mutex::default(), connections: Mutex::default() });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Ok(Proxy { address, shared, listening })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets the next request that writes (`PUT`, `POST`, `DELETE`) and has no fate yet meet this one.
    pub fn next_write(&self, fate: Fate) {
        self.shared.fates().next_writes.push_back(fate);
    }

    /// From now on draws a fate for every request, each with its rate, in millionths. The same seed gives the same
    /// fates to the same order of requests.
    pub fn seed(&self, seed: u64, rates: &[(Fate, u32)]) {
        let mut fates = self.shared.fates();
        (fates.random, fates.rates) = (seed, rates.to_vec());
    }

    /// From now on everything is delivered.
    pub fn clear(&self) {
        let mut fates = self.shared.fates();
        fates.next_writes.clear();
        fates.rates.clear();
    }

    /// How many requests met a fate other than [`Fate::Pass`].
    pub fn met(&self) -> u64 {
        self.shared.fates().met
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        for connection in self.shared.connections().drain(..) {
            connection.abort();
        }
    }
}

impl Shared {
    fn fates(&self) -> MutexGuard<'_, Fates> {
        self.fates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fates {
    /// The fate of a request that begins with these bytes.
    fn draw(&mut self, request: &[u8]) -> Fate {
        let begins = |methods: &[&[u8]]| methods.iter().any(|method| request.starts_with(method));
        let writes = begins(&[b"PUT ", b"POST ", b"DELETE "]);
        if !writes && !begins(&[b"GET ", b"HEAD "]) {
            return Fate::Pass;
        }
        let given = if writes { self.next_writes.pop_front() } else { None };
        let fate = given.unwrap_or_else(|| self.draw_seeded());
        self.met += u64::from(fate != Fate::Pass);
        fate
    }

    fn draw_seeded(&mut self) -> Fate {
        if self.rates.is_empty() {
            return Fate::Pass;
        }
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mut left = u32::try_from((z ^ (z >> 31)) % 1_000_000).unwrap_or(0);
        for (fate, rate) in &self.rates {
            if left < *rate {
                return *fate;
            }
            left -= rate;
        }
        Fate::Pass
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let carrying = Arc::clone(&shared);
        let connection = tokio::spawn(async move {
            // Whichever side went, the other sees its connection end.
            drop(carry(client, &carrying).await);
        });
        let mut connections = shared.connections();
        connections.retain(|connection| !connection.is_finished());
        connections.push(connection);
    }
}

/// Carries one connection until a side closes it, or a fate does.
async fn carry(mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut server = TcpStream::connect(shared.server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut asked, mut answered) = (vec![0; BUFFER], vec![0; BUFFER]);
    // Whether the last that was said is of a request.
    let mut asking = false;
    let mut fate = Fate::Pass;
    loop {
        let heard = {
            let (client, server) = (pin!(client.read(&mut asked)), pin!(server.read(&mut answered)));
            match select(client, server).await {
                Either::Left((read, _)) => Either::Left(read?),
                Either::Right((read, _)) => Either::Right(read?),
            }
        };
        match heard {
            Either::Left(0) | Either::Right(0) => return Ok(()),
            Either::Left(length) => {
                let bytes = asked.get(..length).unwrap_or_default();
                if !asking {
                    asking = true;
                    fate = shared.fates().draw(bytes);
                    match fate {
                        Fate::CutRequest => return Ok(()),
                        Fate::Refuse(status) => return refuse(client, status).await,
                        Fate::Delay(delay) => tokio::time::sleep(delay).await,
                        Fate::Pass | Fate::CutAnswer => {}
                    }
                }
                server.write_all(bytes).await?;
            }
            Either::Right(length) => {
                let bytes = answered.get(..length).unwrap_or_default();
                // "100 Continue" is no answer: the request goes on after it.
                if !bytes.starts_with(b"HTTP/1.1 100") {
                    if asking && fate == Fate::CutAnswer {
                        return Ok(());
                    }
                    asking = false;
                }
                client.write_all(bytes).await?;
            }
        }
    }
}

/// Answers in the server's place, and hears the client out, so that it does not see a broken pipe instead.
async fn refuse(mut client: TcpStream, status: u16) -> io::Result<()> {
    let answer = format!("HTTP/1.1 {status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await?;
    let mut rest = vec![0; BUFFER];
    while let Ok(Ok(length)) = tokio::time::timeout(REST_MAX, client.read(&mut rest)).await {
        if length == 0 {
            break;
        }
    }
    Ok(())
}
