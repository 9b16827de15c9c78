//! `datetime.statement(zone)`.

use super::datetime_transaction::DATETIME_TRANSACTION;
use crate::functions::scalar::prelude::*;

pub(super) const DATETIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "datetime.statement",
    example: "RETURN datetime.statement() = datetime()",
    answer: "true",
    ..DATETIME_TRANSACTION
};
