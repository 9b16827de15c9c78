//! The calendar against a plain walk over its days, text against the forms that Cypher names.

use super::*;
use crate::value::Value;
use proptest::prelude::*;

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

#[test]
fn days_follow_each_other_through_four_centuries() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut days = Date::new(1799, 1, 1).unwrap().days;
    let mut weekday = 2; // A Tuesday.
    for year in 1799..2201i64 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let mut ordinal = 0;
        for month in 1..=12u8 {
            let length = lengths[usize::from(month) - 1] + u8::from(leap && month == 2);
            for day in 1..=length {
                ordinal += 1;
                let date = Date { days };
                assert_eq!(date.year_month_day(), (year, month, day));
                assert_eq!(Date::new(year, month, day), Some(date));
                assert_eq!(date.weekday(), weekday);
                assert_eq!(date.ordinal_day(), ordinal);
                assert_eq!(Date::from_ordinal(year, ordinal), Some(date));
                let (week_year, week) = date.week();
                assert_eq!(Date::from_week(week_year, week, weekday), Some(date));
                assert_eq!(Date::from_quarter(year, date.quarter(), date.day_of_quarter()), Some(date));
                days += 1;
                weekday = weekday % 7 + 1;
            }
            assert_eq!(Date::new(year, month, length + 1), None);
        }
        assert_eq!(Date::from_ordinal(year, ordinal + 1), None);
    }
}

#[test]
fn the_calendar_ends_where_it_says() {
    assert_eq!(Date::MIN.year_month_day(), (-999_999_999, 1, 1));
    assert_eq!(Date::MAX.year_month_day(), (999_999_999, 12, 31));
    assert_eq!(Date::MAX.plus_days(1), None);
    assert_eq!(Date::MIN.plus_months(-1), None);
    assert_eq!(Date::from_days(i64::MAX), None);
    assert_eq!(Date::new(1_000_000_000, 1, 1), None);
    for days in [i64::MIN, i64::MAX, Date::MIN.days, Date::MAX.days] {
        let date = Date { days };
        let _ = (date.week(), date.weekday(), date.quarter(), date.day_of_quarter(), date.ordinal_day());
        let _ = date.to_string();
    }
    let last = LocalDateTime::new(Date::MAX, LocalTime::new(23, 59, 59, 999_999_999).unwrap()).unwrap();
    assert_eq!(LocalDateTime::parse(&last.to_string()), Some(last));
    assert!(last.at_offset(0, None).is_some());
    assert_eq!(last.plus(&Duration::new(0, 0, 0, 1).unwrap()), None);
    assert!(!LocalDateTime { seconds: i64::MAX, nanos: 0 }.is_valid());
    assert_eq!(DateTime::from_epoch(0, 1_000_000_000), None);
}

#[test]
fn dates_are_read_in_every_form() {
    for text in
        ["2015-07-21", "20150721", "2015-W30-2", "2015W302", "2015-202", "2015202", "2015-Q3-21", "2015Q321"]
    {
        assert_eq!(date(text).to_string(), "2015-07-21", "{text}");
    }
    assert_eq!(date("2015-07").to_string(), "2015-07-01");
    assert_eq!(date("201507").to_string(), "2015-07-01");
    assert_eq!(date("2015-W30").to_string(), "2015-07-20");
    assert_eq!(date("2015W30").to_string(), "2015-07-20");
    assert_eq!(date("2015Q3").to_string(), "2015-07-01");
    assert_eq!(date("2015").to_string(), "2015-01-01");
    for text in ["-0044-03-15", "+999999999-12-31", "-999999999-01-01", "0000-01-01", "+12345-06-07"] {
        assert_eq!(date(text).to_string(), text);
    }
    let wrong = ["", "2015-7-1", "2015-02-29", "2015-13", "2015-W54", "2016-W53", "2015-366", "15-01-01"];
    for text in wrong.into_iter().chain(["2015-", "2015-07-", "+9999999999", "2015-07-21x", "２０１５"]) {
        assert_eq!(Date::parse(text), None, "{text}");
    }
}

