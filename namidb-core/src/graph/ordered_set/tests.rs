//! The set answers as a set of the standard library does.

use super::*;
use crate::codec::{Reader, put_varint};
use crate::error::Result;
use proptest::prelude::*;

macro_rules! number_keys {
    ($($number:ty)*) => {$(
        impl SetKey for $number {
            const CLASS: u32 = 0;

            fn put(keys: &[$number], out: &mut Vec<u8>) {
                keys.iter().for_each(|key| put_varint(out, (*key).into()));
            }

            fn read(reader: &mut Reader<'_>, count: usize, _: u64) -> Result<Vec<$number>> {
                (0..count).map(|_| Ok(reader.varint()? as $number)).collect()
            }

            fn heap_bytes(&self) -> usize {
                0
            }

            /// Only before every fourth number, to have places where no leaf can be split.
            fn separator(&self, next: &$number) -> Option<$number> {
                (next % 4 == 0).then_some(*next)
            }
        }
    )*};
}
number_keys!(u32 u64);

#[test]
fn a_set_that_grew_and_shrank_answers_like_a_tree_set() {
    let mut set = OrderedSet::default();
    let mut model = BTreeSet::new();
    let mut held = Vec::new();
    let mut n = 1u64;
    for round in 0..60_000u64 {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let key = (n >> 33) % 30_000;
        if (round < 40_000) != (n >> 20).is_multiple_of(4) {
            assert_eq!(set.insert(key), model.insert(key));
        } else {
            assert_eq!(set.remove(&key), model.remove(&key));
        }
        if round % 9_000 == 0 {
            held.push((set.clone(), model.clone()));
            let from = set.range(|k| *k < key, |_| false);
            assert!(from.eq(model.range(key..)));
        }
    }
    held.push((set, model));
    for (set, model) in held {
        assert_eq!(set.len(), model.len() as u64);
        assert!(set.iter().eq(model.iter()));
    }
}

proptest! {
    #[test]
    fn a_set_built_from_sorted_keys_is_the_one_built_key_by_key(
        keys in prop::collection::btree_set(any::<u32>(), 0..3000), key in any::<u32>(),
    ) {
        let mut built = OrderedSet::from_sorted(keys.iter().copied().collect());
        prop_assert!(built.iter().eq(keys.iter()));
        prop_assert_eq!(built.holds(&key), Some(keys.contains(&key)));
        prop_assert_eq!(built.knows(|k| *k < key, |k| *k > key), Some(keys.contains(&key)));
        built.insert(key);
        prop_assert_eq!(built.holds(&key), Some(true));
        let mut grown = OrderedSet::default();
        for key in &keys {
            grown.insert(*key);
        }
        for key in &keys {
            prop_assert!(grown.remove(key));
        }
        prop_assert_eq!(grown.iter().count(), 0);
    }
}
