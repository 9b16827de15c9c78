//! What a listing answers.

use super::{ObjectPath, ServerTime};

/// A page of a listing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListPage {
    /// Paths in ascending byte order.
    pub paths: Vec<ObjectPath>,
    /// Whether more may follow the last path.
    pub more: bool,
    /// The store's time of the answer, if it says.
    pub server_time: Option<ServerTime>,
}
