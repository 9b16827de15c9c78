//! Dates, times and durations.

mod date;
mod date_realtime;
mod date_statement;
mod date_transaction;
mod date_truncate;
mod datetime;
mod datetime_fromepoch;
mod datetime_fromepochmillis;
mod datetime_realtime;
mod datetime_statement;
mod datetime_transaction;
mod datetime_truncate;
mod duration;
mod duration_between;
mod duration_in_days;
mod duration_in_months;
mod duration_in_seconds;
mod fields;
mod format;
mod kind;
mod localdatetime;
mod localdatetime_realtime;
mod localdatetime_statement;
mod localdatetime_transaction;
mod localdatetime_truncate;
mod localtime;
mod localtime_realtime;
mod localtime_statement;
mod localtime_transaction;
mod localtime_truncate;
mod span;
#[cfg(test)]
mod tests;
mod time;
mod time_realtime;
mod time_statement;
mod time_transaction;
mod time_truncate;
mod truncate;

use super::prelude::*;

/// By category.
pub(super) const FUNCTIONS: &[(Category, &[ScalarFunction])] = &[(
    Category::Temporal,
    &[
        date::DATE,
        date_transaction::DATE_TRANSACTION,
        date_statement::DATE_STATEMENT,
        date_realtime::DATE_REALTIME,
        date_truncate::DATE_TRUNCATE,
        localtime::LOCALTIME,
        localtime::LOCAL_TIME_ALIAS,
        localtime_transaction::LOCALTIME_TRANSACTION,
        localtime_statement::LOCALTIME_STATEMENT,
        localtime_realtime::LOCALTIME_REALTIME,
        localtime_truncate::LOCALTIME_TRUNCATE,
        time::TIME,
        time::ZONED_TIME,
        time_transaction::TIME_TRANSACTION,
        time_statement::TIME_STATEMENT,
        time_realtime::TIME_REALTIME,
        time_truncate::TIME_TRUNCATE,
        localdatetime::LOCALDATETIME,
        localdatetime::LOCAL_DATETIME_ALIAS,
        localdatetime_transaction::LOCALDATETIME_TRANSACTION,
        localdatetime_statement::LOCALDATETIME_STATEMENT,
        localdatetime_realtime::LOCALDATETIME_REALTIME,
        localdatetime_truncate::LOCALDATETIME_TRUNCATE,
        datetime::DATETIME,
        datetime::ZONED_DATETIME,
        datetime_transaction::DATETIME_TRANSACTION,
        datetime_statement::DATETIME_STATEMENT,
        datetime_realtime::DATETIME_REALTIME,
        datetime_truncate::DATETIME_TRUNCATE,
        datetime_fromepoch::DATETIME_FROMEPOCH,
        datetime_fromepochmillis::DATETIME_FROMEPOCHMILLIS,
        duration::DURATION,
        duration_between::DURATION_BETWEEN,
        duration_between::DURATION_BETWEEN_ALIAS,
        duration_in_months::DURATION_IN_MONTHS,
        duration_in_days::DURATION_IN_DAYS,
        duration_in_seconds::DURATION_IN_SECONDS,
        format::FORMAT,
    ],
)];
