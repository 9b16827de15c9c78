//! A store that does not keep the contract, in one way of many.

use super::defect::Defect;
use async_trait::async_trait;
use bytes::Bytes;
use namidb_core::object_store::{
    Capabilities, Effect, Error, ErrorKind, GetOptions, ListPage, Object, ObjectMeta, ObjectPath,
    ObjectStore, ObjectVersion, Operation, PutCondition, PutOptions, PutReceipt, Result, ServerTime,
};
use namidb_core::testing::SimStore;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The simulated store with a defect. Clones are clients of the same store.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    inner: SimStore,
    defect: Defect,
    client: u32,
    /// What was at a path before, or first.
    remembered: Arc<Mutex<BTreeMap<ObjectPath, Object>>>,
    time: Arc<AtomicI64>,
    /// Of what half is there to be seen, until it was.
    shown: Arc<Mutex<Option<ObjectPath>>>,
    creates: Arc<AtomicU64>,
    /// Others were waited for, and did not come.
    is_alone: Arc<AtomicBool>,
    /// What a client has put last, and keeps to itself.
    unseen: Arc<Mutex<Option<(u32, ObjectPath, Object)>>>,
}

const HOUR: i64 = 3_600_000_000;

/// How many milliseconds others are waited for that come for certain, as soon as they are given the processor.
const WHERE_OTHERS_COME: usize = 60_000;

/// And where there may be nobody: some cases take longer by this.
const WHERE_NOBODY_MAY_COME: usize = 1_000;

impl Broken {
    pub(crate) fn new(defect: Defect) -> Broken {
        Broken {
            inner: SimStore::new(),
            defect,
            client: 0,
            remembered: Arc::default(),
            time: Arc::new(AtomicI64::new(1_000_000 * HOUR)),
            shown: Arc::default(),
            creates: Arc::default(),
            is_alone: Arc::default(),
            unseen: Arc::default(),
        }
    }

    /// One that says of itself what a bucket says.
    pub(crate) fn remote(defect: Defect) -> Broken {
        Broken { inner: SimStore::remote(), ..Broken::new(defect) }
    }

    /// Another client of the same store.
    pub(crate) fn other(&self) -> Broken {
        Broken { client: self.client + 1, ..self.clone() }
    }

