"""The table of types, both ways: what goes in, what comes out, and what is refused with its place."""

import array
import collections
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import math
import random
import types
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import namidb
from namidb import values
from namidb._namidb import _roundtrip
from namidb.errors import ParameterError

BERLIN = ZoneInfo("Europe/Berlin")


def back(value: Any, zones: str = "utc") -> Any:
    return _roundtrip(value, zones)


class Colour(enum.IntEnum):
    RED = 3


class Shade(enum.StrEnum):
    DARK = "dark"


@dataclasses.dataclass
class Person:
    name: str
    age: int


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -(2**63),
        2**63 - 1,
        0.1,
        1e308,
        5e-324,
        math.inf,
        -math.inf,
        "",
        "héllo\0\U0001f600",
        b"",
        b"\x00\xff",
        [],
        [1, [2.5, ["x", None]], {"a": [True]}],
        {},
        {"a": 1, "b": {"c": [None]}},
        dt.date(1, 1, 1),
        dt.date(9999, 12, 31),
        dt.time(0, 0),
        dt.time(23, 59, 59, 999_999),
        dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(hours=-5, minutes=-30))),
        dt.datetime(2024, 2, 29, 12, 30, 15, 123_456),
        dt.datetime(1, 1, 1),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999_999),
        dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC),
        values.Duration(14, 3, -70, 5),
        values.cartesian(1, 2),
        values.wgs84_3d(13.4, 52.5, 34.0),
        values.Date(-44, 3, 15),
        values.LocalTime(1, 2, 3, 4),
        values.Time(1, 2, 3, 4, 3600),
        values.LocalDateTime(12_345, 1, 1, nanosecond=1),
    ],
    ids=repr,
)
def test_a_value_comes_back_as_it_went_in(value: Any) -> None:
    found = back(value)
    assert found == value
    assert type(found) is type(value)


def test_p31_bool_is_never_an_integer() -> None:
    found = back([True, 1, {"a": False}, np.bool_(True), np.True_])
    assert [type(x) for x in found] == [bool, int, dict, bool, bool]
    assert found[2]["a"] is False


def test_p26_nan_infinity_and_minus_zero_are_kept() -> None:
    assert math.isnan(back(math.nan))
    assert math.copysign(1.0, back(-0.0)) == -1.0
    assert back([math.inf, -math.inf]) == [math.inf, -math.inf]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**40])
def test_p26_an_integer_beyond_64_bits_is_refused(number: int) -> None:
    with pytest.raises(ParameterError, match="64 bits") as raised:
        back({"rows": [0, {"n": number}]})
    assert raised.value.path == "rows[1].n"
    assert isinstance(raised.value, ValueError)


def test_numbers_and_strings_of_other_types_are_taken() -> None:
    assert back([Colour.RED, np.int8(-3), np.uint64(7), np.float32(0.5), np.float64(0.1)]) == [3, -3, 7, 0.5, 0.1]
    assert back([Shade.DARK, np.str_("x")]) == ["dark", "x"]
    assert back(uuid.UUID("018F4B2E-0000-7000-8000-00000000000A")) == "018f4b2e-0000-7000-8000-00000000000a"
    with pytest.raises(ParameterError, match="64 bits"):
        back(np.uint64(2**63))


def test_p27_bytes_come_from_any_buffer_of_bytes() -> None:
    assert back([bytearray(b"ab"), memoryview(b"cd"), memoryview(b"abcdef")[::2]]) == [b"ab", b"cd", b"ace"]


def test_sequences_become_lists() -> None:
    class Pair(tuple[int, int]):
        pass

    found = back([(1, 2), range(3), Pair((4, 5)), np.array([1, 2]), np.array([0.5]), collections.deque([6])])
    assert found == [[1, 2], [0, 1, 2], [4, 5], [1, 2], [0.5], [6]]
    series = [pd.Series([1, 2]), pl.Series([3, None]), pa.array(["a", None]), pa.chunked_array([[1], [2]])]
    assert back(series) == [[1, 2], [3, None], ["a", None], [1, 2]]
    assert back([pa.scalar(5), np.array(7), np.array(["a", "b"]), np.array([True])]) == [5, 7, ["a", "b"], [True]]


