//! A disk in memory whose steps fail, and whose power goes, when a test says so.
//!
//! What is not synced may be on the disk or not: each change of a name in a directory by itself, and of the bytes of
//! a file none, some or all. [`SimDisk::crashes`] gives the disks that a power cut may leave. A file whose sync
//! failed keeps what was synced before, and a later sync of it succeeds without doing anything, as on Linux.

use super::{Answer, Disk, Errno, Kind, Stat};
use namidb_core::object_store::ObjectPath;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Changes of names up to which every subset is a state of its own.
const EXHAUSTIVE_MAX: usize = 10;

/// Clones are the same disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimDisk {
    state: Arc<Mutex<State>>,
    lock: Arc<Mutex<()>>,
}

#[derive(Clone, Debug)]
struct State {
    files: Vec<FileState>,
    directories: Vec<DirectoryState>,
    temps: BTreeMap<String, usize>,
    trace: Vec<&'static str>,
    /// Steps that change or sync something.
    changes: usize,
    faults: BTreeMap<usize, Fault>,
    power: bool,
    failing_reads: usize,
    /// The most bytes that were read with one step.
    read_max: usize,
}

/// What befalls a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// It fails, and nothing is done; a sync that fails this way has lost what it was to sync.
    Fail(Errno),
    /// It is done, and fails.
    FailAfter(Errno),
    /// The power goes before it.
    PowerCut,
}

#[derive(Clone, Debug, Default)]
struct FileState {
    bytes: Vec<u8>,
    durable: Vec<u8>,
    note: Option<String>,
    modified: i128,
    sync_failed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Entry {
    File(usize),
    Directory(usize),
}

#[derive(Clone, Debug, Default)]
struct DirectoryState {
    entries: BTreeMap<String, Entry>,
    durable: BTreeMap<String, Entry>,
    /// Changes since the last sync: an entry that came, or none for one that went.
    pending: Vec<(String, Option<Entry>)>,
}

impl DirectoryState {
    /// Of the changes that are not synced these arrive, and the others never will.
    fn keep(&mut self, mut kept: impl FnMut(usize) -> bool) {
        for (number, (name, entry)) in self.pending.drain(..).enumerate() {
            if kept(number) {
                match entry {
                    Some(entry) => self.durable.insert(name, entry),
                    None => self.durable.remove(&name),
                };
            }
        }
    }
}

impl Default for State {
    fn default() -> State {
        State {
            files: Vec::new(),
            directories: vec![DirectoryState::default()],
            temps: BTreeMap::new(),
            trace: Vec::new(),
            changes: 0,
            faults: BTreeMap::new(),
            power: true,
            failing_reads: 0,
            read_max: 0,
        }
    }
}

impl State {
    /// Counts a step that changes or syncs something, and lets it fail if it is to.
    fn change(&mut self, name: &'static str) -> Answer<Option<Errno>> {
        self.trace.push(name);
        let step = self.changes;
        self.changes += 1;
        match self.faults.get(&step) {
            _ if !self.power => Err(Errno::IO),
            Some(Fault::Fail(errno)) => Err(*errno),
            Some(Fault::FailAfter(errno)) => Ok(Some(*errno)),
            Some(Fault::PowerCut) => {
                self.power = false;
                Err(Errno::IO)
            }
            None => Ok(None),
        }
    }

    fn look(&mut self, name: &'static str) -> Answer<()> {
        self.trace.push(name);
        if self.power { Ok(()) } else { Err(Errno::IO) }
    }

    fn find(&self, path: &str) -> Answer<Entry> {
        let mut here = Entry::Directory(0);
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let Entry::Directory(directory) = here else { return Err(Errno::NOTDIR) };
            here = *self.directories[directory].entries.get(part).ok_or(Errno::NOENT)?;
        }
        Ok(here)
    }

    fn directory(&self, path: &str) -> Answer<usize> {
        match self.find(path)? {
            Entry::Directory(directory) => Ok(directory),
            Entry::File(_) => Err(Errno::NOTDIR),
        }
    }

    fn set(&mut self, directory: usize, name: &str, entry: Option<Entry>) {
        let state = &mut self.directories[directory];
        match entry {
            Some(entry) => state.entries.insert(name.to_owned(), entry),
            None => state.entries.remove(name),
        };
        state.pending.push((name.to_owned(), entry));
    }

    fn stat(&self, entry: Entry) -> Stat {
        match entry {
            Entry::File(file) => Stat {
                kind: Kind::File,
                device: 1,
                inode: file as u64,
                size: self.files[file].bytes.len() as u64,
                modified: self.files[file].modified,
            },
            Entry::Directory(directory) => {
                Stat { kind: Kind::Directory, device: 2, inode: directory as u64, size: 0, modified: 0 }
            }
        }
    }

