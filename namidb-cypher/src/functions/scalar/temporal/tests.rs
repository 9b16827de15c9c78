//! What the temporal functions give and refuse, as text.

use crate::eval::tests::build::{bound, context, evaluate_on};
use crate::factor::Batch;
use namidb_core::graph::GraphState;

fn gives(text: &str) -> String {
    let state = GraphState::empty();
    match bound(text).and_then(|e| evaluate_on(&e, &Batch::unit(), &state, &context())) {
        Ok(values) => values[0].to_text().unwrap_or_else(|| values[0].to_string()),
        Err(error) => format!("{}: {}", error.error_type(), error.detail()),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(gives(text), *expected, "{text}");
    }
}

#[test]
fn maps_are_made_values_component_by_component() {
    check(&[
        ("date({year: 1818, week: 53})", "1818-12-28"),
        ("date({date: date('1816-12-31'), week: 2})", "1817-01-07"),
        ("date({date: date('1816-12-30'), week: 2, dayOfWeek: 3})", "1817-01-08"),
        ("date({date: date('1984-11-11'), quarter: 3})", "1984-08-11"),
        ("date({date: date('2015-01-31'), month: 2})", "2015-02-28"),
        ("date({date: date('2020-12-31'), year: 2021, dayOfWeek: 1})", "2021-12-27"),
        ("date({date: date('1984-12-31'), quarter: 1})", "1984-03-31"),
        ("date({date: date('1984-11-11'), quarter: 2})", "1984-05-11"),
        ("date({date: date('1984-12-31'), quarter: 2})", "1984-06-30"),
        ("date({date: date('1952-08-10'), year: 1992, dayOfWeek: 4})", "1992-08-13"),
        ("date({year: -999999999})", "-999999999-01-01"),
        ("localtime({hour: 1, minute: 2, second: 3, microsecond: 999999})", "01:02:03.999999"),
        ("localtime({time: localtime('12:31:14.645'), nanosecond: 7})", "12:31:14.000000007"),
        ("time({time: time('23:00+01:00'), timezone: '+05:00'})", "03:00+05:00"),
        ("time({time: datetime('2015-07-21T12:00[Europe/Berlin]')})", "12:00+02:00"),
        (
            "datetime({date: date('1984-10-11'), time: time('00:30+01:00'), timezone: 'Z'})",
            "1984-10-10T23:30Z",
        ),
        (
            "datetime({year: 1984, month: 10, day: 11, time: time('00:30+01:00'), timezone: 'Z'})",
            "1984-10-10T23:30Z",
        ),
        (
            "datetime({datetime: datetime('1984-10-11T12:00+01:00'), day: 1, hour: 0, timezone: 'Z'})",
            "1984-09-30T23:00Z",
        ),
        ("time({time: time('12:31+01:00'), hour: 0, second: 5, timezone: '+00:30'})", "00:01:05+00:30"),
        (
            "datetime({datetime: datetime('2024-10-27T02:30+01:00[Europe/Berlin]'), second: 5})",
            "2024-10-27T02:30:05+01:00[Europe/Berlin]",
        ),
        ("datetime({epochMillis: -1, timezone: '+01:00'})", "1970-01-01T00:59:59.999+01:00"),
        ("datetime({epochSeconds: 1, nanosecond: 5})", "1970-01-01T00:00:01.000000005Z"),
        ("localdatetime(date('1984-10-11'))", "1984-10-11T00:00"),
        ("duration({quarters: 1, weeks: 1, milliseconds: 1, microseconds: -1})", "P3M7DT0.000999S"),
        (
            "duration({years: 12.5, months: 5.5, days: 14.5, nanoseconds: 3})",
            "P12Y11M29DT17H14M33.000000003S",
        ),
    ]);
}

