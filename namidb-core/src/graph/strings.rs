//! The strings of one chunk: one heap of bytes, with a dictionary where strings repeat.
//!
//! A string that is replaced leaves its bytes behind; the heap is packed again when half of it is such
//! waste. Long texts do not belong here: a one-row commit copies the heap, so a chunk whose heap passes
//! `HEAP_BYTES_MAX` holds shared values instead.

use crate::hash::FixedHasher;
use std::hash::BuildHasher;

/// The largest heap of a chunk. It bounds what a one-row commit copies.
pub(crate) const HEAP_BYTES_MAX: usize = 1 << 20;

const CHUNK_IDS: usize = 2048;
/// A dictionary up to this size is kept however few values the chunk has.
const SMALL_DICTIONARY: usize = 64;

/// Strings by position, in one heap.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    /// Start and length of each string in the heap.
    views: Vec<(u32, u32)>,
    heap: String,
    waste: usize,
}

impl Strings {
    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.views.is_empty()
    }

    /// The string at a position; empty beyond the last.
    #[inline]
    pub fn get(&self, position: usize) -> &str {
        match self.views.get(position) {
            Some(&(start, len)) => &self.heap[start as usize..start as usize + len as usize],
            None => "",
        }
    }

    /// The strings in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|position| self.get(position))
    }

    fn heap_bytes(&self) -> usize {
        self.heap.len() - self.waste
    }

    /// The bytes that it takes in memory.
    fn memory_bytes(&self) -> usize {
        self.heap.capacity() + self.views.capacity() * size_of::<(u32, u32)>()
    }

    fn append(&mut self, text: &str) -> (u32, u32) {
        if text.is_empty() {
            return (0, 0);
        }
        if self.waste > self.heap.len() / 2 + 1024 {
            self.pack();
        }
        let start = self.heap.len() as u32;
        self.heap.push_str(text);
        (start, text.len() as u32)
    }

    fn push(&mut self, text: &str) {
        let view = self.append(text);
        self.views.push(view);
    }

    fn set(&mut self, position: usize, text: &str) {
        self.waste += self.views[position].1 as usize;
        self.views[position] = (0, 0);
        self.views[position] = self.append(text);
    }

    fn pack(&mut self) {
        let mut heap = String::with_capacity(self.heap_bytes());
        for view in &mut self.views {
            let start = heap.len() as u32;
            heap.push_str(&self.heap[view.0 as usize..view.0 as usize + view.1 as usize]);
            view.0 = start;
        }
        self.heap = heap;
        self.waste = 0;
    }
}

/// The distinct strings of a chunk, and which one each offset has. It may hold strings that no offset
/// has any more.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    codes: Vec<u16>,
    values: Strings,
    /// Open addressing by hash: 0 is free, else code + 1.
    table: Vec<u16>,
}

impl Dictionary {
    /// The position in [`Dictionary::values`] of each offset's string; 0 where the value is absent.
    pub fn codes(&self) -> &[u16] {
        &self.codes
    }

    /// The distinct strings.
    pub fn values(&self) -> &Strings {
        &self.values
    }