    /// What the disk holds if of the changes that are not synced just `kept` arrived, and of bytes that are not
    /// synced `share` of 2.
    fn after_power_cut(&self, kept: impl Fn(usize) -> bool, share: usize) -> State {
        let mut number = 0;
        let mut directories = Vec::new();
        for directory in &self.directories {
            let mut after = directory.clone();
            after.keep(|_| {
                number += 1;
                kept(number - 1)
            });
            directories.push(DirectoryState { entries: after.durable.clone(), ..after });
        }
        let torn = |file: &FileState| {
            let bytes = if file.bytes == file.durable {
                file.bytes.clone()
            } else {
                file.bytes[..file.bytes.len() * share / 2].to_vec()
            };
            FileState { durable: bytes.clone(), bytes, sync_failed: false, ..file.clone() }
        };
        let files = self.files.iter().map(torn).collect();
        State { files, directories, ..State::default() }
    }
}

impl SimDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Lets the step with this number fail; steps that change or sync something are counted from 0.
    pub(crate) fn inject(&self, step: usize, fault: Fault) {
        self.state().faults.insert(step, fault);
    }

    /// Lets nothing fail any more.
    pub(crate) fn heal(&self) {
        self.state().faults.clear();
    }

    /// The number of the next step that changes or syncs something.
    pub(crate) fn changes(&self) -> usize {
        self.state().changes
    }

    /// The steps since the last call.
    pub(crate) fn take_trace(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.state().trace)
    }

    /// A copy that goes its own way, with nothing to befall it.
    pub(crate) fn fork(&self) -> SimDisk {
        let state = State { faults: BTreeMap::new(), ..self.state().clone() };
        SimDisk { state: Arc::new(Mutex::new(state)), lock: Arc::default() }
    }

    /// Lets so many reads fail.
    pub(crate) fn fail_reads(&self, reads: usize) {
        self.state().failing_reads = reads;
    }

    /// The system takes every change of a name for written, as it may once a sync has failed: nothing will write it.
    pub(crate) fn forget_names(&self) {
        self.state().directories.iter_mut().for_each(|directory| directory.keep(|_| false));
    }

    /// Takes the notes beside the bytes away, as a copy of the files does.
    pub(crate) fn lose_notes(&self) {
        self.state().files.iter_mut().for_each(|file| file.note = None);
    }

    /// The most bytes that were read with one step.
    pub(crate) fn read_max(&self) -> usize {
        self.state().read_max
    }

    /// How many temporary files there are.
    pub(crate) fn temp_count(&self) -> usize {
        self.state().temps.len()
    }

    /// A temporary file that was last written at the beginning of time.
    pub(crate) fn abandon_temp(&self, name: &str) {
        let mut state = self.state();
        state.files.push(FileState::default());
        let file = state.files.len() - 1;
        state.temps.insert(name.to_owned(), file);
    }

    /// The disks that a power cut may leave now: every one if few changes are not synced, else many drawn from
    /// `seed`.
    pub(crate) fn crashes(&self, seed: u64) -> Vec<SimDisk> {
        let state = self.state();
        let pending: usize = state.directories.iter().map(|directory| directory.pending.len()).sum();
        let subsets: Vec<u64> = if pending <= EXHAUSTIVE_MAX {
            (0..1 << pending).collect()
        } else {
            let mix = |n: u64| (seed ^ n).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
            (0..1 << EXHAUSTIVE_MAX).map(|n| mix(mix(n))).chain([0, u64::MAX]).collect()
        };
        let mut disks = Vec::new();
        for subset in subsets {
            for share in 0..=2 {
                let after = state.after_power_cut(|number| subset >> (number % 64) & 1 == 1, share);
                disks.push(SimDisk { state: Arc::new(Mutex::new(after)), lock: Arc::default() });
            }
        }
        disks
    }
}

impl Disk for SimDisk {
    type File = usize;
    type Directory = usize;

    fn create_temp(&self, name: &str) -> Answer<usize> {
        let mut state = self.state();
        let after = state.change("create_temp")?;
        if state.temps.contains_key(name) {
            return Err(Errno::EXIST);
        }
        let modified = state.changes as i128;
        state.files.push(FileState { modified, ..FileState::default() });
        let file = state.files.len() - 1;
        state.temps.insert(name.to_owned(), file);
        after.map_or(Ok(file), Err)
    }

    fn write(&self, file: &usize, bytes: &[u8]) -> Answer<()> {
        let mut state = self.state();
        let after = state.change("write")?;
        // A disk that is full takes a part.
        let bytes = if after.is_some() { &bytes[..bytes.len() / 2] } else { bytes };
        state.files[*file].bytes.extend_from_slice(bytes);
        after.map_or(Ok(()), Err)
    }

    fn note(&self, file: &usize, text: &str) -> Answer<()> {
        let mut state = self.state();
        if let Some(errno) = state.change("note")? {
            return Err(errno);
        }
        state.files[*file].note = Some(text.to_owned());
        Ok(())
    }

    fn noted(&self, file: &usize) -> Option<String> {
        let mut state = self.state();
        state.look("noted").ok()?;
        state.files[*file].note.clone()
    }

    fn sync_file(&self, file: &usize) -> Answer<()> {
        let mut state = self.state();
        let answer = state.change("sync_file");
        let file = &mut state.files[*file];
        if answer.is_err() {
            file.sync_failed = true;
        } else if !file.sync_failed {
            file.durable = file.bytes.clone();
        }
        answer?.map_or(Ok(()), Err)
    }