    fn is(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn error(&self, kind: ErrorKind, operation: Operation, path: &ObjectPath) -> Error {
        Error::new(kind, "broken", operation).with_path(path)
    }

    /// What is wrong with every answer.
    fn answer<T>(&self, answer: Result<T>) -> Result<T> {
        answer.map_err(|error| match self.defect {
            Defect::ErrorWithoutPath => {
                Error::new(error.kind(), "broken", error.operation()).with_effect(error.effect())
            }
            Defect::ErrorOfAnotherOperation => match error.path() {
                Some(path) => Error::new(error.kind(), "broken", Operation::Open).with_path(path),
                None => error,
            },
            Defect::ErrorOfUnknownEffect => error.with_effect(Effect::Unknown),
            _ => error,
        })
    }

    fn time(&self, time: Option<ServerTime>) -> Option<ServerTime> {
        match self.defect {
            Defect::NoTime => None,
            Defect::TimeGoesBack => Some(ServerTime(self.time.fetch_sub(HOUR, Ordering::Relaxed))),
            Defect::TimeRuns => Some(ServerTime(self.time.fetch_add(HOUR, Ordering::Relaxed))),
            _ => time,
        }
    }

    fn meta(&self, mut meta: ObjectMeta) -> ObjectMeta {
        meta.server_time = self.time(meta.server_time);
        meta.last_modified = match self.defect {
            Defect::NoTime => None,
            // Kept in step with the clock that is wrong, or the case of the writing would fail as well.
            Defect::TimeGoesBack | Defect::TimeRuns => meta.server_time,
            Defect::TimeOfWritingIsNow => {
                meta.server_time.map(|_| ServerTime(self.time.fetch_add(HOUR, Ordering::Relaxed)))
            }
            _ => meta.last_modified,
        };
        if self.is(Defect::VersionIsTheSize) {
            meta.version = ObjectVersion::new(meta.size.to_string());
        }
        if self.is(Defect::VersionOfEachClient) {
            meta.version = ObjectVersion::new(format!("{}-{}", meta.version.as_str(), self.client));
        }
        meta
    }

    /// A path as the store knows it.
    fn path(&self, path: &ObjectPath) -> ObjectPath {
        if !self.is(Defect::PathsFolded) {
            return path.clone();
        }
        let Some((above, name)) = path.as_str().rsplit_once('/') else { return path.clone() };
        let name = name.replace(['-', '.'], "_");
        ObjectPath::new(format!("{above}/{name}")).unwrap()
    }

    /// The version that the store knows, of one that this client was told.
    fn version(&self, path: &ObjectPath, version: ObjectVersion) -> ObjectVersion {
        match self.defect {
            Defect::VersionIsTheSize => match self.inner.peek(path) {
                Some(bytes) if bytes.len().to_string() == version.as_str() => {
                    ObjectVersion::new(blake(&bytes))
                }
                _ => version,
            },
            Defect::VersionOfEachClient => {
                let (known, client) = version.as_str().split_once('-').unwrap_or((version.as_str(), ""));
                let is_own = client == self.client.to_string();
                if is_own { ObjectVersion::new(known) } else { version }
            }
            _ => version,
        }
    }

    /// Waits for what others do, or so many milliseconds, and then never again. Turns alone would not do: a thread that is
    /// not given the processor keeps those behind it from going on. Nor would a clock: it goes on while all stand still.
    #[allow(clippy::disallowed_methods, reason = "no simulation runs this store")]
    async fn wait_for_others(&self, millis: usize, have_come: impl Fn() -> bool) {
        for _ in 0..millis {
            if have_come() || self.is_alone.load(Ordering::Relaxed) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.is_alone.store(true, Ordering::Relaxed);
    }

    /// Lets half of an object be seen until somebody has looked, or nobody has for so many milliseconds.
    async fn show_a_part(&self, path: &ObjectPath, payload: &Bytes, millis: usize) {
        self.inner.plant(path, payload.slice(..payload.len() / 2));
        *self.shown.lock().unwrap() = Some(path.clone());
        self.wait_for_others(millis, || self.shown.lock().unwrap().is_none()).await;
        *self.shown.lock().unwrap() = None;
    }

    /// Takes the time of an upload: until others have begun one as well, or nobody has for long.
    async fn upload_beside_others(&self) {
        let begun = self.creates.fetch_add(1, Ordering::Relaxed);
        let have_come = || self.creates.load(Ordering::Relaxed) > begun + 1;
        self.wait_for_others(WHERE_NOBODY_MAY_COME, have_come).await;
    }

    fn has_below(&self, path: &ObjectPath) -> bool {
        self.inner.paths().iter().any(|there| there.is_under(path))
    }
}

/// The version that the simulated store gives.
fn blake(bytes: &Bytes) -> String {
    let scratch = SimStore::new();
    let path = ObjectPath::new("a").unwrap();
    scratch.plant(&path, bytes.clone());
    let head = futures_util::future::FutureExt::now_or_never(scratch.head(&path));
    head.unwrap().unwrap().version.as_str().to_owned()
}

/// Leaves a part of an object if it is dropped.
struct LeavesAPart<'a>(&'a SimStore, ObjectPath, Bytes, bool);

impl Drop for LeavesAPart<'_> {
    fn drop(&mut self) {
        if !self.3 {
            self.0.plant(&self.1, self.2.slice(..self.2.len() / 2));
        }
    }
}

