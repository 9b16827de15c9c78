//! Pins: objects that say that somebody reads from SSTs which the manifest may soon not name any more.
//!
//! A pin is put first, and then the manifest is read again: if it still names what is pinned, whoever makes it unnamed
//! later lists the pins after that, and finds this one. A list may lag, so the worst case stays: the reader gets a typed
//! error, never wrong rows. A pin holds for its time by the store's clock; renewing it writes it again. One that cannot
//! be read holds everything, until it is older than any pin can be.

use super::Inner;
use crate::error::{Error, ErrorCode, Result};
use crate::hash::HashSet;
use crate::ids::Seq;
use crate::manifest::Manifest;
use crate::object_store::{Object, ObjectPath, ObjectStoreExt, ServerTime};
use crate::runtime::{random_u128, uuid_v7};
use crate::wal::LogId;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The format of pins.
const FORMAT: u32 = 1;

/// The longest time that a pin can hold without being renewed.
pub const PIN_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Pins that are read at a time.
const AT_ONCE: usize = 16;

/// A pin of this engine.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Pin {
    /// Its name.
    pub id: Uuid,
    /// The checkpoint that stays readable.
    pub checkpoint: Seq,
    /// How long it holds after it was put, or renewed, last.
    pub holds: Duration,
}

/// A pin that is in the bucket, whoever made it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PinInfo {
    /// Its name.
    pub id: Uuid,
    /// The checkpoint that stays readable; none if the pin cannot be read.
    pub checkpoint: Option<Seq>,
    /// How long it still holds, by the store's clock; nothing if it has expired; none if the store has no clock.
    pub remaining: Option<Duration>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    namidb_pin: u32,
    database: String,
    /// Fresh whenever it is put.
    token: String,
    checkpoint: u64,
    seconds: u64,
    ssts: Vec<String>,
}

/// What is found under a pin's name.
struct Found {
    path: ObjectPath,
    info: PinInfo,
    /// The SSTs that it holds; none: all of them.
    ssts: Option<Vec<String>>,
}

/// What the pins hold.
pub(super) enum Pinned {
    /// These SSTs.
    Names(HashSet<String>),
    /// Nobody knows, so everything.
    All,
}

impl Pinned {
    pub(super) fn holds(&self, sst: &str) -> bool {
        match self {
            Pinned::Names(names) => names.contains(sst),
            Pinned::All => true,
        }
    }
}

impl Inner {
    /// Pins the newest checkpoint.
    pub(super) async fn pin(&self, holds: Duration) -> Result<Pin> {
        let pin = self.new_pin(holds).await?;
        self.renew_pin(&pin).await
    }