#[test]
fn what_is_no_value_is_an_argument_error() {
    let cases = [
        "date({})",
        "date({day: 1})",
        "date({year: 2015, day: 1})",
        "date({year: 2015, month: 2, day: 29})",
        "date({year: 2015, month: 2, week: 1})",
        "date({year: 2015, month: 1.0})",
        "date({year: 2015, hour: 1})",
        "date({year: 2015, month: null})",
        "date({year: 1000000000})",
        "date({year: 2015, month: 257})",
        "date('2015-02-29')",
        "date(localtime('12:00'))",
        "localtime({minute: 1})",
        "localtime({hour: 1, minute: 1, nanosecond: 1})",
        "localtime({hour: 1, minute: 1, second: 1, millisecond: 1, microsecond: 1000})",
        "localtime(date('2015-01-01'))",
        "time({hour: 1, timezone: 'Europe/Atlantis'})",
        "time({hour: 1, timezone: 1})",
        "datetime('2015-01-01T00:00[Europe/Atlantis]')",
        "datetime('2015-01-01T00:00+02:00[Europe/London]')",
        "datetime({epochSeconds: 1, epochMillis: 1})",
        "datetime({date: 1})",
        "datetime({year: 2015, hour: 12})",
        "datetime({year: 2015, month: 2, time: localtime('12:00')})",
        "localdatetime({year: 2015, week: 2, hour: 12})",
        "datetime({year: 2015, quarter: 2, hour: 12})",
        "date({date: date('2015-01-01'), quarter: 0})",
        "date({date: date('2015-01-01'), dayOfWeek: 0})",
        "datetime({datetime: datetime('2015-01-01T00:00Z'), date: date('2015-01-01')})",
        "localdatetime({time: localtime('12:00'), datetime: localdatetime('2015-01-01')})",
        "date.truncate('hour', date('2015-01-01'))",
        "localtime.truncate('week', localtime('12:00'))",
        "localtime.truncate('hour', date('2015-01-01'))",
        "date.truncate('fortnight', date('2015-01-01'))",
        "datetime.truncate('millisecond', datetime('2015-01-01T00:00Z'), {nanosecond: 1000000})",
        "duration({fortnights: 1})",
        "duration({})",
        "duration({days: '1'})",
        "duration('P')",
    ];
    for text in cases {
        assert_eq!(gives(text), "ArgumentError: InvalidArgumentValue", "{text}");
    }
    for text in [
        "date.truncate('millennium', date('-999999999-01-01'))",
        "duration({years: 9223372036854775807})",
        "duration({days: 1e300})",
        "datetime.fromepoch(9223372036854775807, 0)",
        "date('+999999999-12-31') + duration('P1D')",
    ] {
        assert_eq!(gives(text), "ArgumentError: NumberOutOfRange", "{text}");
    }
}

#[test]
fn truncation_is_by_the_local_calendar() {
    check(&[
        ("date.truncate('weekYear', date('1984-02-01'), {day: 5})", "1984-01-05"),
        ("date.truncate('week', date('1984-10-11'), {dayOfWeek: 2})", "1984-10-09"),
        (
            "datetime.truncate('hour', datetime('1984-10-11T12:31-01:00'), {timezone: 'Europe/Stockholm'})",
            "1984-10-11T12:00+01:00[Europe/Stockholm]",
        ),
        (
            "datetime.truncate('microsecond', datetime('1984-10-11T12:31:14.645876123Z'), {nanosecond: 2})",
            "1984-10-11T12:31:14.645876002Z",
        ),
        (
            "datetime.truncate('month', datetime('2024-04-11T12:31[Europe/Berlin]'))",
            "2024-04-01T00:00+02:00[Europe/Berlin]",
        ),
        (
            "time.truncate('day', datetime('1984-10-11T12:31+01:00'), {nanosecond: 2})",
            "00:00:00.000000002+01:00",
        ),
        ("localdatetime.truncate('day', date('1984-10-11'))", "1984-10-11T00:00"),
        ("date.truncate('day', null)", "null"),
    ]);
}

#[test]
fn the_clock_of_a_statement_is_read_in_any_zone() {
    check(&[
        ("datetime().epochMillis = datetime.statement('Asia/Tokyo').epochMillis", "true"),
        ("datetime({timezone: 'Asia/Tokyo'}).timezone", "Asia/Tokyo"),
        ("datetime.transaction('+01:00').offset", "+01:00"),
        ("datetime.realtime(null)", "null"),
        ("date.statement('Nowhere')", "ArgumentError: InvalidArgumentValue"),
        (
            "duration.inSeconds(localtime.statement('+00:00'), localtime.statement('+01:00')) IN [duration('PT1H'), duration('PT-23H')]",
            "true",
        ),
    ]);
}

#[test]
fn the_clock_of_a_transaction_stands_still_from_statement_to_statement() {
    let shown = |text: &str, transaction_time| {
        let mut cx = context();
        cx.transaction_time = transaction_time;
        let values = evaluate_on(&bound(text).unwrap(), &Batch::unit(), &GraphState::empty(), &cx);
        values.unwrap()[0].to_text().unwrap()
    };
    for (text, began) in [
        ("date.transaction()", "2001-09-09"),
        ("localtime.transaction('+01:00')", "02:46:40"),
        ("time.transaction()", "01:46:40Z"),
        ("localdatetime.transaction()", "2001-09-09T01:46:40"),
        ("datetime.transaction()", "2001-09-09T01:46:40Z"),
    ] {
        assert_eq!(shown(text, Some(1_000_000_000_000_000)), began, "{text}");
        let by_statement = text.replace("transaction", "statement");
        assert_eq!(shown(text, None), shown(&by_statement, Some(1_000_000_000_000_000)), "{text}");
    }
}

#[test]
fn texts_are_read_back() {
    for text in [
        "datetime('1818-07-21T21:40:32.142[Europe/Stockholm]')",
        "datetime('2024-10-27T02:30+01:00[Europe/Berlin]')",
        "duration('P1Y-2M3DT-4H5.000000006S')",
    ] {
        let (name, _) = text.split_once('(').unwrap();
        check(&[(&format!("{name}(toString({text})) = {text}"), "true")]);
    }
}