#[async_trait]
impl ObjectStore for Broken {
    async fn put(&self, path: &ObjectPath, payload: Bytes, options: PutOptions) -> Result<PutReceipt> {
        let given = path;
        let path = &self.path(path);
        let mut condition = match options.condition {
            PutCondition::IfMatch(version) => PutCondition::IfMatch(self.version(path, version)),
            condition => condition,
        };
        let mut payload = payload;
        let present = self.inner.peek(path);
        let is_large = payload.len() >= 1 << 20;
        let refuse = |kind| self.answer(Err(self.error(kind, Operation::Put, given)));
        match (self.defect, &condition) {
            (Defect::IfAbsentIgnored, PutCondition::IfAbsent)
            | (Defect::IfMatchIgnored, PutCondition::IfMatch(_)) => condition = PutCondition::Always,
            (Defect::IfAbsentCheckedBeforehand, PutCondition::IfAbsent) if present.is_none() => {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                condition = PutCondition::Always;
            }
            (Defect::LargeIfAbsentCheckedBeforehand, PutCondition::IfAbsent)
                if is_large && present.is_none() =>
            {
                self.upload_beside_others().await;
                condition = PutCondition::Always;
            }
            (Defect::LosesToItself, PutCondition::IfAbsent) if present.is_none() => {
                drop(self.inner.put(path, payload, condition.into()).await);
                return refuse(ErrorKind::AlreadyExists);
            }
            (Defect::IfAbsentForgottenInTime, PutCondition::IfAbsent)
                if self.creates.fetch_add(1, Ordering::Relaxed) > 8 =>
            {
                tokio::task::yield_now().await;
                condition = PutCondition::Always;
            }
            (Defect::IfMatchCheckedBeforehand, PutCondition::IfMatch(version))
                if present.as_ref().is_some_and(|bytes| blake(bytes) == version.as_str()) =>
            {
                tokio::task::yield_now().await;
                condition = PutCondition::Always;
            }
            (Defect::IfAbsentOfEqualBytesSucceeds, PutCondition::IfAbsent)
                if present.as_ref() == Some(&payload) =>
            {
                condition = PutCondition::Always;
            }
            (Defect::IfAbsentOfWhatWasDeletedFails, PutCondition::IfAbsent)
                if self.remembered.lock().unwrap().contains_key(path) =>
            {
                return refuse(ErrorKind::AlreadyExists);
            }
            (Defect::IfMatchCreatesWhatIsMissing, PutCondition::IfMatch(_)) if present.is_none() => {
                condition = PutCondition::Always;
            }
            (Defect::IfMatchOfWhatIsMissingIsNotFound, PutCondition::IfMatch(_)) if present.is_none() => {
                return refuse(ErrorKind::NotFound);
            }
            (Defect::IfMatchAlwaysFails, PutCondition::IfMatch(_)) => {
                return refuse(ErrorKind::VersionMismatch);
            }
            (Defect::AlwaysFailsIfAbsent, PutCondition::Always) if present.is_none() && !path.is_root() => {
                return refuse(ErrorKind::NotFound);
            }
            (Defect::PutSeenInParts, PutCondition::Always)
                if !is_large && payload.len() > 30_000 && present.is_some() =>
            {
                self.show_a_part(path, &payload, WHERE_NOBODY_MAY_COME).await;
            }
            (Defect::LargePutSeenInParts, PutCondition::Always) if is_large => {
                self.show_a_part(path, &payload, WHERE_OTHERS_COME).await;
            }
            (Defect::LargePutTruncated, _) if is_large => payload.truncate(payload.len() - 1),
            (Defect::RefusedLargePutLeavesAPart, PutCondition::IfMatch(_))
                if is_large && present.is_none() =>
            {
                self.inner.plant(path, payload.slice(..1_000));
                return refuse(ErrorKind::VersionMismatch);
            }
            (Defect::DroppedPutLeavesAPart, PutCondition::IfAbsent) => {
                let mut part = LeavesAPart(&self.inner, path.clone(), payload.clone(), present.is_some());
                tokio::task::yield_now().await;
                part.3 = true;
            }
            (Defect::BytesAreText, _) => {
                payload = Bytes::from(String::from_utf8_lossy(&payload).into_owned());
            }
            (Defect::LongPathsRefused, _) if path.name().len() > 100 => {
                return refuse(ErrorKind::InvalidInput);
            }
            (Defect::RootIsAnObject, _) if path.is_root() => {
                let receipt = PutReceipt { version: ObjectVersion::new("root"), server_time: None };
                return Ok(receipt);
            }
            (Defect::BelowAnObjectReplacesIt, _) => {
                for above in self.inner.paths().iter().filter(|above| path.is_under(above)) {
                    self.inner.uproot(above);
                }
            }
            _ => {}
        }
        let replaced = match self.defect {
            Defect::StaleRead | Defect::StaleHead | Defect::StaleForOthers => {
                self.inner.get(path, GetOptions::whole()).await.ok()
            }
            _ => None,
        };
        if self.is(Defect::AboveAnObjectIsAnObject) {
            let (above, _) = path.as_str().rsplit_once('/').unwrap_or_default();
            let above = ObjectPath::new(above).unwrap();
            if above.parts().count() > 2 {
                self.inner.plant(&above, Bytes::new());
            }
        }
        if self.is(Defect::OthersSeeItLater)
            && path.as_str().contains("/wal/")
            && let Some((_, path, object)) = self.unseen.lock().unwrap().take()
        {
            self.inner.plant(&path, object.bytes);
        }
        let size = payload.len();
        let bytes = payload.clone();
        let mut receipt = self
            .answer(self.inner.put(path, payload, condition.into()).await)
            .map_err(|error| if *given == *path { error } else { error.with_path(given) })?;
        if let Some(old) = replaced {
            self.remembered.lock().unwrap().insert(path.clone(), old);
        }
        if self.is(Defect::OthersSeeItLater)
            && path.as_str().contains("/wal/")
            && let Ok(object) = self.inner.get(path, GetOptions::whole()).await
        {
            // Taken away again, until this client or another puts the next one.
            self.inner.uproot(path);
            *self.unseen.lock().unwrap() = Some((self.client, path.clone(), object));
        }
        receipt.server_time = self.time(receipt.server_time);
        receipt.version = match self.defect {
            Defect::VersionIsTheSize => ObjectVersion::new(size.to_string()),
            Defect::VersionOfEachClient => {
                ObjectVersion::new(format!("{}-{}", receipt.version.as_str(), self.client))
            }
            Defect::VersionOfThePutIsAnother => ObjectVersion::new(format!("{}-put", blake(&bytes))),
            _ => receipt.version,
        };
        Ok(receipt)
    }