    /// The position of a string, if any offset has or had it.
    pub fn find(&self, text: &str) -> Option<u16> {
        if self.table.is_empty() {
            return None;
        }
        let mask = self.table.len() - 1;
        let mut slot = FixedHasher::default().hash_one(text) as usize & mask;
        loop {
            let code = self.table[slot].checked_sub(1)?;
            if self.values.get(code as usize) == text {
                return Some(code);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn code(&mut self, text: &str) -> u16 {
        if let Some(code) = self.find(text) {
            return code;
        }
        let code = self.values.len() as u16;
        self.values.push(text);
        if self.values.len() * 2 > self.table.len() {
            self.table = vec![0; (self.values.len() * 4).next_power_of_two().max(16)];
            for code in 0..self.values.len() {
                self.enter(code as u16);
            }
        } else {
            self.enter(code);
        }
        code
    }

    fn enter(&mut self, code: u16) {
        let mask = self.table.len() - 1;
        let mut slot = FixedHasher::default().hash_one(self.values.get(code as usize)) as usize & mask;
        while self.table[slot] != 0 {
            slot = (slot + 1) & mask;
        }
        self.table[slot] = code + 1;
    }

    /// A dictionary of these strings, if it would pay.
    fn of(strings: &Strings) -> Option<Dictionary> {
        let mut dictionary = Dictionary::default();
        for text in strings.iter() {
            let code = dictionary.code(text);
            dictionary.codes.push(code);
            if dictionary.values.len() * 2 > strings.len() {
                return None;
            }
        }
        Some(dictionary)
    }

    fn pays(&self) -> bool {
        self.values.len() <= SMALL_DICTIONARY || self.values.len() * 2 <= self.codes.len()
    }
}

/// The strings of one chunk by offset.
#[derive(Clone, Debug)]
pub enum StringData {
    /// Each offset has its own string.
    Plain(Strings),
    /// Strings repeat.
    Dictionary(Dictionary),
}

impl Default for StringData {
    fn default() -> Self {
        StringData::Dictionary(Dictionary::default())
    }
}

impl StringData {
    /// How many offsets there are.
    pub fn len(&self) -> usize {
        match self {
            StringData::Plain(strings) => strings.len(),
            StringData::Dictionary(dictionary) => dictionary.codes.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The string at an offset; anything where the value is absent.
    #[inline]
    pub fn get(&self, offset: usize) -> &str {
        match self {
            StringData::Plain(strings) => strings.get(offset),
            StringData::Dictionary(dictionary) => match dictionary.codes.get(offset) {
                Some(code) => dictionary.values.get(*code as usize),
                None => "",
            },
        }
    }

    /// The bytes that it takes in memory.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            StringData::Plain(strings) => strings.memory_bytes(),
            StringData::Dictionary(dictionary) => {
                dictionary.values.memory_bytes()
                    + (dictionary.codes.capacity() + dictionary.table.capacity()) * 2
            }
        }
    }

    /// The dictionary, where strings repeat.
    pub fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            StringData::Plain(_) => None,
            StringData::Dictionary(dictionary) => Some(dictionary),
        }
    }

    /// Strings by their positions in a list; `None` if a position lies beyond it, a string is in it twice,
    /// or the list passes the heap's limit.
    pub(crate) fn from_dictionary(values: &[&str], codes: Vec<u16>) -> Option<StringData> {
        let mut dictionary = Dictionary::default();
        for (position, text) in values.iter().enumerate() {
            let fits = dictionary.values.heap_bytes() + text.len() <= HEAP_BYTES_MAX;
            if !fits || usize::from(dictionary.code(text)) != position {
                return None;
            }
        }
        if codes.iter().any(|code| usize::from(*code) >= values.len()) {
            return None;
        }
        dictionary.codes = codes;
        Some(StringData::Dictionary(dictionary))
    }

    /// Whether a string can be taken in without passing the heap's limit.
    pub(crate) fn has_room_for(&self, text: &str) -> bool {
        let bytes = match self {
            StringData::Plain(strings) => strings.heap_bytes(),
            StringData::Dictionary(dictionary) => dictionary.values.heap_bytes(),
        };
        bytes + text.len() <= HEAP_BYTES_MAX
    }

    /// Appends a string. When the last offset is filled, a dictionary is tried once.
    pub(crate) fn push(&mut self, text: &str) {
        match self {
            StringData::Plain(strings) => {
                strings.push(text);
                if strings.len() == CHUNK_IDS
                    && let Some(dictionary) = Dictionary::of(strings)
                {
                    *self = StringData::Dictionary(dictionary);
                }
            }
            StringData::Dictionary(dictionary) => {
                let code = dictionary.code(text);
                dictionary.codes.push(code);
                self.leave_dictionary();
            }
        }
    }

    /// Replaces the string at an offset that exists.
    pub(crate) fn set(&mut self, offset: usize, text: &str) {
        match self {
            StringData::Plain(strings) => strings.set(offset, text),
            StringData::Dictionary(dictionary) => {
                dictionary.codes[offset] = dictionary.code(text);
                self.leave_dictionary();
            }
        }
    }

    /// Appends offsets without a value.
    pub(crate) fn pad_to(&mut self, len: usize) {
        match self {
            StringData::Plain(strings) => strings.views.resize(len, (0, 0)),
            StringData::Dictionary(dictionary) => dictionary.codes.resize(len, 0),
        }
    }

    /// Makes a dictionary that does not pay plain.
    fn leave_dictionary(&mut self) {
        let StringData::Dictionary(dictionary) = self else { return };
        if dictionary.pays() {
            return;
        }
        let mut plain = Strings::default();
        for code in &dictionary.codes {
            plain.push(dictionary.values.get(*code as usize));
        }
        *self = StringData::Plain(plain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn strings_answer_like_an_array(
            steps in prop::collection::vec((any::<bool>(), any::<prop::sample::Index>(), "[a-cä]{0,3}|[a-z]{20}"), 1..400),
        ) {
            let mut strings = StringData::default();
            let mut model: Vec<String> = Vec::new();
            for (push, at, text) in steps {
                if push || model.is_empty() {
                    strings.push(&text);
                    model.push(text);
                } else {
                    let at = at.index(model.len());
                    strings.set(at, &text);
                    model[at] = text;
                }
            }
            prop_assert_eq!(strings.len(), model.len());
            for (offset, text) in model.iter().enumerate() {
                prop_assert_eq!(strings.get(offset), text.as_str());
            }
        }
    }

    #[test]
    fn a_dictionary_stays_while_strings_repeat_and_goes_when_they_do_not() {
        let mut few = StringData::default();
        let mut many = StringData::default();
        for i in 0..CHUNK_IDS {
            few.push(&format!("city {}", i % 500));
            many.push(&format!("text {i}"));
        }
        assert_eq!(few.dictionary().map(|d| d.values().len()), Some(500));
        assert!(many.dictionary().is_none());
        assert_eq!((few.get(501), many.get(501)), ("city 1", "text 501"));
    }

    #[test]
    fn replaced_strings_do_not_pile_up() {
        let mut strings = StringData::default();
        for i in 0..200 {
            strings.push(&format!("{i:0>100}"));
        }
        for i in 0..100_000 {
            strings.set(i % 200, &format!("{i:0>100}"));
        }
        let StringData::Plain(plain) = &strings else { panic!("these strings are distinct") };
        assert!(plain.heap.len() < 100_000, "{}", plain.heap.len());
    }
}