    /// A pin of the newest checkpoint that is not put yet.
    pub(super) async fn new_pin(&self, holds: Duration) -> Result<Pin> {
        self.check_writable()?;
        if holds < Duration::from_secs(1) || holds > PIN_MAX {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                format!("a pin holds for at least a second and at most {} days", PIN_MAX.as_secs() / 86_400),
            )
            .with_hint("Renew it before it expires"));
        }
        Ok(Pin {
            id: uuid_v7(&*self.runtime),
            checkpoint: self.looks.look().await?.manifest.checkpoint.seq,
            holds,
        })
    }

    /// Puts a pin (again), and finds out whether it came in time.
    pub(super) async fn renew_pin(&self, pin: &Pin) -> Result<Pin> {
        self.put_pin(pin).await?;
        Ok(pin.clone())
    }

    /// The same; gives the manifest whose SSTs it holds.
    pub(super) async fn put_pin(&self, pin: &Pin) -> Result<Arc<Manifest>> {
        self.check_writable()?;
        self.self_test().await?;
        let before = self.looks.look().await?.manifest;
        let expired = || {
            Error::new(ErrorCode::SnapshotExpired, "what was to be pinned is not in the manifest any more")
                .with_hint("Pin the newest checkpoint, and read from that")
        };
        let named = before.retained.iter().chain([&before.checkpoint]);
        let Some(checkpoint) = named.rev().find(|checkpoint| checkpoint.seq == pin.checkpoint) else {
            return Err(expired());
        };
        let body = Body {
            namidb_pin: FORMAT,
            database: self.database.as_hyphenated().to_string(),
            token: LogId(random_u128(&*self.runtime)).to_string(),
            checkpoint: pin.checkpoint.0,
            seconds: pin.holds.as_secs(),
            ssts: checkpoint.files().map(|file| file.name.clone()).collect(),
        };
        let path = self.layout.pin(pin.id);
        self.store.overwrite(&path, encode(&body)?.into()).await?;
        let after = self.looks.look().await?.manifest;
        if body.ssts.iter().all(|name| after.names(name)) {
            return Ok(before);
        }
        self.store.delete(&path).await?;
        Err(expired())
    }

    /// Takes a pin away.
    pub(super) async fn unpin(&self, id: Uuid) -> Result<()> {
        self.check_writable()?;
        Ok(self.store.delete(&self.layout.pin(id)).await?)
    }

    /// The pins that there are.
    pub(super) async fn pins(&self) -> Result<Vec<PinInfo>> {
        Ok(self.find_pins().await?.into_iter().map(|found| found.info).collect())
    }

    /// What the pins hold. Those that have expired are deleted.
    pub(super) async fn pinned(&self) -> Result<Pinned> {
        let mut names = HashSet::default();
        let mut all = false;
        for found in self.find_pins().await? {
            if found.info.remaining == Some(Duration::ZERO) {
                self.store.delete(&found.path).await?;
                continue;
            }
            match found.ssts {
                Some(ssts) => names.extend(ssts),
                None => all = true,
            }
        }
        Ok(if all { Pinned::All } else { Pinned::Names(names) })
    }

    async fn find_pins(&self) -> Result<Vec<Found>> {
        let paths = self.store.list_all(self.layout.pins()).await?;
        let named = paths.into_iter().filter_map(|path| Some((Uuid::try_parse(path.name()).ok()?, path)));
        let reads = named.map(|(id, path)| async move {
            match self.store.read(&path).await {
                Ok(object) => Ok(Some(self.read_pin(id, path, &object))),
                // It was taken away.
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(Error::from(error)),
            }
        });
        let found: Vec<Option<Found>> = stream::iter(reads).buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    fn read_pin(&self, id: Uuid, path: ObjectPath, object: &Object) -> Found {
        let body =
            decode(&object.bytes).filter(|body| body.database == self.database.as_hyphenated().to_string());
        let holds = body.as_ref().map_or(PIN_MAX, |body| Duration::from_secs(body.seconds).min(PIN_MAX));
        let age = |(written, now): (ServerTime, ServerTime)| {
            if now > written { written.distance(now) } else { Duration::ZERO }
        };
        let remaining = object
            .meta
            .last_modified
            .zip(object.meta.server_time)
            .map(|times| holds.saturating_sub(age(times)));
        let info = PinInfo { id, checkpoint: body.as_ref().map(|body| Seq(body.checkpoint)), remaining };
        Found { path, info, ssts: body.map(|body| body.ssts) }
    }
}

/// The bytes of a pin: a line of JSON, and a line with its checksum. See `docs/format/pin.md`.
fn encode(body: &Body) -> Result<Vec<u8>> {
    let internal = |error| Error::new(ErrorCode::Internal, "a pin cannot be written").with_source(error);
    let mut bytes = serde_json::to_vec(body).map_err(internal)?;
    bytes.push(b'\n');
    let checksum = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(format!("{{\"crc32c\":\"{checksum:08x}\"}}\n").as_bytes());
    Ok(bytes)
}

/// Whether these bytes are a pin of a database.
pub(super) fn is_readable(bytes: &[u8], database: Uuid) -> bool {
    decode(bytes).is_some_and(|body| body.database == database.as_hyphenated().to_string())
}

/// A pin, unless the bytes are none that this version can read.
fn decode(bytes: &[u8]) -> Option<Body> {
    let line = bytes.iter().position(|byte| *byte == b'\n')? + 1;
    let (body, checksum) = bytes.split_at(line);
    let expected = format!("{{\"crc32c\":\"{:08x}\"}}\n", crc32c::crc32c(body));
    let body: Body = serde_json::from_slice(body).ok().filter(|_| checksum == expected.as_bytes())?;
    (body.namidb_pin == FORMAT).then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_comes_back_and_a_changed_one_is_none() {
        let body = Body {
            namidb_pin: 1,
            database: Uuid::from_u128(1).as_hyphenated().to_string(),
            token: LogId(7).to_string(),
            checkpoint: 300,
            seconds: 60,
            ssts: vec!["00000000000000000003-01234567-89ab-7def-8123-456789abcdef".to_owned()],
        };
        let bytes = encode(&body).unwrap();
        let page = include_str!("../../../docs/format/pin.md");
        assert!(page.contains(std::str::from_utf8(&bytes).unwrap()), "the page shows it");
        assert_eq!(decode(&bytes).unwrap().ssts, body.ssts);
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_none(), "cut at {length}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&changed).is_none(), "bit {bit}");
        }
    }
}
