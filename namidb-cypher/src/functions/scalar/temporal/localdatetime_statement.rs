//! `localdatetime.statement(zone)`.

use super::localdatetime_transaction::LOCALDATETIME_TRANSACTION;
use crate::functions::scalar::prelude::*;

pub(super) const LOCALDATETIME_STATEMENT: ScalarFunction = ScalarFunction {
    name: "localdatetime.statement",
    example: "RETURN localdatetime.statement() = localdatetime()",
    answer: "true",
    ..LOCALDATETIME_TRANSACTION
};
