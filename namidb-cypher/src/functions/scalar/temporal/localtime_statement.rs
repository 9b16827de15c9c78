//! `localtime.statement(zone)`.

use super::localtime_transaction::LOCALTIME_TRANSACTION;
use crate::functions::scalar::prelude::*;

pub(super) const LOCALTIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "localtime.statement",
    example: "RETURN localtime.statement() = localtime()",
    answer: "true",
    ..LOCALTIME_TRANSACTION
};
