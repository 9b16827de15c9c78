//! Something for each id, in pages that are made when they are first written.

const PAGE_BITS: u32 = 10;
const PAGE: usize = 1 << PAGE_BITS;

/// An array over an id space of which a query touches as much as it touches.
#[derive(Debug, Default)]
pub(crate) struct Pages<T> {
    pages: Vec<Option<Box<[T; PAGE]>>>,
    made: usize,
}

impl<T: Copy + Default> Pages<T> {
    /// What an id has; the default if nothing was written.
    #[inline]
    pub(crate) fn get(&self, id: u64) -> T {
        match self.pages.get((id >> PAGE_BITS) as usize) {
            Some(Some(page)) => page[id as usize & (PAGE - 1)],
            _ => T::default(),
        }
    }

    /// What an id has, to change it.
    #[inline]
    pub(crate) fn get_mut(&mut self, id: u64) -> &mut T {
        let index = (id >> PAGE_BITS) as usize;
        if index >= self.pages.len() {
            self.pages.resize_with(index + 1, || None);
        }
        let made = &mut self.made;
        let page = self.pages[index].get_or_insert_with(|| {
            *made += 1;
            Box::new([T::default(); PAGE])
        });
        &mut page[id as usize & (PAGE - 1)]
    }

    /// Every id of the pages made, and what it has, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, T)> + '_ {
        let pages = self.pages.iter().enumerate();
        pages.filter_map(|(index, page)| Some((index, page.as_ref()?))).flat_map(|(index, page)| {
            page.iter().enumerate().map(move |(at, value)| ((index << PAGE_BITS | at) as u64, *value))
        })
    }

    /// How many bytes it takes.
    pub(crate) fn size_bytes(&self) -> u64 {
        (self.made * PAGE * size_of::<T>() + self.pages.len() * 8) as u64
    }
}
