//! Sets of variables.

use crate::binder::bound::VarId;
use smallvec::SmallVec;

/// A set of variables, a bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct VarSet {
    words: SmallVec<[u64; 2]>,
}

impl VarSet {
    pub(crate) fn contains(&self, variable: VarId) -> bool {
        let (word, bit) = (variable.0 as usize / 64, variable.0 % 64);
        self.words.get(word).is_some_and(|w| w >> bit & 1 != 0)
    }

    pub(crate) fn insert(&mut self, variable: VarId) {
        let (word, bit) = (variable.0 as usize / 64, variable.0 % 64);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << bit;
    }

    pub(crate) fn remove(&mut self, variable: VarId) {
        let (word, bit) = (variable.0 as usize / 64, variable.0 % 64);
        if let Some(w) = self.words.get_mut(word) {
            *w &= !(1 << bit);
        }
    }

    /// Adds the members of the other set.
    pub(crate) fn union(&mut self, other: &VarSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (to, from) in self.words.iter_mut().zip(&other.words) {
            *to |= from;
        }
    }

    /// The members, in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = VarId> + '_ {
        self.words.iter().enumerate().flat_map(|(word, bits)| {
            let mut rest = *bits;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                Some(VarId(word as u32 * 64 + bit))
            })
        })
    }
}

impl FromIterator<VarId> for VarSet {
    fn from_iter<I: IntoIterator<Item = VarId>>(variables: I) -> VarSet {
        let mut set = VarSet::default();
        for variable in variables {
            set.insert(variable);
        }
        set
    }
}
