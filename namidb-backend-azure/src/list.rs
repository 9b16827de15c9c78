//! Pages of a listing.
//!
//! The service goes on from a marker that only it can read, or starts at a name, which it includes. Some emulators
//! ignore the name and start at the beginning. So whatever comes is compared with what was asked for once more.

use crate::builder::Clients;
use crate::error::{STORE, failed, refused, server_time};
use azure_storage_blob::models::BlobContainerClientListBlobsOptions;
use futures_util::TryStreamExt;
use namidb_core::object_store::{Error, ErrorKind, ListPage, ObjectPath, Operation, Result};

/// The most names that the service gives at once.
const PAGE_MAX: usize = 5_000;

/// What is asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    prefix: &'a ObjectPath,
    start_after: Option<&'a ObjectPath>,
    limit: usize,
}

/// The paths under `prefix` after `start_after`, at most `limit` of them.
pub(crate) async fn page(
    clients: &Clients,
    prefix: &ObjectPath,
    start_after: Option<&ObjectPath>,
    limit: usize,
) -> Result<ListPage> {
    if limit == 0 {
        return Err(refused(ErrorKind::InvalidInput, Operation::List, prefix));
    }
    let asked = Asked { prefix, start_after, limit };
    // One more than asked for: the name to start at is among what the service gives.
    let step = limit.saturating_add(1).min(PAGE_MAX);
    if let Some(page) = walk(clients, asked, step).await? {
        return Ok(page);
    }
    // The start is ignored here, so there may be far to go.
    Ok(walk(clients, asked, PAGE_MAX).await?.unwrap_or_default())
}

/// Takes steps of so many names until the page is full. None if the service starts at the beginning all the same, and
/// larger steps are possible.
async fn walk(clients: &Clients, asked: Asked<'_>, step: usize) -> Result<Option<ListPage>> {
    let unusable = |error| failed(&error, Operation::List, asked.prefix);
    let name_prefix = name_prefix(asked.prefix);
    let start = asked.start_after.map(ObjectPath::as_str);
    let start_from = start.filter(|start| start.starts_with(&name_prefix));
    // Everything under the prefix may come before the start. Then the first step tells the time, and nothing else.
    let is_past = start_from.is_none() && start.is_some_and(|start| start > name_prefix.as_str());
    let options = BlobContainerClientListBlobsOptions {
        start_from: start_from.map(str::to_owned),
        prefix: Some(name_prefix).filter(|prefix| !prefix.is_empty()),
        maxresults: i32::try_from(step).ok(),
        ..Default::default()
    };
    let mut pages = clients.again.list_blobs(Some(options)).map_err(unusable)?.into_pages();
    let mut page = ListPage { more: !is_past, ..ListPage::default() };
    loop {
        let Some(answer) = Box::pin(pages.try_next()).await.map_err(unusable)? else {
            return Ok(Some(ListPage { more: false, ..page }));
        };
        page.server_time = server_time(answer.headers());
        let listed = answer.into_model().map_err(unusable)?;
        let names: Vec<String> = listed.blob_items.into_iter().filter_map(|item| item.name).collect();
        let is_before =
            start_from.is_some_and(|start| names.first().is_some_and(|first| first.as_str() < start));
        if is_before && step < PAGE_MAX {
            return Ok(None);
        }
        page.more &= listed.next_marker.is_some_and(|marker| !marker.is_empty());
        fill(&mut page, names, asked)?;
        if !page.more || page.paths.len() == asked.limit {
            return Ok(Some(page));
        }
    }
}

/// What the names of everything under a path begin with.
fn name_prefix(prefix: &ObjectPath) -> String {
    if prefix.is_root() { String::new() } else { format!("{prefix}/") }
}

/// Adds to a page what was asked for of the names that came. What has no name of an object is none of ours.
fn fill(page: &mut ListPage, names: Vec<String>, asked: Asked<'_>) -> Result<()> {
    let is_asked_for =
        |path: &ObjectPath| path.is_under(asked.prefix) && asked.start_after.is_none_or(|start| path > start);
    page.paths.extend(names.into_iter().filter_map(|name| ObjectPath::new(name).ok()).filter(is_asked_for));
    if !page.paths.is_sorted() {
        let why = "the names do not come in the order of their bytes; does the account have a hierarchical namespace?";
        return Err(Error::new(ErrorKind::Unsupported, STORE, Operation::List)
            .with_path(asked.prefix)
            .with_source(why));
    }
    page.more |= page.paths.len() > asked.limit;
    page.paths.truncate(asked.limit);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> ObjectPath {
        ObjectPath::new(text).unwrap()
    }

    fn filled(names: &[&str], start_after: Option<&str>, limit: usize) -> (String, bool) {
        let (prefix, start) = (path("p"), start_after.map(path));
        let asked = Asked { prefix: &prefix, start_after: start.as_ref(), limit };
        let mut page = ListPage::default();
        fill(&mut page, names.iter().map(|name| (*name).to_owned()).collect(), asked).unwrap();
        (page.paths.iter().map(ObjectPath::as_str).collect::<Vec<_>>().join(" "), page.more)
    }

    #[test]
    fn what_a_server_gives_from_the_beginning_is_cut_to_what_comes_after_the_start() {
        let names = ["p/a", "p/b", "p/c", "p/d"];
        assert_eq!(filled(&names, None, 9), ("p/a p/b p/c p/d".to_owned(), false));
        assert_eq!(filled(&names, Some("p/b"), 9), ("p/c p/d".to_owned(), false));
        assert_eq!(filled(&names, Some("q"), 9), (String::new(), false));
    }

    #[test]
    fn a_page_that_is_cut_at_its_limit_says_that_more_follows() {
        let names = ["p/a", "p/b", "p/c"];
        assert_eq!(filled(&names, None, 2), ("p/a p/b".to_owned(), true));
        assert_eq!(filled(&names, Some("p/a"), 2), ("p/b p/c".to_owned(), false));
    }

    #[test]
    fn names_of_others_are_left_out() {
        assert_eq!(filled(&["p", "p/A", "p/a b", "p/x/", "p/y"], None, 9), ("p/y".to_owned(), false));
    }

    #[test]
    fn another_order_than_that_of_bytes_is_refused() {
        let prefix = path("p");
        let asked = Asked { prefix: &prefix, start_after: None, limit: 9 };
        let names = ["p/a/b", "p/a-b"].map(str::to_owned).to_vec();
        let error = fill(&mut ListPage::default(), names, asked).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn a_prefix_ends_with_a_slash_and_the_root_is_empty() {
        assert_eq!(name_prefix(&path("a/b")), "a/b/");
        assert_eq!(name_prefix(&ObjectPath::root()), "");
    }
}
