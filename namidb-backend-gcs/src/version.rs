//! Generations as versions. Every write gives an object another one, also a write of the same bytes.

use namidb_core::object_store::ObjectVersion;

/// The version that a generation is.
pub(crate) fn version_of(generation: i64) -> ObjectVersion {
    ObjectVersion::new(generation.to_string())
}

/// The generation of a version; none if it is the version of another kind of store. Generations are positive: 0 stands
/// for an object that is not there.
pub(crate) fn generation_of(version: &ObjectVersion) -> Option<i64> {
    version.as_str().parse().ok().filter(|generation| *generation > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_its_generation_and_never_nothing() {
        assert_eq!(generation_of(&version_of(1_795_672_800_123_456)), Some(1_795_672_800_123_456));
        for other in ["0", "-1", "\"0x8D\"", ""] {
            assert_eq!(generation_of(&ObjectVersion::new(other)), None, "{other}");
        }
    }
}
