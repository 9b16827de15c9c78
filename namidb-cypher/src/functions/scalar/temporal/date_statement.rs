//! `date.statement(zone)`.

use super::date_transaction::DATE_TRANSACTION;
use crate::functions::scalar::prelude::*;

pub(super) const DATE_STATEMENT: ScalarFunction = ScalarFunction {
    name: "date.statement",
    example: "RETURN date.statement() = date()",
    answer: "true",
    ..DATE_TRANSACTION
};