    fn remove_temp(&self, name: &str) -> Answer<()> {
        let mut state = self.state();
        let after = state.change("remove_temp")?;
        state.temps.remove(name).ok_or(Errno::NOENT)?;
        after.map_or(Ok(()), Err)
    }

    fn temps(&self) -> Answer<Vec<(String, i128)>> {
        let mut state = self.state();
        state.look("temps")?;
        Ok(state.temps.iter().map(|(name, file)| (name.clone(), state.files[*file].modified)).collect())
    }

    fn publish_new(&self, temp: &str, directory: &usize, name: &str) -> Answer<()> {
        let mut state = self.state();
        let after = state.change("publish_new")?;
        if state.directories[*directory].entries.contains_key(name) {
            return Err(Errno::EXIST);
        }
        let file = state.temps.remove(temp).ok_or(Errno::NOENT)?;
        state.set(*directory, name, Some(Entry::File(file)));
        after.map_or(Ok(()), Err)
    }

    fn publish_over(&self, temp: &str, directory: &usize, name: &str) -> Answer<()> {
        let mut state = self.state();
        let after = state.change("publish_over")?;
        if let Some(Entry::Directory(_)) = state.directories[*directory].entries.get(name) {
            return Err(Errno::ISDIR);
        }
        let file = state.temps.remove(temp).ok_or(Errno::NOENT)?;
        state.set(*directory, name, Some(Entry::File(file)));
        after.map_or(Ok(()), Err)
    }

    fn remove(&self, path: &ObjectPath) -> Answer<()> {
        let mut state = self.state();
        let after = state.change("remove")?;
        let Entry::File(_) = state.find(path.as_str())? else { return Err(Errno::ISDIR) };
        let (above, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        let directory = state.directory(above)?;
        state.set(directory, name, None);
        after.map_or(Ok(()), Err)
    }

    fn make_directory(&self, path: &ObjectPath) -> Answer<()> {
        let mut state = self.state();
        let after = state.change("make_directory")?;
        if state.find(path.as_str()).is_ok() {
            return Ok(());
        }
        let (above, name) = path.as_str().rsplit_once('/').unwrap_or(("", path.as_str()));
        let directory = state.directory(above)?;
        state.directories.push(DirectoryState::default());
        let made = state.directories.len() - 1;
        state.set(directory, name, Some(Entry::Directory(made)));
        after.map_or(Ok(()), Err)
    }

    fn open_directory(&self, path: &ObjectPath) -> Answer<usize> {
        let mut state = self.state();
        state.look("open_directory")?;
        state.directory(path.as_str())
    }

    fn sync_directory(&self, directory: &usize) -> Answer<()> {
        let mut state = self.state();
        let after = state.change("sync_directory")?;
        state.directories[*directory].keep(|_| true);
        after.map_or(Ok(()), Err)
    }

    fn stat(&self, path: &ObjectPath) -> Answer<Stat> {
        let mut state = self.state();
        state.look("stat")?;
        let entry = state.find(path.as_str())?;
        Ok(state.stat(entry))
    }

    fn open(&self, path: &ObjectPath) -> Answer<usize> {
        let mut state = self.state();
        state.look("open")?;
        match state.find(path.as_str())? {
            Entry::File(file) => Ok(file),
            // No test opens a directory as an object here; the real disk's tests do.
            Entry::Directory(_) => Err(Errno::NOENT),
        }
    }

    fn stat_file(&self, file: &usize) -> Answer<Stat> {
        let mut state = self.state();
        state.look("stat_file")?;
        Ok(state.stat(Entry::File(*file)))
    }

    fn read(&self, file: &usize, offset: u64, bytes: usize) -> Answer<Vec<u8>> {
        let mut state = self.state();
        state.look("read")?;
        if state.failing_reads > 0 {
            state.failing_reads -= 1;
            return Err(Errno::IO);
        }
        state.read_max = state.read_max.max(bytes);
        let start = usize::try_from(offset).unwrap();
        state.files[*file].bytes.get(start..start + bytes).map(<[u8]>::to_vec).ok_or(Errno::IO)
    }

    fn read_cached(&self, file: &usize, bytes: usize) -> Option<Vec<u8>> {
        let mut state = self.state();
        state.look("read_cached").ok()?;
        let found = state.files[*file].bytes.get(..bytes)?.to_vec();
        (state.failing_reads == 0).then_some(found)
    }

    fn entries(&self, path: &ObjectPath) -> Answer<Vec<(String, Kind)>> {
        let mut state = self.state();
        state.look("entries")?;
        let directory = state.directory(path.as_str())?;
        let kind = |entry: &Entry| match entry {
            Entry::File(_) => Kind::File,
            Entry::Directory(_) => Kind::Directory,
        };
        let entries = state.directories[directory].entries.iter();
        Ok(entries.map(|(name, entry)| (name.clone(), kind(entry))).collect())
    }

    fn locked<T>(&self, work: impl FnOnce() -> T) -> Answer<T> {
        let _guard = self.lock.lock().unwrap();
        self.state().trace.push("lock");
        let done = work();
        self.state().trace.push("unlock");
        Ok(done)
    }
}