#[test]
fn times_are_read_in_every_form() {
    for (text, shown) in [
        ("21:40:32.142", "21:40:32.142"),
        ("214032.142", "21:40:32.142"),
        ("21:40:32", "21:40:32"),
        ("214032", "21:40:32"),
        ("21:40", "21:40"),
        ("2140", "21:40"),
        ("21", "21:00"),
        ("00:00:00.000000001", "00:00:00.000000001"),
        ("12:00:00,5", "12:00:00.5"),
    ] {
        assert_eq!(LocalTime::parse(text).unwrap().to_string(), shown, "{text}");
    }
    for text in ["24:00", "21:60", "21:40:60", "214", "21:4", "21:40.5", "21:40:32.", ""] {
        assert_eq!(LocalTime::parse(text), None, "{text}");
    }
    for (text, shown) in [
        ("21:40:32.142+0100", "21:40:32.142+01:00"),
        ("2140-00:00", "21:40Z"),
        ("21+18:00", "21:00+18:00"),
        ("21:40", "21:40Z"),
        ("21:40-01:30", "21:40-01:30"),
        ("12:00+00:53:28", "12:00+00:53:28"),
    ] {
        assert_eq!(Time::parse(text).unwrap().to_string(), shown, "{text}");
    }
    for text in ["21+19", "21+1", "21+01:60", "21:40X"] {
        assert_eq!(Time::parse(text), None, "{text}");
    }
}

#[test]
fn dates_with_times_are_read_in_every_form() {
    for (text, shown) in [
        ("2015-07-21T21:40:32.142", "2015-07-21T21:40:32.142"),
        ("2015-W30-2T214032.142", "2015-07-21T21:40:32.142"),
        ("2015T214032", "2015-01-01T21:40:32"),
        ("2015-W30T2140", "2015-07-20T21:40"),
        ("2015202T21", "2015-07-21T21:00"),
        ("2015-07-21", "2015-07-21T00:00"),
    ] {
        assert_eq!(LocalDateTime::parse(text).unwrap().to_string(), shown, "{text}");
    }
    for (text, shown) in [
        ("2015-07-21T21:40:32.142+0100", "2015-07-21T21:40:32.142+01:00"),
        ("2015-W30-2T214032.142Z", "2015-07-21T21:40:32.142Z"),
        ("2015-W30T2140-02", "2015-07-20T21:40-02:00"),
        ("2015-07-21T21:40:32.142+0845[Australia/Eucla]", "2015-07-21T21:40:32.142+08:45[Australia/Eucla]"),
        ("2015-07-21T21:40", "2015-07-21T21:40Z"),
    ] {
        assert_eq!(DateTime::parse(text).unwrap().to_string(), shown, "{text}");
    }
    assert_eq!(
        DateTime::parse("2015-07-21T21:40:32.142[Europe/London]"),
        None,
        "its offset is not known here"
    );
    let zoned = ZonedText::parse("2015-07-21T21:40:32.142[Europe/London]").unwrap();
    assert_eq!((zoned.offset_seconds, zoned.zone.as_deref()), (None, Some("Europe/London")));
    assert_eq!(ZonedText::parse("2015-07-21T21:40[]"), None);
    assert_eq!(ZonedText::parse("2015-07-21T21:40[a b]"), None);
    let instant = DateTime::parse("1970-01-01T01:00+01:00").unwrap();
    assert_eq!((instant.seconds, instant.offset_seconds), (0, 3600));
}

#[test]
fn durations_are_read_and_shown_part_by_part() {
    for (text, shown) in [
        ("P14DT16H12M", "P14DT16H12M"),
        ("P5M1.5D", "P5M1DT12H"),
        ("P0.75M", "P22DT19H51M49.5S"),
        ("PT0.75M", "PT45S"),
        ("P2.5W", "P17DT12H"),
        ("P12Y5M14DT16H12M70S", "P12Y5M14DT16H13M10S"),
        ("P2012-02-02T14:37:21.545", "P2012Y2M2DT14H37M21.545S"),
        ("PT0S", "PT0S"),
        ("-P1Y2DT-3S", "P-1Y-2DT3S"),
        ("P12Y5M-14DT16H", "P12Y5M-14DT16H"),
        ("PT-1M-0.001S", "PT-1M-0.001S"),
        ("PT1.999S", "PT1.999S"),
        ("PT-59.999S", "PT-59.999S"),
        ("P1DT-0.001S", "P1DT-0.001S"),
        ("+P1D", "P1D"),
        ("P20120202T143721.545", "P2012Y2M2DT14H37M21.545S"),
        ("-P20120202", "P-2012Y-2M-2D"),
        ("PT14:37:21.545", "PT14H37M21.545S"),
        ("PT1437", "PT14H37M"),
        ("P9223372036854775807D", "P9223372036854775807D"),
        ("PT-9223372036854775808S", "PT-2562047788015215H-30M-8S"),
    ] {
        let duration = Duration::parse(text).unwrap();
        assert_eq!(duration.to_string(), shown, "{text}");
        assert_eq!(Duration::parse(shown), Some(duration), "{shown}");
    }
    for text in [
        "",
        "P",
        "PT",
        "P1",
        "P1DT",
        "P1S",
        "PT1D",
        "P1D1Y",
        "P1D1D",
        "PT1.S",
        "1D",
        "P9223372036854775808D",
        "P99999999999999999999D",
        "P2012-0202",
        "P201202-02",
        "P20121302",
        "PT14:37:61",
        "PT143",
    ] {
        assert_eq!(Duration::parse(text), None, "{text}");
    }
}