    async fn get(&self, path: &ObjectPath, mut options: GetOptions) -> Result<Object> {
        let is_shown = self.shown.lock().unwrap().as_ref() == Some(path);
        let given = path;
        let path = &self.path(path);
        let refuse = |kind| self.answer(Err(self.error(kind, Operation::Get, given)));
        let present = self.inner.peek(path);
        let size = present.as_ref().map_or(0, |bytes| bytes.len() as u64);
        let stale = self.is(Defect::StaleRead) || self.is(Defect::StaleForOthers) && self.client > 0;
        if stale && options.unless.is_none() && options.range.is_none() {
            let old = self.remembered.lock().unwrap().remove(path);
            if let Some(old) = old.filter(|_| present.is_some()) {
                return Ok(old);
            }
        }
        if let Some(version) = options.unless.take() {
            options.unless = Some(self.version(path, version));
        }
        match self.defect {
            Defect::EmptyObjectIsMissing if size == 0 => return refuse(ErrorKind::NotFound),
            Defect::MissingIsForbidden if present.is_none() => return refuse(ErrorKind::PermissionDenied),
            Defect::UnlessIgnored => options.unless = None,
            Defect::UnlessAnyVersion if options.unless.is_some() && present.is_some() => {
                return refuse(ErrorKind::NotModified);
            }
            Defect::UnlessRemembersTheFirst if options.unless.is_some() => {
                let now = self.inner.get(path, GetOptions::whole()).await;
                let unless = options.unless.clone().unwrap();
                if let Ok(now) = now {
                    let first = self.remembered.lock().unwrap().entry(path.clone()).or_insert(now).clone();
                    if first.meta.version == unless {
                        return refuse(ErrorKind::NotModified);
                    }
                }
            }
            Defect::UnlessOfWhatIsMissingIsNotModified if options.unless.is_some() && present.is_none() => {
                return refuse(ErrorKind::NotModified);
            }
            Defect::RangeIsShifted => {
                // One that goes to the end or past it is left alone.
                options.range = options.range.map(|range| {
                    let shift = u64::from(range.start > 0 && range.end < size);
                    range.start + shift..range.end + shift
                });
            }
            Defect::RangeIsNotCut if options.range.as_ref().is_some_and(|range| range.end > size) => {
                return refuse(if present.is_some() { ErrorKind::InvalidInput } else { ErrorKind::NotFound });
            }
            Defect::EmptyRangeAccepted if options.range.as_ref().is_some_and(|range| range.is_empty()) => {
                let mut object = self.answer(self.inner.get(path, GetOptions::whole()).await)?;
                object.bytes = Bytes::new();
                return Ok(object);
            }
            Defect::RangePastTheEndAccepted | Defect::RangePastTheEndIsNotFound
                if options.range.as_ref().is_some_and(|range| !range.is_empty() && range.start >= size) =>
            {
                if self.is(Defect::RangePastTheEndIsNotFound) {
                    return refuse(ErrorKind::NotFound);
                }
                let mut object = self.answer(self.inner.get(path, GetOptions::whole()).await)?;
                object.bytes = Bytes::new();
                return Ok(object);
            }
            _ => {}
        }
        if self.is(Defect::OthersSeeItLater)
            && let Some((client, unseen, object)) = &*self.unseen.lock().unwrap()
            && *client == self.client
            && unseen == path
        {
            return Ok(object.clone());
        }
        let ranged = options.range.is_some();
        let answer = self.inner.get(path, options).await;
        if is_shown {
            *self.shown.lock().unwrap() = None;
        }
        let mut object = self.answer(answer.map_err(|error| error.with_path(given)))?;
        if ranged && self.is(Defect::RangeTellsItsOwnSize) {
            object.meta.size = object.bytes.len() as u64;
        }
        object.meta = self.meta(object.meta);
        Ok(object)
    }

