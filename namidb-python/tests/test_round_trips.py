"""A7: the table of types with values that nobody thought of, through parameters, storage, checkpoints, and Arrow."""

import array
import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import namidb
from namidb import values

often = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
seldom = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
integers = st.integers(-(2**63), 2**63 - 1)
zones = st.sampled_from(
    [dt.UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Kiritimati")]
) | st.integers(-64_800, 64_800).map(lambda seconds: dt.timezone(dt.timedelta(seconds=seconds)))
# A day from either end: what a zone makes of it must be a year that Python has.
middle = {"min_value": dt.datetime(1, 1, 3), "max_value": dt.datetime(9999, 12, 29)}
offsets = st.integers(-1_079, 1_079).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
durations = st.builds(
    values.Duration,
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**32), 2**32),
    st.integers(0, 999_999_999),
)
coordinates = st.floats(allow_nan=False, allow_infinity=False)
points = st.builds(values.cartesian, coordinates, coordinates) | st.builds(
    values.wgs84_3d, st.floats(-180, 180), st.floats(-90, 90), coordinates
)

KINDS: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": integers,
    "float": st.floats(),
    "string": text,
    "bytes": st.binary(max_size=8),
    "date": st.dates(),
    "old date": st.builds(values.Date, st.integers(-9_999, 0), st.integers(1, 12), st.integers(1, 28)),
    "local time": st.times(),
    "fine local time": st.builds(values.LocalTime, st.integers(0, 23), nanosecond=st.integers(1, 999)),
    "time": st.times(timezones=offsets),
    "local datetime": st.datetimes(),
    "fine local datetime": st.builds(values.LocalDateTime, st.integers(1_700, 2_200), nanosecond=st.integers(1, 999)),
    "datetime": st.datetimes(**middle, timezones=zones, allow_imaginary=False),
    "duration": durations,
    "point": points,
}
scalars = st.none() | st.one_of(*KINDS.values())
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=12
)
# What a property may be: lists have elements of one kind and no nulls, maps hold anything.
lists = st.one_of(*(st.lists(kind, max_size=4) for kind in KINDS.values()))
storable = st.one_of(*KINDS.values()) | lists | st.dictionaries(text, anything, max_size=4)


