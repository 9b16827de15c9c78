//! The few differences between stores that a caller may act on.

/// What a store does beyond the contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Capabilities {
    /// Whether answers carry the store's own time. Without it a slot of the log is looked at after every
    /// answer.
    pub server_time: bool,
    /// Whether looking at an object costs no more than any other step of a commit, as on a disk: then the
    /// engine looks after every answer, collects at once, and keeps no retention. A get or head that finds
    /// nothing, or nothing new, is then no request but a look-up of a name, and is counted as such.
    pub cheap_looks: bool,
    /// The largest object that it takes, in bytes.
    pub object_bytes_max: u64,
}

impl Capabilities {
    /// What a store in memory or on a disk can do.
    pub fn local() -> Capabilities {
        Capabilities { server_time: true, cheap_looks: true, object_bytes_max: 1 << 40 }
    }

    /// What a bucket can do.
    pub fn remote(object_bytes_max: u64) -> Capabilities {
        Capabilities { server_time: true, cheap_looks: false, object_bytes_max }
    }
}