    async fn head(&self, path: &ObjectPath) -> Result<ObjectMeta> {
        let given = path;
        let path = &self.path(path);
        let present = self.inner.peek(path);
        let refuse = |kind| self.answer(Err(self.error(kind, Operation::Head, given)));
        match self.defect {
            Defect::EmptyObjectIsMissing if present.as_ref().is_some_and(Bytes::is_empty) => {
                return refuse(ErrorKind::NotFound);
            }
            Defect::MissingIsForbidden if present.is_none() => return refuse(ErrorKind::PermissionDenied),
            Defect::StaleHead => {
                let old = self.remembered.lock().unwrap().remove(path);
                if let Some(old) = old.filter(|_| present.is_some()) {
                    return Ok(old.meta);
                }
            }
            _ => {}
        }
        let answer = self.inner.head(path).await;
        let mut meta = self.answer(answer.map_err(|error| error.with_path(given)))?;
        if self.is(Defect::HeadTellsTheNextSize) {
            meta.size = meta.size.next_multiple_of(512);
        }
        Ok(self.meta(meta))
    }

    async fn delete(&self, path: &ObjectPath) -> Result<()> {
        let given = path;
        let path = &self.path(path);
        match self.defect {
            Defect::DeleteDoesNothing => return Ok(()),
            Defect::DeleteOfWhatIsMissingFails if self.inner.peek(path).is_none() => {
                return Err(self.error(ErrorKind::NotFound, Operation::Delete, given));
            }
            Defect::DeleteRemovesWhatIsBelow if self.has_below(path) && !path.is_root() => {
                for below in self.inner.paths().iter().filter(|below| below.is_under(path)) {
                    self.inner.uproot(below);
                }
            }
            Defect::IfAbsentOfWhatWasDeletedFails => {
                if let Ok(gone) = self.inner.get(path, GetOptions::whole()).await {
                    self.remembered.lock().unwrap().insert(path.clone(), gone);
                }
            }
            Defect::DroppedDeleteLeavesAPart => {
                if let Some(bytes) = self.inner.peek(path) {
                    let mut part = LeavesAPart(&self.inner, path.clone(), bytes, false);
                    tokio::task::yield_now().await;
                    part.3 = true;
                }
            }
            _ => {}
        }
        self.answer(self.inner.delete(path).await)
    }

    async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        let mut limit = limit;
        match self.defect {
            Defect::LimitOfZeroAccepted if limit == 0 => return Ok(ListPage::default()),
            Defect::LimitIgnored if limit > 0 => limit = usize::MAX,
            Defect::ListOfRootIsEmpty if prefix.is_root() => return Ok(ListPage::default()),
            _ => {}
        }
        let mut page = self.answer(self.inner.list(prefix, start_after, limit).await)?;
        page.server_time = self.time(page.server_time);
        let is_full = page.paths.len() > 1;
        match self.defect {
            Defect::ListInOrderOfParts => {
                page.paths.sort_by(|a, b| a.parts().cmp(b.parts()));
            }
            Defect::ListByText => {
                let after = |path: &ObjectPath| start_after.is_none_or(|start| path > start);
                let named = |path: &ObjectPath| path.as_str().starts_with(prefix.as_str());
                let all = self.inner.paths().into_iter().filter(|path| named(path) && after(path));
                page.paths = all.take(limit.min(1_000)).collect();
            }
            Defect::StartAfterIsInclusive => {
                if let Some(start) = start_after.filter(|start| self.inner.peek(start).is_some()) {
                    page.paths.insert(0, start.clone());
                    page.paths.truncate(limit);
                }
            }
            Defect::StartAfterMustExist
                if start_after
                    .is_some_and(|start| start.is_under(prefix) && self.inner.peek(start).is_none()) =>
            {
                page = ListPage { paths: Vec::new(), more: false, ..page };
            }
            Defect::FirstPageIsTheLast => page.more = false,
            Defect::PageSkipsAPath if start_after.is_some() && is_full && limit > 50 => {
                page.paths.remove(0);
            }
            Defect::EmptyPagesForEver => page.more = true,
            Defect::EmptyListIsNotFound if page.paths.is_empty() && start_after.is_none() => {
                return Err(self.error(ErrorKind::NotFound, Operation::List, prefix));
            }
            _ => {}
        }
        Ok(page)
    }

    fn capabilities(&self) -> Capabilities {
        self.inner.capabilities()
    }
}
