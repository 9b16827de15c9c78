//! The store over a disk that fails and loses its power.

mod engine;
mod faults;
mod order;
mod power;
mod real;

use crate::disk::sim::SimDisk;
use crate::disk::{Disk, RealDisk};
use crate::objects::Objects;
use crate::testing::TempDir;
use bytes::Bytes;
use namidb_core::object_store::{
    GetOptions, Object, ObjectPath, ObjectVersion, Operation, PutCondition, PutReceipt, Result,
};

fn path(text: &str) -> ObjectPath {
    ObjectPath::new(text).unwrap()
}

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

fn sim() -> (SimDisk, Objects<SimDisk>) {
    let disk = SimDisk::default();
    (disk.clone(), Objects::new(disk))
}

fn real() -> (TempDir, Objects<RealDisk>) {
    let directory = TempDir::new();
    let root = std::fs::File::open(directory.path()).unwrap();
    (directory, Objects::new(RealDisk::new(root.into())))
}

/// The operations as the store calls them.
impl<D: Disk> Objects<D> {
    fn create(&self, at: &str, payload: &Bytes) -> Result<PutReceipt> {
        self.put(&path(at), payload, &PutCondition::IfAbsent)
    }

    fn overwrite(&self, at: &str, payload: &Bytes) -> Result<PutReceipt> {
        self.put(&path(at), payload, &PutCondition::Always)
    }

    fn replace(&self, at: &str, payload: &Bytes, version: &ObjectVersion) -> Result<PutReceipt> {
        self.put(&path(at), payload, &PutCondition::IfMatch(version.clone()))
    }

    fn read_with(&self, at: &str, options: &GetOptions) -> Result<Object> {
        let looked = self.look(Operation::Get, &path(at), options)?;
        self.get(&path(at), looked, options)
    }

    fn read_all(&self, at: &str) -> Result<Bytes> {
        self.read_with(at, &GetOptions::whole()).map(|object| object.bytes)
    }
}
