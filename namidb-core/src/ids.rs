//! The dense ids of the graph, as types that cannot be mixed up.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $int);

        impl $name {
            /// The id as an index into arrays.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

id! {
    /// A node's dense id: assigned in log order from 0, never reused.
    NodeId(u64)
}
id! {
    /// A relationship's dense id: assigned in log order from 0, never reused.
    RelId(u64)
}
id! {
    /// A label's number in the catalog.
    LabelId(u32)
}
id! {
    /// A relationship type's number in the catalog.
    RelTypeId(u32)
}
id! {
    /// A property key's number in the catalog.
    PropertyKeyId(u32)
}
id! {
    /// The sequence number of a log record. The first record is 1; 0 is the empty graph.
    Seq(u64)
}

impl Seq {
    /// The sequence number after this one.
    pub fn next(self) -> Seq {
        Seq(self.0 + 1)
    }
}
