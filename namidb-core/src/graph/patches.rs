//! Changes that wait for the chunk that they belong to.

use std::sync::Arc;

struct Link<P> {
    patch: P,
    before: Option<Arc<Link<P>>>,
}

/// Changes in the order in which they came. A clone shares them, and adding one copies none.
pub(crate) struct Patches<P> {
    last: Option<Arc<Link<P>>>,
    len: usize,
}

impl<P> Clone for Patches<P> {
    fn clone(&self) -> Self {
        Patches { last: self.last.clone(), len: self.len }
    }
}

impl<P> Default for Patches<P> {
    fn default() -> Self {
        Patches { last: None, len: 0 }
    }
}

impl<P> Drop for Patches<P> {
    /// Link by link, so that a long chain does not overflow the stack.
    fn drop(&mut self) {
        let mut next = self.last.take();
        while let Some(mut link) = next.and_then(Arc::into_inner) {
            next = link.before.take();
        }
    }
}

impl<P> Patches<P> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn push(&mut self, patch: P) {
        let before = self.last.take();
        self.last = Some(Arc::new(Link { patch, before }));
        self.len += 1;
    }

    /// From the first to the last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &P> {
        self.links().into_iter().rev().map(|link| &link.patch)
    }

    /// From the last to the first.
    fn links(&self) -> Vec<&Arc<Link<P>>> {
        let mut links = Vec::with_capacity(self.len);
        let mut next = self.last.as_ref();
        while let Some(link) = next {
            links.push(link);
            next = link.before.as_ref();
        }
        links
    }

    /// What came after `earlier`, if these began as those.
    pub(crate) fn since(&self, earlier: &Patches<P>) -> Option<Patches<P>>
    where
        P: Clone,
    {
        let mut links = self.links();
        let later = links.len().checked_sub(earlier.len)?;
        let same = match (links.get(later), &earlier.last) {
            (None, None) => true,
            (Some(here), Some(there)) => Arc::ptr_eq(here, there),
            _ => false,
        };
        if !same {
            return None;
        }
        links.truncate(later);
        let mut patches = Patches::default();
        links.into_iter().rev().for_each(|link| patches.push(link.patch.clone()));
        Some(patches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patches(numbers: impl IntoIterator<Item = u32>) -> Patches<u32> {
        let mut patches = Patches::default();
        numbers.into_iter().for_each(|n| patches.push(n));
        patches
    }

    #[test]
    fn patches_come_back_in_order_and_a_clone_stays_as_it_was() {
        let mut one = patches(0..3);
        let two = one.clone();
        one.push(3);
        assert_eq!(one.iter().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(two.iter().copied().collect::<Vec<_>>(), [0, 1, 2]);
        let since =
            |earlier: &Patches<u32>| one.since(earlier).map(|p| p.iter().copied().collect::<Vec<_>>());
        assert_eq!(since(&two), Some(vec![3]));
        assert_eq!(since(&one), Some(vec![]));
        assert_eq!(since(&Patches::default()), Some(vec![0, 1, 2, 3]));
        assert_eq!(since(&patches(0..3)), None);
        assert!(two.since(&one).is_none());
    }

    #[test]
    fn a_long_chain_is_dropped_without_recursion() {
        let long = patches(0..1_000_000);
        let other = long.clone();
        drop(long);
        assert_eq!(other.len(), 1_000_000);
    }
}
