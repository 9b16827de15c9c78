//! Reading the manifest, creating the first, and replacing it: the only loop of compare-and-swap.

use super::edit::{self, Edit, Present};
use super::{Manifest, codec};
use crate::error::{Error, ErrorCode, Result};
use crate::layout::Layout;
use crate::object_store::{
    Effect, ErrorKind, GetOptions, ObjectStore, ObjectStoreExt, ObjectVersion, ServerTime,
};
use crate::wal::LogId;

/// A version of the manifest as it was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it says, and when it was written.
    pub present: Present,
    /// What the store calls it.
    pub version: ObjectVersion,
    /// The store's time of the answer.
    pub answered: Option<ServerTime>,
}

/// What a read finds.
#[derive(Clone, Debug)]
pub enum Found {
    /// A manifest.
    Manifest(Box<Read>),
    /// The version that the reader has.
    Unchanged {
        /// The store's time of the answer.
        answered: Option<ServerTime>,
    },
    /// Nothing.
    Missing,
}

/// Reads the manifest, unless it is still the version that the caller has: then who asks only looks, and is shown also what
/// is not durable yet.
///
/// # Errors
/// Those of the store; `Corruption` and `FormatVersion` as in [`codec::decode`].
pub async fn read(store: &dyn ObjectStore, layout: &Layout, unless: Option<&ObjectVersion>) -> Result<Found> {
    let options =
        unless.map_or_else(GetOptions::whole, |version| GetOptions::unless(version.clone()).at_a_glance());
    match store.get(layout.manifest(), options).await {
        Ok(object) => {
            let manifest = codec::decode(&object.bytes)
                .map_err(|error| error.with_detail("object", layout.manifest()))?;
            let present = Present { manifest, modified: object.meta.last_modified };
            let (version, answered) = (object.meta.version, object.meta.server_time);
            Ok(Found::Manifest(Box::new(Read { present, version, answered })))
        }
        Err(error) if error.kind() == ErrorKind::NotModified => {
            Ok(Found::Unchanged { answered: error.server_time() })
        }
        Err(error) if error.is_not_found() => Ok(Found::Missing),
        Err(error) => Err(error.into()),
    }
}

/// Creates the first manifest. Whoever wins, the namespace then has one.
///
/// # Errors
/// Those of the store, but not that a manifest exists.
pub async fn create_first(store: &dyn ObjectStore, layout: &Layout, manifest: &Manifest) -> Result<()> {
    let bytes = codec::encode(manifest)?;
    match store.create(layout.manifest(), bytes.into()).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What became of a replacement.
#[derive(Clone, Debug)]
pub enum Replaced {
    /// The new version is in place, or was and has been replaced since.
    Done {
        /// What it says.
        manifest: Box<Manifest>,
        /// What the store calls it, if it is known to be in place.
        version: Option<ObjectVersion>,
    },
    /// The edit makes no sense any more on what is there now.
    Dropped(Box<Read>),
}

/// Replaces the manifest by the one after it, again and again on whatever is there, for as long as `next` gives
/// an edit. `read` is where to begin.
///
/// # Errors
/// Those of the store. If the effect is unknown, the replacement may still happen: nothing that it names may be
/// deleted.
pub async fn replace(
    store: &dyn ObjectStore,
    layout: &Layout,
    mut read: Read,
    dates: bool,
    mut token: impl FnMut() -> LogId,
    mut next: impl FnMut(&Present) -> Option<Edit>,
) -> Result<Replaced> {
    loop {
        let Some(edit) = next(&read.present) else { return Ok(Replaced::Dropped(Box::new(read))) };
        let manifest = edit::apply(&read.present, &edit, token(), dates);
        let bytes = codec::encode(&manifest)?;
        let error = match store.replace(layout.manifest(), bytes.into(), read.version.clone()).await {
            Ok(receipt) => {
                let version = Some(receipt.version);
                return Ok(Replaced::Done { manifest: Box::new(manifest), version });
            }
            Err(error) if error.kind() == ErrorKind::VersionMismatch => error,
            Err(error) => return Err(error.into()),
        };
        let found = match self::read(store, layout, None).await? {
            Found::Manifest(found) => *found,
            Found::Unchanged { .. } | Found::Missing => return Err(missing(layout)),
        };
        if found.present.manifest.token == manifest.token {
            let version = Some(found.version);
            return Ok(Replaced::Done { manifest: Box::new(manifest), version });
        }
        // Somebody else's version: ours was never there, unless an attempt of ours had no answer. Then it may
        // have been there and been replaced, and the edit is judged anew like any other.
        if error.effect() == Effect::NotApplied
            && found.present.manifest.version < read.present.manifest.version
        {
            return Err(went_back(layout));
        }
        read = found;
    }
}

/// The namespace has lost its manifest.
pub(crate) fn missing(layout: &Layout) -> Error {
    Error::new(ErrorCode::ManifestMissing, format!("'{}' has data and no manifest", layout.root()))
        .with_hint("The manifest was deleted or moved: restore it from a backup of the bucket")
        .with_detail("object", layout.manifest())
}

/// The store has answered with an older version than before.
pub(crate) fn went_back(layout: &Layout) -> Error {
    Error::new(ErrorCode::StoreUnavailable, "the store has answered with an older manifest than before")
        .with_hint("Something between here and the store keeps old answers: reach the store directly")
        .with_detail("object", layout.manifest())
}
