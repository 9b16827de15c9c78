//! `time.statement(zone)`.

use super::time_transaction::TIME_TRANSACTION;
use crate::functions::scalar::prelude::*;

pub(super) const TIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "time.statement",
    example: "RETURN time.statement() = time()",
    answer: "true",
    ..TIME_TRANSACTION
};
