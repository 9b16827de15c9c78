//! The condition of a put as the generation that must be there. The service checks and writes in one step.

use crate::version::generation_of;
use namidb_core::object_store::PutCondition;

/// The generation that must be there: none if any may, 0 if nothing may.
pub(crate) fn generation(condition: &PutCondition) -> Result<Option<i64>, NeverThere> {
    match condition {
        PutCondition::Always => Ok(None),
        PutCondition::IfAbsent => Ok(Some(0)),
        PutCondition::IfMatch(version) => generation_of(version).map(Some).ok_or(NeverThere),
    }
}

/// The version is none that this store could give.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct NeverThere;

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::ObjectVersion;

    #[test]
    fn each_condition_is_a_generation() {
        let if_match = |text| generation(&PutCondition::IfMatch(ObjectVersion::new(text)));
        assert_eq!(generation(&PutCondition::Always), Ok(None));
        assert_eq!(generation(&PutCondition::IfAbsent), Ok(Some(0)));
        assert_eq!(if_match("42"), Ok(Some(42)));
        assert_eq!(if_match("0"), Err(NeverThere), "that would be a put if absent");
        assert_eq!(if_match("\"etag\""), Err(NeverThere));
    }
}