#[test]
fn fractions_are_carried_from_the_sum_of_a_durations_units() {
    for (text, shown) in [
        ("P22.1W39.75DT-18M", "P194DT10H30M"),
        ("P4.1Y33.504M-5.650D", "P6Y10M15DT18H39M41.184S"),
        ("P16Y-10.25M10DT-17.58031H", "P15Y1M32DT2H17M0.384S"),
        ("P1.5M-0.1D", "P1M15DT2H50M33S"),
    ] {
        assert_eq!(Duration::parse(text).unwrap().to_string(), shown, "{text}");
    }
    let mixed = Duration::parse("P8Y1M-279DT-3H-54M-10.8372315S").unwrap();
    assert_eq!(mixed.times(0.3333).unwrap().to_string(), "P2Y8M-82DT-23H-56M-40.469449258S");
    assert_eq!(mixed.divided(0.3333).unwrap().to_string(), "P24Y3M-836DT-16H-27M-35.868681368S");
}

#[test]
fn a_duration_moves_each_kind_by_the_parts_that_it_has() {
    let long = Duration::new(149, 14, 16 * 3600 + 12 * 60 + 70, 2).unwrap();
    let mixed = Duration::new(1, -14, 16 * 3600 - 12 * 60 + 70, 0).unwrap();
    let mut half = DurationSum::default();
    half.add_months(155_500_000_000);
    half.add_days(14_500_000_000);
    half.add_nanos(((16 * 3600 + 12 * 60 + 70) * 10 + 18_305) * 100_000_000 + 3);
    let half = half.finish().unwrap();
    assert_eq!(half.to_string(), "P12Y11M29DT33H58M13.500000003S");
    let day = date("1984-10-11");
    let time = Time::parse("12:31:14.000000001+01:00").unwrap();
    let both = LocalDateTime::parse("1984-10-11T12:31:14.000000001").unwrap();
    for (duration, later, earlier) in [
        (long, "1997-03-25 04:44:24.000000003+01:00", "1972-04-27 20:18:03.999999999+01:00"),
        (mixed, "1984-10-28 04:20:24.000000001+01:00", "1984-09-25 20:42:04.000000001+01:00"),
        (half, "1997-10-11 22:29:27.500000004+01:00", "1971-10-12 02:33:00.499999998+01:00"),
    ] {
        let back = duration.negated().unwrap();
        let shown = |d: &Duration| format!("{} {}", day.plus(d).unwrap(), time.plus(d));
        assert_eq!(shown(&duration), later);
        assert_eq!(shown(&back), earlier);
    }
    assert_eq!(both.plus(&long).unwrap().to_string(), "1997-03-26T04:44:24.000000003");
    assert_eq!(both.plus(&half.negated().unwrap()).unwrap().to_string(), "1971-10-12T02:33:00.499999998");
    assert_eq!(date("2016-01-31").plus_months(1), Some(date("2016-02-29")));
    assert_eq!(date("2016-03-31").plus_months(-13), Some(date("2015-02-28")));
    let doubled = half.plus(&half).unwrap();
    assert_eq!(doubled.to_string(), "P25Y10M58DT67H56M27.000000006S");
    assert_eq!(half.times(2.0), Some(doubled));
    assert_eq!(Duration { months: i64::MIN, ..Duration::ZERO }.negated(), None);
    assert_eq!(half.times(f64::NAN), None);
    assert_eq!(half.times(1e300), None);
}

