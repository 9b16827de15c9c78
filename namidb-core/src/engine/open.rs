//! Opening: the manifest, then together the tails of the checkpoint's SSTs, the slots above it and a list of the log.
//!
//! Two rounds of requests, three if more than [`WINDOW`] records are above the checkpoint, whatever the history.
//! The same steps load a state again when the log has been collected past this process.

use super::load::{Files, name_the_loss, read_checkpoint};
use super::look::{Looks, Trust};
use super::self_test::self_test;
use super::settings::Settings;
use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::layout::Layout;
use crate::manifest::store::Found;
use crate::manifest::{self, LOG_FORMAT, Manifest, WriterTable};
use crate::object_store::{ObjectStore, ObjectStoreExt};
use crate::runtime::{SharedRuntime, random_u128, uuid_v7};
use crate::uri::OpenMode;
use crate::wal::{self, LogId, Position, Record, Slot};
use futures_util::future::join3;
use std::sync::Arc;

/// Records above the checkpoint that an open reads in its second round: it asks for as many slots, and for one more, which
/// is the end.
pub(super) const WINDOW: u64 = 16;

/// Slots asked for together in later rounds: twice as many as call for a checkpoint, so that there is one such round.
pub(super) const WINDOW_NEXT: u64 = 512;

/// How often an open begins again because a checkpoint or a collection has overtaken it.
pub(super) const BEGIN_AGAIN_MAX: u32 = 100;

/// A state as it was loaded, and what goes with it.
pub(super) struct Loaded {
    pub(super) position: Position,
    pub(super) writers: WriterTable,
    pub(super) checkpoint: Seq,
    /// Bytes of the records above the checkpoint.
    pub(super) bytes: u64,
}

/// Opens a namespace, or creates it, through `store`: the layers over `backend`.
pub(super) async fn open(
    store: &Arc<dyn ObjectStore>,
    layout: &Layout,
    files: &Files,
    settings: &Settings,
    runtime: &SharedRuntime,
    backend: &Arc<dyn ObjectStore>,
) -> Result<(Looks, Loaded)> {
    let mut listed = false;
    let mut created = None;
    for _ in 0..BEGIN_AGAIN_MAX {
        let read = match manifest::store::read(&**store, layout, None).await? {
            Found::Manifest(read) => *read,
            Found::Unchanged { .. } | Found::Missing => {
                let paths = store.list_all(layout.root()).await?;
                if !paths.iter().any(|path| layout.is_data(path)) {
                    refuse_to_create(layout, settings)?;
                    self_test(backend, &**store, layout, &**runtime).await?;
                    let database = uuid_v7(&**runtime);
                    let first = Manifest::first(database, LogId(random_u128(&**runtime)));
                    manifest::store::create_first(&**store, layout, &first).await?;
                    created = Some(database);
                } else if listed {
                    return Err(manifest::store::missing(layout));
                }
                listed = true;
                continue;
            }
        };
        if settings.mode == OpenMode::Create && created != Some(read.present.manifest.database) {
            return Err(Error::new(
                ErrorCode::InvalidArgument,
                format!("'{}' exists already", layout.root()),
            )
            .with_hint("Open it with the mode open, or choose another namespace"));
        }
        let looks = Looks::new(Arc::clone(store), layout.clone(), read, settings.wal_retention);
        if let Some(loaded) = load(&**store, layout, files, &looks, runtime).await? {
            return Ok((looks, loaded));
        }
    }
    Err(overtaken(layout))
}

fn refuse_to_create(layout: &Layout, settings: &Settings) -> Result<()> {
    if settings.mode != OpenMode::Open && !settings.read_only {
        return Ok(());
    }
    Err(Error::new(ErrorCode::InvalidArgument, format!("there is no database at '{}'", layout.root()))
        .with_hint("Check the URI, or open it with the mode open_or_create and not read-only"))
}

pub(super) fn overtaken(layout: &Layout) -> Error {
    Error::new(
        ErrorCode::StoreUnavailable,
        format!("'{}' was checkpointed and collected faster than it could be read", layout.root()),
    )
}

/// Loads again, from the newest manifest, until nothing overtakes it.
pub(super) async fn load_again(
    store: &dyn ObjectStore,
    layout: &Layout,
    files: &Files,
    looks: &Looks,
    runtime: &SharedRuntime,
) -> Result<Loaded> {
    for _ in 0..BEGIN_AGAIN_MAX {
        looks.look().await?;
        if let Some(loaded) = load(store, layout, files, looks, runtime).await? {
            return Ok(loaded);
        }
    }
    Err(overtaken(layout))
}

