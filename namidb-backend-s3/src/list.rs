//! Pages of a listing. S3 lists keys in the order of their bytes; keys that are no paths of ours are left out.

use crate::answered::Answered;
use crate::error::Call;
use crate::store::Bucket;
use namidb_core::object_store::{ErrorKind, ListPage, ObjectPath, Operation, Result};

/// The largest page that S3 gives.
const PAGE_MAX: usize = 1_000;

impl Bucket {
    /// The paths under `prefix` after `start_after`, at most `limit` of them.
    pub(crate) async fn list(
        &self,
        prefix: &ObjectPath,
        start_after: Option<&ObjectPath>,
        limit: usize,
    ) -> Result<ListPage> {
        let call = Call::new(Operation::List, prefix);
        if limit == 0 {
            return Err(call.refused(ErrorKind::InvalidInput));
        }
        let page_size = i32::try_from(limit.min(PAGE_MAX)).unwrap_or(i32::MAX);
        let mut under = self.key(prefix);
        if !under.is_empty() {
            under.push('/');
        }
        let mut after = start_after.map(|path| self.key(path));
        loop {
            let answered = Answered::not_yet();
            let request = self
                .again
                .list_objects_v2()
                .bucket(&self.name)
                .prefix(&under)
                .max_keys(page_size)
                .set_start_after(after.take())
                .set_request_payer(self.payer.clone());
            let answer = Box::pin(request.customize().interceptor(answered.clone()).send())
                .await
                .map_err(|error| call.failed(&error, &answered))?;
            let keys = || answer.contents().iter().filter_map(|object| object.key());
            let paths: Vec<ObjectPath> =
                keys().filter_map(|key| self.path(key)).filter(|path| path.is_under(prefix)).collect();
            let last = keys().next_back().map(str::to_owned);
            // MinIO says now and then that nothing follows where something does, always after a full page.
            let full = answer.contents().len() >= limit.min(PAGE_MAX);
            let more = (answer.is_truncated().unwrap_or(false) || full) && last.is_some();
            // A page of keys that are all somebody else's says nothing.
            if paths.is_empty() && more {
                after = last;
                continue;
            }
            return Ok(ListPage { paths, more, server_time: answered.at() });
        }
    }
}