#[test]
fn durations_are_multiplied_and_divided_as_it_is_written() {
    let whole = Duration::parse("P12Y5M14DT16H13M10.000000001S").unwrap();
    assert_eq!(whole.times(0.5).unwrap().to_string(), "P6Y2M22DT13H21M8S");
    assert_eq!(whole.divided(2.0), whole.times(0.5));
    assert_eq!(whole.divided(0.5), whole.times(2.0));
    assert_eq!(whole.times(2.0).unwrap().to_string(), "P24Y10M28DT32H26M20.000000002S");
    let days = Duration::new(0, 10, 0, 0).unwrap();
    assert_eq!(days.times(0.1).unwrap().to_string(), "P1D");
    assert_eq!(days.divided(-3.0).unwrap().to_string(), "P-3DT-8H");
    assert_eq!(days.times(1e-40), Some(Duration::ZERO));
    assert_eq!(days.times(1.5e-20), Some(Duration::ZERO));
    assert_eq!(days.times(1e18), None);
    assert_eq!((days.times(f64::INFINITY), days.divided(0.0), days.divided(-0.0)), (None, None, None));
    let most = Duration { months: i64::MIN, days: i64::MAX, seconds: i64::MIN, nanos: 999_999_999 };
    for factor in [1.0, 0.999_999_999_999_999_9, 1e-18, 123_456_789.123_456_78, 9.2e18, -1e17] {
        let _ = (most.times(factor), most.divided(factor));
    }
    assert_eq!(most.times(1.0), Some(most));
}

#[test]
fn an_offset_must_be_one_that_the_zone_has() {
    let instant = |text: &str| ZonedText::parse(text).unwrap().instant().map(|instant| instant.to_string());
    for (text, shown) in [
        ("2015-07-21T21:40:32.142[Europe/London]", "2015-07-21T21:40:32.142+01:00[Europe/London]"),
        ("2015-07-21T21:40:32.142-04[America/New_York]", "2015-07-21T21:40:32.142-04:00[America/New_York]"),
        ("2024-10-27T02:30+01:00[Europe/Berlin]", "2024-10-27T02:30+01:00[Europe/Berlin]"),
        ("2015-07-21T21:40", "2015-07-21T21:40Z"),
    ] {
        assert_eq!(instant(text).as_deref(), Some(shown), "{text}");
    }
    assert_eq!(instant("2015-07-21T21:40+02:00[Europe/London]"), None);
    assert_eq!(instant("2015-07-21T21:40[Europe/Atlantis]"), None);
}

fn between(from: &Value, to: &Value) -> Duration {
    Span::new(from, to).unwrap().between().unwrap()
}

#[test]
fn the_time_between_two_values_is_counted_in_the_zone_of_the_first() {
    let at = |text: &str| Value::from(ZonedText::parse(text).unwrap().instant().unwrap());
    let day = |text: &str| Value::Date(date(text));
    let (stockholm, later) = (at("2017-10-29T00:00[Europe/Stockholm]"), day("2017-10-30"));
    let seconds = |from, to| Span::new(from, to).unwrap().in_seconds().unwrap().to_string();
    assert_eq!(seconds(&stockholm, &later), "PT25H");
    assert_eq!(between(&stockholm, &later).to_string(), "P1D");
    assert_eq!(between(&Value::Date(Date::MIN), &Value::Date(Date::MAX)).to_string(), "P1999999998Y11M30D");
    assert_eq!(between(&day("2016-02-29"), &day("2015-01-31")).to_string(), "P-1Y-28D");
    let local = |text: &str| Value::LocalDateTime(LocalDateTime::parse(text).unwrap());
    for (from, to, shown) in [
        ("2015-01-31T12:00", "2015-03-01T00:00", "P28DT12H"),
        ("2015-01-31T12:00", "2015-03-01T12:00", "P1M1D"),
        ("1968-12-30T00:00", "1964-02-29T22:14:50", "P-4Y-9M-29DT-1H-45M-10S"),
    ] {
        assert_eq!(between(&local(from), &local(to)).to_string(), shown, "{from} {to}");
    }
    let (first, second) = (at("2018-07-21T21:40:36.143+0500"), at("1984-07-21T22:40:36.143+0200"));
    assert_eq!(Span::new(&first, &second).unwrap().in_months().to_string(), "P-33Y-11M");
    let time = Value::LocalTime(LocalTime::parse("14:30").unwrap());
    assert_eq!(between(&time, &later).to_string(), "PT-14H-30M");
    assert_eq!(Span::new(&time, &later).unwrap().in_days(), Duration::ZERO);
    assert!(Span::new(&time, &Value::from(Duration::ZERO)).is_none());
    assert!(Span::new(&Value::Null, &time).is_none());
}