/// Loads from the manifest of the last look. None: what it names is gone, or about to go; begin again.
async fn load(
    store: &dyn ObjectStore,
    layout: &Layout,
    files: &Files,
    looks: &Looks,
    runtime: &SharedRuntime,
) -> Result<Option<Loaded>> {
    let manifest = looks.last().manifest;
    if manifest.reader_format != LOG_FORMAT {
        return Err(Error::new(
            ErrorCode::FormatVersion,
            format!("the log has format {}, this version reads {LOG_FORMAT}", manifest.reader_format),
        )
        .with_hint("Open the database with the version that wrote it"));
    }
    let checkpoint = &manifest.checkpoint;
    let next = checkpoint.seq.next();
    let (state, window, listed) = join3(
        read_checkpoint(files, checkpoint, runtime),
        wal::read_window(store, layout, next, WINDOW + 1),
        wal::last_slot(store, layout, checkpoint.seq),
    )
    .await;
    let state = match state {
        Ok(state) => state,
        // Its SSTs go when the manifest names others: an error counts only if it is still this manifest.
        Err(error) => {
            let now = looks.look().await?;
            return if now.manifest.version == manifest.version {
                Err(name_the_loss(error))
            } else {
                Ok(None)
            };
        }
    };
    let position = Position {
        seq: checkpoint.seq,
        hash: checkpoint.hash,
        time: checkpoint.time.unwrap_or(i64::MIN),
        state,
    };
    let loaded = Loaded { position, writers: manifest.writers.clone(), checkpoint: checkpoint.seq, bytes: 0 };
    Replay {
        store,
        layout,
        files,
        looks,
        manifest: &manifest,
        loaded,
        last: listed?.unwrap_or(checkpoint.seq),
    }
    .run(window?)
    .await
}

/// Applies the log above a checkpoint.
struct Replay<'a> {
    store: &'a dyn ObjectStore,
    layout: &'a Layout,
    files: &'a Files,
    looks: &'a Looks,
    manifest: &'a Manifest,
    loaded: Loaded,
    /// The highest slot that was seen.
    last: Seq,
}

/// How a step of the replay ends.
enum Step {
    Applied,
    End,
    BeginAgain,
}

impl Replay<'_> {
    async fn run(mut self, first: Vec<Slot>) -> Result<Option<Loaded>> {
        let mut window = first;
        loop {
            let seen = window.iter().filter(|slot| slot.bytes.is_some()).map(|slot| slot.seq).max();
            self.last = self.last.max(seen.unwrap_or(self.last));
            if !self.trust(&window).await? {
                return Ok(None);
            }
            for slot in window {
                match self.step(slot).await? {
                    Step::Applied => {}
                    Step::End => return Ok(Some(self.loaded)),
                    Step::BeginAgain => return Ok(None),
                }
            }
            let next = self.loaded.position.seq.next();
            let ahead = (self.last.0 + 1).saturating_sub(next.0) + 1;
            window = wal::read_window(self.store, self.layout, next, ahead.min(WINDOW_NEXT)).await?;
        }
    }

    /// Whether answers about the next slots hold.
    async fn trust(&self, answers: &[Slot]) -> Result<bool> {
        let next = self.loaded.position.seq.next();
        let trust = match self.looks.judge(next, answers.iter().map(|slot| slot.answered)) {
            Some(trust) => trust,
            None => self.looks.trust_after_look(next).await?,
        };
        Ok(matches!(trust, Trust::Holds))
    }

    async fn step(&mut self, slot: Slot) -> Result<Step> {
        let mut slot = slot;
        if slot.bytes.is_none() {
            if slot.seq > self.last {
                return Ok(Step::End);
            }
            // Something was seen above: it may have come between two answers.
            slot = wal::read_slot(self.store, self.layout, slot.seq).await?;
            if !self.trust(std::slice::from_ref(&slot)).await? {
                return Ok(Step::BeginAgain);
            }
        }
        let seq = slot.seq;
        match self.apply(slot).await {
            Ok(()) => Ok(Step::Applied),
            // Nothing is called corrupt that may have been collected.
            Err(error) => {
                let look = self.looks.look().await?;
                let merged = error.code() == ErrorCode::SnapshotExpired
                    && look.manifest.version > self.manifest.version;
                if look.manifest.floor() > self.manifest.floor() || merged {
                    return Ok(Step::BeginAgain);
                }
                Err(error.with_detail("object", self.layout.slot(seq)))
            }
        }
    }

    async fn apply(&mut self, slot: Slot) -> Result<()> {
        let Some((bytes, body)) = &slot.bytes else {
            return Err(Error::new(
                ErrorCode::Corruption,
                format!("record {} is missing, and record {} exists", slot.seq.0, self.last.0),
            ));
        };
        let before = &self.loaded.position;
        let replay = || wal::replay(self.manifest.database, before, Record::decode(bytes, body.as_ref())?);
        let applied = self.files.fetcher.resolve(replay).await?;
        self.loaded.position = applied.position;
        self.loaded.bytes += applied.record.bytes;
        self.loaded.writers.note(applied.record.header.writer, slot.seq);
        Ok(())
    }
}

/// Refuses to write what only a newer version may write.
pub(super) fn check_writer_format(manifest: &Manifest) -> Result<()> {
    if manifest.writer_format <= LOG_FORMAT {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::FormatVersion,
        format!("the log is written in format {}, this version writes {LOG_FORMAT}", manifest.writer_format),
    )
    .with_hint("It can be opened read-only; write with the version that wrote it, or a newer one"))
}