def test_p28_floats_of_32_bits_are_a_vector_and_others_a_list() -> None:
    assert back(values.vector([0.1, 2])) == pytest.approx([0.1, 2.0])
    assert back(np.array([0.1], dtype=np.float32)) == [float(np.float32(0.1))]
    assert back(np.arange(6, dtype=np.float32)[::2]) == [0.0, 2.0, 4.0]
    assert back(np.array([1.5], dtype=">f4")) == [1.5]
    assert back(array.array("d", [0.1])) == [0.1]
    assert back([0.1]) == [0.1]
    assert values.is_vector(values.vector([1.0]))
    assert values.is_vector(np.zeros(2, dtype=np.float32))
    assert not values.is_vector([1.0])


def test_mappings_and_classes_with_fields_become_maps() -> None:
    class Model:
        def model_dump(self) -> dict[str, Any]:
            return {"kind": "pydantic"}

    given = [types.MappingProxyType({"a": 1}), collections.OrderedDict(b=2), Person("Ann", 3), Model()]
    assert back(given) == [{"a": 1}, {"b": 2}, {"name": "Ann", "age": 3}, {"kind": "pydantic"}]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (decimal.Decimal("0.1"), r"Decimal.*float\(x\), or str\(x\)"),
        (fractions.Fraction(1, 3), r"Fraction.*float"),
        ({1, 2}, r"set has no order.*sorted"),
        (frozenset(), "set has no order"),
        ((x for x in [1]), r"generator is not a value.*list\(x\)"),
        (object(), "object is not a value"),
        (Person, "type is not a value"),
        (1 + 2j, "complex is not a value"),
        (np.complex128(1), "complex"),
        (np.zeros((2, 2)), r"2 dimensions.*tolist"),
        ({1: 2}, r"strings as its keys, not int.*str\(\)"),
        ("a\ud800b", "lone surrogate at index 1"),
        ({"_kind": "node", "id": "x"}, r"n\['id'\]"),
        ({"_kind": "rel", "id": "x"}, r"r\['id'\]"),
        (dt.time(1, tzinfo=BERLIN), "depends on the day"),
        (dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=19))), "18 hours"),
        (np.longdouble(1), "64 bits"),
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_is_not_in_the_table_is_refused_with_its_place(value: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as raised:
        back({"rows": [1, {"x": value}]})
    assert raised.value.path == "rows[1].x"
    assert raised.value.code == "NAMI-2003"
    assert raised.value.name == "invalid_parameter"


def test_a_structure_that_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ParameterError, match="deeper than 200"):
        back(endless)


def test_an_exception_of_the_users_own_code_is_passed_on() -> None:
    class Broken(collections.UserDict[str, int]):
        def items(self) -> Any:
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        back([Broken()])


def test_p29_an_instant_comes_in_utc_or_as_it_was_stored() -> None:
    for given in [
        dt.datetime(2024, 7, 1, 12, tzinfo=BERLIN),
        dt.datetime(2024, 7, 1, 12, 0, 0, 5, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30))),
        dt.datetime(1, 1, 2, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 30, tzinfo=dt.UTC),
    ]:
        utc, kept = back(given), back(given, "keep")
        assert utc == kept == given
        assert utc.tzinfo is dt.UTC
        assert kept.utcoffset() == given.utcoffset()
        assert getattr(kept.tzinfo, "key", None) == getattr(given.tzinfo, "key", None)


def test_p29_the_hour_that_comes_twice_stays_apart() -> None:
    for fold, offset in [(0, 2), (1, 1)]:
        given = dt.datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=fold)
        kept = back(given, "keep")
        assert (kept.fold, kept.utcoffset()) == (fold, dt.timedelta(hours=offset))
        assert back(given) == dt.datetime(2024, 10, 27, 2 - offset, 30, tzinfo=dt.UTC) + dt.timedelta(0)


def test_x08_a_datetime_is_never_a_date() -> None:
    for given in [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=BERLIN)]:
        assert type(back(given)) is dt.datetime
    assert type(back(dt.date(2024, 1, 1))) is dt.date