def same(a: Any, b: Any) -> bool:
    """Equal, and of one class; not-a-number is itself, zeros have their sign, instants their offset."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return math.copysign(1, a) == math.copysign(1, b) and (a == b or (math.isnan(a) and math.isnan(b)))
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return sorted(a) == sorted(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, dt.datetime | dt.time):
        return bool(a == b) and a.utcoffset() == b.utcoffset()
    if isinstance(a, values.Point):
        return same([a.x, a.y, a.z, a.srid], [b.x, b.y, b.z, b.srid])
    return bool(a == b)


@pytest.fixture(scope="module")
def keeping() -> namidb.Client:
    return namidb.Client("memory://round-trips", zones="keep")


@often
@given(given_values=st.lists(anything, max_size=8))
def test_a07_parameters_come_back_as_they_went_in(keeping: namidb.Client, given_values: list[Any]) -> None:
    found = keeping.cypher("UNWIND $all AS x RETURN x", {"all": given_values})
    assert same([row["x"] for row in found], given_values)
    assert same(keeping.cypher("RETURN $all AS x", {"all": given_values}).scalar(), given_values)


@often
@given(value=st.datetimes(**middle, timezones=zones, allow_imaginary=False))
def test_p29_an_instant_is_the_same_in_utc_and_in_its_zone(keeping: namidb.Client, value: dt.datetime) -> None:
    kept = keeping.cypher("RETURN $x AS x", {"x": value}).scalar()
    with namidb.Client("memory://utc") as client:
        utc = client.cypher("RETURN $x AS x", {"x": value}).scalar()
    # Python calls no two times equal of which one is told twice in its zone.
    assert utc == kept.astimezone(dt.UTC) == value.astimezone(dt.UTC)
    assert utc.tzinfo is dt.UTC
    assert kept.utcoffset() == value.utcoffset()
    assert getattr(kept.tzinfo, "key", None) == getattr(value.tzinfo, "key", None)


@seldom
@given(stored=st.lists(storable, min_size=1, max_size=6))
def test_a07_properties_survive_storage_checkpoints_and_reopening(
    new_uri: Callable[[], str], stored: list[Any]
) -> None:
    uri = new_uri()
    ids = [namidb.uuid7() for _ in stored]

    def check(client: namidb.Client) -> None:
        staged = [node and node["properties"]["x"] for node in client.lookup_nodes("Staged", ids)]
        assert same(staged, stored)
        rows = client.cypher("MATCH (n:Made) RETURN n.x AS x ORDER BY n.i")
        assert same([row["x"] for row in rows], stored)
        rows = client.cypher("MATCH ()-[r:R]->() RETURN r.x AS x ORDER BY r.i")
        assert same([row["x"] for row in rows], stored)

    with namidb.Client(uri, zones="keep") as client:
        client.merge_nodes("Staged", [{"id": id_, "x": x} for id_, x in zip(ids, stored, strict=True)])
        client.commit()
        client.cypher_many(
            "CREATE (n:Made {i: $i, x: $x})-[:R {i: $i, x: $x}]->()", [{"i": i, "x": x} for i, x in enumerate(stored)]
        )
        check(client)
        with namidb.Client(uri, zones="keep") as replayed:
            check(replayed)
        client.flush()
        check(client)
    with namidb.Client(uri, zones="keep") as reopened:
        check(reopened)


IN_ARROW = [kind for kind in KINDS if kind != "time"]
"""Times with an offset have no type in Arrow: they become text."""


@pytest.mark.parametrize("kind", IN_ARROW)
@seldom
@given(data=st.data())
def test_a07_columns_come_back_from_arrow(keeping: namidb.Client, kind: str, data: st.DataObject) -> None:
    column = data.draw(st.lists(st.none() | KINDS[kind] | st.lists(KINDS[kind], max_size=3), min_size=1, max_size=6))
    scalars_only = [x for x in column if not isinstance(x, list)]
    lists_only = [x for x in column if isinstance(x, list)]
    for given_column, mixed in ((scalars_only, "error"), (lists_only, "error"), (column, "union")):
        if not given_column:
            continue
        ids = [namidb.uuid7() for _ in given_column]
        rows = [{"id": id_, "x": x} for id_, x in zip(ids, given_column, strict=True)]
        result = keeping.cypher("UNWIND $rows AS row RETURN row.id AS id, row.x AS x", {"rows": rows})
        table = result.to_arrow(mixed=mixed)  # type: ignore[arg-type]
        with namidb.Client("memory://again") as again:
            again.merge_nodes("T", table)
            again.commit()
            found = [node and node["properties"].get("x") for node in again.lookup_nodes("T", ids)]
        assert all(map(alike, found, given_column)), (found, given_column)


def alike(found: Any, expected: Any) -> bool:
    """The same, but for what Arrow cannot hold: the offset of an instant, and years far away, which become text."""
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(expected, dt.datetime) and expected.tzinfo is not None and isinstance(found, dt.datetime):
        return found.astimezone(dt.UTC) == expected.astimezone(dt.UTC)
    return same(found, expected)


@often
@given(floats=st.lists(st.floats(width=32), max_size=6))
def test_p28_vectors_come_back_from_everywhere(keeping: namidb.Client, floats: list[float]) -> None:
    vector = array.array("f", floats)
    assert same(keeping.cypher("RETURN $x AS x", {"x": vector}).scalar(), floats)
    id_ = namidb.uuid7()
    table = keeping.cypher("RETURN $id AS id, $x AS x", {"id": id_, "x": vector}).to_arrow()
    assert table.schema.field("x").type.value_type == pa.float32()
    with namidb.Client("memory://again") as again:
        again.merge_nodes("T", table)
        again.commit()
        (node,) = again.scan_label("T")
    assert same(node["properties"]["x"], floats)


def test_a07_checkpoints_are_on_disk(tmp_path: Path) -> None:
    with namidb.Client(tmp_path) as client:
        client.cypher("CREATE (:A)")
        client.flush()
    assert any(path.suffix == ".sst" or "sst" in str(path) for path in tmp_path.rglob("*") if path.is_file())
