//! The condition of a put as the headers that S3 reads.

use namidb_core::object_store::PutCondition;

/// What a put, or the step that completes an upload, carries.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Headers {
    pub(crate) if_none_match: Option<String>,
    pub(crate) if_match: Option<String>,
}

impl From<&PutCondition> for Headers {
    fn from(condition: &PutCondition) -> Headers {
        match condition {
            PutCondition::Always => Headers::default(),
            PutCondition::IfAbsent => Headers { if_none_match: Some("*".to_owned()), if_match: None },
            PutCondition::IfMatch(version) => {
                Headers { if_none_match: None, if_match: Some(version.as_str().to_owned()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::ObjectVersion;

    #[test]
    fn a_condition_is_one_header_at_most() {
        assert_eq!(Headers::from(&PutCondition::Always), Headers::default());
        assert_eq!(Headers::from(&PutCondition::IfAbsent).if_none_match.as_deref(), Some("*"));
        let match_ = PutCondition::IfMatch(ObjectVersion::new("\"abc\""));
        assert_eq!(Headers::from(&match_).if_match.as_deref(), Some("\"abc\""));
        assert_eq!(Headers::from(&match_).if_none_match, None);
    }
}
