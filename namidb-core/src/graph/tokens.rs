//! What was committed under tokens: how a transaction that is repeated finds out that it was there before.
//!
//! A transaction may carry a token and what its client was answered. Both are part of the state, so all processes agree on
//! them, and whoever writes under a token looks for it in the state that he writes on. The newest [`TOKENS_KEPT`] are
//! kept; they are counted, not timed, so that replay needs no clock. Pages by the lowest bits of the token hold them:
//! a page forgets what is too old when it takes another.

use super::export::{BlockKey, Limits, decode, encode};
use super::radix::Chunks;
use super::slot::{Access, ChunkKind};
use crate::codec::Reader;
use crate::error::Result;
use crate::ids::Seq;
use std::fmt;
use std::sync::Arc;

/// So many tokens, the newest, are remembered.
pub const TOKENS_KEPT: u64 = 1 << 16;

/// An answer takes no more bytes.
pub const ANSWER_BYTES_MAX: usize = 2 << 10;

/// How many pages there are; sixteen tokens each, where all that are kept are there.
pub(crate) const PAGES: u64 = 1 << 12;

/// What a client calls a transaction, so that a repetition is known: 128 bits of the hash of the text that it gave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitToken(pub u128);

impl CommitToken {
    /// The token of a text.
    pub fn of(text: &str) -> CommitToken {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&blake3::hash(text.as_bytes()).as_bytes()[..16]);
        CommitToken(u128::from_le_bytes(bytes))
    }

    pub(crate) fn page(self) -> u64 {
        self.0 as u64 % PAGES
    }
}

impl fmt::Debug for CommitToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommitToken({:032x})", self.0)
    }
}

/// What is known of a transaction that was committed under a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remembered {
    /// The record that it is in.
    pub seq: Seq,
    /// What its client was answered, in the client's own bytes.
    pub answer: Arc<[u8]>,
}

/// A token with its number, counted from the first of all.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) token: CommitToken,
    pub(crate) number: u64,
    pub(crate) seq: Seq,
    pub(crate) answer: Arc<[u8]>,
}

/// The entries of one page, in the order of their numbers.
#[derive(Clone, Debug)]
pub(crate) struct Page(pub(crate) Vec<Entry>);

impl ChunkKind for Page {
    type Summary = ();
    type Context = Arc<Limits>;
    /// One more.
    type Patch = Entry;

    fn placeholder() -> &'static Page {
        static EMPTY: Page = Page(Vec::new());
        &EMPTY
    }

    fn is_void(&self) -> bool {
        self.0.is_empty()
    }

    fn decode(block: &[u8], key: BlockKey, _: &Arc<Limits>) -> Result<Page> {
        decode::tokens(block, key.index)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        encode::tokens(out, self);
    }

    fn patch(&mut self, entry: &Entry) {
        let oldest = (entry.number + 1).saturating_sub(TOKENS_KEPT);
        self.0.retain(|old| old.number >= oldest && old.token != entry.token);
        self.0.push(entry.clone());
    }

    fn summary(&self) {}

    fn put_summary((): &(), _: &mut Vec<u8>) {}

    fn read_summary(_: &mut Reader<'_>) -> Result<()> {
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let answers: usize = self.0.iter().map(|entry| entry.answer.len() + 16).sum();
        size_of::<Page>() + self.0.capacity() * size_of::<Entry>() + answers
    }
}

/// All that is remembered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    /// The number of the next one.
    pub(crate) next: u64,
    pub(crate) pages: Chunks<Page>,
}

impl Tokens {
    pub(crate) fn get(&self, token: CommitToken) -> Option<Remembered> {
        let page = self.pages.get(token.page())?;
        let entry = page.0.iter().find(|entry| entry.token == token && self.is_kept(entry))?;
        Some(Remembered { seq: entry.seq, answer: Arc::clone(&entry.answer) })
    }

    pub(crate) fn insert(&mut self, token: CommitToken, seq: Seq, answer: &Arc<[u8]>) {
        let entry = Entry { token, number: self.next, seq, answer: Arc::clone(answer) };
        self.next += 1;
        match self.pages.place_mut(token.page()).access_or_insert(|| Page(Vec::new())) {
            Access::Chunk(page) => page.patch(&entry),
            Access::Away(stored) => stored.push(entry, |()| {}),
            Access::Nothing => {}
        }
    }

    fn is_kept(&self, entry: &Entry) -> bool {
        entry.number + TOKENS_KEPT >= self.next
    }

    /// What is kept, in the order of pages and numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        let pages = self.pages.iter().flat_map(|(_, page)| &page.0);
        pages.filter(|entry| self.is_kept(entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(n: u64) -> CommitToken {
        CommitToken::of(&n.to_string())
    }

    #[test]
    fn the_newest_tokens_are_remembered_and_older_ones_are_not() {
        let mut tokens = Tokens::default();
        let all = TOKENS_KEPT + 3;
        for n in 0..all {
            tokens.insert(token(n), Seq(n + 1), &n.to_le_bytes().to_vec().into());
        }
        for n in [0, 1, 2] {
            assert_eq!(tokens.get(token(n)), None, "{n}");
        }
        for n in [3, 4, TOKENS_KEPT, all - 1] {
            let found = tokens.get(token(n)).unwrap();
            assert_eq!((found.seq, &*found.answer), (Seq(n + 1), n.to_le_bytes().as_slice()));
        }
        assert_eq!(tokens.iter().count() as u64, TOKENS_KEPT);
        assert_eq!(tokens.get(token(all)), None);
        let entries: usize = tokens.pages.iter().map(|(_, page)| page.0.len()).sum();
        assert!(entries as u64 <= TOKENS_KEPT + PAGES, "{entries} entries lie in pages");
    }

    #[test]
    fn a_clone_remembers_what_it_remembered() {
        let mut tokens = Tokens::default();
        tokens.insert(token(1), Seq(1), &vec![1].into());
        let before = tokens.clone();
        tokens.insert(token(2), Seq(2), &vec![2].into());
        assert_eq!(before.get(token(2)), None);
        assert!(tokens.get(token(1)).is_some() && tokens.get(token(2)).is_some());
    }
}
