//! Pages of a listing.
//!
//! The service starts at a name, which it includes: it is left out here.

use crate::api::JsonApi;
use crate::error::{refused, server_time, unanswered, unreadable};
use namidb_core::object_store::{ErrorKind, ListPage, ObjectPath, Operation, Result};
use reqwest::Method;
use serde::Deserialize;

/// The most names that the service gives at once.
const PAGE_MAX: usize = 1_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    next_page_token: String,
}

#[derive(Deserialize)]
struct Item {
    name: String,
}

/// The paths under `prefix` after `start_after`, at most `limit` of them.
pub(crate) async fn page(
    api: &JsonApi,
    prefix: &ObjectPath,
    start_after: Option<&ObjectPath>,
    limit: usize,
) -> Result<ListPage> {
    const LIST: Operation = Operation::List;
    if limit == 0 {
        return Err(refused(ErrorKind::InvalidInput, LIST, prefix));
    }
    // One more than asked for: the name to start at is among what the service gives.
    let names = limit.saturating_add(1).min(PAGE_MAX).to_string();
    let mut query = vec![("maxResults", names), ("fields", "items(name),nextPageToken".to_owned())];
    if !prefix.is_root() {
        query.push(("prefix", format!("{prefix}/")));
    }
    if let Some(start) = start_after {
        query.push(("startOffset", start.as_str().to_owned()));
    }
    let mut token = String::new();
    loop {
        let mut request = api.request(Method::GET, &ObjectPath::root()).query(&query);
        if !token.is_empty() {
            request = request.query(&[("pageToken", &token)]);
        }
        let answer = api.send(request, LIST, prefix).await?;
        let time = server_time(answer.headers());
        let body = answer.bytes().await.map_err(|error| unanswered(&error, LIST, prefix))?;
        let listed: Listed = serde_json::from_slice(&body)
            .map_err(|_| unreadable("the listing is not the JSON that was expected", LIST, prefix))?;
        let names = listed.items.into_iter().map(|item| item.name);
        let (paths, more) = select(names, !listed.next_page_token.is_empty(), prefix, start_after, limit)?;
        // A page of which nothing is left does not say where to go on, so the next one is asked for.
        if !paths.is_empty() || !more {
            return Ok(ListPage { paths, more, server_time: time });
        }
        token = listed.next_page_token;
    }
}

/// Of the names that came those that were asked for, and whether more may follow them. What has no name of an object
/// is none of ours.
fn select(
    names: impl Iterator<Item = String>,
    goes_on: bool,
    prefix: &ObjectPath,
    start_after: Option<&ObjectPath>,
    limit: usize,
) -> Result<(Vec<ObjectPath>, bool)> {
    let mut paths: Vec<ObjectPath> = names
        .filter_map(|name| ObjectPath::new(name).ok())
        .filter(|path| path.is_under(prefix) && start_after.is_none_or(|start| path > start))
        .collect();
    if !paths.is_sorted() {
        return Err(unreadable("the names do not come in the order of their bytes", Operation::List, prefix));
    }
    let more = goes_on || paths.len() > limit;
    paths.truncate(limit);
    Ok((paths, more))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> ObjectPath {
        ObjectPath::new(text).unwrap()
    }

    fn selected(names: &[&str], goes_on: bool, start_after: Option<&str>, limit: usize) -> (String, bool) {
        let names = names.iter().map(|name| (*name).to_owned());
        let start = start_after.map(path);
        let (paths, more) = select(names, goes_on, &path("p"), start.as_ref(), limit).unwrap();
        (paths.iter().map(ObjectPath::as_str).collect::<Vec<_>>().join(" "), more)
    }

    #[test]
    fn the_name_to_start_at_is_left_out() {
        let names = ["p/b", "p/c", "p/d"];
        assert_eq!(selected(&names, false, Some("p/b"), 2), ("p/c p/d".to_owned(), false));
        assert_eq!(selected(&names, false, Some("p/a"), 9), ("p/b p/c p/d".to_owned(), false));
        assert_eq!(selected(&["p/b"], true, Some("p/b"), 9), (String::new(), true));
    }

    #[test]
    fn a_page_that_is_cut_at_its_limit_says_that_more_follows() {
        let names = ["p/a", "p/b", "p/c"];
        assert_eq!(selected(&names, false, None, 2), ("p/a p/b".to_owned(), true));
        assert_eq!(selected(&names, false, None, 3), ("p/a p/b p/c".to_owned(), false));
        assert_eq!(selected(&names, true, None, 3), ("p/a p/b p/c".to_owned(), true));
    }

    #[test]
    fn names_of_others_are_left_out_and_another_order_is_refused() {
        assert_eq!(
            selected(&["p", "p/A", "p/a b", "p/x/", "p/y"], false, None, 9),
            ("p/y".to_owned(), false)
        );
        let names = ["p/b", "p/a"].map(str::to_owned).into_iter();
        assert_eq!(select(names, false, &path("p"), None, 9).unwrap_err().kind(), ErrorKind::Unexpected);
    }

    #[test]
    fn an_empty_listing_has_neither_items_nor_a_token() {
        let listed: Listed = serde_json::from_str("{}").unwrap();
        assert!(listed.items.is_empty() && listed.next_page_token.is_empty());
    }
}
