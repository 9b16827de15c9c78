//! The neighbours of one node, marked so that others are looked up among them.

use super::lists::Lists;

/// The neighbours of one node: a bit each, and apart, for those that are met, the relationship.
///
/// What a word of bits has before it is counted once a word, so a neighbour's number among all is one addition away and
/// the relationships take no more room than there are neighbours.
#[derive(Default)]
pub(crate) struct Marks {
    words: Vec<u64>,
    /// By word: how many neighbours have numbers below those of this word.
    before: Vec<u32>,
    /// The words that are not zero.
    marked: Vec<usize>,
    /// By number; [`SEVERAL`] where they are parallel. Empty if nobody asks.
    relationships: Vec<u64>,
    count: usize,
}

const SEVERAL: u64 = u64::MAX;
const UNSET: u64 = u64::MAX - 1;

/// What connects a node with the marked one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mark {
    /// Nothing.
    Absent,
    /// This relationship alone.
    Only(u64),
    /// More than one relationship, or one that leads back.
    Several,
    /// One relationship, and nobody wanted to know which.
    Unknown,
}

impl Marks {
    /// Marks the neighbours of a node, and no others; with their relationships, if those are wanted or parallel.
    pub(crate) fn set(&mut self, lists: &mut Lists<'_>, node: u64, relationships: bool) {
        for word in self.marked.drain(..) {
            self.words[word] = 0;
        }
        self.relationships.clear();
        let mut entries = 0;
        let (words, marked) = (&mut self.words, &mut self.marked);
        lists.for_each_run(node, 0, u64::MAX, &mut |run, _| {
            entries += run.len();
            for neighbour in run.nodes {
                let neighbour = run.node_base + u64::from(*neighbour);
                let at = (neighbour / 64) as usize;
                if at >= words.len() {
                    words.resize((at + 1).next_power_of_two(), 0);
                }
                if words[at] == 0 {
                    marked.push(at);
                }
                words[at] |= 1 << (neighbour % 64);
            }
        });
        self.count = marked.iter().map(|at| words[*at].count_ones() as usize).sum();
        if relationships || self.count < entries {
            self.note_relationships(lists, node);
        }
    }

    fn note_relationships(&mut self, lists: &mut Lists<'_>, node: u64) {
        self.before.resize(self.words.len(), 0);
        let mut before = 0;
        for at in &self.marked {
            self.before[*at] = before;
            before += self.words[*at].count_ones();
        }
        self.relationships.resize(self.count, UNSET);
        lists.for_each_run(node, 0, u64::MAX, &mut |run, _| {
            for (neighbour, relationship) in run.iter() {
                let number = self.number(neighbour.0);
                let known = &mut self.relationships[number];
                *known = if *known == UNSET { relationship.0 } else { SEVERAL };
            }
        });
    }

    /// A marked neighbour's number.
    #[inline]
    fn number(&self, neighbour: u64) -> usize {
        let at = (neighbour / 64) as usize;
        let below = self.words[at] & ((1 << (neighbour % 64)) - 1);
        (self.before[at] + below.count_ones()) as usize
    }

    /// How many neighbours are marked.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Whether a node is marked.
    #[inline]
    pub(crate) fn has(&self, node: u64) -> bool {
        self.words.get((node / 64) as usize).is_some_and(|word| word >> (node % 64) & 1 != 0)
    }

    /// What connects a node with the marked one.
    #[inline]
    pub(crate) fn get(&self, node: u64) -> Mark {
        if !self.has(node) {
            return Mark::Absent;
        }
        if self.relationships.is_empty() {
            return Mark::Unknown;
        }
        match self.relationships[self.number(node)] {
            SEVERAL => Mark::Several,
            relationship => Mark::Only(relationship),
        }
    }

    /// The marked neighbours, in ascending order.
    pub(crate) fn sorted(&mut self) -> Vec<u64> {
        // Sorting the words leaves their counts as they are: each has its own.
        self.marked.sort_unstable();
        let mut nodes = Vec::with_capacity(self.count);
        for at in &self.marked {
            let mut rest = self.words[*at];
            while rest != 0 {
                nodes.push(*at as u64 * 64 + u64::from(rest.trailing_zeros()));
                rest &= rest - 1;
            }
        }
        nodes
    }
}