def test_durations_keep_months_days_and_seconds_apart() -> None:
    assert back(dt.timedelta(days=-1, seconds=5, microseconds=7)) == values.Duration(0, -1, 5, 7_000)
    found = back(dt.timedelta(hours=36))
    assert found.timedelta() == dt.timedelta(hours=36)
    with pytest.raises(ValueError, match="months"):
        values.Duration(months=1).timedelta()
    assert values.Duration(nanoseconds=-1) == values.Duration(seconds=-1, nanoseconds=999_999_999)


def test_times_of_numpy_and_pandas_go_by_their_unit() -> None:
    assert back(np.datetime64("2024-02-29")) == dt.date(2024, 2, 29)
    assert back(np.datetime64("2024-02-29T01:02:03.004")) == dt.datetime(2024, 2, 29, 1, 2, 3, 4_000)
    assert back(np.datetime64(1, "ns")) == values.LocalDateTime(1970, nanosecond=1)
    assert back(np.timedelta64(90, "m")) == values.Duration(seconds=5_400)
    assert back(np.timedelta64(14, "M")) == values.Duration(months=14)
    assert back([np.datetime64("NaT"), np.timedelta64("NaT"), pd.NaT, pd.NA]) == [None] * 4
    assert back(np.array(["2024-01-01", "NaT"], dtype="M8[D]")) == [dt.date(2024, 1, 1), None]
    assert back(pd.Timestamp("2024-01-01T00:00:00.000000001")) == values.LocalDateTime(2024, nanosecond=1)
    assert back(pd.Timestamp("2024-01-01", tz="Europe/Berlin")) == dt.datetime(2023, 12, 31, 23, tzinfo=dt.UTC)
    assert back(pd.Timedelta(1, "ns")) == values.Duration(nanoseconds=1)
    assert back(pd.Series(pd.to_datetime(["2024-01-01", None]))) == [dt.datetime(2024, 1, 1), None]


def test_tables_of_other_libraries_are_lists_of_maps_with_null_where_a_value_is_missing() -> None:
    frame = pd.DataFrame(
        {"name": ["a", None], "f": [1.5, np.nan], "n": [1, 2], "t": pd.to_datetime(["2024-01-01", None])}
    )
    rows = [
        {"name": "a", "f": 1.5, "n": 1, "t": dt.datetime(2024, 1, 1)},
        {"name": None, "f": None, "n": 2, "t": None},
    ]
    assert back(frame) == back(pl.from_pandas(frame)) == back(pa.Table.from_pandas(frame)) == rows
    assert back({"of": [frame]}) == {"of": [rows]}
    assert back(pl.Series([1, None])) == [1, None]


def test_what_python_cannot_hold_comes_as_a_class_with_an_iso_text() -> None:
    texts = {
        "date": ["+12345-01-02", "-0044-03-15"],
        "localtime": ["21:40:32.142000001"],
        "time": ["21:40:32.000000001+01:00"],
        "localdatetime": ["+12345-01-02T00:00", "2015-07-21T21:40:32.123456789"],
        "datetime": ["2015-07-21T21:40:32.123456789+02:00[Europe/Stockholm]", "-0044-03-15T12:00Z"],
        "duration": ["P1Y2M3DT4H5M6.007S", "PT0S", "P-1M", "PT-0.5S"],
    }
    for kind, all_of_kind in texts.items():
        for text in all_of_kind:
            value = getattr(values, kind)(text)
            assert value.iso == str(value) == text
            assert back(value, "keep") == value
            assert hash(value) == hash(back(value, "keep"))


