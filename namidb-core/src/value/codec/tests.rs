//! Every kind comes back bit by bit, and no bytes do harm.

use super::*;
use crate::error::ErrorCode;
use crate::testing::strategies::{any_values, values};
use proptest::prelude::*;

fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    encode(value, &mut out);
    out
}

fn back(bytes: &[u8]) -> Result<Value> {
    let mut reader = Reader::new(bytes);
    let value = decode(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// The table of `docs/format/value.md`: each value, and its bytes in hexadecimal.
fn golden() -> Vec<(Value, &'static str)> {
    let map: Map = [("b", Value::Null), ("a", Value::from(1))].into_iter().collect();
    let point = |srid, z| Value::from(Point::new(srid, 1.0, -2.0, z).unwrap());
    vec![
        (Value::Null, "00"),
        (Value::from(false), "01"),
        (Value::from(true), "02"),
        (Value::from(0), "03 00"),
        (Value::from(-1), "03 01"),
        (Value::from(300), "03 d8 04"),
        (Value::from(1.0), "04 00 00 00 00 00 00 f0 3f"),
        (Value::from("é!"), "05 03 c3 a9 21"),
        (Value::Bytes([1u8, 255].as_slice().into()), "06 02 01 ff"),
        (Value::from(vec![Value::Null, Value::from(1)]), "07 02 00 03 02"),
        (Value::from(map), "08 02 01 61 03 02 01 62 00"),
        (Value::from(Date::parse("1970-01-02").unwrap()), "09 02"),
        (Value::from(LocalTime::parse("00:00:00.000000300").unwrap()), "0a ac 02"),
        (Value::from(Time::parse("00:00:00.000000300-00:00:01").unwrap()), "0b ac 02 01"),
        (Value::from(LocalDateTime::parse("1969-12-31T23:59:59.000000005").unwrap()), "0c 01 05"),
        (Value::from(DateTime::parse("1970-01-01T00:00:05.000000005Z").unwrap()), "0d 0a 05 00 00"),
        (
            Value::from(DateTime::parse("1970-01-01T01:00:05+01:00[Etc/X]").unwrap()),
            "0d 0a 00 a0 38 05 45 74 63 2f 58",
        ),
        (Value::from(Duration::parse("P1M-2DT3.000000004S").unwrap()), "0e 02 03 06 04"),
        (point(4326, None), "0f e6 21 00 00 00 00 00 00 f0 3f 00 00 00 00 00 00 00 c0"),
        (
            point(9157, Some(0.0)),
            "0f c5 47 00 00 00 00 00 00 f0 3f 00 00 00 00 00 00 00 c0 00 00 00 00 00 00 00 00",
        ),
        (Value::Vector([1.0f32].as_slice().into()), "10 01 00 00 80 3f"),
        (Value::Node(NodeId(300)), "40 ac 02"),
        (Value::Relationship(RelId(5)), "41 05"),
        (
            Value::from(Path { nodes: vec![NodeId(1), NodeId(2)], relationships: vec![RelId(3)] }),
            "42 02 01 02 01 03",
        ),
    ]
}

#[test]
fn the_bytes_are_those_that_the_format_says() {
    let page = include_str!("../../../../docs/format/value.md");
    for (value, hex) in golden() {
        let expected: Vec<u8> = hex.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
        assert_eq!(bytes(&value), expected, "{value}");
        assert_eq!(back(&expected).unwrap(), value);
        assert!(page.contains(&format!("`{hex}`")), "the page does not show {value} as {hex}");
    }
}

#[test]
fn floats_keep_their_bits() {
    for bits in [0, 1 << 63, 0x7ff8_0000_0000_0001, 0xfff0_0000_0000_0000, 0x7ff0_0000_0000_0001] {
        let Value::Float(read) = back(&bytes(&Value::Float(f64::from_bits(bits)))).unwrap() else { panic!() };
        assert_eq!(read.to_bits(), bits);
    }
}

#[test]
fn what_is_out_of_range_is_refused() {
    let refused = [
        Value::Date(Date { days: i64::MAX }),
        Value::LocalTime(LocalTime { nanos: u64::MAX }),
        Value::Time(Time { nanos: 0, offset_seconds: i32::MAX }),
        Value::LocalDateTime(LocalDateTime { seconds: 0, nanos: u32::MAX }),
        Value::from(DateTime { seconds: i64::MIN, nanos: 0, offset_seconds: 0, zone: None }),
        Value::from(DateTime { seconds: 0, nanos: 0, offset_seconds: 0, zone: Some("no zone".into()) }),
        Value::from(Duration { months: 0, days: 0, seconds: 0, nanos: u32::MAX }),
        Value::from(Point { srid: 1, x: 0.0, y: 0.0, z: 0.0 }),
        Value::from(Path { nodes: vec![], relationships: vec![] }),
    ];
    for value in refused {
        assert_eq!(back(&bytes(&value)).unwrap_err().code(), ErrorCode::Corruption);
    }
    assert_eq!(back(&[8, 2, 1, b'b', 0, 1, b'a', 0]).unwrap_err().code(), ErrorCode::Corruption);
    assert_eq!(back(&[17]).unwrap_err().code(), ErrorCode::FormatVersion);
}

#[test]
fn no_property_holds_what_exists_only_in_a_query() {
    let list = bytes(&Value::from(vec![Value::Node(NodeId(1))]));
    assert!(back(&list).is_ok());
    assert_eq!(decode_property(&mut Reader::new(&list)).unwrap_err().code(), ErrorCode::Corruption);
}

#[test]
fn values_nest_to_their_limit_and_no_deeper() {
    let nested = |depth: usize| (0..depth).fold(Value::Null, |inner, _| Value::from([inner]));
    let limit = super::super::storable::DEPTH_MAX;
    assert_eq!(back(&bytes(&nested(limit))).unwrap(), nested(limit));
    assert_eq!(back(&bytes(&nested(limit + 1))).unwrap_err().code(), ErrorCode::Corruption);
    assert!(back(&[7u8, 1].repeat(100_000)).is_err());
}

#[test]
fn every_truncation_and_every_flipped_bit_is_survived() {
    for (value, _) in golden() {
        let bytes = bytes(&Value::from([value.clone(), value]));
        for length in 0..bytes.len() {
            assert!(back(&bytes[..length]).is_err());
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok(value) = back(&flipped) {
                let mut again = Vec::new();
                encode(&value, &mut again);
                assert_eq!(again, flipped, "what is read has one encoding");
            }
        }
    }
}

proptest! {
    #[test]
    fn values_come_back_bit_by_bit(value in any_values()) {
        prop_assert_eq!(back(&bytes(&value)).unwrap(), value);
    }

    #[test]
    fn properties_come_back_bit_by_bit(value in values()) {
        let bytes = bytes(&value);
        prop_assert_eq!(decode_property(&mut Reader::new(&bytes)).unwrap(), value);
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = back(&bytes) {
            let mut again = Vec::new();
            encode(&value, &mut again);
            prop_assert_eq!(again, bytes);
        }
    }
}