#[test]
fn a_unit_is_found_by_name() {
    for unit in Unit::ALL {
        assert_eq!(Unit::parse(&unit.name().to_uppercase()), Some(unit));
    }
    assert_eq!(Unit::parse("fortnight"), None);
    assert_eq!(date("-0001-05-05").truncate(Unit::Century), Some(date("-0100-01-01")));
    assert_eq!(date("1984-01-01").truncate(Unit::WeekYear), Some(date("1983-01-03")));
    assert_eq!(Date::MIN.truncate(Unit::Decade), None);
}

proptest! {
    #[test]
    fn what_is_shown_is_read_back(
        days in Date::MIN.days..=Date::MAX.days,
        nanos in 0..DAY_NANOS as u64,
        offset in -OFFSET_SECONDS_MAX..=OFFSET_SECONDS_MAX,
        parts in any::<(i32, i32, i32)>(),
        fraction in 0..SECOND_NANOS,
    ) {
        let (day, time) = (Date { days }, LocalTime { nanos });
        prop_assert_eq!(Date::parse(&day.to_string()), Some(day));
        prop_assert_eq!(LocalTime::parse(&time.to_string()), Some(time));
        let zoned = Time::new(time, offset).unwrap();
        prop_assert_eq!(Time::parse(&zoned.to_string()), Some(zoned));
        let both = LocalDateTime::new(day, time).unwrap();
        prop_assert_eq!((both.date(), both.time()), (day, time));
        prop_assert_eq!(LocalDateTime::parse(&both.to_string()), Some(both));
        if let Some(instant) = both.at_offset(offset, Some("Some/Zone".into())) {
            prop_assert_eq!(instant.local(), both);
            prop_assert_eq!(DateTime::parse(&instant.to_string()), Some(instant));
        }
        let duration = Duration::new(parts.0.into(), parts.1.into(), parts.2.into(), fraction).unwrap();
        prop_assert_eq!(Duration::parse(&duration.to_string()), Some(duration));
        prop_assert_eq!(duration.negated().unwrap().negated(), Some(duration));
        let (year, month, day_of_month) = day.year_month_day();
        prop_assert_eq!(Date::new(year, month, day_of_month), Some(day));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "[-+PTWQZ0-9:.,\\[\\]YMDHS/a]{0,24}|.{0,12}") {
        let _ = (Date::parse(&text), LocalTime::parse(&text), Time::parse(&text));
        let _ = (LocalDateTime::parse(&text), ZonedText::parse(&text), Duration::parse(&text));
    }

    #[test]
    fn truncation_never_goes_forward_and_twice_is_once(
        days in Date::MIN.days..=Date::MAX.days,
        nanos in 0..DAY_NANOS as u64,
        unit in prop::sample::select(Unit::ALL.to_vec()),
    ) {
        let at = LocalDateTime::new(Date { days }, LocalTime { nanos }).unwrap();
        if let Some(cut) = at.truncate(unit) {
            prop_assert!(cut <= at);
            prop_assert_eq!(cut.truncate(unit), Some(cut));
        } else {
            prop_assert!(at.date().year() < -YEAR_MAX + 1_000);
        }
    }

    #[test]
    fn what_lies_between_leads_from_one_to_the_other(
        first in (Date::MIN.days + 400)..(Date::MAX.days - 400),
        away in prop_oneof![-1_000_i64..1_000, any::<i32>().prop_map(i64::from)],
        nanos in (0..DAY_NANOS as u64, 0..DAY_NANOS as u64),
        zones in prop::sample::select(vec!["Z", "+05:30", "Europe/Berlin", "America/New_York", "Pacific/Apia"]),
    ) {
        let zone = zone::TimeZone::parse(zones).unwrap();
        let local = |days, nanos| LocalDateTime::new(Date::from_days(days)?, LocalTime { nanos });
        for first in [first, first % 30_000] {
            let Some((from, to)) = local(first, nanos.0).zip(local(first.saturating_add(away), nanos.1)) else { continue };
            let (a, b) = (Value::LocalDateTime(from), Value::LocalDateTime(to));
            prop_assert_eq!(from.plus(&between(&a, &b)), Some(to));
            let Some((from, to)) = zone.at_local(from, None).zip(zone.at_local(to, None)) else { continue };
            let span = Span::new(&Value::from(from.clone()), &Value::from(to.clone())).unwrap();
            prop_assert_eq!(from.plus(&span.between().unwrap()), Some(to.clone()));
            prop_assert_eq!(from.plus(&span.in_seconds().unwrap()), Some(to));
        }
    }
}
