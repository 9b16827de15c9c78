//! The condition of a put as the headers of a request. The service checks and writes in one step.

use crate::version::etag_of;
use azure_core::http::Etag;
use namidb_core::object_store::PutCondition;

/// The headers `If-None-Match` and `If-Match`, at most one of which is set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Headers {
    pub(crate) if_none_match: Option<Etag>,
    pub(crate) if_match: Option<Etag>,
}

impl From<&PutCondition> for Headers {
    fn from(condition: &PutCondition) -> Headers {
        match condition {
            PutCondition::Always => Headers::default(),
            PutCondition::IfAbsent => Headers { if_none_match: Some(Etag::from("*")), if_match: None },
            PutCondition::IfMatch(version) => {
                Headers { if_none_match: None, if_match: Some(etag_of(version)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use namidb_core::object_store::ObjectVersion;

    #[test]
    fn each_condition_is_one_header_at_most() {
        let text = |etag: Option<Etag>| etag.map(String::from);
        let of = |condition: PutCondition| {
            let headers = Headers::from(&condition);
            (text(headers.if_none_match), text(headers.if_match))
        };
        assert_eq!(of(PutCondition::Always), (None, None));
        assert_eq!(of(PutCondition::IfAbsent), (Some("*".to_owned()), None));
        let version = ObjectVersion::new("\"0x8D\"");
        assert_eq!(of(PutCondition::IfMatch(version)), (None, Some("\"0x8D\"".to_owned())));
    }
}
