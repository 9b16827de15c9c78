//! Looks at the manifest, and the rule by which they make answers about slots trustworthy.
//!
//! A slot that was collected can be created again by a process that slept. So an answer about slot n (created,
//! exists, bytes, absent) means nothing by itself: it holds if the floor was not above n at a look that lies, by
//! the store's own clock, within a quarter of the retention of the answer, or that came after it. Where looks cost
//! nothing, there is one after every answer. See `docs/protocol.md`, section 5.

use crate::error::{Error, ErrorCode, Result};
use crate::ids::Seq;
use crate::layout::Layout;
use crate::manifest::{self, Manifest, store::Found, store::Read};
use crate::object_store::{ObjectStore, ObjectVersion, ServerTime};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a look found.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// The manifest.
    pub(super) manifest: Arc<Manifest>,
    version: Option<ObjectVersion>,
    /// The store's time of the look.
    answered: Option<ServerTime>,
}

/// Whether an answer about a slot holds.
#[derive(Clone, Debug)]
pub(super) enum Trust {
    /// The slot was not collected when the store answered.
    Holds,
    /// The floor has passed the slot, so the answer proves nothing. This manifest says so.
    Passed(Arc<Manifest>),
}

/// The looks of one engine.
#[derive(Debug)]
pub(super) struct Looks {
    store: Arc<dyn ObjectStore>,
    layout: Layout,
    last: Mutex<Look>,
    /// How far apart an answer and a look may be; none where a look follows every answer.
    apart_max: Option<Duration>,
}

impl From<Read> for Look {
    fn from(read: Read) -> Look {
        Look {
            manifest: Arc::new(read.present.manifest),
            version: Some(read.version),
            answered: read.answered,
        }
    }
}

impl Looks {
    pub(super) fn new(
        store: Arc<dyn ObjectStore>,
        layout: Layout,
        first: Read,
        retention: Duration,
    ) -> Looks {
        let apart_max = (!store.capabilities().cheap_looks).then_some(retention / 4);
        Looks { store, layout, last: Mutex::new(first.into()), apart_max }
    }

    /// Whether floors are dated, and slots kept for the retention.
    pub(super) fn has_dates(&self) -> bool {
        self.apart_max.is_some()
    }

    /// The newest look.
    pub(super) fn last(&self) -> Look {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks now. No cache answers: a store that still has the version of the last look says so.
    ///
    /// # Errors
    /// Those of the store; `ManifestMissing`; `Closed` if another database is in the namespace now.
    pub(super) async fn look(&self) -> Result<Look> {
        let before = self.last();
        match manifest::store::read(&*self.store, &self.layout, before.version.as_ref()).await? {
            Found::Unchanged { answered } => self.note(Look { answered, ..before }),
            Found::Manifest(read) => self.note_read(&before, *read),
            Found::Missing => Err(manifest::store::missing(&self.layout)),
        }
    }

    /// Reads the manifest whole, which is a look too.
    ///
    /// # Errors
    /// As [`Looks::look`].
    pub(super) async fn read(&self) -> Result<Read> {
        let before = self.last();
        match manifest::store::read(&*self.store, &self.layout, None).await? {
            Found::Manifest(read) => {
                self.note_read(&before, (*read).clone())?;
                Ok(*read)
            }
            Found::Unchanged { .. } | Found::Missing => Err(manifest::store::missing(&self.layout)),
        }
    }

    fn note_read(&self, before: &Look, read: Read) -> Result<Look> {
        let found = &read.present.manifest;
        if found.database != before.manifest.database {
            return Err(Error::new(
                ErrorCode::Closed,
                format!("'{}' holds another database now: it was dropped, or restored", self.layout.root()),
            )
            .with_hint("Open it again"));
        }
        if found.version < before.manifest.version {
            return Err(manifest::store::went_back(&self.layout));
        }
        self.note(read.into())
    }

    fn note(&self, look: Look) -> Result<Look> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        // Looks may be answered in another order than they were asked.
        if (look.manifest.version, look.answered) >= (last.manifest.version, last.answered) {
            *last = look.clone();
        }
        Ok(look)
    }

    /// This process has replaced the manifest. That is no look: the time of the last one stays.
    pub(super) fn replaced(&self, manifest: &Manifest, version: Option<ObjectVersion>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if manifest.version > last.manifest.version {
            let answered = last.answered;
            *last = Look { manifest: Arc::new(manifest.clone()), version, answered };
        }
    }

    /// Whether answers about slot `n`, and about slots above it, hold: looks, if it must.
    ///
    /// # Errors
    /// As [`Looks::look`]. The answer then neither holds nor not.
    pub(super) async fn trust(
        &self,
        n: Seq,
        answered: impl IntoIterator<Item = Option<ServerTime>>,
    ) -> Result<Trust> {
        match self.judge(n, answered) {
            Some(trust) => Ok(trust),
            None => self.trust_after_look(n).await,
        }
    }

    /// Whether answers about slot `n`, and about slots above it, hold; none if that takes a look.
    pub(super) fn judge(
        &self,
        n: Seq,
        answered: impl IntoIterator<Item = Option<ServerTime>>,
    ) -> Option<Trust> {
        let last = self.last();
        if last.manifest.floor() > n {
            return Some(Trust::Passed(last.manifest));
        }
        answered.into_iter().all(|answered| self.is_near(&last, answered)).then_some(Trust::Holds)
    }

    /// As [`Looks::trust`], but looks in any case.
    ///
    /// # Errors
    /// As [`Looks::look`].
    pub(super) async fn trust_after_look(&self, n: Seq) -> Result<Trust> {
        let look = self.look().await?;
        Ok(if look.manifest.floor() > n { Trust::Passed(look.manifest) } else { Trust::Holds })
    }

    fn is_near(&self, look: &Look, answered: Option<ServerTime>) -> bool {
        match (self.apart_max, look.answered, answered) {
            (Some(max), Some(look), Some(answered)) => look.distance(answered) <= max,
            _ => false,
        }
    }
}
