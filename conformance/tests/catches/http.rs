//! A store over HTTP, as small as one can be: a server over the simulated store, and a client with a connection for
//! each request. It stands for the buckets where the suite itself is tested, with its proxy.

#![allow(clippy::disallowed_methods, reason = "a server runs beside what it is tested with")]

use async_trait::async_trait;
use bytes::Bytes;
use conformance::Clients;
use conformance::proxy::Proxy;
use namidb_core::object_store::{
    Capabilities, Effect, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath,
    ObjectStore, ObjectVersion, Operation, PutCondition, PutOptions, PutReceipt, Result, ServerTime,
};
use namidb_core::testing::SimStore;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is wrong with a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flaw {
    /// It sends again what got no answer, and says nothing of it.
    RetryIsHidden,
    /// What got no answer was not applied, it says.
    CutIsNotApplied,
    /// What got no answer will never get one, it says.
    CutIsAMistake,
    /// 429 and 503 are no reason to wait, it says.
    RefusalIsForbidden,
}

/// A request or an answer: its first line, what is known of it, and its body.
#[derive(Debug, Default)]
struct Message {
    first: String,
    fields: BTreeMap<String, String>,
    body: Bytes,
}

impl Message {
    fn new(first: impl Into<String>, fields: &[(&str, String)], body: Bytes) -> Message {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Message { first: first.into(), fields, body }
    }

    fn field<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.fields.get(name)?.parse().ok()
    }

    async fn send(&self, stream: &mut TcpStream) -> io::Result<()> {
        let mut head = format!("{}\r\n", self.first);
        for (name, value) in &self.fields {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "content-length: {}\r\n\r\n", self.body.len()).unwrap();
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&self.body).await
    }

    async fn receive(stream: &mut TcpStream) -> io::Result<Message> {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at;
            }
            if stream.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let first = lines.next().unwrap_or_default().to_owned();
        let fields = lines.filter_map(|line| line.split_once(": "));
        let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let mut message = Message { first, fields, body: Bytes::new() };
        let length: usize = message.field("content-length").unwrap_or(0);
        let mut body = bytes.split_off(end + 4);
        while body.len() < length {
            if stream.read_buf(&mut body).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        message.body = body.into();
        Ok(message)
    }
}

const KINDS: [(ErrorKind, u16); 5] = [
    (ErrorKind::NotFound, 404),
    (ErrorKind::NotModified, 304),
    (ErrorKind::AlreadyExists, 409),
    (ErrorKind::VersionMismatch, 412),
    (ErrorKind::InvalidInput, 416),
];

/// Ends with the value.
struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Serves one request on each connection.
async fn serve(listener: TcpListener, store: SimStore) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let store = store.clone();
        tokio::spawn(async move {
            let request = Message::receive(&mut stream).await?;
            answer(&store, &request).await.send(&mut stream).await?;
            stream.shutdown().await
        });
    }
}

async fn answer(store: &SimStore, request: &Message) -> Message {
    match done(store, request).await {
        Ok(message) => message,
        Err(error) => {
            let status =
                KINDS.iter().find(|(kind, _)| *kind == error.kind()).map_or(500, |(_, status)| *status);
            let time = error.server_time().unwrap_or(store.now()).0.to_string();
            Message::new(format!("HTTP/1.1 {status} No"), &[("x-time", time)], Bytes::new())
        }
    }
}

async fn done(store: &SimStore, request: &Message) -> Result<Message> {
    let mut words = request.first.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = ObjectPath::new(target.trim_start_matches('/')).unwrap();
    let version = |name: &str| request.field::<String>(name).map(ObjectVersion::new);
    let ok = |fields: &[(&str, String)], body| Ok(Message::new("HTTP/1.1 200 OK", fields, body));
    let described = |meta: &ObjectMeta| {
        [
            ("x-version", meta.version.as_str().to_owned()),
            ("x-size", meta.size.to_string()),
            ("x-written", meta.last_modified.map_or(0, |time| time.0).to_string()),
            ("x-time", meta.server_time.map_or(0, |time| time.0).to_string()),
        ]
    };
    match method {
        "PUT" => {
            let condition = match version("if-match") {
                Some(version) => PutCondition::IfMatch(version),
                None if request.fields.contains_key("if-none-match") => PutCondition::IfAbsent,
                None => PutCondition::Always,
            };
            let receipt = store.put(&path, request.body.clone(), condition.into()).await?;
            let time = receipt.server_time.map_or(0, |time| time.0).to_string();
            ok(&[("x-version", receipt.version.as_str().to_owned()), ("x-time", time)], Bytes::new())
        }
        "DELETE" => {
            store.delete(&path).await?;
            ok(&[("x-time", store.now().0.to_string())], Bytes::new())
        }
        "HEAD" => ok(&described(&store.head(&path).await?), Bytes::new()),
        "GET" if request.fields.contains_key("x-limit") => {
            let after = request.field::<String>("x-after").map(|after| ObjectPath::new(after).unwrap());
            let page = store.list(&path, after.as_ref(), request.field("x-limit").unwrap_or(0)).await?;
            let paths: Vec<&str> = page.paths.iter().map(ObjectPath::as_str).collect();
            let fields = [("x-more", page.more.to_string()), ("x-time", store.now().0.to_string())];
            ok(&fields, Bytes::from(paths.join("\n")))
        }
        _ => {
            let mut options = GetOptions::whole();
            options.unless = version("if-none-match");
            options.range =
                request.field("x-start").zip(request.field("x-end")).map(|(start, end)| start..end);
            let object = store.get(&path, options).await?;
            ok(&described(&object.meta), object.bytes)
        }
    }
}