def test_helpers_read_iso_texts() -> None:
    assert values.date("2015-W30-2") == dt.date(2015, 7, 21)
    assert values.localtime("2140") == dt.time(21, 40)
    assert values.time("21:40+01:00") == dt.time(21, 40, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert values.localdatetime("2015-07-21T21:40") == dt.datetime(2015, 7, 21, 21, 40)
    assert values.datetime("2015-07-21T21:40Z") == dt.datetime(2015, 7, 21, 21, 40, tzinfo=dt.UTC)
    assert values.datetime("2015-07-21T21:40[Europe/Berlin]") == dt.datetime(2015, 7, 21, 21, 40, tzinfo=BERLIN)
    assert values.duration("P1Y") == values.duration(months=12)
    for kind, text in [("date", "2024-02-30"), ("duration", "P"), ("datetime", "2015-07-21T21:40[Not/There]")]:
        with pytest.raises(ValueError, match=r"ISO 8601|not a zone"):
            getattr(values, kind)(text)


def test_values_are_checked_ordered_and_frozen() -> None:
    assert values.Duration(days=30) < values.Duration(months=1) < values.Duration(days=31)
    assert values.LocalTime(1) < values.LocalTime(1, nanosecond=1)
    assert values.DateTime(12_345, offset_seconds=3_600) < values.DateTime(12_345)
    assert max(values.Date(-5), values.Date(-4)) == values.Date(-4)
    with pytest.raises(TypeError):
        assert values.Date(-5) < values.LocalTime(1)
    with pytest.raises(ParameterError, match="no such date"):
        values.Date(12_345, 2, 30)
    with pytest.raises(ParameterError, match="coordinate system"):
        values.Point(values.CARTESIAN, 1, 2, 3)
    with pytest.raises(ParameterError, match="nanosecond"):
        values.LocalTime(1, nanosecond=-1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        values.Duration().months = 3  # type: ignore[misc]
    assert values.wgs84(13.4, 52.5).longitude == 13.4
    assert values.cartesian_3d(1, 2, 3).crs == "cartesian-3d"


def test_guards_know_the_values_of_results() -> None:
    node = {"_kind": "node", "id": "a", "label": "A", "labels": ["A"], "properties": {}}
    rel = {"_kind": "rel", "id": "r:0", "edge_type": "K", "src": "a", "dst": "a", "properties": {}}
    assert values.is_node(node)
    assert not values.is_node(rel)
    assert values.is_relationship(rel)
    assert values.is_path([node, rel, node])
    assert values.is_path([node])
    assert not values.is_path([node, rel])
    assert values.is_point(values.cartesian(1, 2))
    assert values.is_temporal(dt.date.today())
    assert values.is_temporal(values.Duration())
    assert values.is_binary(memoryview(b""))


def random_value(source: random.Random, depth: int) -> Any:
    kind = source.randrange(14 if depth else 12)
    match kind:
        case 0:
            return None
        case 1:
            return source.random() < 0.5
        case 2:
            return source.choice([0, 1, -1, 2**63 - 1, -(2**63), source.randrange(-(2**40), 2**40)])
        case 3:
            return source.choice([0.0, -1.5, 1e300, math.inf, source.random()])
        case 4:
            return "".join(chr(source.choice([0, 65, 0xE9, 0x20AC, 0x1F600])) for _ in range(source.randrange(5)))
        case 5:
            return source.randbytes(source.randrange(5))
        case 6:
            return dt.date.fromordinal(source.randrange(1, dt.date.max.toordinal()))
        case 7:
            return dt.time(source.randrange(24), source.randrange(60), source.randrange(60), source.randrange(10**6))
        case 8:
            return dt.datetime.min + dt.timedelta(
                days=source.randrange(3_600_000), microseconds=source.randrange(10**10)
            )
        case 9:
            months, days, seconds = (source.randrange(-100, 100) for _ in range(3))
            return values.Duration(months, days, seconds, source.randrange(10**9))
        case 10:
            return values.Point(values.WGS_84, source.random(), source.random())
        case 11:
            offset = dt.timezone(dt.timedelta(seconds=source.randrange(-64_800, 64_801)))
            since = dt.timedelta(days=source.randrange(1, 3_600_000), seconds=source.randrange(86_400))
            return (dt.datetime.min + since).replace(tzinfo=offset)
        case 12:
            return [random_value(source, depth - 1) for _ in range(source.randrange(4))]
        case _:
            return {f"k{i}": random_value(source, depth - 1) for i in range(source.randrange(4))}


@pytest.mark.parametrize("seed", range(20))
def test_random_values_come_back(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(100):
        value = random_value(source, 3)
        assert back(value) == value
        assert repr(back(value, "keep")) == repr(back(back(value, "keep"), "keep"))


def test_x10_uuid7_is_a_time_ordered_uuid() -> None:
    made = [namidb.uuid7() for _ in range(1_000)]
    assert len(set(made)) == 1_000
    assert {uuid.UUID(text).version for text in made} == {7}
    assert all(text == str(uuid.UUID(text)) for text in made)
    assert sorted(text[:13] for text in made) == [text[:13] for text in made]