/// A client.
#[derive(Clone, Debug)]
pub(crate) struct HttpStore {
    server: SocketAddr,
    flaw: Option<Flaw>,
}

impl HttpStore {
    /// A server, two clients of it, and one behind a proxy.
    pub(crate) async fn behind_a_proxy(flaw: Option<Flaw>) -> Clients {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server = listener.local_addr().unwrap();
        let guard = Server(tokio::spawn(serve(listener, SimStore::remote())));
        let proxy = Arc::new(Proxy::before(server).await.unwrap());
        let client = |server| HttpStore { server, flaw };
        let behind = client(proxy.address());
        Clients::two(client(server), client(server)).through(behind, proxy).with_guard(guard)
    }

    async fn exchange(&self, request: &Message) -> io::Result<Message> {
        let mut stream = TcpStream::connect(self.server).await?;
        request.send(&mut stream).await?;
        Message::receive(&mut stream).await
    }

    async fn ask(&self, operation: Operation, path: &ObjectPath, request: Message) -> Result<Message> {
        let error = |kind| Error::new(kind, "http", operation).with_path(path);
        let mut answer = self.exchange(&request).await;
        if answer.is_err() && self.flaw == Some(Flaw::RetryIsHidden) {
            answer = self.exchange(&request).await;
        }
        let answer = answer.map_err(|cut| match self.flaw {
            Some(Flaw::CutIsNotApplied) => {
                error(ErrorKind::Unavailable).with_effect(Effect::NotApplied).with_source(cut)
            }
            Some(Flaw::CutIsAMistake) => {
                error(ErrorKind::Unexpected).with_effect(Effect::NotApplied).with_source(cut)
            }
            _ => error(ErrorKind::Unavailable).with_source(cut),
        })?;
        let status: u16 = answer.first.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(500);
        if status == 200 {
            return Ok(answer);
        }
        let known = KINDS.iter().find(|(_, of)| *of == status).map(|(kind, _)| *kind);
        let kind = match status {
            429 | 503 if self.flaw == Some(Flaw::RefusalIsForbidden) => ErrorKind::PermissionDenied,
            429 => ErrorKind::Throttled,
            503 => ErrorKind::Unavailable,
            _ => known.unwrap_or(ErrorKind::Unexpected),
        };
        Err(error(kind).with_server_time(answer.field("x-time").map(ServerTime)))
    }
}

fn meta(answer: &Message) -> ObjectMeta {
    ObjectMeta {
        version: ObjectVersion::new(answer.field::<String>("x-version").unwrap_or_default()),
        size: answer.field("x-size").unwrap_or(0),
        last_modified: answer.field("x-written").map(ServerTime),
        server_time: answer.field("x-time").map(ServerTime),
    }
}

#[async_trait]
impl ObjectStore for HttpStore {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let fields = match options.condition {
            PutCondition::Always => Vec::new(),
            PutCondition::IfAbsent => vec![("if-none-match", "*".to_owned())],
            PutCondition::IfMatch(version) => vec![("if-match", version.as_str().to_owned())],
        };
        let request = Message::new(format!("PUT /{path} HTTP/1.1"), &fields, payload);
        let answer = meta(&self.ask(Operation::Put, path, request).await?);
        Ok(PutReceipt { version: answer.version, server_time: answer.server_time })
    }

    async fn get(&self, path: &ObjectPath, options: GetOptions) -> Result<Object> {
        let mut fields = Vec::new();
        if let Some(range) = &options.range {
            fields.extend([("x-start", range.start.to_string()), ("x-end", range.end.to_string())]);
        }
        if let Some(version) = &options.unless {
            fields.push(("if-none-match", version.as_str().to_owned()));
        }
        let request = Message::new(format!("GET /{path} HTTP/1.1"), &fields, Bytes::new());
        let answer = self.ask(Operation::Get, path, request).await?;
        Ok(Object { meta: meta(&answer), bytes: answer.body })
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        let request = Message::new(format!("HEAD /{path} HTTP/1.1"), &[], Bytes::new());
        Ok(meta(&self.ask(Operation::Head, path, request).await?))
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        let request = Message::new(format!("DELETE /{path} HTTP/1.1"), &[], Bytes::new());
        self.ask(Operation::Delete, path, request).await.map(drop)
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        let mut fields = vec![("x-limit", limit.to_string())];
        fields.extend(start_after.map(|after| ("x-after", after.to_string())));
        let request = Message::new(format!("GET /{prefix} HTTP/1.1"), &fields, Bytes::new());
        let answer = self.ask(Operation::List, prefix, request).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        Ok(ListPage {
            paths: text.lines().map(|line| ObjectPath::new(line).unwrap()).collect(),
            more: answer.field("x-more").unwrap_or(false),
            server_time: answer.field("x-time").map(ServerTime),
        })
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::remote(5 << 40)
    }
}
